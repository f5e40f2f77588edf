"""Items of the SLEDAI-2K that results can show, at baseline and at week 12. There is no total.

Gladman DD et al., J Rheumatol 2002;29:288-91: nine of the 24 items rest on measurements; the others are for a clinician,
as are the exclusions of the nine (infection, stones, drugs). An item is present if any result in the days before the
visit shows it, and absent only where everything that could show it was measured and nothing leaves it open.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from mappings.criteria.measured import lower_normal, upper_normal
from mappings.criteria.sightings import is_high, is_low, is_usable
from mappings.endpoints.visits import looked_at
from mappings.facts import Measurement, Result
from mappings.follow_reasons import Note
from mappings.followed import Activity, ActivityItem, Timeline
from mappings.intervals import ZERO, Interval, exactly
from mappings.record import Record
from mappings.site import Occasion

Test = Callable[[Result, Occasion], bool | None]
#: Of so many results an item shows the latest.
SHOWN: Final = 3


class Item(msgspec.Struct, frozen=True):
    """One computable item. It is absent where a test of each of ``needed`` says so; ``also`` can only show it.

    ``excludes``: a person must rule out other causes before it counts.
    """

    id: str
    weight: int
    test: Test
    needed: tuple[tuple[str, ...], ...]
    also: tuple[str, ...] = ()
    excludes: bool = False

    @property
    def concepts(self) -> tuple[str, ...]:
        """Everything that may show it, each once."""
        return tuple(dict.fromkeys(concept for group in (*self.needed, self.also) for concept in group))


class Seen(msgspec.Struct, frozen=True):
    """What one result says of an item; ``doubt`` is why it says nothing."""

    result: Result
    shows: bool | None
    doubt: Note = ""


def above(limit: str) -> Test:
    """Test whether a number lies above the parameter ``limit`` of ``definitions.dynamics``."""
    return lambda one, on: _value(one).above(getattr(on.definitions.dynamics, limit).value)


def below(limit: str) -> Test:
    """Test whether a number lies below the parameter ``limit`` of ``definitions.dynamics``."""
    return lambda one, on: _value(one).below(getattr(on.definitions.dynamics, limit).value)


def _value(one: Result) -> Interval:
    """Return the number of a result: none seen is zero, and one without a number may be any."""
    value = one.value if isinstance(one, Measurement) else None
    return value or (exactly(ZERO) if one.answer == "negative" else Interval(None, None))


def is_raised(one: Result, on: Occasion) -> bool | None:
    """Whether ``one`` lies above its normal range, the site's where it has none, or says that it is positive."""
    if isinstance(one, Measurement):
        one = msgspec.structs.replace(one, high_normal=upper_normal(one, on))
    return is_high(one)


def is_lowered(one: Result, on: Occasion) -> bool | None:
    """Whether ``one`` lies below its normal range, the site's where it has none."""
    if isinstance(one, Measurement):
        one = msgspec.structs.replace(one, low_normal=lower_normal(one, on))
    return is_low(one)


CASTS: Final = "lab.urine_casts"


def has_casts(one: Result, on: Occasion) -> bool | None:
    """Whether there are casts of red cells or granular ones; casts of a kind that is not told may be hyaline."""
    found = is_raised(one, on)
    return None if found and CASTS in one.concepts else found


COMPUTABLE: Final = (
    Item("urinary-casts", 4, has_casts, (("lab.urine_rbc_casts", CASTS), ("lab.urine_granular_casts", CASTS))),
    Item("haematuria", 4, above("activity_red_cells"), (("lab.urine_rbc_hpf",),), excludes=True),
    Item("proteinuria", 4, above("activity_protein"), (("lab.urine_protein_24h_mass",),)),
    Item("pyuria", 4, above("activity_white_cells"), (("lab.urine_wbc_hpf",),), excludes=True),
    Item("low-complement", 2, is_lowered, (("lab.c3",), ("lab.c4",)), also=("lab.ch50",)),
    Item(
        "raised-anti-dsdna",
        2,
        is_raised,
        (("lab.anti_dsdna_quant", "lab.anti_dsdna_presence", "lab.anti_dsdna_titer"),),
    ),
    Item("fever", 1, above("activity_fever"), (("vital.temperature",),), excludes=True),
    Item("thrombocytopenia", 1, below("activity_platelets"), (("lab.platelet",),), excludes=True),
    Item("leukopenia", 1, below("activity_leukocytes"), (("lab.wbc",),), excludes=True),
)
FOR_A_PERSON: Final = {
    "seizure": 8,
    "psychosis": 8,
    "organic-brain-syndrome": 8,
    "visual-disturbance": 8,
    "cranial-nerve-disorder": 8,
    "lupus-headache": 8,
    "cerebrovascular-accident": 8,
    "vasculitis": 8,
    "arthritis": 4,
    "myositis": 4,
    "rash": 2,
    "alopecia": 2,
    "mucosal-ulcers": 2,
    "pleurisy": 2,
    "pericarditis": 2,
}


