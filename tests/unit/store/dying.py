"""A process that says something about two patients, delivers it, and is killed at a given step on its way."""

import os
import signal
from typing import Any

from sqlalchemy import Engine, event

from adapter.store.engine import engine_of
from adapter.store.outbox import Outbox
from tests.unit.store.hospital import Hospital
from tests.unit.store.said import MANNER, decision, run, say


def work(store: str, server: str, dies_at: int | None, told: Any = None) -> None:
    """Say something, deliver it, say something newer, deliver it; be killed before the step ``dies_at``.

    A step is a statement or an end of a transaction, as the database sees them. ``told`` gets the number of steps.
    """
    engine = engine_of(store)
    steps = _counting(engine, dies_at)
    outbox, hospital = Outbox(engine, server), Hospital()
    hospital.url = server
    for word, patients in (("first", "p"), ("second", "pq")):
        for patient in patients:
            say(outbox, decision(patient, word=word), patient)
        run(outbox, hospital, manner=type(MANNER)(tag_system=MANNER.tag_system, workers=1))
    engine.dispose()
    if told is not None:
        told.put(len(steps))


def _counting(engine: Engine, dies_at: int | None) -> list[str]:
    steps: list[str] = []

    def step(*_: object) -> None:
        steps.append("")
        if len(steps) == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit", "rollback"):
        event.listen(engine, name, step)
    return steps
