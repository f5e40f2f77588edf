"""Treated participants in rows: CSV, and the coordinator's table; and everything that one of them is rendered as."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, TextIO

import msgspec
from rich.table import Table
from rich.text import Text

from adapter.cohort import Cohort
from adapter.explaining import explanations
from adapter.followed import as_json, spelled
from adapter.pictures import Picture
from adapter.report import FHIR_ENCODER, csv_line, instant, printable
from adapter.report import counted as counted_as
from adapter.table import console_on
from mappings.emitting.datatypes import Release
from mappings.emitting.following import resources
from mappings.followed import DltWatch, Episode, Expansion, Followed, Interest, Response
from mappings.safety.dlt_rules import is_expected
from mappings.safety.tabulation import counted
from mappings.site import Occasion

_ENCODER: Final = msgspec.json.Encoder()
#: One line for each event, toxicity, endpoint and parameter of a participant.
COLUMNS: Final = (
    "patient identifier at day0 dose_level cohort kind name code scale result worst_grade onset end value unit reason "
    "emergent serious related source confirmed definition evidence"
).split()


def follow_head() -> bytes:
    """Return the first line of the CSV form."""
    return csv_line(COLUMNS)


def _csv(followed: Followed, on: Occasion) -> list[bytes]:
    line = followed.timeline
    common = {
        "patient": followed.patient,
        "identifier": "|".join(followed.identifier or ()),
        "at": instant(followed.at, on.zone),
        "day0": line.day0,
        "dose_level": line.dose.level,
        "cohort": line.cohort,
    }
    return [_csv_cells({**common, **row}) for row in _rows(followed)]


def _csv_cells(row: Mapping[str, Any]) -> bytes:
    cells = [row.get(column) for column in COLUMNS]
    return csv_line(["" if cell is None else str(cell) for cell in cells])


def _rows(followed: Followed) -> Iterable[dict[str, Any]]:
    yield from map(_event_row, followed.events)
    watch = followed.dlt
    yield {"kind": "dlt", "name": "window", "result": watch.state, "reason": watch.why, "definition": watch.definition}
    for event in watch.events:
        row = {"kind": "dlt", "name": event.term, "worst_grade": event.grade, "onset": event.onset.text}
        cited = " ".join(one.reference for one in event.evidence)
        yield row | {"result": event.rule, "confirmed": event.confirmed, "evidence": cited}
    for name, response in (("crr_week12", followed.renal), ("itp_week12", followed.platelets)):
        yield _endpoint_row(name, response)
    for one in followed.expansions:
        yield from _expansion_rows(one)


def _event_row(one: Episode) -> dict[str, Any]:
    return {
        "kind": "adverse-event",
        "name": one.term.name,
        "code": one.term.code.code if one.term.code else None,
        "scale": one.scale,
        "result": one.outcome,
        "worst_grade": one.worst_grade,
        "onset": one.onset.text,
        "end": one.end.text if one.end else None,
        "reason": one.reason,
        "emergent": one.emergent,
        "serious": one.serious,
        "related": one.related,
        "source": one.source,
        "confirmed": one.confirmed,
        "evidence": " ".join(each.reference for each in one.evidence),
    }


def _endpoint_row(name: str, response: Response) -> dict[str, Any]:
    cited = [one.evidence.reference for one in response.inputs if one.evidence and one.used]
    row = {"kind": "endpoint", "name": name, "result": response.result, "reason": response.reason}
    return row | {"definition": response.definition, "evidence": " ".join(cited)}


def _expansion_rows(one: Expansion) -> Iterable[dict[str, Any]]:
    units = {"cmax": one.unit, "tmax": "d", "auc": f"{one.unit}.d", "clast": one.unit, "tlast": "d", "half_life": "d"}
    for name, unit in units.items():
        value = getattr(one, name)
        if value is not None:
            row = {"kind": "pk", "name": f"{one.analyte} {name}", "value": spelled(value), "unit": unit}
            yield row | {"definition": one.definition}


class Row(msgspec.Struct):
    """One line of the table."""

    patient: str
    cells: list[str]
    notes: list[str]


#: What the columns of the table are called.
HEADS: Final = ("Patient", "Cohort", "Day 0", "Level", "DLT", "CRS", "ICANS", "Worst event", "Week 12", "To see to")
#: Names of the worst events that a cell has room for.
MOST_NAMED: Final = 2


def _row(followed: Followed, _: Occasion) -> list[bytes]:
    line = followed.timeline
    cells = [
        line.cohort or "?",
        line.day0.isoformat() if line.day0 else "?",
        str(line.dose.level or "?"),
        _limiting(followed.dlt),
        _of_interest("crs", followed.events),
        _of_interest("icans", followed.events),
        _worst(followed.events),
        _answer(followed),
    ]
    return [_ENCODER.encode(Row(followed.patient, cells, _notes(followed)))]


def _limiting(watch: DltWatch) -> str:
    """Return the state of the window, and by which rules or why."""
    rules = dict.fromkeys(one.rule for one in watch.events if one.certain and one.confirmed is not False)
    return f"{watch.state} ({', '.join(rules) if watch.state == 'dlt' else watch.why})"


def _answer(followed: Followed) -> str:
    """Return the response at week 12 of the participant's own cohort, and why it is that."""
    response = {"LN": followed.renal, "ITP": followed.platelets}.get(followed.timeline.cohort or "")
    return f"{response.result}{f' ({response.reason})' if response.reason else ''}" if response else "?"


