"""The watch over a record of which something that may tell of an event could not be read."""

import msgspec
import pytest

from mappings.followed import DltWatch
from mappings.safety.dlt import watch
from mappings.safety.episodes import episodes
from tests.spec.safety.courses import counted, lined, occasion
from tests.spec.tables import treated

title = "Dose-limiting toxicities: what could not be read"

FOLLOWED = """
    patient | day | vital.sbp | obs.crs_grade
    --------+-----+-----------+--------------
          1 | 7   | 120       |
          1 | 14  | 120       |
          1 | 21  | 120       |
          1 | 28  | 120       |
          2 | 7   | 120       | 4
          2 | 14  | 120       |
          2 | 21  | 120       |
          2 | 28  | 120       |
"""


def found(unread: str, number: int = 1, at: int = 90) -> DltWatch:
    """The watch over a patient of ``FOLLOWED`` of whom a resource of the type ``unread`` is not in the record."""
    record = msgspec.structs.replace(counted(treated(FOLLOWED)[number]), unread=frozenset(unread.split()))
    on = occasion(at)
    line = lined(record, on)
    return watch(episodes(record, line, on), record, line, on)


@pytest.mark.parametrize("kind", ["AdverseEvent", "Condition", "Patient", "QuestionnaireResponse", "*"])
def test_a_window_is_not_clean_while_something_is_unread(kind: str) -> None:
    """What could not be read may be an event, a death, or a person's word: the window is a gap, and nobody counts it."""
    watched = found(kind)
    assert (watched.state, watched.why, watched.evaluable) == ("data-gap", "unread", None)
    assert {(day.state, day.why) for day in watched.days} == {("data-gap", "unread")}


@pytest.mark.parametrize("kind", ["", "Observation", "Encounter"])
def test_what_tells_of_no_event_leaves_a_window_clean(kind: str) -> None:
    """Results that could not be read are in the record as such, and an Encounter tells of no event."""
    watched = found(kind)
    assert (watched.state, watched.why, watched.evaluable) == ("none", "no-event", True)


def test_what_is_unread_hides_no_toxicity() -> None:
    """A toxicity on record is one, whatever could not be read besides."""
    assert (found("AdverseEvent", 2).state, found("AdverseEvent", 2).evaluable) == ("dlt", True)
