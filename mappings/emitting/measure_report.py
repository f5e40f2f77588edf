"""The tables over all treated participants as MeasureReports: counts by dose level, and nobody's identity.

A stratum is written for every row of a table, and none that the table does not have. The period has no start: everything
up to its end is counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from mappings.clauses import Bilingual
from mappings.emitting.datatypes import Release, Resource, coding
from mappings.emitting.event_codes import concept as coded
from mappings.emitting.identifiers import logical_id
from mappings.emitting.measure import TABLES, WORDS, concept, linked, path, population, together
from mappings.emitting.narrative import clean, narrative
from mappings.emitting.result_words import RESPONSES
from mappings.emitting.table_words import grade_code, level_code
from mappings.emitting.words import COHORTS
from mappings.findings import Cohort
from mappings.limits import PROTOCOL
from mappings.safety.tabulation import (
    Counted,
    DltRow,
    DltTable,
    Level,
    ResponseRow,
    ResponseTable,
    Result,
    SafetyRow,
    SafetyTable,
    Severity,
    dlt_table,
    response_table,
    safety_table,
)
from mappings.safety.vocabulary import TERMS
from mappings.site import Occasion

Counts = Mapping[str, int]
NOTHING: Final[Counts] = {}
NO_EVENTS: Final = dict.fromkeys(("participants", "events", "participants-unknown", "events-unknown"), 0)
UNKNOWN: Final = Bilingual("Cohort unknown", "队列未知")
#: Group of a table -> what it counts.
COUNTED: Final = {code: group for table in TABLES.values() for code, group in table.groups.items()}
#: The values of one stratum, one a dimension, with its numbers.
Stratum = tuple[tuple[Resource, ...], Counts]


class Counting(msgspec.Struct, frozen=True):
    """What a report says of one group of its measure: its numbers, and the strata of each stratifier, in their order."""

    counts: Counts
    strata: tuple[tuple[Stratum, ...], ...]


def measure_reports(subjects: Iterable[Counted], release: Release, on: Occasion) -> list[Resource]:
    """Return the report of every table over ``subjects``."""
    found, base = tuple(subjects), on.site.canonical_base
    told = {
        "safety": _safety(safety_table(found), base),
        "dose-limitation": _limitation(dlt_table(found), base),
        "response": _responses(response_table(found), base),
    }
    return [_report(name, groups, release, on) for name, groups in told.items()]


def _safety(table: SafetyTable, base: str) -> dict[str, Counting]:
    rows = [(_of_row(row, base), _events(row)) for row in table.rows]
    levels: list[Stratum] = []
    for level, treated in table.treated.items():
        totals = [_events(row) for row in table.rows if row.kind == "any" and row.level == level]
        levels.append(((_level(level, base),), {"initial-population": treated, **_sum(totals, NO_EVENTS)}))
    return {"adverse-events": _counting(levels, rows)}


def _of_row(row: SafetyRow, base: str) -> tuple[Resource, ...]:
    return _event(row.kind, row.about, base), _level(row.level, base), _grade(row.severity, base)


def _events(row: SafetyRow) -> Counts:
    return {
        "participants": row.subjects,
        "events": row.events,
        "participants-unknown": row.subjects_unknown,
        "events-unknown": row.events_unknown,
    }


def _event(kind: str, about: str, base: str) -> Resource:
    """Return what a row is about: a total, a special interest, or a term with its code where it has one."""
    if kind == "term":
        return _term(about)
    return concept(about if kind == "interest" else kind, base)


def _term(name: str) -> Resource:
    code = TERMS[name].code if name in TERMS else None
    return coded(*([code] if code else []), text=clean(name))


def _limitation(table: DltTable, base: str) -> dict[str, Counting]:
    levels: list[Stratum] = [((_level(row.level, base),), _windows(row)) for row in table.rows]
    found = Counter((row.level, one.term, one.grade or "not-graded") for row in table.rows for one in row.toxicities)
    types: list[Stratum] = [
        ((_term(term), _level(level, base), _grade(grade, base)), {"events": number})
        for (level, term, grade), number in found.items()
    ]
    return {"dose-limiting-toxicities": _counting(levels, types)}


def _windows(row: DltRow) -> Counts:
    return {
        "initial-population": row.treated,
        "denominator": row.evaluable,
        "numerator": row.with_dlt,
        "evaluable-unknown": row.evaluable_unknown,
        "none": row.none,
        "open": row.open,
        "data-gap": row.data_gap,
    }


def _responses(table: ResponseTable, base: str) -> dict[str, Counting]:
    names = {"renal": "renal-response", "platelets": "platelet-response"}
    return {
        name: _endpoint([row for row in table.rows if row.endpoint == endpoint], base)
        for endpoint, name in names.items()
    }


def _endpoint(rows: list[ResponseRow], base: str) -> Counting:
    levels: list[Stratum] = []
    for level in dict.fromkeys(row.level for row in rows):
        levels.append(((_level(level, base),), _sum([_answers(row) for row in rows if row.level == level])))
    results: list[Stratum] = [
        ((_cohort(row.cohort), _level(row.level, base), _result(result, base)), {"initial-population": number})
        for row in rows
        for result, number in row.results.items()
    ]
    return _counting(levels, results, dict.fromkeys(("initial-population", "denominator", "numerator"), 0))


def _answers(row: ResponseRow) -> Counts:
    return {"initial-population": row.subjects, "denominator": row.decided, "numerator": row.responders}


def _counting(levels: list[Stratum], rows: list[Stratum], none: Counts = NOTHING) -> Counting:
    """Return the numbers of a group: those of all dose levels together, of each level, and of each row."""
    return Counting(_sum([counts for _, counts in levels], none), (tuple(levels), tuple(rows)))


def _sum(counted: Iterable[Counts], none: Counts = NOTHING) -> Counts:
    total: Counter[str] = Counter(none)
    for one in counted:
        total.update(one)
    return dict(total)


def _level(level: Level, base: str) -> Resource:
    return concept(level_code(level), base)


def _grade(grade: Severity, base: str) -> Resource:
    return concept(grade_code(grade), base)


def _cohort(cohort: Cohort | None) -> Resource:
    words = COHORTS[cohort] if cohort else UNKNOWN
    return {"text": f"{words.en} {words.zh}"}


def _result(result: Result, base: str) -> Resource:
    """Return a result; that there is none has no code among the responses."""
    words = RESPONSES.get(result)
    if words is None:
        return {"text": result}
    return {"coding": [coding(f"{base}/CodeSystem/response", result, words.en)], "text": f"{words.en} {words.zh}"}


def _report(name: str, groups: Mapping[str, Counting], release: Release, on: Occasion) -> Resource:
    base, key = on.site.canonical_base, logical_id("measure-report", name)
    return {
        "resourceType": "MeasureReport",
        "id": key,
        "text": narrative(TABLES[name].title, [line for code, one in groups.items() for line in _lines(code, one)]),
        "identifier": [{"system": f"{base}/identifier/measure-report", "value": key}],
        "status": "complete",
        "type": "summary",
        "measure": f"{base}/Measure/{name}|{PROTOCOL}",
        "date": on.at.astimezone(on.zone).isoformat(timespec="seconds"),
        "period": {"end": on.today.isoformat()},
        "group": [_group(code, one, release, base) for code, one in groups.items()],
    }


def _lines(code: str, counting: Counting) -> Iterator[str]:
    """Yield the numbers in words: those of the group, then of every stratum."""
    yield f"{_name(code)}: {_numbers(counting.counts)}"
    for strata in counting.strata:
        for values, counts in strata:
            yield f"{', '.join(one['text'] for one in values)}: {_numbers(counts)}"


def _numbers(counts: Counts) -> str:
    return "; ".join(f"{_name(name)} {number}" for name, number in counts.items())


def _name(code: str) -> str:
    return f"{WORDS[code].en} {WORDS[code].zh}"


def _group(code: str, counting: Counting, release: Release, base: str) -> Resource:
    dimensions = COUNTED[code].stratifiers
    stratifiers = [
        _stratifier(code, names, strata, release, base)
        for names, strata in zip(dimensions, counting.strata, strict=True)
    ]
    made = linked(code, release) | {"code": concept(code, base)}
    return made | {"population": _populations(counting.counts, base, release, code), "stratifier": stratifiers}


def _stratifier(
    group: str, dimensions: tuple[str, ...], strata: Iterable[Stratum], release: Release, base: str
) -> Resource:
    """Return one stratifier of the measure, also where the table has no row for it."""
    code, made = concept(together(dimensions), base), linked(path(group, dimensions), release)
    if release == "R4":
        made |= {"code": [code]}
    elif len(dimensions) == 1:
        made |= {"code": code}
    found = [_stratum(group, dimensions, stratum, release, base) for stratum in strata]
    return made | ({"stratum": found} if found else {})


def _stratum(group: str, dimensions: tuple[str, ...], stratum: Stratum, release: Release, base: str) -> Resource:
    values, counts = stratum
    value = "value" if release == "R4" else "valueCodeableConcept"
    if len(dimensions) == 1:
        made: Resource = {value: values[0]}
    else:
        where = path(group, dimensions)
        parts = zip(dimensions, values, strict=True)
        made = {
            "component": [
                linked(f"{where}.{name}", release) | {"code": concept(name, base), value: one} for name, one in parts
            ]
        }
    return made | {"population": _populations(counts, base, release, group)}


def _populations(counts: Counts, base: str, release: Release, group: str) -> list[Resource]:
    return [
        linked(f"{group}.{name}", release) | {"code": population(name, base), "count": number}
        for name, number in counts.items()
    ]
