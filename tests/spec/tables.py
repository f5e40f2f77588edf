"""The language of the spec tables: one row a fact, blank cells nothing, several rows with one number one patient.

| column | meaning |
|---|---|
| patient | the number the expectation speaks of |
| day | days from the screening (0 is today, -7 a week ago, -2.5 at midnight); "-40..-10" somewhere between; blank: undated |
| issued | the day on which the source was last known |
| lab.*, obs.*, vital.* | a result of that concept in its own unit: 45, <50, >30, 30..50; positive, negative, indeterminate; other words stay text; "IV(A)#text" has the code of an ISN/RPS class; "none" is a measurement without a number |
| low, high, flag | the result's own normal range, and where the laboratory places it there: low, normal, high |
| answer | the word that came along with a number: positive, negative, indeterminate |
| problem | why the result decides nothing (unit, preliminary, no-value ...) |
| dx | concepts of a diagnosis; with active, certain (T, F), ended and recorded (day), severity; "?" is a diagnosis without a usable code |
| rx | concepts of an exposure; with kind, end (day), ongoing, dose, daily, daily_kg (mg), route; "?" as for dx |
| proc, allergy (with severe, drug, recorded) | likewise |
| consent | "permits", "denies" or "inactive" |
| trial | T, F or "?": still in another trial, or not; with ended (day) |
| attest | item=T or item=F, said by a practitioner |
| infusion | cells of YTS109: "1E+6/kg", "6E+7" (in all), "none" (no dose), "stopped"; with kind (administration, procedure), end |
| enrolled | a ResearchSubject of this study: its state; with arm (LN, ITP), left (day) |
| stay | an Encounter: inpatient, outpatient or "?"; with end (day), ongoing |
| report | an AdverseEvent that was reported: its term; with end, grade, serious (T, F), criteria, outcome, related, expected, author, proposal |
| assess | a person's answers about the event with this id; with confirmed, related, expected, serious, dlt |
| died | the day of death; "-40..10" somewhere between |
| born, sex, ongoing ... | as they say |
| unread | resource types of which something was set aside unread |
"""

import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from mappings.codes import Code
from mappings.facts import (
    Allergy,
    Assessment,
    Attestation,
    CodedResult,
    ConsentGiven,
    Diagnosis,
    Enrolment,
    EventReport,
    Exposure,
    Fact,
    Infusion,
    Measurement,
    Participation,
    Person,
    ProcedureDone,
    Source,
    Stay,
)
from mappings.intervals import Interval, When, exactly
from mappings.reading.units import unit_of
from mappings.record import Record, newest_first
from mappings.site import CANONICAL_BASE

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2025, 6, 1, 12, tzinfo=ZONE)
#: When the participants of the tables about treatment were infused: AT is noon of their Day 90.
INFUSED = AT - timedelta(days=90)
ISN_RPS = f"{CANONICAL_BASE}/CodeSystem/isn-rps-class"
ANSWERS = {"positive", "negative", "indeterminate"}
Row = dict[str, str]


def parse(table: str) -> list[Row]:
    """Return the rows of an ASCII table, cells stripped; the line of dashes under the head is left out."""
    lines = [line.strip() for line in table.strip().splitlines()]
    head = [cell.strip() for cell in lines[0].split("|")]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines[1:] if not re.fullmatch(r"[-+| ]+", line)]
    for row in rows:
        assert len(row) == len(head), f"a row of {len(row)} cells under a head of {len(head)}: {row}"
    return [dict(zip(head, row, strict=True)) for row in rows]


def records(table: str) -> dict[int, Record]:
    """Return each patient of ``table`` by number."""
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in parse(table):
        rows[int(row.pop("patient"))].append(row)
    return {number: _record(number, found) for number, found in rows.items()}


#: Columns that hold days.
DAYS = ("day", "issued", "end", "ended", "recorded", "died", "left")


def treated(table: str) -> dict[int, Record]:
    """Return each patient of ``table`` by number, where days are study days: 0 is noon of the day of infusion.

    Who has no infusion in the table was infused at that noon with a million cells for each of 60 kilograms.
    """
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in parse(table):
        shifted = {name: _shifted(cell) if name in DAYS else cell for name, cell in row.items()}
        rows[int(shifted.pop("patient"))].append(shifted)
    usual = {"infusion": "1E+6/kg", "day": _shifted("0")}
    for found in rows.values():
        if not any(row.get("infusion") for row in found):
            found += [usual, {"vital.weight": "60", "day": _shifted("-1")}]
    return {number: _record(number, found) for number, found in rows.items()}


