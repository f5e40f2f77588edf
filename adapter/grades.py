"""What people and programs get to see of graded laboratory results: JSON, CSV, and a table."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any, BinaryIO, Final, TextIO

import msgspec
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from adapter.report import csv_line, instant, printable
from adapter.table import TOGETHER, WIDEST_ID, as_text, console_on
from mappings.criteria.measured import lower_normal, upper_normal
from mappings.facts import Measurement
from mappings.intervals import Interval
from mappings.record import Record
from mappings.safety.laboratory import Graded
from mappings.safety.terms import Version
from mappings.site import Occasion
from mappings.wording import UNIT_NAMES, plain

_ENCODER: Final = msgspec.json.Encoder()


class GradeFormat(StrEnum):
    """The forms that grades can be printed in."""

    ndjson = "ndjson"
    csv = "csv"
    table = "table"


class Ctcae(StrEnum):
    """The versions of the CTCAE that results can be graded by."""

    v5 = "5.0"
    v6 = "6.0"


VERSIONS: Final[dict[Ctcae, Version]] = {Ctcae.v5: "5.0", Ctcae.v6: "6.0"}


class Grading(msgspec.Struct, frozen=True):
    """Which grades are asked for: by which version of the CTCAE, and the instant of the baseline where there is one."""

    version: Version = "5.0"
    baseline: datetime | None = None


def as_json(record: Record, one: Graded, on: Occasion) -> dict[str, Any]:
    """Return one grade in the form of the interface; the normal range is the one that was used, be it the site's."""
    result, term, measured = one.result, one.term, one.measured
    reached = one.grade.at_least if one.grade.grade is None else one.grade.grade
    return {
        "patient": record.person.reference,
        "reference": result.source.reference,
        "term": term.name,
        "direction": term.direction,
        "version": one.version,
        "grade": one.grade.grade,
        "reason": one.grade.reason,
        "at_least": one.grade.at_least,
        "ncit_v5": term.ncit,
        "time": result.when.text if result.when else None,
        "value": _number(measured.value) if measured and measured.value else None,
        "unit": measured.unit if measured else None,
        "raw": result.raw,
        "low_normal": _digits(lower_normal(measured, on)) if measured else None,
        "high_normal": _digits(upper_normal(measured, on)) if measured else None,
        "baseline": _baseline(one.baseline),
        "criteria": {str(severity): text for severity, text in term.written.items()},
        "person": {str(severity): words for severity, words in term.person.items() if severity > reached},
    }


def _baseline(found: Measurement | None) -> dict[str, Any] | None:
    if found is None or found.value is None:
        return None
    time = found.when.text if found.when else None
    return {"reference": found.source.reference, "time": time, "value": _number(found.value), "unit": found.unit}


def _digits(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)


def _number(value: Interval) -> str:
    """Return a value as one would write it: 45, <0.1, 3..5."""
    if value.exact is not None:
        return plain(value.exact)
    if value.high is None:
        return "" if value.low is None else f"{'>' if value.low_open else '>='}{plain(value.low)}"
    if value.low is None or (value.low == 0 and value.high_open):
        return f"{'<' if value.high_open else '<='}{plain(value.high)}"
    return f"{plain(value.low)}..{plain(value.high)}"


COLUMNS: Final = (
    "patient reference term direction version grade reason at_least ncit_v5 time value unit raw low_normal high_normal "
    "baseline_reference baseline_time baseline_value person"
).split()


def csv_head() -> bytes:
    """Return the first line of the CSV form."""
    return csv_line(COLUMNS)


def _csv(record: Record, found: list[Graded], on: Occasion) -> list[bytes]:
    return [_csv_cells(as_json(record, one, on)) for one in found]


def _csv_cells(one: Mapping[str, Any]) -> bytes:
    flat = {f"baseline_{name}": value for name, value in (one["baseline"] or {}).items()}
    flat |= {**one, "person": "; ".join(f"{severity}: {words}" for severity, words in one["person"].items())}
    cells = [flat.get(column) for column in COLUMNS]
    return csv_line(["" if cell is None else str(cell) for cell in cells])


def _ndjson(record: Record, found: list[Graded], on: Occasion) -> list[bytes]:
    return [_ENCODER.encode(as_json(record, one, on)) for one in found]


#: Format -> the lines it has for the results of one patient.
GRADE_RENDERERS: Final[Mapping[str, Callable[[Record, list[Graded], Occasion], list[bytes]]]] = {
    "ndjson": _ndjson,
    "csv": _csv,
    "table": _ndjson,
}
#: What the table calls the direction, and what it says where there is no grade.
ARROWS: Final = {"high": "↑", "low": "↓"}
NO_GRADE: Final = "-"
#: The width is that of the ids among the first rows, which may all be of one patient.
NARROWEST_ID: Final = 16


def write_grades(lines: Iterator[bytes], form: GradeFormat, grading: Grading, on: Occasion, file: BinaryIO) -> None:
    """Write what was rendered of every patient to ``file``."""
    if form is GradeFormat.table:
        with as_text(file) as text:
            print_grades(lines, headline(grading, on), text)
        return
    file.write(csv_head() + b"\n" if form is GradeFormat.csv else b"")
    file.writelines(lines)


def headline(grading: Grading, on: Occasion) -> str:
    """Return what the table is headed with: by which version, as of when, held against which baseline."""
    baseline = instant(grading.baseline, on.zone) if grading.baseline else "none: every result by its normal range"
    return f"CTCAE {grading.version} · as of {instant(on.at, on.zone)} · baseline {baseline}"


def print_grades(lines: Iterator[bytes], head: str, to: TextIO) -> None:
    """Print ``head``, one row a grade, and how many results have which grade, to ``to``."""
    console, counted = console_on(to), Counter[str]()
    console.print(Text(head), soft_wrap=True)
    rows = map(msgspec.json.decode, lines)
    first = list(islice(rows, TOGETHER))
    id_width = min(max((cell_len(_name(row)) for row in first), default=0), WIDEST_ID)
    table = _empty(id_width, header=True)
    while first:
        for row in first:
            grade = NO_GRADE if row["grade"] is None else str(row["grade"])
            counted[grade] += 1
            table.add_row(*map(Text, _cells(row, grade)))
        with console.capture() as laid_out:
            console.print(table)
        to.writelines(f"{line.rstrip()}\n" for line in laid_out.get().splitlines())
        first, table = list(islice(rows, TOGETHER)), _empty(id_width, header=False)
    told = [f"{number} of grade {grade}" for grade, number in sorted(counted.items()) if grade != NO_GRADE]
    console.print(" · ".join([*told, f"{counted[NO_GRADE]} cannot be graded"]))


def _empty(id_width: int, *, header: bool) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", show_header=header)
    widths = {"Patient": max(id_width, NARROWEST_ID), "Time": 25, "Term": 36, "Value": 22, "Grade": 5, "Reason": 14}
    for name, wide in widths.items():
        table.add_column(name, width=wide, overflow="fold")
    return table


def _cells(row: Mapping[str, Any], grade: str) -> list[str]:
    value = f"{row['value']} {UNIT_NAMES.get(row['unit'], row['unit'])}" if row["value"] else row["raw"]
    term = f"{ARROWS[row['direction']]} {row['term']}"
    return [_name(row), row["time"] or "", term, printable(value).replace("\n", " "), grade, row["reason"]]


def _name(row: Mapping[str, Any]) -> str:
    return printable(row["patient"].removeprefix("Patient/")).replace("\n", "�")
