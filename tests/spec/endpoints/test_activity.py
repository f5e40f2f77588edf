"""Activity: which items of the SLEDAI-2K results show, and which they leave to a person."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from mappings.definitions import DEFINITIONS
from mappings.endpoints.activity import COMPUTABLE, FOR_A_PERSON, activity
from mappings.followed import ActivityItem, Timeline
from mappings.record import Record
from mappings.site import NormalRange, Occasion, Site
from tests.spec.tables import AT, INFUSED, day, treated

LINE = Timeline(day0=INFUSED.date(), infused=day("-90"), baseline=INFUSED - timedelta(days=5))
ON = Occasion(AT)


def items(record: Record, visit: str = "W12", on: Occasion = ON, line: Timeline = LINE) -> dict[str, ActivityItem]:
    """The items of one visit by name."""
    (found,) = (one for one in activity(record, line, on) if one.visit == visit)
    return {one.item: one for one in found.items}


def said(item: str, rows: str, columns: str = "", on: Occasion = ON) -> str:
    """Whether ``item`` is present at week 12, and why, in a patient with ``rows``."""
    found = items(
        treated(f"patient | day | {columns}\n" + "\n".join(f"1 | {row}" for row in rows.split(";")))[1], on=on
    )
    return f"{found[item].present} {found[item].reason}"


def test_the_24_items_with_their_weights() -> None:
    """Nine are computable, fifteen never are; the weights add up to 105."""
    found = items(treated("patient | day | lab.alt\n1 | 7 | 20")[1])
    assert len(found) == 24
    assert sum(one.weight for one in found.values()) == 105
    assert {name for name, one in found.items() if not one.computable} == set(FOR_A_PERSON)
    assert {(one.present, one.reason) for one in found.values() if not one.computable} == {(None, "needs-person")}
    assert {(one.present, one.reason) for one in found.values() if one.computable} == {(None, "missing")}
    assert len(COMPUTABLE) == 9


@pytest.mark.parametrize(
    ("item", "concept", "cell", "expected"),
    [
        ("haematuria", "lab.urine_rbc_hpf", "5", "False absent"),
        ("haematuria", "lab.urine_rbc_hpf", "6", "True unless-excluded"),
        ("haematuria", "lab.urine_rbc_hpf", "5.1", "True unless-excluded"),
        ("haematuria", "lab.urine_rbc_hpf", "3..8", "None undecided"),
        ("haematuria", "lab.urine_rbc_hpf", "negative", "False absent"),
        ("haematuria", "lab.urine_rbc_hpf", "positive", "None no-value"),
        ("pyuria", "lab.urine_wbc_hpf", "5", "False absent"),
        ("pyuria", "lab.urine_wbc_hpf", ">5", "True unless-excluded"),
        ("pyuria", "lab.urine_wbc_hpf", "none", "None no-value"),
        ("proteinuria", "lab.urine_protein_24h_mass", "0.5", "False absent"),
        ("proteinuria", "lab.urine_protein_24h_mass", "0.51", "True present"),
        ("proteinuria", "lab.urine_protein_24h_mass", "<0.6", "None undecided"),
        ("proteinuria", "lab.upcr_24h_ratio", "3", "None missing"),
        ("fever", "vital.temperature", "38.0", "False absent"),
        ("fever", "vital.temperature", "38.1", "True unless-excluded"),
        ("thrombocytopenia", "lab.platelet", "100", "False absent"),
        ("thrombocytopenia", "lab.platelet", "99", "True unless-excluded"),
        ("thrombocytopenia", "lab.platelet", "-1", "None no-value"),
        ("leukopenia", "lab.wbc", "3.0", "False absent"),
        ("leukopenia", "lab.wbc", "2.9", "True unless-excluded"),
        ("leukopenia", "lab.wbc", "<3.0", "True unless-excluded"),
        ("leukopenia", "lab.wbc", "<3.1", "None undecided"),
    ],
)
def test_numbers_against_their_limits(item: str, concept: str, cell: str, expected: str) -> None:
    """At the limit an item is not there; a value on which side nobody can tell leaves it open."""
    assert said(item, f"80 | {cell}", concept) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("80 | negative | negative |", "False absent"),
        ("80 | positive | negative |", "True present"),
        ("80 | negative | positive |", "True present"),
        ("80 | negative | |", "None missing"),
        ("80 | | negative |", "None missing"),
        ("80 | | | negative", "False absent"),
        ("80 | | | positive", "None no-value"),
        ("80 | negative | negative | positive", "None no-value"),
        ("80 | positive | | positive", "True present"),
        ("80 | indeterminate | negative |", "None no-value"),
    ],
)
def test_urinary_casts(rows: str, expected: str) -> None:
    """Red cell or granular casts show the item; both must be missing from the sediment, or all casts, to deny it."""
    columns = "lab.urine_rbc_casts | lab.urine_granular_casts | lab.urine_casts"
    assert said("urinary-casts", rows, columns) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("80 | 0.7 | | | 0.8 |", "True present"),
        ("80 | 0.8 | | | 0.8 |;80 | | 0.2 | | 0.1 |", "False absent"),
        ("80 | 0.8 | | | 0.8 |;80 | | 0.1 | | 0.11 |", "True present"),
        ("80 | 0.8 | | | 0.8 |", "None missing"),
        ("80 | 0.8 | | | 0.8 |;80 | | 0.2 | | |", "None undecided"),
        ("80 | 0.8 | | | 0.8 |;80 | | 0.2 | | 0.1 |;80 | | | 20 | 30 |", "True present"),
        ("80 | 0.8 | | | 0.8 |;80 | | 0.2 | | 0.1 |;80 | | | 20 | |", "None undecided"),
        ("80 | negative | | | |", "None no-value"),
        ("80 | 0.8 | | | | low", "True present"),
        ("80 | 0.8 | | | 0.8 | low", "None undecided"),
    ],
)
def test_low_complement(rows: str, expected: str) -> None:
    """Any of C3, C4 and CH50 below its lower limit shows it; C3 and C4 must both be normal to deny it."""
    assert said("low-complement", rows, "lab.c3 | lab.c4 | lab.ch50 | low | flag") == expected


def test_the_range_of_the_site_stands_in() -> None:
    """A result without a range is held against the site's range of its concept."""
    ranges = {
        "lab.c3": NormalRange("g/L", low=Decimal("0.9")),
        "lab.anti_dsdna_quant": NormalRange("[IU]/mL", high=Decimal(100)),
    }
    on = Occasion(AT, Site(normal_ranges=ranges))
    assert said("low-complement", "80 | 0.85", "lab.c3", on) == "True present"
    assert said("raised-anti-dsdna", "80 | 101", "lab.anti_dsdna_quant", on) == "True present"
    assert said("raised-anti-dsdna", "80 | 100", "lab.anti_dsdna_quant", on) == "False absent"
    assert said("raised-anti-dsdna", "80 | 101", "lab.anti_dsdna_quant") == "None undecided"


