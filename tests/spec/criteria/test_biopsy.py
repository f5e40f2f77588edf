"""The kidney biopsy."""

from decimal import Decimal

from mappings.codes import Code
from mappings.criteria.biopsy import biopsy_class, classes_of, sclerosis
from mappings.facts import CodedResult, Source
from mappings.findings import Finding
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, ISN_RPS, records

title = "Kidney biopsy (I02-LN-3, I02-LN-4)"


def test_class_iii_or_iv_with_or_without_v(spec_case: SpecCase) -> None:
    """Classes III and IV are met, also with V; I, II, V and VI alone are not. A biopsy counts at any age."""
    spec_case(
        biopsy_class,
        """
        patient | day   | obs.isn_rps_class
        --------+-------+------------------
              1 | -240  | III(A)#
              2 | -240  | IV-G(A/C)+V#
              3 | -3000 | IV#
              4 | -240  | V#
              5 | -240  | II#
              6 | -240  | I#
              7 | -240  | VI#
              8 |       |
        """,
        {
            1: "met listed",
            2: "met listed",
            3: "met listed",
            4: "not-met not-listed",
            5: "not-met not-listed",
            6: "not-met not-listed",
            7: "not-met not-listed",
            8: "unknown missing",
        },
        coverage="full",
    )


def test_chronic_lesions_and_words_are_for_a_person(spec_case: SpecCase) -> None:
    """A purely chronic III or IV, words without a code, a code nobody knows, and WHO's classes are judged by people."""
    spec_case(
        biopsy_class,
        """
        patient | day  | obs.isn_rps_class | dx
        --------+------+-------------------+--------------------------
              1 | -240 | III(C)+V#         |
              2 | -240 | III(A)+IV(C)#     |
              3 | -240 | 狼疮性肾炎 IV+V型 |
              4 | -240 | IVb#              |
              5 | -240 |                   | dx.lupus_nephritis_class4
              6 | -240 |                   | dx.lupus_nephritis
              7 | -240 | IV+b#             |
              8 | -240 |                   | dx.lupus_nephritis_class1
              9 | -240 |                   | dx.lupus_nephritis_class6
        """,
        {
            1: "judgement needs-person",
            2: "met listed",
            3: "judgement needs-person",
            4: "judgement needs-person",
            5: "judgement needs-person",
            6: "unknown missing",
            7: "judgement needs-person",
            8: "judgement needs-person",
            9: "judgement needs-person",
        },
    )


def test_the_latest_biopsy_counts(spec_case: SpecCase) -> None:
    """An earlier class says nothing of a later biopsy, whether that has a class, words only, or no result yet.

    What was counted or reported up to 28 days later belongs to the same biopsy.
    """
    spec_case(
        biopsy_class,
        """
        patient | day       | obs.isn_rps_class | obs.glomerulosclerosis_pct | proc               | problem
        --------+-----------+-------------------+----------------------------+--------------------+------------
              1 | -2000     | IV(A)#            |                            |                    |
              1 | -240      | II#               |                            |                    |
              2 | -2000     | II#               |                            |                    |
              2 | -240      | IV(A)#            |                            |                    |
              3 | -2000     | IV(A)#            |                            |                    |
              3 | -240      | 狼疮性肾炎        |                            |                    |
              4 | -240      | IV(A)#            |                            |                    |
              4 | -211      |                   | 12                         |                    |
              5 | -240      | IV(A)#            |                            |                    |
              5 | -212      |                   | 12                         |                    |
              6 | -240      | IV(A)#            |                            |                    |
              6 | -9        |                   |                            | proc.kidney_biopsy |
              7 | -240      | IV(A)#            |                            |                    |
              7 |           |                   |                            | proc.kidney_biopsy |
              8 | -240      | IV(A)#            |                            |                    | preliminary
              9 | -240      | IV(A)#            |                            |                    |
              9 | -211.5    |                   | 12                         |                    |
             10 | -240      | IV(A)#            |                            |                    |
             10 | -230..-90 |                   | 12                         |                    |
        """,
        {
            1: "not-met not-listed",
            2: "met listed",
            3: "judgement needs-person",
            4: "unknown outdated",
            5: "met listed",
            6: "unknown outdated",
            7: "met listed",
            8: "unknown preliminary",
            9: "unknown outdated",
            10: "met listed",
        },
    )


def test_results_of_one_biopsy_must_agree(spec_case: SpecCase) -> None:
    """A code says it all beside words of the same day; two codes that disagree settle nothing, vague dates neither."""
    spec_case(
        biopsy_class,
        """
        patient | day        | obs.isn_rps_class
        --------+------------+------------------
              1 | -240       | IV(A)#
              1 | -240       | 狼疮性肾炎 IV型
              2 | -240       | IV(A)#
              2 | -240       | V#
              3 | -240       | IV(A)#
              3 | -300..-200 | II#
              4 | -300..-200 | III#
              5 | -240       | IV(A)#
              5 | -300..-200 | 狼疮性肾炎
        """,
        {
            1: "met listed",
            2: "unknown conflict",
            3: "unknown partial-date",
            4: "met listed",
            5: "unknown partial-date",
        },
    )