def _counting(events: Iterable[Episode]) -> list[Episode]:
    """Return the events that came, or may have come, with the treatment, and that nobody refused."""
    return [one for one in events if one.emergent is not False and one.confirmed is not False]


def _of_interest(interest: Interest, events: Iterable[Episode]) -> str:
    """Return the worst grade of the events of ``interest``; nothing where there is none."""
    found = [one for one in _counting(events) if one.term.interest == interest]
    return str(max(one.worst_grade or one.at_least for one in found)) if found else ""


def _worst(events: Iterable[Episode]) -> str:
    """Return the events of the highest grade, the first few by name; those that are expected in everybody stand apart."""
    found = [one for one in _counting(events) if not is_expected(one.term)]
    worst = max((one.worst_grade or 0 for one in found), default=0)
    names = list(dict.fromkeys(one.term.name for one in found if worst and one.worst_grade == worst))
    more = len(names) - MOST_NAMED
    return f"G{worst} {', '.join(names[:MOST_NAMED])}{f' and {more} more' if more > 0 else ''}" if names else ""


def _notes(followed: Followed) -> list[str]:
    """Return what a person should see to: what is unsure about the treatment, and what they must confirm."""
    notes: list[str] = list(followed.timeline.problems)
    for event in followed.dlt.events:
        if event.confirmed is None:
            notes.append(f"confirm {event.term} as dose-limiting: {', '.join(event.ask)}")
    proposals = sum(one.confirmed is None for one in followed.events)
    if proposals:
        notes.append(f"{proposals} proposed events to confirm")
    return notes + [f"{one} names an event that is not there" for one in followed.unmatched]


def _fhir(release: Release, followed: Followed, on: Occasion) -> list[bytes]:
    return [FHIR_ENCODER.encode(resource) for resource in resources(followed, release, on)]


def _ndjson(followed: Followed, on: Occasion) -> list[bytes]:
    return [_ENCODER.encode(as_json(followed, on))]


def _counted(followed: Followed, _: Occasion) -> list[bytes]:
    return [_ENCODER.encode(counted(followed))]


def _explained(followed: Followed, on: Occasion) -> list[bytes]:
    return [_ENCODER.encode(explanations(followed, on))]


def _picture(followed: Followed, on: Occasion) -> list[bytes]:
    from adapter.plots import picture  # drawing is slow to load, and seldom asked for

    return [_ENCODER.encode(Picture(followed.patient, picture(followed, on).decode()))]


#: Format -> the lines it has for one participant; "counted" is what the tables of the cohort are made from.
FOLLOW_RENDERERS: Final[Mapping[str, Callable[[Followed, Occasion], list[bytes]]]] = {
    "ndjson": _ndjson,
    "csv": _csv,
    "participants": _row,
    "fhir": partial(_fhir, "R4"),
    "fhir-r5": partial(_fhir, "R5"),
    "counted": _counted,
    "explained": _explained,
    "plots": _picture,
}


def print_participants(lines: Iterable[bytes], cohort: Cohort, head: str, to: TextIO) -> None:
    """Print ``head``, one row a participant with what a person should see to below it, and the tables of the cohort."""
    console = console_on(to)
    rows = list(map(msgspec.json.Decoder(Row).decode, lines))
    console.print(Text(head), soft_wrap=True)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for name in HEADS:
        table.add_column(name, overflow="fold")
    for row in rows:
        cells = (row.patient.removeprefix("Patient/"), *row.cells, "; ".join(row.notes))
        table.add_row(*(Text(printable(cell).replace("\n", "�")) for cell in cells))
    with console.capture() as laid_out:
        console.print(table)
    to.writelines(f"{line.rstrip()}\n" for line in laid_out.get().splitlines())
    console.print(counted_as(len(rows), "treated participant"))
    cohort.print(to)
