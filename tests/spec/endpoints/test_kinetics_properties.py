"""What holds of all kinetics, whatever the samples."""

import math
import statistics
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mappings.endpoints.kinetics import kinetics
from mappings.facts import Measurement, Person, Source
from mappings.followed import Expansion, Timeline
from mappings.intervals import Interval, When, exactly
from mappings.record import Record
from mappings.site import Occasion
from tests.spec.tables import AT, INFUSED

ANALYTE = "pk.transgene_copies"
ON = Occasion(AT)
LINE = Timeline(day0=INFUSED.date(), infused=When(INFUSED, INFUSED), baseline=INFUSED)
NUMBERS = st.decimals("0.1", "100000", places=1)
VALUES = st.one_of(
    NUMBERS.map(exactly),
    NUMBERS.map(lambda limit: Interval(None, limit, high_open=True)),
    NUMBERS.map(lambda limit: Interval(limit, None, low_open=True)),
    st.just(exactly(Decimal(0))),
)
HOURS = st.integers(-200, 2000)
#: Exactly dated, quantified samples after the infusion, one of each time.
CURVES = st.dictionaries(st.integers(1, 2000), NUMBERS, min_size=1, max_size=12)


def sample(number: int, hour: int, value: Interval, hours: int = 0, problem: str | None = None) -> Measurement:
    """A sample drawn somewhere within ``hours`` from an hour after the infusion."""
    first = INFUSED + timedelta(hours=hour)
    return Measurement(
        source=Source(f"Observation/{number}"),
        concepts=frozenset({ANALYTE}),
        when=When(first, first + timedelta(hours=hours)),
        unit="{copies}/ug",
        value=value,
        problem=problem,  # type: ignore[arg-type]
    )


@st.composite
def samples(draw: st.DrawFn) -> list[Measurement]:
    """Samples of all kinds, most of them exactly dated."""
    found = draw(st.lists(st.tuples(HOURS, VALUES, st.sampled_from([0, 0, 0, 30, 200])), min_size=1, max_size=8))
    return [sample(number, *one) for number, one in enumerate(found)]


def expanded(found: Sequence[Measurement]) -> Expansion:
    """The kinetics of ``found``."""
    record = Record(person=Person(reference="Patient/1", source=Source("Patient/1")), results={ANALYTE: tuple(found)})
    (only,) = kinetics(record, LINE, ON)
    return only


def curve(values: dict[int, Decimal]) -> Expansion:
    """The kinetics of quantified values by hours."""
    return expanded([sample(hour, hour, exactly(value)) for hour, value in values.items()])


@given(samples(), st.randoms(use_true_random=False))
def test_the_order_of_samples_does_not_matter(found: list[Measurement], random: object) -> None:
    """The same samples in any order give the same kinetics."""
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert expanded(shuffled) == expanded(found)


@given(samples())
def test_what_is_told_agrees_with_itself(found: list[Measurement]) -> None:
    """The last value is no higher than the peak and no earlier, the area ends by Day 28, and what lacks has a reason."""
    one = expanded(found)
    assert len(one.samples) == len(found)
    assert all(each.used != bool(each.note) for each in one.samples)
    if one.cmax is not None and one.clast is not None:
        assert one.cmax >= one.clast > 0
        assert one.tmax is not None
        assert one.tlast is not None
        assert 0 < one.tmax <= one.tlast
    if one.auc is not None and one.auc_to is not None and one.cmax is not None:
        assert 0 < one.auc_to <= 28
        assert 0 <= one.auc <= one.cmax * one.auc_to
        assert one.truncated == (one.auc_to < 28)
    assert (one.cmax is None) == (one.tmax is None)
    assert (one.auc is None) == (one.auc_to is None) == (one.truncated is None)
    assert (None in (one.cmax, one.clast, one.auc, one.half_life)) == bool(one.reason)


