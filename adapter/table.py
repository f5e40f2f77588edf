"""The table that a coordinator reads: one line a patient, with colour on a terminal only."""

from collections import Counter
from collections.abc import Iterator
from typing import Final, TextIO

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapter.report import Row

COLOURS: Final = {"eligible": "green", "ineligible": "red", "undetermined": "yellow"}
#: Columns of text where no terminal says how wide it is.
WIDTH: Final = 150
#: Clause ids shown in one cell; the JSON has them all.
MOST_SHOWN: Final = 4


def print_table(lines: Iterator[bytes], to: TextIO) -> None:
    """Print the rows in ``lines`` to ``to``, and how many patients came out how."""
    console = Console(file=to, highlight=False)
    if not console.is_terminal:
        console = Console(file=to, highlight=False, width=WIDTH)
    decoder = msgspec.json.Decoder(Row)
    table, decided = _empty(), Counter[str]()
    for line in lines:
        row = decoder.decode(line)
        decided[row.decision] += 1
        table.add_row(*_cells(row))
    console.print(table)
    console.print(" · ".join(f"{decided[decision]} {decision}" for decision in COLOURS))


def _empty() -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("Patient", "Decision", "LN", "ITP", "Barred by", "Open", "From", "Until"):
        table.add_column(name, no_wrap=name in ("Patient", "Decision", "From", "Until"), overflow="fold")
    return table


def _cells(row: Row) -> list[Text]:
    decisions = [Text(decision, COLOURS[decision]) for decision in (row.decision, *row.cohorts.values())]
    lists = [Text(_short(clauses)) for clauses in (row.bars, row.missing)]
    return [Text(row.patient.removeprefix("Patient/")), *decisions, *lists, Text(row.first), Text(row.last)]


def _short(clauses: list[str]) -> str:
    more = f" +{len(clauses) - MOST_SHOWN}" if len(clauses) > MOST_SHOWN else ""
    return " ".join(clauses[:MOST_SHOWN]) + more
