"""What holds of every response at week 12, whatever the values, their bounds, dates and order."""

from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mappings.facts import Measurement, Result, Source
from mappings.followed import Response
from mappings.intervals import Interval, When, exactly
from mappings.record import Record, newest_first
from tests.spec.endpoints.responses import ask_platelets, ask_renal, occasion, on_day
from tests.spec.tables import treated

ON = occasion(200)
TREATED = treated("patient | day | vital.weight\n1 | -2 | 60")[1]
RATIO, CREATININE, PLATELET = "lab.upcr_mass_ratio", "lab.creatinine_molar", "lab.platelet"
UNITS = {RATIO: "g/g", CREATININE: "umol/L", PLATELET: "10*9/L", "lab.upcr_24h_ratio": "g/g"}
RESPONSES = {"CRR", "PRR", "CR", "PR"}
#: Answers that are none: something lacks, or cannot be told.
OPEN = {"not-evaluable", "unconfirmed-CR", "unconfirmed-PR"}
BEST_FIRST = ["CRR", "PRR", "NR"]
#: Dense where the limits lie.
NUMBERS = {
    RATIO: st.one_of(st.decimals("0", "4", places=2), st.sampled_from([Decimal(n) for n in "0 0.5 1 3".split()])),
    "lab.upcr_24h_ratio": st.decimals("0", "4", places=2),
    CREATININE: st.decimals("30", "200", places=0),
    PLATELET: st.one_of(
        st.decimals("5", "200", places=0), st.sampled_from([Decimal(n) for n in "30 31 62 98 100".split()])
    ),
}
VISIT_DAYS = st.integers(77, 91)
OTHER_DAYS = st.one_of(st.integers(-40, 76), st.integers(92, 130))


def measured(concept: str, value: Interval, when: When, number: int = 0) -> Measurement:
    """A result of ``concept`` in its own unit."""
    source = Source(f"Observation/{concept}-{number}")
    return Measurement(
        source=source, concepts=frozenset({concept}), unit=UNITS[concept], value=value, when=when, raw=str(number)
    )


def record_of(results: list[Measurement]) -> Record:
    """A treated patient with these results."""
    by_concept: dict[str, list[Result]] = {}
    for one in results:
        by_concept.setdefault(min(one.concepts), []).append(one)
    kept = {concept: tuple(newest_first(found)) for concept, found in by_concept.items()}
    return msgspec.structs.replace(TREATED, results={**TREATED.results, **kept})


def ask(results: list[Measurement]) -> tuple[Response, Response]:
    """The renal and the platelet response of a patient with these results."""
    record = record_of(results)
    return ask_renal(record, ON), ask_platelets(record, ON)


@st.composite
def charts(draw: st.DrawFn, concepts: tuple[str, ...] = tuple(UNITS)) -> list[Measurement]:
    """Results of several days, of which some are known only within bounds; most charts have all that is asked for."""
    found = []
    for concept in concepts:
        days = [-7, 84, *draw(st.lists(st.one_of(VISIT_DAYS, OTHER_DAYS), max_size=3, unique=True))]
        for number, day in enumerate(days):
            value = exactly(draw(NUMBERS[concept]))
            last = day + draw(st.sampled_from([0, 0, 0, 5]))
            if draw(st.integers(0, 9)):
                found.append(measured(concept, value, on_day(day, last), number))
    return found


@st.composite
def wider(draw: st.DrawFn, value: Interval | None) -> Interval:
    """A value known less closely: within wider bounds, or none on one side."""
    assert value is not None
    assert value.exact is not None
    down, up = draw(st.decimals("0", "60", places=2)), draw(st.decimals("0", "60", places=2))
    low, high = max(value.exact - down, Decimal(0)), value.exact + up
    return draw(st.sampled_from([Interval(low, high), Interval(None, high), Interval(low, None)]))


@given(charts(), st.sampled_from([RATIO, CREATININE, PLATELET]))
def test_no_response_without_a_value_in_the_window(chart: list[Measurement], lacking: str) -> None:
    """Whatever else is there: without a ratio, a creatinine or a count that may be of the visit nobody responded."""
    kinds = {lacking, "lab.upcr_24h_ratio"} if lacking == RATIO else {lacking}
    left = [
        one for one in chart if kinds.isdisjoint(one.concepts) or (one.when and one.when.latest < on_day(76).latest)
    ]
    renal, platelets = ask(left)
    answer = platelets if lacking == PLATELET else renal
    assert answer.result not in RESPONSES
    assert answer.responder is False


@given(charts(), st.data())
def test_knowing_a_value_less_closely_never_changes_a_decided_answer(
    chart: list[Measurement], data: st.DataObject
) -> None:
    """It leaves the answer as it was, or open."""
    before = ask(chart)
    blurred = [
        msgspec.structs.replace(one, value=data.draw(wider(one.value))) if data.draw(st.booleans()) else one
        for one in chart
    ]
    for first, second in zip(before, ask(blurred), strict=True):
        if first.result not in OPEN:
            assert second.result in {first.result, *OPEN}
        else:
            assert second.result in OPEN


@given(charts())
def test_the_order_of_results_changes_nothing(chart: list[Measurement]) -> None:
    """A chart read backwards comes to the same answers."""
    assert ask(chart) == ask(chart[::-1])


@given(charts((CREATININE,)), st.decimals("0", "4", places=2), st.decimals("0", "4", places=2), NUMBERS[RATIO])
def test_a_lower_ratio_is_never_a_worse_response(
    chart: list[Measurement], one: Decimal, other: Decimal, before: Decimal
) -> None:
    """All else being equal, less protein in the urine never turns a response into a lesser one."""
    baseline = measured(RATIO, exactly(before), on_day(-7))
    low, high = sorted((one, other))
    better, worse = (ask([*chart, baseline, measured(RATIO, exactly(each), on_day(84), 1)])[0] for each in (low, high))
    if "not-evaluable" not in (better.result, worse.result):
        assert BEST_FIRST.index(better.result) <= BEST_FIRST.index(worse.result)


@given(NUMBERS[PLATELET], NUMBERS[PLATELET], NUMBERS[PLATELET], NUMBERS[PLATELET])
def test_a_higher_count_is_never_a_worse_response(
    before: Decimal, one: Decimal, other: Decimal, second: Decimal
) -> None:
    """All else being equal, more platelets never turn a response into a lesser one."""
    low, high = sorted((one, other))
    kept = [measured(PLATELET, exactly(before), on_day(-7)), measured(PLATELET, exactly(second), on_day(95), 2)]
    worse, better = (ask([*kept, measured(PLATELET, exactly(each), on_day(84), 1)])[1] for each in (low, high))
    ranks = ["CR", "PR", "NR"]
    assert ranks.index(better.result) <= ranks.index(worse.result)


@given(charts())
def test_every_answer_says_why(chart: list[Measurement]) -> None:
    """An answer that is no response has a reason, and a response has every condition of its kind fulfilled."""
    for answer in ask(chart):
        assert bool(answer.reason) != (answer.result in RESPONSES)
        assert all(check.reason for check in answer.checks if check.holds is None)
        assert all(one.note for one in answer.inputs if not one.used)
        if answer.result == "CRR":
            assert all(check.holds for check in answer.checks if check.rule in ("upcr", "filtration", "no-rescue"))
        if answer.result in ("CR", "PR"):
            assert all(check.holds for check in answer.checks if check.rule in ("no-rescue", "no-bleeding", "alive"))