def test_anti_dsdna_by_any_method() -> None:
    """One positive method shows it; one negative method denies it where no other says anything else."""
    columns = "lab.anti_dsdna_quant | lab.anti_dsdna_presence | lab.anti_dsdna_titer | high"
    assert said("raised-anti-dsdna", "80 | 150 | | | 100;80 | | negative | |", columns) == "True present"
    assert said("raised-anti-dsdna", "80 | | negative | |", columns) == "False absent"
    assert said("raised-anti-dsdna", "80 | | positive | |", columns) == "True present"
    assert said("raised-anti-dsdna", "80 | | negative | |;80 | | indeterminate | |", columns) == "None no-value"
    assert said("raised-anti-dsdna", "80 | | | 20 | 10", columns) == "True present"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("84 | 90 |", "True unless-excluded"),
        ("54 | 90 |", "True unless-excluded"),
        ("53.4 | 90 |", "None missing"),
        ("84.4 | 90 |", "True unless-excluded"),
        ("84.6 | 90 |", "None missing"),
        ("50..60 | 90 |", "None partial-date"),
        ("50..60 | 200 |", "None missing"),
        ("50..60 | 90..200 |", "None undecided"),
        ("83..86 | 90 |", "None partial-date"),
        (" | 90 |", "None partial-date"),
        (" | 200 |", "None missing"),
        ("80 | 200 |;70 | 90 |", "True unless-excluded"),
        ("80 | 90 | preliminary", "None preliminary"),
        ("80 | 200 | preliminary;79 | 200 |", "None preliminary"),
        ("80 | 90 | preliminary;79 | 90 |", "True unless-excluded"),
    ],
)
def test_the_window_before_week_12(row: str, expected: str) -> None:
    """The thirty days before Day 84 and that day count; what may lie outside, or is unusable, leaves the item open."""
    assert said("thrombocytopenia", row, "lab.platelet | problem") == expected


