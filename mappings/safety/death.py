"""The death of a treated patient as an event of its own, where no event on record says that it was fatal."""

from collections.abc import Iterable, Iterator

from mappings.findings import Evidence
from mappings.followed import Episode, Step, Timeline
from mappings.intervals import When
from mappings.record import Record
from mappings.safety.bedside import ctcae
from mappings.safety.emergence import last_collected
from mappings.safety.joining import event_id
from mappings.safety.states import kind_of
from mappings.safety.vocabulary import DEATH
from mappings.safety.words import words_on
from mappings.site import Occasion


def death(found: Iterable[Episode], record: Record, line: Timeline, on: Occasion) -> Iterator[Episode]:
    """Yield the death of a patient whom none of the events ``found`` killed; whoever was infused was alive then."""
    died, infused = record.person.died, line.infused
    if died is None or infused is None or line.day0 is None or died.latest < infused.earliest:
        return
    if any(one.outcome == "fatal" and one.confirmed is not False for one in found):
        return
    onset = When(max(died.earliest, infused.earliest), died.latest, died.text)
    source = record.person.source
    evidence = (Evidence(source.reference, source.version, died.text or None),)
    identity = event_id(kind_of(DEATH), on.day_of(onset.earliest).isoformat(), record)
    words = words_on(record, (identity,), ())
    yield Episode(
        id=identity,
        term=DEATH,
        scale=ctcae(on),
        source="derived",
        confirmed=words.confirmed,
        grade=5,
        worst_grade=5,
        at_least=5,
        onset=onset,
        end=onset,
        outcome="fatal",
        emergent=_is_collected(onset, line, on),
        serious=True if words.serious is None else words.serious,
        criteria=() if words.serious is False else ("death",),
        related=words.related,
        expected=words.expected,
        assessed_by=words.author,
        dlt=words.dlt,
        course=(Step(when=onset, grade=5, at_least=5, origin="diagnosis", evidence=evidence),),
        evidence=evidence,
    )


def _is_collected(onset: When, line: Timeline, on: Occasion) -> bool | None:
    last = last_collected(line, on)
    return None if last is None else onset.until(last)
