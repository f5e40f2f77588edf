"""From which day, and until which, a patient is eligible."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.clauses import CLAUSE, CLAUSES
from mappings.criteria.heart_failure import heart_failure
from mappings.criteria.infection import infection
from mappings.criteria.malignancy import malignancy
from mappings.criteria.other_trials import other_trials
from mappings.criteria.renal_failure import renal_failure
from mappings.criteria.thrombosis import thrombosis
from mappings.criteria.washout import washout
from mappings.eligibility import cohorts_of, decision_of
from mappings.findings import Effect, Finding
from mappings.horizon import MOST_TURNS, eligible_days
from mappings.limits import LIMITS, Limit
from mappings.record import Record
from mappings.screening import findings_of
from mappings.site import EVER, Occasion, Site
from tests.spec.tables import AT, records
from tests.spec.test_eligibility import STATES

title = "Horizon"
Rule = Callable[[Record, Occasion], Finding]
ON = Occasion(AT, full_coverage=True)
#: Attestations that outlast every washout, so that only the clause in question turns.
LONG = msgspec.structs.replace(LIMITS, attestation_window=Limit(Decimal(9000), "d", "I03-8", "default"))

ENDING: dict[Rule, str] = {
    infection: """
        patient | day | dx           | active | ended | issued | rx                | route    | end
        --------+-----+--------------+--------+-------+--------+-------------------+----------+-------
              1 | -9  | dx.infection | F      | 9     |        |                   |          |
              2 | -9  | dx.infection | F      |       | 4      |                   |          |
              3 | -9  |              |        |       |        | rx.anti_infective | 47625008 | -3
              4 | -9  |              |        |       |        | rx.anti_infective | 47625008 | -9..12
              5 | -9  | dx.infection | F      | 9     |        |                   |          |
              5 | -9  |              |        |       |        | rx.anti_infective | 47625008 | -9
              6 | -9  | dx.infection | F      | 2.5   |        |                   |          |
        """,
    heart_failure: """
        patient | day | dx               | active | ended
        --------+-----+------------------+--------+-------
              1 | -9  | dx.heart_failure | F      | 9
              2 | -9  | dx.heart_failure | F      | -3..40
        """,
    renal_failure: """
        patient | day  | dx                     | active | ended
        --------+------+------------------------+--------+------
              1 | -400 | dx.dialysis_dependence | F      | 9
              2 | -400 | dx.ckd5                | F      | 9
        """,
    malignancy: """
        patient | day          | dx               | active | ended | issued
        --------+--------------+------------------+--------+-------+-------
              1 | -4000        | dx.malignancy    | F      | -1800 |
              2 | -1700        | dx.malignancy    |        |       |
              3 | -1900..-1700 | dx.malignancy    |        |       |
              4 | -4000        | dx.malignancy    | F      |       | -1700
              5 | -1700        | dx.malignancy    | F      | 20    |
              6 | -1700        | dx.mds_leukemia  | F      | -1550 |
              6 | -1800        | dx.malignancy    | F      | -1750 |
              7 | -1553        | dx.malignancy    |        | -1553 |
        """,
    thrombosis: """
        patient | day        | recorded | dx     | active | ended | issued
        --------+------------+----------+--------+--------+-------+-------
              1 | -9         |          | dx.dvt | F      | -2    |
              2 | -200..-100 |          | dx.pe  | F      | -2    |
              3 |            | -90      | dx.pe  |        |       |
              4 | -400       |          | dx.dvt | F      | 30    |
              5 | -93        |          | dx.dvt |        |       |
              6 | -9         |          | dx.dvt | F      | 300   |
              7 | -400       |          | dx.dvt | F      |       | 30
        """,
    other_trials: """
        patient | trial | day  | ended
        --------+-------+------+--------
              1 | F     | -700 | -30
              2 | F     | -700 | -93..-1
              3 | ?     | -700 | 40
              4 | T     | -700 |
        """,
    washout: """
        patient | day  | rx                                     | end     | ongoing | kind
        --------+------+----------------------------------------+---------+---------+---------
              1 | -90  | rx.immunosuppressant.leflunomide       | -3      |         |
              2 | -5   | rx.biologic.rituximab                  | -5      |         |
              3 | -90  | rx.immunosuppressant.tacrolimus        | 90      |         | dispense
              4 | -90  | rx.immunosuppressant.tofacitinib       | -9..100 |         | statement
              5 | -5   | rx.immunosuppressant.tacrolimus        |         |         | dispense
              6 | -5   | rx.immunosuppressant.mycophenolic_acid | -3      |         |
              6 | -20  | rx.biologic.belimumab                  | -20     |         |
              6 | -20  | rx.immunosuppressant.azathioprine      | 9       |         | request
              7 | -2.5 | rx.biologic.rituximab                  | -2.5    |         |
              8 | -90  | rx.immunosuppressant.other             | -40     |         |
              9 | -90  | rx.immunosuppressant.tacrolimus        | 9       | T       | statement
        """,
}


@pytest.mark.parametrize("rule", ENDING, ids=lambda rule: rule.__name__)
def test_every_day_on_which_an_exclusion_turns_is_named_before(rule: Rule) -> None:
    """Judged again on the days that it names itself, a clause misses no day on which its answer changes."""
    for number, record in records(ENDING[rule]).items():
        judged = rule(record, ON)
        for ahead in range(1, 420):
            day = ON.today + timedelta(days=ahead)
            found = rule(record, msgspec.structs.replace(ON, at=ON.midnight(day)))
            judged = found if day in judged.turns else judged
            assert found.state == judged.state, (number, day)


@pytest.mark.parametrize("rule", [infection, thrombosis, other_trials, washout], ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("kind", ["MedicationDispense", "ResearchSubject", "Condition"])
def test_the_day_on_which_coverage_suffices_is_named(rule: Rule, kind: str) -> None:
    """Complete since two weeks ago becomes complete through the window, unless all time is asked for."""
    types = ("Condition", "Procedure", "ResearchSubject", "MedicationRequest", "MedicationAdministration",
             "MedicationStatement", "MedicationDispense")  # fmt: skip
    coverage = {**dict.fromkeys(types, EVER), kind: date(2025, 5, 28)}
    on, record = Occasion(AT, Site(coverage=coverage)), records("patient | unread\n 1 | ")[1]
    judged = rule(record, on)
    for ahead in range(1, 420):
        day = on.today + timedelta(days=ahead)
        found = rule(record, msgspec.structs.replace(on, at=on.midnight(day)))
        judged = found if day in judged.turns else judged
        assert found.state == judged.state, day


def days_of(effects: Mapping[int, Effect], until: int = 50, *more: int) -> tuple[int | None, int | None]:
    """Return the eligible days of a patient whose infection clause has ``effects`` from the given days on."""

    def judge(_: Record, on: Occasion) -> list[Finding]:
        today = (on.today - AT.date()).days
        effect = effects[max(day for day in effects if day <= today)]
        turns = tuple(AT.date() + timedelta(days=day) for day in (*effects, *more) if day <= until)
        return [
            Finding(
                clause=c.id, state=STATES[c.kind, effect if c.id == "E02" else "allows"], reason="missing", turns=turns
            )
            for c in CLAUSES
        ]

    empty = records("patient | unread\n 1 | ")[1]
    first, last = eligible_days(empty, ON, judge(empty, ON), judge)
    return tuple(None if day is None else (day - AT.date()).days for day in (first, last))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("effects", "days"),
    [
        ({0: "allows"}, (0, None)),
        ({0: "open"}, (None, None)),
        ({0: "bars"}, (None, None)),
        ({0: "bars", 5: "allows"}, (5, None)),
        ({0: "allows", 5: "open"}, (0, 4)),
        ({0: "bars", 5: "open", 9: "allows", 20: "bars"}, (9, 19)),
        ({0: "allows", 5: "open", 9: "allows"}, (0, 4)),
        ({0: "bars", 5: "allows", 6: "bars", 9: "allows"}, (5, 5)),
        ({0: "bars", 5: "allows", 9: "allows", 12: "bars"}, (5, 11)),
    ],
)
def test_the_first_run_of_eligible_days(effects: dict[int, Effect], days: tuple[int | None, int | None]) -> None:
    """From the first day on which nothing stands in the way until the day before something does."""
    assert days_of(effects) == days  # type: ignore[comparison-overlap]


def test_a_turn_that_nobody_names_is_not_seen() -> None:
    """The horizon judges on named days only: that each is named is tested clause by clause."""
    assert days_of({0: "allows", 5: "bars"}, until=4) == (0, None)


def test_a_record_that_turns_without_end_is_called_eligible_no_longer_than_it_was_judged() -> None:
    """After the most turns that are followed, the last day that was judged is the last that is told."""
    every = range(1, 2 * MOST_TURNS)
    assert days_of({0: "allows"}, 999, *every) == (0, MOST_TURNS - 1)
    assert days_of({0: "bars"}, 999, *every) == (None, None)
    assert days_of({0: "bars", 30: "allows"}, 999, *every) == (30, MOST_TURNS - 1)


def test_what_will_not_turn_by_itself_is_not_followed() -> None:
    """No judge is asked when a common clause, or one in each cohort, is stuck; one stuck cohort leaves the other."""

    def found(*stuck: str) -> list[Finding]:
        coming = (AT.date() + timedelta(days=9),)
        return [
            Finding(
                clause=c.id,
                state=STATES[c.kind, "bars" if c.id in (*stuck, "E12") else "allows"],
                reason="present",
                turns=() if c.id in stuck else coming,
            )
            for c in CLAUSES
        ]

    def clear(*_: object) -> list[Finding]:
        return [Finding(clause=c.id, state=STATES[c.kind, "allows"], reason="absent") for c in CLAUSES]

    def refuse(*_: object) -> list[Finding]:
        raise AssertionError("nobody should have asked")

    empty = records("patient | unread\n 1 | ")[1]
    for stuck in (("E05",), ("I02-LN-3", "I02-ITP-1")):
        assert eligible_days(empty, ON, found(*stuck), refuse) == (None, None)
    assert eligible_days(empty, ON, found("I02-LN-3"), clear) == (AT.date() + timedelta(days=9), None)


ROWS = [
    "dx.dvt | -150 | F | -100 | | | |",
    "dx.dvt | -183..-150 | F | | | | |",
    "dx.infection | -20 | F | 30 | | | |",
    "dx.malignancy | -4000 | F | -1800 | | | |",
    " | -90 | | | rx.immunosuppressant.leflunomide | -30 | |",
    " | -90 | | | rx.immunosuppressant.tacrolimus | 25 | dispense |",
    " | -9 | | | rx.biologic.rituximab | -9 | |",
    " | -90 | | | rx.immunosuppressant.azathioprine | -60..-5 | |",
    " | -90 | | | rx.immunosuppressant.tofacitinib | 60 | request |",
    " | -5 | | | rx.anti_infective | -5 | |",
    " | -400 | | -60 | | | | F",
    " | -400 | | 40 | | | | ?",
]


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.sets(st.integers(0, len(ROWS) - 1), min_size=1, max_size=4))
def test_the_days_told_are_those_found_by_trying_every_day(chosen: set[int]) -> None:
    """A patient whom only time keeps out is eligible on the first day told and the last, and not on the days beside."""
    own = {"E02", "E06", "E09", "E11", "E12"}
    lines = [f"1 | {row} |" for number, row in enumerate(ROWS) if number in chosen]
    lines += [
        f"1 | | -1 | | | | | | | {clause.id}={'T' if clause.kind == 'inclusion' else 'F'}"
        for clause in CLAUSES
        if clause.id not in own
    ]
    head = "patient | dx | day | active | ended | rx | end | kind | trial | attest"
    record = records("\n".join([head, *lines]))[1]
    on = Occasion(AT, limits=LONG, full_coverage=True)
    told = eligible_days(record, on, findings_of(record, on), findings_of)

    def eligible(ahead: int) -> bool:
        day = on.today + timedelta(days=ahead)
        at = on.at if ahead == 0 else on.midnight(day)
        return decision_of(cohorts_of(findings_of(record, msgspec.structs.replace(on, at=at)))) == "eligible"

    first = next((ahead for ahead in range(75) if eligible(ahead)), None)
    later = on.today + timedelta(days=75)
    assert told[0] == on.today + timedelta(days=first) if first is not None else told[0] is None or told[0] >= later
    assert told[1] is None or told[1] > later


def test_an_attestation_ends_the_eligible_days_when_it_lapses() -> None:
    """Eligible until the 28th day after the oldest word that is needed."""
    rows = [
        f"1 | {c.id}={'T' if c.kind == 'inclusion' else 'F'} | {'-9' if c.id == 'I03-8' else '-1'}" for c in CLAUSES
    ]
    record = records("patient | attest | day\n" + "\n".join(rows))[1]
    first, last = eligible_days(record, ON, findings_of(record, ON), findings_of)
    assert (first, last) == (AT.date(), AT.date() + timedelta(days=19))
    assert CLAUSE["I03-8"].kind == "inclusion"
