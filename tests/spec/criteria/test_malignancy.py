"""Malignancy."""

from datetime import date

from mappings.criteria.malignancy import CANDIDATES, IN_SITU, MALIGNANT, malignancy
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Malignancy within 5 years (E06)"


def test_five_calendar_years_are_counted_from_the_last_sign(spec_case: SpecCase) -> None:
    """The end where there is one, else now while it is active, else the onset; the day itself still counts."""
    spec_case(
        malignancy,
        """
        patient | dx            | day   | active | ended
        --------+---------------+-------+--------+------
              1 | dx.malignancy | -1826 | F      |
              2 | dx.malignancy | -4000 | F      | -1826
              3 | dx.malignancy | -4000 | F      | -1827
              4 | dx.malignancy | -4000 | T      |
              5 | dx.malignancy | -4000 | F      | 20
              6 | dx.malignancy | -4000 | T      | -1827
        """,
        {
            1: "met present",
            2: "met present",
            3: "not-met absent",
            4: "met present",
            5: "met present",
            6: "met present",
        },
        coverage="full",
    )


def test_without_an_end_an_old_one_is_for_a_person(spec_case: SpecCase) -> None:
    """Nobody can tell when it was last there, unless it was known to be over before the window opened."""
    spec_case(
        malignancy,
        """
        patient | dx            | day          | active | ended        | issued
        --------+---------------+--------------+--------+--------------+-------
              1 | dx.malignancy | -1827        | F      |              |
              2 | dx.malignancy | -4000        |        |              |
              3 | dx.malignancy |              | F      |              |
              4 | dx.malignancy |              |        |              |
              5 | dx.malignancy | -1900..-1800 |        |              |
              6 | dx.malignancy | -4000        | F      | -1900..-1800 |
              7 | dx.malignancy | -4000        | F      |              | -1827
              8 | dx.malignancy | -4000        | F      |              | -1826
        """,
        {**dict.fromkeys((1, 2, 3, 4, 5, 6, 8), "judgement needs-person"), 7: "not-met absent"},
        coverage="full",
    )


def test_doubtful_ones_are_for_a_person(spec_case: SpecCase) -> None:
    """Uncertain diagnoses, history codes and growths of uncertain behaviour do not bar by themselves."""
    spec_case(
        malignancy,
        """
        patient | dx                                                                | day  | active | certain
        --------+-------------------------------------------------------------------+------+--------+--------
              1 | dx.malignancy                                                     | -100 | T      | F
              2 | hx.malignancy                                                     |      | T      |
              3 | dx.neoplasm_uncertain                                             | -100 | T      |
              4 | dx.malignancy_exempt_nonmelanoma_skin dx.malignancy_all_C_chapter | -100 | T      |
        """,
        dict.fromkeys((1, 2, 3, 4), "judgement needs-person"),
        coverage="full",
    )


def test_cancers_with_negligible_risk_are_exempt(spec_case: SpecCase) -> None:
    """Basal and squamous cell carcinoma of the skin and carcinoma in situ of the cervix, unless they have spread."""
    spec_case(
        malignancy,
        """
        patient | dx                                                               | day  | active
        --------+------------------------------------------------------------------+------+-------
              1 | dx.malignancy_exempt_bcc                                         | -100 | T
              2 | dx.malignancy_exempt_scc_skin                                    | -100 | T
              3 | dx.malignancy_exempt_cis_cervix                                  | -100 | T
              4 | dx.malignancy_exempt_cis_breast                                  | -100 | T
              5 | dx.malignancy_exempt_bcc dx.malignancy_NOT_exempt_metastatic_bcc | -100 | T
              6 | dx.malignancy_exempt_bcc                                         | -100 | T
              6 | dx.malignancy_metastatic                                         | -50  | T
        """,
        {
            1: "not-met absent",
            2: "not-met absent",
            3: "not-met absent",
            4: "judgement needs-person",
            5: "met present",
            6: "met present",
        },
        coverage="full",
    )


def test_the_sponsor_may_exempt_every_carcinoma_in_situ(spec_case: SpecCase) -> None:
    """Then those of the breast and elsewhere do not count either; other candidates still go to a person."""
    spec_case(
        malignancy,
        """
        patient | dx                                               | day  | active
        --------+--------------------------------------------------+------+-------
              1 | dx.malignancy_exempt_cis_breast                  | -100 | T
              2 | dx.malignancy_exempt_cis                         | -100 | T
              3 | dx.malignancy_exempt_candidate_thyroid_papillary | -100 | T
        """,
        {1: "not-met absent", 2: "not-met absent", 3: "judgement needs-person"},
        coverage="full",
        readings={"malignancy_exempt": "any-in-situ"},
    )


def test_every_kind_of_malignancy_is_looked_at() -> None:
    """Each bars by itself, but for the history code and the candidates for the exemption."""
    for concept in (*MALIGNANT, *CANDIDATES, *IN_SITU):
        record = records(f"patient | dx | day | active\n 1 | {concept} | -9 | T")[1]
        bars = concept in MALIGNANT and concept != "hx.malignancy"
        assert malignancy(record, Occasion(AT, full_coverage=True)).state == ("met" if bars else "judgement"), concept


def test_only_records_of_all_time_prove_absence(spec_case: SpecCase) -> None:
    """An old malignancy may still be active, so five years of complete diagnoses are not enough."""
    table = """
        patient | dx                       | day  | unread
        --------+--------------------------+------+----------
              1 |                          |      |
              2 | dx.malignancy_exempt_bcc | -100 |
              3 |                          |      | Condition
        """
    spec_case(malignancy, table, dict.fromkeys((1, 2, 3), "unknown not-covered"))
    spec_case(
        malignancy, table, dict.fromkeys((1, 2, 3), "unknown not-covered"), coverage={"Condition": date(2020, 6, 1)}
    )
    spec_case(
        malignancy, table, {1: "not-met absent", 2: "not-met absent", 3: "unknown not-understood"}, coverage="full"
    )
