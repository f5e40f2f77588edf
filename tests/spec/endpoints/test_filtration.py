"""The filtration rate by CKD-EPI 2021."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from mappings.endpoints.filtration import ckd_epi_2021, filtration
from mappings.facts import Measurement, Person, Sex, Source
from mappings.intervals import Interval, exactly
from tests.spec.endpoints.responses import occasion, on_day, renal, told

title = "Filtration rate"
PERSON = Person(
    reference="Patient/1", source=Source("Patient/1"), born=(date(1990, 1, 1), date(1990, 1, 1)), sex="female"
)
CREATININE = Measurement(
    source=Source("Observation/1"),
    concepts=frozenset({"lab.creatinine_molar"}),
    when=on_day(84),
    unit="umol/L",
    value=exactly(Decimal(60)),
)


@pytest.mark.parametrize(
    ("milligrams", "age", "sex", "rate"),
    [
        # the printed equation, evaluated in binary arithmetic by another program
        ("0.5", 30, "female", "129.32"),
        ("0.7", 40, "female", "112.05"),
        ("0.8", 50, "female", "89.71"),
        ("1.1", 50, "male", "81.78"),
        ("0.9", 18, "male", "126.96"),
        ("3", 70, "male", "21.67"),
    ],
)
def test_the_equation(milligrams: str, age: int, sex: Sex, rate: str) -> None:
    """Rates of men and women on either side of the creatinine at which the equation bends, and at it."""
    creatinine = Decimal(milligrams) * Decimal("88.4")
    assert ckd_epi_2021(creatinine, age, sex).quantize(Decimal("0.01")) == Decimal(rate)


def test_bounds_become_bounds() -> None:
    """A creatinine below a limit is a rate above another; an age between two is a rate between two."""
    on = occasion()
    exact = filtration(CREATININE, PERSON, on)
    below = filtration(msgspec.structs.replace(CREATININE, value=Interval(None, Decimal(60), False, True)), PERSON, on)
    assert exact is not None
    assert below == Interval(exact.low, None, True, False)
    elder = (date(1960, 1, 1), date(1990, 1, 1))
    between = filtration(CREATININE, msgspec.structs.replace(PERSON, born=elder), on)
    assert between is not None
    assert between.high == exact.low
    assert between.low == ckd_epi_2021(Decimal(60), 65, "female")


def test_age_is_that_of_the_day_of_the_sample() -> None:
    """Who has birthday the day after is a year younger."""
    born = occasion().day_of(on_day(85).latest).replace(year=1990)
    rate = filtration(CREATININE, msgspec.structs.replace(PERSON, born=(born, born)), occasion())
    assert rate == exactly(ckd_epi_2021(Decimal(60), 34, "female"))
    vague = msgspec.structs.replace(CREATININE, when=on_day(84, 85))
    between = filtration(vague, msgspec.structs.replace(PERSON, born=(born, born)), occasion())
    assert between == Interval(ckd_epi_2021(Decimal(60), 35, "female"), ckd_epi_2021(Decimal(60), 34, "female"))


@pytest.mark.parametrize("lacking", ["born", "sex", "when", "value", "zero"])
def test_what_lacks_leaves_no_rate(lacking: str) -> None:
    """Without a birth date, sex, date or number there is no rate, and none of a creatinine of zero."""
    person, creatinine = PERSON, CREATININE
    if lacking in ("born", "sex"):
        person = msgspec.structs.replace(person, **{lacking: None})
    elif lacking == "zero":
        creatinine = msgspec.structs.replace(creatinine, value=exactly(Decimal(0)))
    else:
        creatinine = msgspec.structs.replace(creatinine, **{lacking: None})
    assert filtration(creatinine, person, occasion()) is None


def test_the_share_of_baseline_is_met_at_the_limit() -> None:
    """A rate just above 85 % of baseline is enough, one just below is not; the limit and the rate are told, never rounded up."""
    table = """
        patient | day | lab.upcr_mass_ratio | lab.creatinine_molar
        --------+-----+---------------------+---------------------
              1 | -7  |                     | 100
              1 | 84  | 0.2                 | 114.503
              2 | -7  |                     | 100
              2 | 84  | 0.2                 | 114.504
              3 | -7  |                     | 100
              3 | 84  | 0.2                 | <114.4
    """
    found = renal(table)
    assert told(found) == {1: "CRR", 2: "NR filtration", 3: "CRR"}
    (check,) = (one for one in found[1].checks if one.rule == "filtration")
    assert check.limit is not None
    assert check.value is not None
    before = ckd_epi_2021(Decimal(100), 35, "female")
    assert check.limit.value <= before * Decimal("0.85") < check.limit.value + Decimal("0.01")
    assert check.limit.unit == check.value.unit == "mL/min/{1.73_m2}"
