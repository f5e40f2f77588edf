"""What the tests of sightings share: those of every patient of a table, told in one line each."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from mappings.definitions import AdverseEvents, Choice, Definitions
from mappings.followed import Sighting, Timeline
from mappings.intervals import When
from mappings.record import Record
from mappings.safety.states import chronologically
from mappings.site import Occasion
from mappings.timeline import timeline
from tests.spec.tables import AT, INFUSED, treated

ON = Occasion(AT)
#: Everything that happened is on record.
COVERED = Occasion(AT, full_coverage=True)
SIX = Occasion(
    AT, definitions=Definitions(adverse_events=AdverseEvents(version=Choice("6.0", ("5.0", "6.0"), "P2", "published")))
)
Rule = Callable[[Record, Timeline, Occasion], list[Sighting]]


def sightings(rule: Rule, record: Record, on: Occasion = ON) -> list[Sighting]:
    """What ``rule`` sees of one patient, the earliest first."""
    line = timeline(record, on)
    assert line is not None
    return chronologically(rule(record, line, on))


def told(found: Iterable[Sighting]) -> str:
    """Each sighting as "day=grade reason"; one without a grade as "day>=at least reason"."""
    return "; ".join(f"{_day(one.when)}{_grade(one)} {one.reason}" for one in found)


def _day(when: When) -> str:
    return f"{round((when.earliest - INFUSED) / timedelta(days=1), 2):g}"


def _grade(one: Sighting) -> str:
    return f">={one.at_least}" if one.grade is None else f"={one.grade}"


def seen(rule: Rule, table: str, term: str, on: Occasion = ON) -> dict[int, str]:
    """What ``rule`` sees of ``term`` in every patient of ``table``, told in one line."""
    return {
        number: told(one for one in sightings(rule, record, on) if one.term.name == term)
        for number, record in treated(table).items()
    }
