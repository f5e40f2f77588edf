"""Consecutive platelet counts."""

from datetime import date
from decimal import Decimal

from mappings.criteria.platelets import platelets
from mappings.findings import Finding
from mappings.interpretations import Interpretations
from mappings.site import Occasion, Site
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Consecutive platelet counts (I02-ITP-2)"


def test_two_counts_lie_strictly_between_30_and_50(spec_case: SpecCase) -> None:
    """31 and 49 are in, 30 and 50 are out, for the latest count and for the one before; one out is enough to fail."""
    spec_case(
        platelets,
        """
        patient | day | lab.platelet
        --------+-----+-------------
              1 | -10 | 31
              1 | -3  | 49
              2 | -10 | 45
              2 | -3  | 50
              3 | -10 | 45
              3 | -3  | 30
              4 | -10 | 50
              4 | -3  | 45
              5 | -10 | 30
              5 | -3  | 45
              6 | -10 | 45
              6 | -3  | 0
              7 | -90 | 120
              7 | -10 | 45
              7 | -3  | 45
              8 |     |
        """,
        {
            1: "met in-range",
            2: "not-met above-limit",
            3: "not-met below-limit",
            4: "not-met above-limit",
            5: "not-met below-limit",
            6: "not-met below-limit",
            7: "met in-range",
            8: "unknown missing",
        },
    )


def test_one_count_is_not_enough_unless_to_fail(spec_case: SpecCase) -> None:
    """A single count in range waits for another; a single one out of range has failed."""
    spec_case(
        platelets,
        """
        patient | day | lab.platelet
        --------+-----+-------------
              1 | -3  | 45
              2 | -3  | 90
              3 |     |
        """,
        {1: "unknown missing", 2: "not-met above-limit", 3: "unknown missing"},
        coverage="full",
    )


def test_the_latest_count_is_of_14_days_the_other_of_28(spec_case: SpecCase) -> None:
    """The first day of each window counts; an older count has expired, however good it was."""
    spec_case(
        platelets,
        """
        patient | day | lab.platelet
        --------+-----+-------------
              1 | -28 | 45
              1 | -14 | 45
              2 | -29 | 45
              2 | -14 | 45
              3 | -20 | 45
              3 | -15 | 45
              4 | -29 | 90
              4 | -14 | 45
        """,
        {1: "met in-range", 2: "unknown outdated", 3: "unknown outdated", 4: "unknown outdated"},
    )


def test_the_counts_of_one_day_are_one_count_the_lowest(spec_case: SpecCase) -> None:
    """A repeat on the same day is no second test; where it leaves the range and the lowest does not, nobody can say."""
    spec_case(
        platelets,
        """
        patient | day | lab.platelet
        --------+-----+-------------
              1 | -3  | 45
              1 | -3  | 40
              2 | -10 | 45
              2 | -3  | 45
              2 | -3  | 25
              3 | -10 | 45
              3 | -3  | 45
              3 | -3  | 60
              4 | -10 | 45
              4 | -3  | 45
              4 | -3  | 40
              5 | -10 | 45
              5 | -3  | 55
              5 | -3  | 60
        """,
        {
            1: "unknown missing",
            2: "not-met below-limit",
            3: "unknown conflict",
            4: "met in-range",
            5: "not-met above-limit",
        },
    )


def test_a_count_that_nobody_can_use_leaves_the_clause_open(spec_case: SpecCase) -> None:
    """A preliminary count, one without unit or number, a negative one, and words are not passed over for an older one."""
    spec_case(
        platelets,
        """
        patient | day | lab.platelet | problem
        --------+-----+--------------+------------
              1 | -10 | 45           |
              1 | -3  | 45           | preliminary
              2 | -10 | 45           | unit
              2 | -3  | 45           |
              3 | -20 | 45           |
              3 | -10 | 45           |
              3 | -3  | none         |
              4 | -10 | 45           |
              4 | -3  | 正常         |
              5 | -10 | 45           | preliminary
              5 | -3  | 90           |
              6 | -10 | 45           |
              6 | -3  | 45           |
              6 | -3  | 45           | preliminary
              7 | -10 | 45           |
              7 | -3  | -1           |
        """,
        {
            1: "unknown preliminary",
            2: "unknown unit",
            3: "unknown no-value",
            4: "unknown no-value",
            5: "not-met above-limit",
            6: "unknown preliminary",
            7: "unknown no-value",
        },
    )


