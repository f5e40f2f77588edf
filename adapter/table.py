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
from rich.table import Table
from rich.text import Text

from adapter.report import Row, printable

COLOURS: Final = {"eligible": "green", "ineligible": "red", "undetermined": "yellow"}
#: Columns of text where no terminal says how wide it is, and under which the days stand below each other.
WIDTH: Final = 150
NARROW: Final = 120
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
    id_width = min(max((cell_len(_name(row)) for row in first), default=0), WIDEST_ID)
    table = _empty(console.width, id_width, header=True)
    while first:
        for row in first:
            decided[row.decision] += 1
            table.add_row(*_cells(row))
        with console.capture() as laid_out:
            console.print(table)
        to.writelines(f"{line.rstrip()}\n" for line in laid_out.get().splitlines())
        first, table = list(islice(rows, TOGETHER)), _empty(console.width, id_width, header=False)
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


def _empty(width: int, id_width: int, *, header: bool) -> Table:
    """Return a table without rows, its columns as wide as in every other one of the same screening."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", show_header=header)
    days = 21 if width >= NARROW else 11
    widths = {"Patient": max(id_width, 7), "Decision": 12, "Cohort": 12, "From, until": days}
    for name, wide in widths.items():
        table.add_column(name, width=wide, overflow="fold")
    rest = width - sum(widths.values()) - 2 * len(widths)
    table.add_column("What bars (ineligible), or is missing (undetermined)", width=max(rest, 20), overflow="fold")
    return table


def _cells(row: Row) -> list[Text]:
    words = [Text(reason) for reason in row.because[:MOST_SHOWN]]
    if len(row.because) > MOST_SHOWN:
        words.append(Text(f"and {len(row.because) - MOST_SHOWN} more"))
    decision = Text(row.decision, COLOURS[row.decision])
    days = " ".join(filter(None, (row.first, row.last)))
    return [Text(_name(row)), decision, Text(_cohort(row)), Text(days), Text("\n").join(words)]


def _name(row: Row) -> str:
    return printable(row.patient.removeprefix("Patient/")).replace("\n", "�")


def _cohort(row: Row) -> str:
    """Return the cohorts that the decision is about, and which other one is still possible."""
    named = [name for name, decision in row.cohorts.items() if decision == row.decision]
    possible = [
        f"({name} open)" for name, decision in row.cohorts.items() if decision == "undetermined" != row.decision
    ]
    return "" if row.decision == "ineligible" else " ".join([*named, *possible])