def test_half_of_the_glomeruli_may_be_sclerosed(spec_case: SpecCase) -> None:
    """50 % is met and 51 % is not; none at all is met; a bound that includes the limit settles nothing."""
    spec_case(
        sclerosis,
        """
        patient | day  | obs.glomerulosclerosis_pct | problem
        --------+------+----------------------------+------------
              1 | -240 | 50                         |
              2 | -240 | 50.1                       |
              3 | -240 | 0                          |
              4 | -240 | <60                        |
              5 | -240 | >50                        |
              6 | -240 | 12                         | preliminary
              7 | -240 | 12                         | unit
              8 | -240 | 节段性硬化                 |
              9 |      |                            |
        """,
        {
            1: "met in-range",
            2: "not-met above-limit",
            3: "met in-range",
            4: "unknown censored",
            5: "not-met above-limit",
            6: "unknown preliminary",
            7: "unknown unit",
            8: "unknown no-value",
            9: "unknown missing",
        },
    )


def test_a_specimen_of_few_glomeruli_is_for_a_person(spec_case: SpecCase) -> None:
    """Fewer than ten glomeruli tell no share, whatever it is; a count of another day does not matter."""
    spec_case(
        sclerosis,
        """
        patient | day        | obs.glomerulosclerosis_pct | obs.glomeruli
        --------+------------+----------------------------+--------------
              1 | -240       | 12                         |
              1 | -240       |                            | 9
              2 | -240       | 12                         |
              2 | -240       |                            | 10
              3 | -240       | 60                         |
              3 | -240       |                            | 9
              4 | -240       | 12                         |
              4 | -240       |                            | <12
              5 | -240       | 12                         |
              5 | -260       |                            | 4
              6 | -260..-230 | 12                         |
              6 | -240       |                            | 9
              7 | -240       | 12                         |
              7 | -239       |                            | 9
              8 | -240       | 12                         |
              8 | -260..-230 |                            | 9
              9 | -240       | 12                         |
              9 | -240       |                            | none
             10 | -240       | 12                         |
             10 | -240       |                            | 少量
             11 |            |                            |
        """,
        {
            1: "judgement needs-person",
            2: "met in-range",
            3: "judgement needs-person",
            4: "judgement needs-person",
            5: "met in-range",
            6: "judgement needs-person",
            7: "met in-range",
            8: "judgement needs-person",
            9: "met in-range",
            10: "met in-range",
            11: "unknown missing",
        },
    )


def test_the_share_in_the_latest_biopsy_counts(spec_case: SpecCase) -> None:
    """Where a later biopsy has no share on record, that of an earlier one has expired."""
    spec_case(
        sclerosis,
        """
        patient | day   | obs.glomerulosclerosis_pct | obs.isn_rps_class
        --------+-------+----------------------------+------------------
              1 | -2000 | 10                         |
              1 | -240  | 70                         |
              2 | -2000 | 10                         |
              2 | -240  |                            | IV(A)#
              3 | -245  | 10                         |
              3 | -240  |                            | IV(A)#
              4 | -240  | 10                         |
              4 | -240  | 70                         |
        """,
        {1: "not-met above-limit", 2: "unknown outdated", 3: "met in-range", 4: "unknown conflict"},
    )


def test_only_codes_of_the_trials_own_system_name_a_class() -> None:
    """ "IV" in another code system may mean anything."""
    codes = (Code("http://example.org/grades", "IV"), Code(ISN_RPS, "V"))
    found = CodedResult(source=Source("Observation/1"), concepts=frozenset({"obs.isn_rps_class"}), codes=codes)
    assert classes_of(found) == {("V", "")}


def _sclerosis(table: str) -> Finding:
    (record,) = records(table).values()
    return sclerosis(record, Occasion(AT))


def test_a_share_is_shown_with_its_limit_and_the_distance_from_it() -> None:
    """Value and margin are numbers where the share is exact, and nothing where only a bound is known."""
    found = _sclerosis("patient | day | obs.glomerulosclerosis_pct\n1 | -240 | 12")
    assert found.value is not None
    assert found.margin is not None
    assert (found.value.value, found.margin.value, found.margin.unit) == (Decimal(12), Decimal(38), "%")
    bound = _sclerosis("patient | day | obs.glomerulosclerosis_pct\n1 | -240 | <20")
    assert (bound.state, bound.value, bound.margin) == ("met", None, None)


def test_a_finding_rests_on_what_it_was_made_from() -> None:
    """Too few glomeruli are among the evidence, and so are results that had to agree."""
    few = _sclerosis("patient | day | obs.glomerulosclerosis_pct | obs.glomeruli\n1 | -240 | 12 |\n1 | -240 | | 9")
    assert [one.raw for one in few.evidence] == ["12", "9"]
    assert few.about == "few glomeruli"
    both = _sclerosis("patient | day | obs.glomerulosclerosis_pct\n1 | -240 | 12\n1 | -240 | 13")
    assert sorted(one.raw for one in both.evidence) == ["12", "13"]


def test_a_biopsy_becomes_too_old_only_where_the_site_says_so(spec_case: SpecCase) -> None:
    """The last day of the site's window still counts; a biopsy of vague date that may be older leaves both clauses open."""
    table = """
        patient | day        | obs.isn_rps_class | obs.glomerulosclerosis_pct
        --------+------------+-------------------+---------------------------
              1 | -365       | IV(A)#IV          | 12
              2 | -366       | IV(A)#IV          | 12
              3 | -400..-300 | IV(A)#IV          | 12
    """
    year = {"biopsy_window": "365"}
    for rule, kept in ((biopsy_class, "met listed"), (sclerosis, "met in-range")):
        spec_case(rule, table, {1: kept, 2: kept, 3: kept})
        spec_case(rule, table, {1: kept, 2: "unknown outdated", 3: "unknown partial-date"}, limits=year)
