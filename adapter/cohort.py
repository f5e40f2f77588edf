"""The tables over all treated participants: the primary endpoint, dose-limiting toxicities, responses. Text and CSV."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TextIO

import msgspec
from rich.table import Table
from rich.text import Text

from adapter.report import FHIR_ENCODER, csv_line
from adapter.table import console_on
from mappings.emitting.datatypes import Release
from mappings.emitting.measure_report import measure_reports
from mappings.followed import DltEvent
from mappings.safety.tabulation import (
    SEVERITIES,
    Counted,
    DltTable,
    Level,
    ResponseTable,
    SafetyRow,
    SafetyTable,
    Severity,
    dlt_table,
    response_table,
    safety_table,
)
from mappings.site import Occasion

Cells = list[str]
SAFETY: Final = (
    "kind",
    "about",
    "dose_level",
    "worst_grade",
    "subjects",
    "events",
    "subjects_unknown",
    "events_unknown",
)
DLT: Final = ("dose_level", "treated", "evaluable", "evaluable_unknown", "with_dlt", "none", "open", "data_gap")
TOXICITIES: Final = ("dose_level", "term", "grade", "rule", "onset", "certain", "confirmed")
RESPONSES: Final = ("endpoint", "cohort", "dose_level", "subjects", "decided", "responders", "result", "number")


class Cohort(msgspec.Struct, frozen=True):
    """Every treated participant of a run, as the tables count them."""

    subjects: tuple[Counted, ...]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield each table as the name and the content of a CSV file."""
        for name, head, rows in self._tables():
            yield f"{name}.csv", b"".join(csv_line(list(row)) + b"\n" for row in (head, *rows))

    def resources(self, release: Release, on: Occasion) -> list[bytes]:
        """Return the MeasureReports of the tables, one a line; none where nobody was treated."""
        made = measure_reports(self.subjects, release, on) if self.subjects else []
        return [FHIR_ENCODER.encode(one) + b"\n" for one in made]

    def print(self, to: TextIO) -> None:
        """Print every table that has a row to ``to``; the adverse events with a column for each grade."""
        console = console_on(to)
        for name, head, rows in self._tables():
            if name == "adverse-events":
                head, rows = BY_GRADE, list(_by_grade(safety_table(self.subjects)))
            if not rows:
                continue
            table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
            for column in head:
                table.add_column(column.replace("_", " "), overflow="fold")
            for row in rows:
                table.add_row(*map(Text, row))
            with console.capture() as laid_out:
                console.print(Text(f"\n{TITLES[name]}", "bold"), soft_wrap=True)
                console.print(table)
            to.writelines(f"{line.rstrip()}\n" for line in laid_out.get().splitlines())

    def _tables(self) -> Iterator[tuple[str, Sequence[str], list[Cells]]]:
        limiting = dlt_table(self.subjects)
        yield "adverse-events", SAFETY, list(_safety(safety_table(self.subjects)))
        yield "dose-limiting-toxicities", DLT, list(_dlt(limiting))
        yield "dose-limiting-events", TOXICITIES, list(_toxicities(limiting))
        yield "responses", RESPONSES, list(_responses(response_table(self.subjects)))


BY_GRADE: Final = ("event", "dose level", *(f"grade {one}" for one in SEVERITIES if one != "not-graded"), "no grade")
#: What people call the tables.
TITLES: Final = {
    "adverse-events": "Adverse events by type, worst grade and dose level: participants/events (+ those of which it is unclear "
    "whether they came with the treatment)",
    "dose-limiting-toxicities": "Dose-limiting toxicities by dose level",
    "dose-limiting-events": "Events that limit the dose",
    "responses": "Responses at week 12",
}


def as_cohort(lines: Iterable[bytes]) -> Cohort:
    """Return the cohort that ``lines``, one participant each, add up to."""
    return Cohort(tuple(map(msgspec.json.Decoder(Counted).decode, lines)))


def _cells(*values: Any) -> Cells:
    return ["" if value is None else str(value).lower() if isinstance(value, bool) else str(value) for value in values]


def _safety(table: SafetyTable) -> Iterator[Cells]:
    return (_cells(*_kind(row), row.level, row.severity, *_numbers(row)) for row in table.rows)


def _by_grade(table: SafetyTable) -> Iterator[Cells]:
    """Yield one row for each type and dose level, with a cell for each grade."""
    grades: dict[tuple[str, Level], dict[Severity, str]] = defaultdict(dict)
    for row in table.rows:
        subjects, events, *unknown = _numbers(row)
        more = f" +{unknown[0]}/{unknown[1]}" if any(unknown) else ""
        grades[_kind(row)[1], row.level][row.severity] = f"{subjects}/{events}{more}"
    for (about, level), cells in grades.items():
        yield _cells(about, level, *(cells.get(severity) for severity in SEVERITIES))


def _kind(row: SafetyRow) -> tuple[str, str]:
    return row.kind, row.about or f"{row.kind} event"


def _numbers(row: SafetyRow) -> tuple[int, ...]:
    return row.subjects, row.events, row.subjects_unknown, row.events_unknown


def _dlt(table: DltTable) -> Iterator[Cells]:
    for row in table.rows:
        states = (row.with_dlt, row.none, row.open, row.data_gap)
        yield _cells(row.level, row.treated, row.evaluable, row.evaluable_unknown, *states)


def _toxicities(table: DltTable) -> Iterator[Cells]:
    return (_toxicity(row.level, one) for row in table.rows for one in row.toxicities)


def _toxicity(level: object, one: DltEvent) -> Cells:
    return _cells(level, one.term, one.grade, one.rule, one.onset.text, one.certain, one.confirmed)


def _responses(table: ResponseTable) -> Iterator[Cells]:
    for row in table.rows:
        for result, number in row.results.items():
            counted = (row.subjects, row.decided, row.responders)
            yield _cells(row.endpoint, row.cohort, row.level, *counted, result, number)