def activity(record: Record, line: Timeline, on: Occasion) -> tuple[Activity, ...]:
    """Return the items at baseline and at week 12, which is "not-yet" until its day is over; none without a Day 0."""
    if line.day0 is None or line.baseline is None:
        return ()
    week_12 = line.day0 + timedelta(days=on.definitions.treatment.week_12.days)
    over = on.midnight(week_12 + timedelta(days=1)) - timedelta(microseconds=1)
    return tuple(
        Activity(visit=name, items=_items(record, until, line, on))
        for name, until in (("baseline", line.baseline), ("W12", over))
    )


def _items(record: Record, until: datetime, line: Timeline, on: Occasion) -> tuple[ActivityItem, ...]:
    computed = [_item(item, record, until, line, on) for item in COMPUTABLE]
    others = [
        ActivityItem(item=item, weight=weight, present=None, computable=False, reason="needs-person")
        for item, weight in FOR_A_PERSON.items()
    ]
    return (*computed, *others)


def _item(item: Item, record: Record, until: datetime, line: Timeline, on: Occasion) -> ActivityItem:
    empty = ActivityItem(item=item.id, weight=item.weight, present=None, computable=True, reason="not-yet")
    if on.at <= until:
        return empty
    seen = {concept: _seen(item, concept, record, until, on) for concept in item.concepts}
    every = [one for found in seen.values() for one in found]
    shown = [one for one in every if one.shows]
    doubted = [one for one in every if one.shows is None]
    absent = all(any(seen[concept] for concept in group) for group in item.needed)
    present = True if shown else None if doubted or not absent else False
    reason = _reason(item, present, doubted)
    counted = shown or doubted or [found[0] for found in seen.values() if found]
    inputs = tuple(looked_at(one.result, line, on, one.doubt) for one in counted[:SHOWN])
    return msgspec.structs.replace(empty, present=present, reason=reason, inputs=inputs)


def _reason(item: Item, present: bool | None, doubted: Sequence[Seen]) -> Note:
    if present is None:
        return doubted[0].doubt if doubted else "missing"
    return "absent" if not present else "unless-excluded" if item.excludes else "present"


def _seen(item: Item, concept: str, record: Record, until: datetime, on: Occasion) -> list[Seen]:
    """Return what each result of ``concept`` in the window says of ``item``, the latest first.

    One that may lie outside is in doubt where it shows the item, or may, and else says nothing.
    """
    opens = on.midnight(on.day_of(until) - timedelta(days=on.definitions.dynamics.activity_window.days))
    found = []
    for one in record.series((concept,)):
        sides = (one.when.since(opens), one.when.until(until)) if one.when else (None,)
        if False in sides:
            continue
        shows, doubt = _shown(item, one, on)
        if None not in sides:
            found.append(Seen(one, shows, doubt))
        elif shows is not False:
            found.append(Seen(one, None, doubt or "partial-date"))
    return found


def _shown(item: Item, one: Result, on: Occasion) -> tuple[bool | None, Note]:
    """Return whether ``one`` shows ``item``; where it does not say, why."""
    if not is_usable(one):
        return None, one.problem or "no-value"
    shows = item.test(one, on)
    has_value = isinstance(one, Measurement) and one.value is not None
    return shows, "" if shows is not None else "undecided" if has_value else "no-value"