@given(samples(), HOURS, st.sampled_from([0, 200]), NUMBERS, st.booleans())
def test_an_unusable_sample_only_takes_away(
    found: list[Measurement], hour: int, hours: int, value: Decimal, is_preliminary: bool
) -> None:
    """One more sample that cannot be used never changes a figure into another: at most nobody can tell it any more."""
    before = expanded(found)
    doubtful = Interval(value, None, low_open=True)
    after = expanded([*found, sample(99, hour, doubtful, hours, "preliminary" if is_preliminary else None)])
    for name in ("cmax", "tmax", "clast", "tlast", "auc", "auc_to", "truncated", "half_life", "fit"):
        assert getattr(after, name) in (None, getattr(before, name)), name


@given(CURVES, st.sampled_from([Decimal(2), Decimal("0.5"), Decimal(10)]))
def test_twice_the_values_is_twice_the_area_in_the_same_time(values: dict[int, Decimal], factor: Decimal) -> None:
    """Values in another measure change peak, last value and area alike, and no time and no half-life."""
    one, other = curve(values), curve({hour: value * factor for hour, value in values.items()})
    assert one.cmax is not None
    assert one.clast is not None
    assert one.auc is not None
    assert other.auc is not None
    assert (other.cmax, other.clast) == (one.cmax * factor, one.clast * factor)
    assert abs(other.auc - one.auc * factor) <= abs(one.auc) * Decimal("1E-20")
    assert (other.tmax, other.tlast, other.auc_to) == (one.tmax, one.tlast, one.auc_to)
    if one.half_life is not None and other.half_life is not None:
        assert abs(other.half_life - one.half_life) <= one.half_life * Decimal("1E-15")


@given(CURVES)
def test_the_area_is_that_of_a_plain_integration(values: dict[int, Decimal]) -> None:
    """Hour by hour the interpolated curve adds up to the same area."""
    points = [(0, 0.0), *sorted((hour, float(value)) for hour, value in values.items())]
    last = min(points[-1][0], 28 * 24)
    heights = [_height(points, hour) for hour in range(last + 1)]
    area = sum((one + other) / 48 for one, other in pairwise(heights))
    found = curve(values)
    assert found.auc is not None
    assert math.isclose(float(found.auc), area, rel_tol=1e-9)
    assert found.auc_to == Decimal(last) / 24


def _height(points: Sequence[tuple[int, float]], hour: int) -> float:
    """The height of the curve through ``points`` at ``hour``."""
    (time, value), (later, other) = next(pair for pair in pairwise(points) if hour <= pair[1][0])
    return value + (other - value) * (hour - time) / (later - time)


@given(CURVES)
def test_the_half_life_is_that_of_the_standard_library(values: dict[int, Decimal]) -> None:
    """Slope and fit are those of ``statistics`` over the points after the peak."""
    found = curve(values)
    peak = max(values, key=lambda hour: (values[hour], -hour))
    points = [(hour / 24, math.log(value)) for hour, value in sorted(values.items()) if hour > peak]
    if len(points) < 3 or len({value for _, value in points}) == 1:
        assert found.half_life is None
        return
    times, heights = zip(*points, strict=True)
    slope = statistics.linear_regression(times, heights).slope
    fit = statistics.correlation(times, heights) ** 2
    assert found.fit is not None
    assert math.isclose(float(found.fit), fit, rel_tol=1e-6, abs_tol=1e-9)
    if found.half_life is not None:
        assert math.isclose(float(found.half_life), math.log(2) / -slope, rel_tol=1e-6)
    else:
        assert slope > -1e-12 or fit < 0.8 + 1e-9


@given(samples(), st.integers(-400, 400))
def test_shifting_all_days_changes_nothing(found: list[Measurement], days: int) -> None:
    """Only the time from the infusion counts, not the date."""
    by = timedelta(days=days)
    moved = [
        msgspec.structs.replace(one, when=When(one.when.earliest + by, one.when.latest + by))
        for one in found
        if one.when
    ]
    line = Timeline(day0=INFUSED.date() + by, infused=When(INFUSED + by, INFUSED + by), baseline=INFUSED + by)
    record = Record(person=Person(reference="Patient/1", source=Source("Patient/1")), results={ANALYTE: tuple(moved)})
    (other,) = kinetics(record, line, ON)
    bare = {"samples": ()}
    assert msgspec.structs.replace(other, **bare) == msgspec.structs.replace(expanded(found), **bare)
