"""The part of PROTOCOL.md on grades of laboratory results: one table for each version of the CTCAE."""

import re
from collections.abc import Mapping

from mappings.safety.grading import TABLES
from mappings.safety.terms import Severity, Term

HEAD = """\
## Grades of laboratory results

`yts109 grade` reads these tables from `mappings/safety/ctcae_v5.py` and `mappings/safety/ctcae_v6.py`; the cases at each
limit are in `tests/spec/safety/tables.py`. A value has the highest grade whose criterion it passes; grade 0 is a value
that passes none, and a value that cannot be graded has no grade and a reason. LLN and ULN are the ends of the result's
own normal range, else of the site's. BL is the last usable value at or before the baseline. A result that was taken
up to the baseline, or where none is set, is graded by its range alone: criteria with BL are not asked, and a
baseline counts as normal. "If high" and "if low" mean a baseline above ULN or below LLN. In brackets stands the limit
for a value sent in that unit. What a person may add gives that grade whatever the number; software never does.
"""
MARKS = {
    "symptoms": "without symptoms",
    "needs-person": "a person must say",
    "not-fasting": "not graded: the glucose is not known to be fasting",
}
GROUPS = {"normal": "if not high", "high": "if high", "low": "if low", "anticoagulated": "if on anticoagulation"}


def grades() -> str:
    """Return the section with every table."""
    return "\n".join([HEAD, *(_table(version, terms) for version, terms in TABLES.items())])


def _table(version: str, terms: tuple[Term, ...]) -> str:
    rows = [
        "| term | NCIt | | results | unit | grade 1 | grade 2 | grade 3 | grade 4 | a person may add |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *map(_row, terms),
    ]
    return "\n".join([f"### CTCAE {version}", "", *rows, ""])


def _row(term: Term) -> str:
    results = ", ".join(f"`{concept}`" for concept in term.concepts)
    steps: tuple[Severity, ...] = (1, 2, 3, 4)
    cells = [_criteria(term.written.get(step, ""), term) for step in steps]
    return f"| {term.name} | {term.ncit} | {term.direction} | {results} | {term.unit} | {' | '.join(cells)} | {_added(term.person)} |"


def _criteria(text: str, term: Term) -> str:
    return "; or ".join(_criterion(one.strip(), term) for one in text.split(";")) if text else "-"


def _criterion(text: str, term: Term) -> str:
    bounds, _, mark = text.partition("?")
    group, colon, rest = bounds.rpartition(":")
    words = re.sub(r"\|([\d.]+)", lambda other: f" ({other[1]} {term.other_unit})", rest.strip()).replace("&", "and")
    words = words.replace("<", "&lt;").replace(">", "&gt;")
    return words + (f", {GROUPS[group]}" if colon else "") + (f" ({MARKS[mark]})" if mark else "")


def _added(person: Mapping[Severity, str]) -> str:
    return "; ".join(f"{step}: {words}" for step, words in person.items()) or "-"
