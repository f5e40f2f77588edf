"""The days on which an answer changes by itself."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from adapter.settings import limits_of
from mappings.criteria.biopsy import biopsy_class, sclerosis
from mappings.criteria.classification import classification
from mappings.criteria.coagulation import coagulation
from mappings.criteria.consent import consent
from mappings.criteria.creatinine_clearance import creatinine_clearance
from mappings.criteria.fertility import contraception
from mappings.criteria.haemodynamics import haemodynamics
from mappings.criteria.haemoglobin import haemoglobin
from mappings.criteria.hepatitis import hepatitis_b, hepatitis_c
from mappings.criteria.liver import alt
from mappings.criteria.neutrophils import neutrophils
from mappings.criteria.pregnancy import lactation, pregnancy, pregnancy_test
from mappings.criteria.serology import hiv, syphilis
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion, Site
from tests.spec.tables import AT, records

Rule = Callable[[Record, Occasion], Finding]
DAYS = 420

TABLES: dict[Rule, str] = {
    neutrophils: """
        patient | day     | lab.neutrophil_abs | rx                 | ongoing
        --------+---------+--------------------+--------------------+--------
              1 | -3      | 2.1                |                    |
              2 | -20..-3 | 2.1                |                    |
              3 | -14..-3 | 2.1                |                    |
              4 | -3      | 2.1                |                    |
              4 | -9      |                    | rx.gcsf.filgrastim | T
        """,
    haemoglobin: """
        patient | day     | lab.hemoglobin_mass
        --------+---------+--------------------
              1 | -28     | 91
              2 | -20..-3 | 91
              2 | -3      | 95
              3 | -3      | 55
        """,
    alt: """
        patient | day | lab.alt | high
        --------+-----+---------+-----
              1 | -3  | 31      | 40
              2 | -3  | 131     | 40
        """,
    coagulation: """
        patient | day | lab.inr | lab.pt_seconds | high
        --------+-----+---------+----------------+-----
              1 | -20 | 1.1     |                | 1.15
              1 | -3  |         | 12.1           | 12.5
              2 | -20 | 1.9     |                | 1.15
              2 | -3  |         | 12.1           | 12.5
              3 | -20 | 1.1     |                |
              3 | -3  |         | 12.1           | 12.5
        """,
    creatinine_clearance: """
        patient | day | lab.creatinine_molar | vital.weight | born       | dx     | active | ended
        --------+-----+----------------------+--------------+------------+--------+--------+------
              1 | -3  | 80                   |              | 1990-01-01 |        |        |
              1 | -20 |                      | 60           |            |        |        |
              2 | -3  | 80                   |              | 1990-01-01 |        |        |
              2 | -20 |                      | 60           |            |        |        |
              2 | -9  |                      |              |            | dx.aki | F      | 9
        """,
    haemodynamics: """
        patient | day | vital.sbp
        --------+-----+----------
              1 | 0   | 60
        """,
    contraception: """
        patient | day        | sex    | born                   | dx                              | active | ended
        --------+------------+--------+------------------------+---------------------------------+--------+------
              1 |            | female | 1969-07-15             |                                 |        |
              2 |            | female | 1969-07-01..1969-07-31 |                                 |        |
              3 | -300       | female |                        | status.postmenopausal           |        |
              4 | -400..-300 | female |                        | status.postmenopausal           |        |
              5 | -90        | male   |                        | status.infertile                | F      | 9
              6 | -90        | female |                        | status.uterus_or_ovaries_absent | F      | 9
              7 |            | female | 9999-01-01             |                                 |        |
        """,
    pregnancy_test: """
        patient | day  | born       | lab.hcg_serum_quant | dx
        --------+------+------------+---------------------+----------------------
              1 | -3   | 1990-01-01 | 0.6                 |
              2 | -3   | 1969-06-04 | 0.6                 |
              3 | -300 | 1990-01-01 |                     | status.postmenopausal
              4 | -3   | 1969-07-15 | 250                 |
        """,
    lactation: """
        patient | day        | born       | dx                   | active | ended
        --------+------------+------------+----------------------+--------+------
              1 | -9         | 1990-01-01 | status.breastfeeding | T      |
              2 | -9         | 1990-01-01 | status.breastfeeding | F      | 9
              3 | -299..-290 | 1990-01-01 | status.breastfeeding | T      |
              4 | -290       | 1969-06-10 | status.breastfeeding | T      |
              5 |            | 1969-06-10 |                      |        |
        """,
    pregnancy: """
        patient | day  | born       | dx                              | active | ended | lab.hcg_urine_qual
        --------+------+------------+---------------------------------+--------+-------+-------------------
              1 | -9   | 1990-01-01 | status.pregnant                 | T      |       |
              2 | -9   | 1990-01-01 | status.pregnant                 | F      | 20    |
              3 | -20  | 1990-01-01 |                                 |        |       | positive
              4 | -9   | 1969-06-10 | status.obstetric                | T      |       |
              5 | -9   | 1990-01-01 | status.uterus_or_ovaries_absent |        |       |
              5 | -290 |            | status.obstetric                | T      |       |
              6 | -20  | 1969-06-10 |                                 |        |       | positive
        """,
    consent: """
        patient | day   | consent | ended
        --------+-------+---------+-------
              1 | -9    | permits | 9
              2 | -9    | permits | 9..20
              3 | -9..5 | permits |
              4 | -9    | permits | -5..5
              5 | -9    | permits |
        """,
}


@pytest.mark.parametrize("rule", TABLES, ids=lambda rule: rule.__name__)
def test_every_day_on_which_an_answer_changes_is_named_before(rule: Rule) -> None:
    """Judged again on the days that it names itself, a clause misses no day on which its answer changes."""
    today = Occasion(AT, full_coverage=True)
    for number, record in records(TABLES[rule]).items():
        judged = rule(record, today)
        for ahead in range(1, DAYS):
            day = today.today + timedelta(days=ahead)
            found = rule(record, msgspec.structs.replace(today, at=today.midnight(day)))
            judged = found if day in judged.turns else judged
            assert found.state == judged.state, (number, day)


@pytest.mark.parametrize(
    ("rule", "number", "days"),
    [
        (neutrophils, 1, [12]),
        (haemoglobin, 1, [1]),
        (coagulation, 1, [9, 26]),
        (contraception, 1, [44]),
        (contraception, 3, [65]),
        (contraception, 5, [10]),
        (pregnancy_test, 1, [5]),
        (lactation, 2, [10, 292]),
        (consent, 1, [9, 10]),
        (consent, 5, []),
    ],
)
def test_the_days_that_an_answer_names(rule: Rule, number: int, days: list[int]) -> None:
    """The first day after a window, the birthday, the day after the last one: counted from the screening."""
    today = Occasion(AT, full_coverage=True)
    turns = rule(records(TABLES[rule])[number], today).turns
    ahead = [(turn - today.today).days for turn in turns]
    assert [one for one in ahead if 0 < one < DAYS] == days


def test_a_result_that_expires_never_makes_a_patient_fit() -> None:
    """Waiting until a bad or unreadable INR is too old to count does not clear it."""
    for number in (2, 3):
        record = records(TABLES[coagulation])[number]
        for ahead in range(DAYS):
            at = AT + timedelta(days=ahead)
            assert coagulation(record, Occasion(at)).state != "met"


#: Windows that are open for ever unless a site sets them, and patients whose answers they end.
WINDOWED: dict[Rule, str] = {
    hiv: "patient | day | lab.hiv_ab\n1 | -9 | negative\n2 | -20..-3 | negative",
    syphilis: "patient | day | lab.syphilis_fta\n1 | -9 | negative",
    hepatitis_b: "patient | day | lab.hbsag_qual | lab.hbcab_total\n1 | -9 | negative | negative",
    hepatitis_c: "patient | day | lab.hcv_ab\n1 | -9 | negative",
    biopsy_class: "patient | day | obs.isn_rps_class\n1 | -9 | IV(A)#IV\n2 | -20..-3 | IV(A)#IV",
    sclerosis: "patient | day | obs.glomerulosclerosis_pct\n1 | -9 | 12",
    classification: "patient | day | lab.ana_titer | obs.isn_rps_class\n1 | -9 | 320 | IV(A)#IV\n2 | -5 | 320 | IV(A)#IV",
}


@pytest.mark.parametrize("rule", WINDOWED, ids=lambda rule: rule.__name__)
def test_a_window_that_the_site_sets_names_the_day_on_which_it_ends(rule: Rule) -> None:
    """The answer changes on days that it named itself, and does change."""
    names = ("serology_window", "biopsy_window", "classification_window")
    limits = limits_of(Site(limits=dict.fromkeys(names, Decimal(30))))
    today = Occasion(AT, limits=limits, full_coverage=True)
    for number, record in records(WINDOWED[rule]).items():
        judged = first = rule(record, today)
        for ahead in range(1, 40):
            day = today.today + timedelta(days=ahead)
            found = rule(record, msgspec.structs.replace(today, at=today.midnight(day)))
            judged = found if day in judged.turns else judged
            assert found.state == judged.state, (number, day)
        assert judged.state != first.state