def test_a_count_within_bounds_decides_where_all_of_them_lie_on_one_side(spec_case: SpecCase) -> None:
    """ "<30" is out of range, ">60" too, "<50" may be either, "31 to 49" is in."""
    spec_case(
        platelets,
        """
        patient | day | lab.platelet
        --------+-----+-------------
              1 | -10 | 45
              1 | -3  | <30
              2 | -10 | 45
              2 | -3  | >60
              3 | -10 | 45
              3 | -3  | <50
              4 | -10 | 45
              4 | -3  | 31..49
              5 | -10 | 45
              5 | -3  | 45
              5 | -3  | <50
              6 | -10 | 45
              6 | -3  | >30
              7 | -10 | 45
              7 | -3  | 10..29
              7 | -3  | 12..60
              8 | -10 | 45
              8 | -3  | >49
              8 | -3  | 50..60
              9 | -10 | 45
              9 | -3  | 40
              9 | -3  | >60
             10 | -10 | 45
             10 | -3  | 30
             10 | -3  | >30
             11 | -10 | 45
             11 | -3  | 31..50
             11 | -3  | <50
        """,
        {
            1: "not-met below-limit",
            2: "not-met above-limit",
            3: "unknown censored",
            4: "met in-range",
            5: "unknown censored",
            6: "unknown censored",
            7: "not-met below-limit",
            8: "unknown censored",
            9: "unknown conflict",
            10: "not-met below-limit",
            11: "unknown censored",
        },
    )


def test_a_count_of_unknown_day_may_be_among_the_latest(spec_case: SpecCase) -> None:
    """One dated by a month that reaches the two latest days leaves the clause open; an older one does not matter."""
    spec_case(
        platelets,
        """
        patient | day        | lab.platelet
        --------+------------+-------------
              1 | -20..-5    | 90
              1 | -10        | 45
              1 | -3         | 45
              2 | -200..-170 | 90
              2 | -10        | 45
              2 | -3         | 45
              3 | -200..-170 | 45
              3 | -3         | 45
              4 | -20..-10   | 90
              4 | -10        | 45
              4 | -3         | 45
        """,
        {1: "unknown partial-date", 2: "met in-range", 3: "unknown partial-date", 4: "unknown partial-date"},
    )


def test_a_supported_count_is_for_a_person(spec_case: SpecCase) -> None:
    """Platelets up to 7 days, immunoglobulin up to 28 days before either count may have lifted it, ordered or given.

    Support after the counts, and support that ended before, does not matter.
    """
    spec_case(
        platelets,
        """
        patient | day        | lab.platelet | rx                       | kind           | end
        --------+------------+--------------+--------------------------+----------------+-------
              1 | -10        | 45           |                          |                |
              1 | -4         | 45           |                          |                |
              1 | -17        |              | rx.transfusion.platelets | administration | -17
              2 | -10        | 45           |                          |                |
              2 | -4         | 45           |                          |                |
              2 | -18        |              | rx.transfusion.platelets | administration | -18
              3 | -10        | 45           |                          |                |
              3 | -4         | 45           |                          |                |
              3 | -38        |              | rx.itp.ivig              | administration | -38
              4 | -10        | 45           |                          |                |
              4 | -4         | 45           |                          |                |
              4 | -39        |              | rx.itp.ivig              | administration | -39
              5 | -10        | 45           |                          |                |
              5 | -4         | 45           |                          |                |
              5 | -3         |              | rx.transfusion.platelets | administration | -3
              6 | -10        | 45           |                          |                |
              6 | -4         | 45           |                          |                |
              6 |            |              | rx.itp.ivig              | request        |
              7 | -10        | 45           |                          |                |
              7 | -4         | 45           |                          |                |
              7 | -90        |              | rx.itp.ivig              | statement      |
              8 | -10        | 45           |                          |                |
              8 | -4         | 90           |                          |                |
              8 | -5         |              | rx.transfusion.platelets | administration | -5
              9 | -10        | 45           |                          |                |
             10 | -10        | 45           |                          |                |
             10 | -4         | 45           |                          |                |
             10 | -17.5      |              | rx.transfusion.platelets | administration | -17.5
             11 | -10        | 45           |                          |                |
             11 | -4         | 45           |                          |                |
             11 | -4         |              | rx.transfusion.platelets | administration | -4
             12 | -10        | 45           |                          |                |
             12 | -4         | 45           |                          |                |
             12 | -6..-1     |              | rx.transfusion.platelets | administration | -6..-1
             13 | -10        | 45           |                          |                |
             13 | -4.5..-3.6 | 45           |                          |                |
             13 | -4         |              | rx.transfusion.platelets | administration | -4
        """,
        {
            1: "judgement needs-person",
            2: "met in-range",
            3: "judgement needs-person",
            4: "met in-range",
            5: "met in-range",
            6: "judgement needs-person",
            7: "judgement needs-person",
            8: "judgement needs-person",
            9: "unknown missing",
            10: "judgement needs-person",
            11: "judgement needs-person",
            12: "judgement needs-person",
            13: "judgement needs-person",
        },
    )


