"""The table that a coordinator reads: one patient after the other, in words, with colour on a terminal only."""

import io
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO, Final, TextIO

import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from adapter.report import Row, printable

COLOURS: Final = {"eligible": "green", "ineligible": "red", "undetermined": "yellow"}
#: Columns of text where no terminal says how wide it is.
WIDTH: Final = 150
#: Columns that reasons need beside the rest of a row; where there are fewer, they stand below it, as far indented.
NARROWEST: Final = 40
INDENT: Final = 4
#: Columns of the first and the last day side by side, and below each other.
DAYS: Final = (21, 10)
#: Columns of text for a patient's id, which is a UUID in many hospitals.
WIDEST_ID: Final = 36
#: Reasons shown of one patient; ``explain`` and the JSON have them all.
MOST_SHOWN: Final = 4
#: Patients laid out together, so that memory does not grow with their number.
TOGETHER: Final = 500


def print_table(lines: Iterator[bytes], head: str, to: TextIO) -> None:
    """Print ``head``, the rows in ``lines``, and how many patients came out how, to ``to``."""
    console = console_on(to)
    decided = Counter[str]()
    console.print(Text(head), soft_wrap=True)
    rows = map(msgspec.json.Decoder(Row).decode, lines)
    first = list(islice(rows, TOGETHER))
    widths = _widths(console.width, max((cell_len(_name(row)) for row in first), default=0))
    header = True
    while first:
        decided.update(row.decision for row in first)
        with console.capture() as laid_out:
            for one in _laid_out(first, widths, header=header):
                console.print(one)
        to.writelines(f"{line.rstrip()}\n" for line in laid_out.get().splitlines())
        first, header = list(islice(rows, TOGETHER)), False
    console.print(" · ".join(f"{decided[decision]} {decision}" for decision in COLOURS))


@contextmanager
def as_text(file: BinaryIO) -> Iterator[TextIO]:
    """Give a place for text in ``file``; the standard output stays the one that knows its terminal."""
    text = io.TextIOWrapper(file, encoding="utf-8", write_through=True)
    yield sys.stdout if file is sys.stdout.buffer else text
    text.detach()


def console_on(to: TextIO) -> Console:
    """Return what writes to ``to``: in colour on a terminal, as the same plain text everywhere else."""
    if to.isatty():
        return Console(file=to, highlight=False)
    # No environment variable may colour or fold what a program reads.
    return Console(file=to, highlight=False, width=WIDTH, force_terminal=False, no_color=True, _environ={})


def _widths(width: int, longest_id: int) -> dict[str, int]:
    """Return how wide each column is; without one for the reasons where there is no room for them beside the others."""
    widths = {"Patient": min(max(longest_id, 7), WIDEST_ID), "Decision": 12, "Cohort": 12, "From-until": DAYS[0]}
    rest = width - sum(widths.values()) - 2 * len(widths)
    if rest >= NARROWEST:
        return widths | {"Why": rest}
    return widths if rest >= 0 else widths | {"From-until": DAYS[1]}


def _laid_out(rows: list[Row], widths: dict[str, int], *, header: bool) -> Iterator[Table | Padding]:
    """Yield ``rows`` as one table, or as one each with its reasons below it, the columns as wide in all of them."""
    if "Why" in widths:
        table = _empty(widths, header=header)
        for row in rows:
            table.add_row(*_cells(row), Text("\n").join(_reasons(row)))
        yield table
        return
    for index, row in enumerate(rows):
        table = _empty(widths, header=header and not index)
        table.add_row(*_cells(row))
        yield table
        yield from (Padding(reason, (0, 0, 0, INDENT)) for reason in _reasons(row))


def _empty(widths: dict[str, int], *, header: bool) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", show_header=header)
    for name, wide in widths.items():
        table.add_column(name, width=wide, overflow="fold")
    return table


def _cells(row: Row) -> list[Text]:
    decision = Text(row.decision, COLOURS[row.decision])
    days = " ".join(filter(None, (row.first, row.last)))
    return [Text(_name(row)), decision, Text(_cohort(row)), Text(days)]


def _reasons(row: Row) -> list[Text]:
    """Return what bars, or what is missing: the first few of it, and how many more there are."""
    words = [Text(reason) for reason in row.because[:MOST_SHOWN]]
    more = len(row.because) - MOST_SHOWN
    return [*words, Text(f"and {more} more")] if more > 0 else words


def _name(row: Row) -> str:
    return printable(row.patient.removeprefix("Patient/")).replace("\n", "�")


def _cohort(row: Row) -> str:
    """Return the cohorts that the decision is about, and which other one is still possible."""
    named = [name for name, decision in row.cohorts.items() if decision == row.decision]
    possible = [
        f"({name} open)" for name, decision in row.cohorts.items() if decision == "undetermined" != row.decision
    ]
    return "" if row.decision == "ineligible" else " ".join([*named, *possible])