def _shifted(cell: str) -> str:
    """Return study days as days from ``AT``."""
    return "..".join(str(float(part) - 90) for part in cell.split("..")) if cell else ""


def day(offset: str) -> When | None:
    """Return the noon, or the span of noons, that a cell of day numbers stands for."""
    if not offset:
        return None
    first, _, last = offset.partition("..")
    start, end = (AT + timedelta(days=float(part)) for part in (first, last or first))
    return When(start, end, start.date().isoformat())


def interval(cell: str) -> Interval:
    """Return the interval that a number cell stands for."""
    if cell[0] == "<":
        return Interval(None, Decimal(cell[1:]), high_open=True)
    if cell[0] == ">":
        return Interval(Decimal(cell[1:]), None, low_open=True)
    low, _, high = cell.partition("..")
    return Interval(Decimal(low), Decimal(high)) if high else exactly(Decimal(low))


def _record(number: int, rows: list[Row]) -> Record:
    facts: dict[type, list[Any]] = defaultdict(list)
    results: dict[str, list[Any]] = defaultdict(list)
    for index, row in enumerate(rows):
        for fact in _facts(row, f"r{number}-{index}"):
            if isinstance(fact, Measurement | CodedResult):
                results[min(fact.concepts)].append(fact)
            else:
                facts[type(fact)].append(fact)
    for found in facts.values():
        found.sort(key=lambda fact: fact.when.latest.timestamp() if fact.when else 0.0, reverse=True)
    cells = {key: row[key] for row in rows for key in ("born", "sex", "died", "unread") if row.get(key)}
    return Record(
        person=_person(number, cells),
        results={concept: tuple(newest_first(found)) for concept, found in results.items()},
        diagnoses=tuple(facts[Diagnosis]),
        exposures=tuple(facts[Exposure]),
        procedures=tuple(facts[ProcedureDone]),
        allergies=tuple(facts[Allergy]),
        consents=tuple(facts[ConsentGiven]),
        attestations=tuple(facts[Attestation]),
        participations=tuple(facts[Participation]),
        infusions=tuple(facts[Infusion]),
        enrolments=tuple(facts[Enrolment]),
        stays=tuple(facts[Stay]),
        reports=tuple(facts[EventReport]),
        assessments=tuple(facts[Assessment]),
        not_understood=frozenset(cells.get("unread", "").split()),
    )


def _person(number: int, cells: Row) -> Person:
    reference = f"Patient/{number}"
    born = cells.get("born", "1990-01-01")
    first, _, last = born.partition("..")
    known = None if born == "?" else (date.fromisoformat(first), date.fromisoformat(last or first))
    sex = cells.get("sex", "female")
    return Person(
        reference=reference,
        source=Source(reference),
        born=known,
        born_text=born,
        sex=None if sex == "?" else sex,  # type: ignore[arg-type]
        died=day(cells.get("died", "")),
    )


def _facts(row: Row, name: str) -> list[Fact]:
    common: dict[str, Any] = {"when": day(row.get("day", "")), "problem": row.get("problem") or None}
    known = day(row.get("issued", ""))
    issued = known.latest if known else None
    made: list[Fact] = []
    for column, cell in row.items():
        if cell and column.startswith(("lab.", "obs.", "vital.", "drug_level.", "pk.")):
            made.append(_result(column, cell, row, {**common, "source": Source(f"Observation/{name}", None, issued)}))
        elif cell and column in _MAKERS:
            made.append(_MAKERS[column](cell, row, {**common, "source": Source(f"{column}/{name}", None, issued)}))
    return made


def _result(concept: str, cell: str, row: Row, common: dict[str, Any]) -> Fact:
    common |= {"concepts": frozenset({concept}), "raw": cell}
    unit = unit_of(concept) or "1"
    words: dict[str, Any] = {name: row.get(name) or None for name in ("flag", "answer")}
    if re.match(r"[<>]?[-\d.]", cell):
        low, high = (Decimal(row[key]) if row.get(key) else None for key in ("low", "high"))
        return Measurement(value=interval(cell), unit=unit, low_normal=low, high_normal=high, **words, **common)
    if cell in ANSWERS:
        return CodedResult(answer=cell, text=cell, **common)  # type: ignore[arg-type]
    if cell == "none":
        return Measurement(unit=unit, **words, **common)
    code, _, text = cell.rpartition("#")
    return CodedResult(text=text, codes=(Code(ISN_RPS, code),) if code else (), **common)


def _flag(row: Row, column: str, otherwise: bool | None) -> bool | None:
    return {"T": True, "F": False, "?": None, "": otherwise}[row.get(column, "")]