def test_a_site_may_leave_out_the_floor(spec_case: SpecCase) -> None:
    """The floor of 30 excludes the sickest, which may be a slip: without it, counts below 50 are enough."""
    table = """
        patient | day | lab.platelet
        --------+-----+-------------
              1 | -10 | 12
              1 | -3  | 30
              2 | -10 | 12
              2 | -3  | 50
              3 | -3  | 45
    """
    spec_case(platelets, table, {1: "not-met below-limit", 2: "not-met above-limit", 3: "unknown missing"})
    readings = {"platelet_floor": "none"}
    spec_case(platelets, table, {1: "met in-range", 2: "not-met above-limit", 3: "unknown missing"}, readings=readings)


def _found(*counts: tuple[int, str], floor: str = "as-registered") -> Finding:
    rows = "\n".join(f"1 | {day} | {count}" for day, count in counts)
    (record,) = records(f"patient | day | lab.platelet\n{rows}").values()
    site = Site(interpretations=Interpretations(platelet_floor=floor))  # type: ignore[arg-type]
    return platelets(record, Occasion(AT, site))


def test_the_days_on_which_the_counts_expire_are_named() -> None:
    """The latest count expires after 14 days, the one before after 28, whether they allow, bar or leave open."""
    days = (date(2025, 6, 13), date(2025, 6, 20))
    assert _found((-10, "45"), (-3, "45")).turns == days
    assert _found((-10, "45"), (-3, "90")).turns == days
    assert _found((-10, "45"), (-3, "<50")).turns == days
    assert _found((-3, "45")).turns == days[:1]


def test_the_limit_shown_is_the_one_that_was_passed() -> None:
    """A count that is too high is shown beside 50, one that is too low beside 30."""

    def limit(found: Finding) -> Decimal | None:
        return found.limit and found.limit.value

    assert limit(_found((-10, "45"), (-3, "90"))) == 50
    assert limit(_found((-10, "45"), (-3, "9"))) == 30
    assert limit(_found((-10, "9"), (-3, "45"))) == 30


def test_the_margin_is_the_distance_from_the_nearer_limit() -> None:
    """The higher count is the value; without a floor only the ceiling counts, and a bound has no distance."""

    def numbers(found: Finding) -> tuple[Decimal | None, Decimal | None]:
        return found.value and found.value.value, found.margin and found.margin.value

    assert numbers(_found((-10, "33"), (-3, "45"))) == (45, 3)
    assert numbers(_found((-10, "40"), (-3, "48"))) == (48, 2)
    assert numbers(_found((-10, "33"), (-3, "45"), floor="none")) == (45, 5)
    assert numbers(_found((-10, "33"), (-3, "35..45"))) == (None, None)
    assert numbers(_found((-10, "33"), (-3, "90"))) == (90, None)
    assert numbers(_found((-10, "33"), (-3, ">90"))) == (None, None)
