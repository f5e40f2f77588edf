"""The language of the grading tables: one term in one direction, and for each grade what a number must pass.

A criterion is written as one would say it: ``<LLN``, ``>3 ULN``, ``>=1.5 BL``, ``<=BL-10``, ``>BL+60``, ``<2.0|8.0``.
``LLN`` and ``ULN`` are the ends of the normal range, ``BL`` is the value at baseline; the figure behind the bar is the
one that the CTCAE prints for another unit (mg/dL beside mmol/L), which is seldom quite the same amount. ``&`` joins what must hold together, ``;``
parts what is enough alone. In front may stand for whom it is meant: ``normal:``, ``high:`` or ``low:`` (where the
baseline lies in its range), ``anticoagulated:``. ``?`` and a word at the end say what a number leaves open.

Grades are printed as spans that touch ("<1.5 - 1.0"), so the end nearest to normal says all: a value has the highest
grade of which it passes the end.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

import msgspec

Version = Literal["5.0", "6.0"]
Direction = Literal["low", "high"]
Severity = Literal[1, 2, 3, 4]
Sign = Literal["<", "<=", ">", ">="]
#: What a bound is measured by: a number of its own, an end of the normal range, or the baseline, times or plus a figure.
Scale = Literal["number", "LLN", "ULN", "BL", "BL+"]
#: For whom a criterion is meant; ``""`` is everybody.
Group = Literal["", "normal", "high", "low", "anticoagulated"]
#: What a criterion leaves open although the number passes it. Only with "symptoms" does the number have a grade.
Open = Literal["", "symptoms", "needs-person", "not-fasting"]


class Bound(msgspec.Struct, frozen=True):
    """What a value must lie beyond; ``other`` is the figure for values sent in the other unit."""

    sign: Sign
    scale: Scale
    figure: Decimal
    other: Decimal | None = None

    @property
    def is_baseline_itself(self) -> bool:
        """Whether it asks for no more than being beyond the baseline."""
        return self.scale == "BL" and self.figure == 1


class Criterion(msgspec.Struct, frozen=True):
    """One way to reach a grade: every bound must be passed."""

    bounds: tuple[Bound, ...]
    group: Group = ""
    leaves_open: Open = ""


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One term of the CTCAE in one direction, for results of ``concepts`` held in ``unit``.

    ``ncit`` is its code in the NCI Thesaurus, which has codes of the terms of version 5.0. ``steps`` are the criteria by
    grade, the worst grade first; ``written`` is their text. ``other_unit`` is that of the figures behind the bars.
    ``person`` says, by grade, what gives that grade whatever the number, and what only a person can know.
    """

    name: str
    ncit: str
    direction: Direction
    concepts: tuple[str, ...]
    unit: str
    other_unit: str
    written: Mapping[Severity, str]
    steps: tuple[tuple[Severity, tuple[Criterion, ...]], ...]
    person: Mapping[Severity, str]


def term(
    name: str,
    ncit: str,
    direction: Direction,
    concepts: str,
    unit: str,
    criteria: Mapping[Severity, str],
    person: Mapping[Severity, str] | None = None,
) -> Term:
    """Return the term that these words describe; ``unit`` may name the other unit behind a bar."""
    own, _, other = unit.partition("|")
    steps = tuple((grade, parsed(criteria[grade])) for grade in sorted(criteria, reverse=True))
    return Term(
        name=name,
        ncit=ncit,
        direction=direction,
        concepts=tuple(concepts.split()),
        unit=own,
        other_unit=other,
        written=criteria,
        steps=steps,
        person=person or {},
    )


def parsed(text: str) -> tuple[Criterion, ...]:
    """Return the criteria that ``text`` names."""
    return tuple(map(_criterion, text.split(";")))


_CRITERION: Final = re.compile(r"(?:(normal|high|low|anticoagulated):)?([^?]*)(?:\?([a-z-]+))?")
_BOUND: Final = re.compile(r"([<>]=?)(?:BL([+-]\d+)|([\d.]+)?(LLN|ULN|BL)|([\d.]+)(?:\|([\d.]+))?)")


def _criterion(text: str) -> Criterion:
    found = _CRITERION.fullmatch(text.replace(" ", ""))
    assert found, text
    group, bounds, leaves_open = found.groups("")
    return Criterion(tuple(map(_bound, bounds.split("&"))), group, leaves_open)  # type: ignore[arg-type]  # as matched


def _bound(text: str) -> Bound:
    found = _BOUND.fullmatch(text)
    assert found, text
    sign, added, times, end, number, other = found.groups()
    if added:
        return Bound(sign, "BL+", Decimal(added))  # type: ignore[arg-type]  # as matched
    if end:
        return Bound(sign, end, Decimal(times or 1))  # type: ignore[arg-type]  # as matched
    return Bound(sign, "number", Decimal(number), Decimal(other) if other else None)  # type: ignore[arg-type]  # as matched