def _named(cell: str) -> dict[str, Any]:
    return {"placed": False} if cell == "?" else {"concepts": frozenset(cell.split())}


def _number(row: Row, column: str) -> Decimal | None:
    return Decimal(row[column]) if row.get(column) else None


def _diagnosis(cell: str, row: Row, common: dict[str, Any]) -> Fact:
    return Diagnosis(
        active=_flag(row, "active", None),
        certain=bool(_flag(row, "certain", True)),
        ended=day(row.get("ended", "")),
        recorded=day(row.get("recorded", "")),
        severity=row.get("severity") or None,  # type: ignore[arg-type]
        **_named(cell),
        **common,
    )


def _exposure(cell: str, row: Row, common: dict[str, Any]) -> Fact:
    return Exposure(
        kind=row.get("kind") or "administration",  # type: ignore[arg-type]
        ended=day(row.get("end", "")),
        ongoing=_flag(row, "ongoing", None),
        dose_mg=_number(row, "dose"),
        daily_mg=_number(row, "daily"),
        daily_mg_per_kg=_number(row, "daily_kg"),
        route=row.get("route") or None,
        **_named(cell),
        **common,
    )


def _allergy(cell: str, row: Row, common: dict[str, Any]) -> Fact:
    named = {} if cell == "?" else {"concepts": frozenset(cell.split())}
    return Allergy(
        active=_flag(row, "active", None),
        certain=bool(_flag(row, "certain", True)),
        drug=_flag(row, "drug", None),
        severe=_flag(row, "severe", None),
        recorded=day(row.get("recorded", "")),
        **named,
        **common,
    )


def _attestation(cell: str, row: Row, common: dict[str, Any]) -> Fact:
    item, _, holds = cell.partition("=")
    return Attestation(item=item, holds=holds == "T", author="Practitioner/li", **common)


def _infusion(cell: str, row: Row, common: dict[str, Any]) -> Fact:
    number, _, per_kg = cell.partition("/")
    cells = Decimal(number) if number not in ("none", "stopped") else None
    return Infusion(
        kind=row.get("kind") or "administration",  # type: ignore[arg-type]
        ended=day(row.get("end", "")),
        cells=None if per_kg else cells,
        cells_per_kg=cells if per_kg else None,
        stopped=cell == "stopped",
        **common,
    )


def _report(cell: str, row: Row, common: dict[str, Any]) -> Fact:
    return EventReport(
        term=cell,
        ended=day(row.get("end", "")),
        grade=int(row["grade"]) if row.get("grade") else None,  # type: ignore[arg-type]
        serious=_flag(row, "serious", None),
        criteria=tuple((row.get("criteria") or "").split()),  # type: ignore[arg-type]
        outcome=row.get("outcome") or None,  # type: ignore[arg-type]
        related=row.get("related") or None,  # type: ignore[arg-type]
        expected=_flag(row, "expected", None),
        author=row.get("author") or "Practitioner/li",
        proposal=row.get("proposal") or None,
        **common,
    )


def _assessment(cell: str, row: Row, common: dict[str, Any]) -> Fact:
    return Assessment(
        event=cell,
        author="Practitioner/li",
        confirmed=_flag(row, "confirmed", None),
        related=row.get("related") or None,  # type: ignore[arg-type]
        expected=_flag(row, "expected", None),
        serious=_flag(row, "serious", None),
        dlt=_flag(row, "dlt", None),
        **common,
    )


def _stay(cell: str, row: Row, common: dict[str, Any]) -> Fact:
    inpatient = {"inpatient": True, "outpatient": False, "?": None}[cell]
    ongoing = _flag(row, "ongoing", False) is True
    return Stay(inpatient=inpatient, ended=day(row.get("end", "")), ongoing=ongoing, **common)


_MAKERS = {
    "infusion": _infusion,
    "report": _report,
    "assess": _assessment,
    "stay": _stay,
    "enrolled": lambda cell, row, common: Enrolment(
        state=cell, arm=row.get("arm") or None, left=day(row.get("left", "")), **common
    ),
    "dx": _diagnosis,
    "rx": _exposure,
    "proc": lambda cell, row, common: ProcedureDone(**_named(cell), **common),
    "allergy": _allergy,
    "consent": lambda cell, row, common: ConsentGiven(
        active=cell != "inactive", permits=cell != "denies", ended=day(row.get("ended", "")), **common
    ),
    "trial": lambda cell, row, common: Participation(
        active=_flag({"trial": cell}, "trial", None), ended=day(row.get("ended", "")), **common
    ),
    "attest": _attestation,
}
