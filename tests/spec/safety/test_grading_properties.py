"""What holds of every grade, whatever the term, the value, the range and the baseline."""

from decimal import Decimal

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from mappings.facts import Measurement, Source
from mappings.intervals import Interval, exactly
from mappings.reading.units import conversion, unit_of
from mappings.safety.grading import TABLES, Against, grade
from mappings.safety.terms import Term
from mappings.site import Occasion
from tests.spec.tables import AT

ON = Occasion(AT)
TERMS = [term for terms in TABLES.values() for term in terms]
#: Dense where most limits lie, with the round figures that limits are.
NUMBERS = st.one_of(
    st.decimals("0", "12", places=2),
    st.decimals("0", "3000", places=0),
    st.sampled_from([Decimal(text) for text in "0 0.5 1 1.5 2 3 5 10 15 20 40 50 75 100 130 480 1000".split()]),
)


def result(term: Term, value: Interval, low: Decimal | None = None, high: Decimal | None = None) -> Measurement:
    """A result of the term's first concept in its own unit."""
    return Measurement(
        source=Source("Observation/x"),
        concepts=frozenset(term.concepts[:1]),
        unit=term.unit,
        value=value,
        low_normal=low,
        high_normal=high,
    )


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    """A number within bounds, of which one may be missing."""
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    missing = draw(st.sampled_from(["none", "none", "low", "high"]))
    opens = (draw(st.booleans()), draw(st.booleans())) if low < high else (False, False)
    return Interval(None if missing == "low" else low, None if missing == "high" else high, *opens)


@st.composite
def circumstances(draw: st.DrawFn) -> tuple[Term, Decimal | None, Decimal | None, Against]:
    """A term, a normal range, and a baseline with one of its own; any of them may be missing."""
    term = draw(st.sampled_from(TERMS))
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    kept = draw(st.sampled_from(["both", "both", "low", "high", "none"]))
    ends = (low if kept in ("both", "low") else None, high if kept in ("both", "high") else None)
    baseline = None
    if draw(st.booleans()):
        ranged = draw(st.booleans())
        baseline = result(term, draw(st.one_of(NUMBERS.map(exactly), intervals())), *(ends if ranged else (None, None)))
    return term, *ends, Against(ON, draw(st.booleans()), baseline, draw(st.booleans()))


@given(circumstances(), NUMBERS, NUMBERS)
def test_a_worse_value_never_has_a_lower_grade(
    case: tuple[Term, Decimal | None, Decimal | None, Against], one: Decimal, other: Decimal
) -> None:
    """The further a value lies from normal in the direction of the term, the higher its grade, or as high."""
    term, low, high, against = case
    better, worse = sorted((one, other), reverse=term.direction == "low")
    first, second = (grade(result(term, exactly(value), low, high), term, against) for value in (better, worse))
    if first.grade is not None and second.grade is not None:
        assert second.grade >= first.grade
    assert second.at_least >= first.at_least


@given(circumstances(), intervals(), st.data())
def test_knowing_a_value_more_closely_never_changes_a_grade(
    case: tuple[Term, Decimal | None, Decimal | None, Against], wide: Interval, data: st.DataObject
) -> None:
    """What is decided of "<20" holds of every number below 20."""
    term, low, high, against = case
    decided = grade(result(term, wide, low, high), term, against)
    assume(decided.grade is not None)
    number = data.draw(NUMBERS)
    assume(wide.at_least(number) is not True or wide.low == number)
    inside = (wide.low is None or number > wide.low or (number == wide.low and not wide.low_open)) and (
        wide.high is None or number < wide.high or (number == wide.high and not wide.high_open)
    )
    assume(inside)
    assert grade(result(term, exactly(number), low, high), term, against).grade == decided.grade


@given(circumstances(), intervals())
def test_more_knowledge_never_changes_a_grade(
    case: tuple[Term, Decimal | None, Decimal | None, Against], value: Interval
) -> None:
    """A grade that needed neither range nor baseline is the same with them."""
    term, low, high, against = case
    whole = grade(result(term, value, low, high), term, against)
    less = grade(result(term, value), term, msgspec.structs.replace(against, baseline=None))
    if less.grade is not None:
        assert whole.grade == less.grade
    assert less.at_least <= whole.at_least


@given(circumstances(), intervals())
def test_no_grade_comes_from_what_is_not_there(
    case: tuple[Term, Decimal | None, Decimal | None, Against], value: Interval
) -> None:
    """Without a value, with a problem, with a negative number or in another unit there is no grade, and no grade 0."""
    term, low, high, against = case
    sent = result(term, value, low, high)
    for changes in (
        {"value": None},
        {"value": exactly(Decimal(-1))},
        {"problem": "preliminary"},
        {"unit": "{stones}"},
    ):
        found = grade(msgspec.structs.replace(sent, **changes), term, against)
        assert (found.grade, found.at_least) == (None, 0)


@given(circumstances(), NUMBERS, st.integers(-3, 3))
def test_the_prefix_of_a_unit_changes_no_grade(
    case: tuple[Term, Decimal | None, Decimal | None, Against], number: Decimal, power: int
) -> None:
    """The factor of a conversion by a power of ten leaves the grade as it is."""
    term, low, high, against = case
    plain = result(term, exactly(number), low, high)
    other = conversion(term.concepts[0], term.other_unit) if term.other_unit else None
    shifted = msgspec.structs.replace(plain, factor=Decimal(1).scaleb(power))
    assert grade(plain, term, against) == grade(shifted, term, against)
    if other:
        once = msgspec.structs.replace(plain, factor=other.ratio)
        again = msgspec.structs.replace(plain, factor=other.ratio.scaleb(power))
        assert grade(once, term, against) == grade(again, term, against)


def test_every_term_is_in_the_unit_of_its_concepts() -> None:
    """A table in another unit would grade nothing; only clearances in mL/min, and strips, are of another kind."""
    unlike = {concept for term in TERMS for concept in term.concepts if unit_of(concept) != term.unit}
    assert unlike == {"lab.crcl_24h", "lab.crcl_cockcroft_gault", "lab.urine_protein_dipstick"}
