"""The language of the DLT tables: one row an event, its course, and what the watch must make of it.

| column | meaning |
|---|---|
| term | a term of the vocabulary, a name in short (see ``SHORT``), or any other name |
| course | steps "grade@day": "3@2" at noon of Day 2, "3@2.5" at midnight after it, "3@d2" some time on Day 2, "3@2..4" some time between two noons; "?1@3" cannot be graded, 1 for sure; "2s@3" symptoms would raise it; "3@2/diagnosis" has that origin, else laboratory |
| onset, end | as the days of the course; the onset is else the first step |
| worst, proposed, base | grades: of a person (or by the course), by the data, at baseline |
| emergent, confirmed, dlt | T, F or "?"; emergent is T where blank |
| related, outcome, source | as an :class:`Episode` has them; derived where blank |
| at | the study day, at noon, on which it is judged; blank is 90 |
| comes to | state, first day of it, rule, "?" and what is asked: "dlt 5 crs ?attribution"; "none" |
"""

import re
from datetime import timedelta
from typing import Any

import msgspec

from mappings.definitions import DEFINITIONS
from mappings.followed import DltWatch, Episode, EventTerm, Step, Timeline
from mappings.intervals import When
from mappings.record import Record
from mappings.safety.dlt import watch
from mappings.safety.vocabulary import CRS, GVHD, ICANS, IEC_HS, named
from mappings.site import Occasion
from mappings.timeline import timeline
from tests.spec.tables import INFUSED, parse, treated

SHORT = {
    "CRS": CRS,
    "ICANS": ICANS,
    "GVHD": GVHD,
    "IEC-HS": IEC_HS,
    "ANC": named("Neutrophil count decreased"),
    "PLT": named("Platelet count decreased"),
    "ALT": named("Alanine aminotransferase increased"),
    "Na": named("Hyponatremia"),
}
_STEP = re.compile(r"(\?)?(\d)?(s)?@(d?)([-\d.]+?)(?:\.\.([-\d.]+))?(?:/([a-z-]+))?")
#: Days on which somebody looked after the participant of a table: never more than a week apart.
LOOKED = "0 7 14 21 28 35 42 90"


def moment(cell: str) -> When:
    """Return the noon of a study day, the whole of it ("d2"), or the time between two noons."""
    if cell[0] == "d":
        start = (INFUSED + timedelta(days=int(cell[1:]))).replace(hour=0)
        return When(start, start + timedelta(days=1, microseconds=-1), cell)
    first, _, last = cell.partition("..")
    start, end = (INFUSED + timedelta(days=float(part)) for part in (first, last or first))
    return When(start, end, cell)


def steps(course: str) -> tuple[Step, ...]:
    """Return the steps that ``course`` writes."""
    return tuple(map(_step, course.split()))


def _step(text: str) -> Step:
    found = _STEP.fullmatch(text)
    assert found, text
    unknown, number, symptoms, whole, first, last, origin = found.groups()
    grade: Any = int(number or 0)
    return Step(
        when=moment(f"{whole}{first}..{last}" if last else f"{whole}{first}"),
        grade=None if unknown else grade,
        at_least=grade,
        origin=origin or "laboratory",
        reason="no-range" if unknown else "symptoms" if symptoms else "graded",
    )


def _flag(cell: str, otherwise: bool | None) -> bool | None:
    return {"T": True, "F": False, "?": None, "": otherwise}[cell]


def episode(row: dict[str, str], name: str = "e1") -> Episode:
    """Return the event of one row."""
    course = steps(row.get("course", ""))
    known = [step.grade for step in course if step.grade is not None]
    worst: Any = int(row["worst"]) if row.get("worst") else max(known, default=None)
    return Episode(
        id=name,
        term=SHORT.get(row["term"]) or named(row["term"]) or EventTerm(row["term"]),
        scale="CTCAE 5.0",
        source=row.get("source") or "derived",  # type: ignore[arg-type]
        confirmed=_flag(row.get("confirmed", ""), None),
        grade=worst,
        worst_grade=worst,
        at_least=max((step.at_least for step in course), default=0),
        proposed_grade=int(row["proposed"]) if row.get("proposed") else None,  # type: ignore[arg-type]
        onset=moment(row["onset"]) if row.get("onset") else course[0].when,
        end=moment(row["end"]) if row.get("end") else None,
        outcome=row.get("outcome") or "unknown",  # type: ignore[arg-type]
        baseline_grade=int(row["base"]) if row.get("base") else None,  # type: ignore[arg-type]
        emergent=_flag(row.get("emergent", ""), True),
        related=row.get("related") or None,  # type: ignore[arg-type]
        dlt=_flag(row.get("dlt", ""), None),
        course=course,
    )


def occasion(day: float, definitions: Any = DEFINITIONS) -> Occasion:
    """Return the noon of a study day."""
    return Occasion(INFUSED + timedelta(days=day), definitions=definitions)


def followed(at: float = 90, looked: str = LOOKED, more: str = "", columns: str = "") -> Record:
    """Return a participant who was seen on the days ``looked`` up to ``at``, with ``more`` rows."""
    days = [day for day in looked.split() if float(day) <= at]
    blanks = " |" * columns.count("|")
    head = f"patient | day | vital.sbp | lab.neutrophil_abs | lab.platelet | {columns or 'unread'}"
    rows = [f"1 | {day} | 120 | 3 | 200 | {blanks}" for day in days]
    return treated("\n".join([head, *rows, *(_without_counts(row) for row in more.splitlines())]))[1]


def _without_counts(row: str) -> str:
    """Return a row of more columns, of a patient, a day and a pressure, as one without counts."""
    cells = row.split("|")
    return "|".join([*cells[:3], " ", " ", *cells[3:]]) if row.strip() else row


def counted(record: Record) -> Record:
    """Return ``record`` with normal neutrophils and platelets at the end of the window, if it has no later ones."""
    counts = treated("patient | day | lab.neutrophil_abs | lab.platelet\n1 | 28 | 3 | 200")[1].results
    return msgspec.structs.replace(record, results={**counts, **record.results})


def lined(record: Record, on: Occasion) -> Timeline:
    """Return the timeline of ``record``, which has an infusion."""
    line = timeline(record, on)
    assert line
    return line


def watched(
    *rows: dict[str, str], record: Record | None = None, at: float = 90, definitions: Any = DEFINITIONS
) -> DltWatch:
    """Return the watch over the events of ``rows``."""
    on = occasion(at, definitions)
    seen = record or followed(at)
    found = [episode(row, f"e{number}") for number, row in enumerate(rows)]
    return watch(found, seen, lined(seen, on), on)


def written(found: DltWatch) -> str:
    """Return what a watch comes to, as the tables write it."""
    first = next((day.day for day in found.days if day.state == found.state), "-")
    start = "none" if found.state == "none" else f"{found.state} {first}"
    return " ".join([start, *(f"{one.rule}{'' if one.certain else '~'} ?{','.join(one.ask)}" for one in found.events)])


def check(table: str, definitions: Any = DEFINITIONS) -> None:
    """Compare what each row comes to with what it says."""
    wrong = []
    for row in parse(table):
        found = written(watched(row, at=float(row.get("at") or 90), definitions=definitions))
        if found != row["comes to"]:
            wrong.append(f"{row} comes to {found}")
    assert not wrong, "\n".join(wrong)
