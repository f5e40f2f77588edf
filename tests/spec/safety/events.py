"""What the tests of adverse events share: patients of a table with their episodes, told in one line each."""

import msgspec

from mappings.codes import Code
from mappings.definitions import AdverseEvents, Choice, Definitions
from mappings.followed import Episode
from mappings.intervals import When
from mappings.record import Record
from mappings.safety.episodes import episodes
from mappings.site import Occasion
from mappings.timeline import timeline
from tests.spec.tables import AT, INFUSED, treated

ON = Occasion(AT)
INFUSED_ON = ON.day_of(INFUSED)


def chosen(**choices: str) -> Occasion:
    """Return an occasion on which other readings of the definition of adverse events are in force."""
    usual = {name: getattr(AdverseEvents(), name) for name in choices}
    made = {name: Choice(value, usual[name].among, usual[name].clause) for name, value in choices.items()}
    return Occasion(AT, definitions=Definitions(adverse_events=AdverseEvents(**made)))


def episodes_of(record: Record, on: Occasion = ON) -> tuple[Episode, ...]:
    """Return the adverse events of one patient."""
    line = timeline(record, on)
    assert line is not None
    return episodes(record, line, on)


def found(table: str, on: Occasion = ON) -> tuple[Episode, ...]:
    """Return the adverse events of the one patient of ``table``."""
    return episodes_of(treated(table)[1], on)


def only(table: str, on: Occasion = ON) -> Episode:
    """Return the one adverse event of the one patient of ``table``."""
    (one,) = found(table, on)
    return one


def told(episode: Episode) -> str:
    """Return an episode as "worst grade (grade) onset-end outcome", in study days."""
    end = study_day(episode.end) if episode.end else ""
    return f"{episode.worst_grade}({episode.grade}) {study_day(episode.onset)}-{end} {episode.outcome}"


def study_day(when: When) -> int:
    """Return the study day on which ``when`` lies at the earliest."""
    return (ON.day_of(when.earliest) - ON.day_of(INFUSED)).days


def coded(table: str, *codes: Code) -> Record:
    """Return the one patient of ``table`` with ``codes`` on each diagnosis and each report."""
    record = treated(table)[1]
    return msgspec.structs.replace(
        record,
        diagnoses=tuple(msgspec.structs.replace(one, codes=codes) for one in record.diagnoses),
        reports=tuple(msgspec.structs.replace(one, codes=codes) for one in record.reports),
    )