def test_the_definition_says_how_long_the_window_is() -> None:
    """A site that looks back ten days does not see what was there before them."""
    group = msgspec.structs.replace(
        DEFINITIONS.dynamics,
        activity_window=msgspec.structs.replace(DEFINITIONS.dynamics.activity_window, value=Decimal(10)),
    )
    on = Occasion(AT, definitions=msgspec.structs.replace(DEFINITIONS, dynamics=group))
    assert said("thrombocytopenia", "74 | 90", "lab.platelet", on) == "True unless-excluded"
    assert said("thrombocytopenia", "73 | 90", "lab.platelet", on) == "None missing"


def test_baseline_is_before_lymphodepletion() -> None:
    """What lies after the instant of baseline is none of it."""
    table = """
        patient | day | lab.wbc | lab.platelet
        --------+-----+---------+-------------
              1 | -5  | 2.5     |
              1 | -4  |         | 20
              1 | -36 |         | 20
    """
    found = items(treated(table)[1], "baseline")
    assert (found["leukopenia"].present, found["thrombocytopenia"].present) == (True, None)
    (shown,) = found["leukopenia"].inputs
    assert (shown.name, shown.day, shown.used) == ("lab.wbc", -5, True)


def test_an_item_shows_what_it_rests_on() -> None:
    """Shown are at most three results that show the item, or that leave it open; else the latest of each test."""
    table = """
        patient | day | vital.temperature | problem     | lab.c3 | lab.c4 | low
        --------+-----+-------------------+-------------+--------+--------+----
              1 | 70  | 39                |             |        |        |
              1 | 71  | 37                |             |        |        |
              1 | 72  | 39.2              |             |        |        |
              1 | 73  | 39.3              |             |        |        |
              1 | 74  | 39.4              |             |        |        |
              2 | 70  | 37                |             |        |        |
              2 | 71  | 39                | preliminary |        |        |
              3 | 70  |                   |             | 1      |        | 0.8
              3 | 71  |                   |             | 1.1    |        | 0.8
              3 | 72  |                   |             |        | 0.3    | 0.1
    """
    found = treated(table)
    fevers = [items(found[number])["fever"].inputs for number in (1, 2)]
    assert [(one.day, one.used, one.note) for one in fevers[0]] == [(74, True, ""), (73, True, ""), (72, True, "")]
    assert [(one.day, one.used, one.note) for one in fevers[1]] == [(71, False, "preliminary")]
    assert [(one.name, one.day) for one in items(found[3])["low-complement"].inputs] == [("lab.c3", 71), ("lab.c4", 72)]


def test_week_12_is_judged_when_its_day_is_over() -> None:
    """Until then every computable item is open; a day later it is not."""
    record = treated("patient | day | lab.wbc\n1 | 80 | 2")[1]
    midnight = ON.midnight(INFUSED.date() + timedelta(days=85))
    before = items(record, on=Occasion(midnight - timedelta(microseconds=1)))
    assert {(one.present, one.reason) for one in before.values() if one.computable} == {(None, "not-yet")}
    assert items(record, on=Occasion(midnight))["leukopenia"].present is True


def test_nothing_is_derived_without_a_day_0() -> None:
    """Without a Day 0 there is no visit."""
    record = treated("patient | day | lab.wbc\n1 | 80 | 2")[1]
    assert activity(record, Timeline(day0=None), ON) == ()
    assert activity(record, Timeline(day0=INFUSED.date()), ON) == ()
