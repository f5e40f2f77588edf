"""Washout of immunosuppressants and biologics."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from mappings.codes import catalogue
from mappings.criteria.washout import washout
from mappings.drugs import BIOLOGIC, BORDERLINE, CELLS, CYTOTOXIC, HALF_LIVES, OTHER_SUPPRESSANT, SUPPRESSANT
from mappings.findings import Amount
from mappings.interpretations import Interpretations
from mappings.site import Occasion, Site
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, ZONE, records

title = "Washout (E12)"
MEDICATIONS = ("MedicationRequest", "MedicationAdministration", "MedicationStatement", "MedicationDispense")


def test_an_immunosuppressant_counts_for_five_half_lives(spec_case: SpecCase) -> None:
    """Tacrolimus, 44 hours: 220 hours, that is 9 days and 4 hours; the last hour still counts."""
    spec_case(
        washout,
        """
        patient | day | rx                              | end
        --------+-----+---------------------------------+--------
              1 | -90 | rx.immunosuppressant.tacrolimus | -9
              2 | -90 | rx.immunosuppressant.tacrolimus | -9.1666
              3 | -90 | rx.immunosuppressant.tacrolimus | -9.167
              4 | -90 | rx.immunosuppressant.tacrolimus | -10..-9
        """,
        {1: "met present", 2: "met present", 3: "not-met absent", 4: "unknown partial-date"},
        coverage="full",
    )


def test_a_biologic_counts_for_28_calendar_days(spec_case: SpecCase) -> None:
    """The 28th day still counts, whatever the hour and the half-life; cells count like other biologics."""
    spec_case(
        washout,
        """
        patient | day      | rx                       | end
        --------+----------+--------------------------+---------
              1 | -28.5    | rx.biologic.rituximab    | -28.5
              2 | -28.51   | rx.biologic.rituximab    | -28.51
              3 | -28      | rx.cart.tisagenlecleucel | -28
              4 | -29..-28 | rx.biologic.belimumab    | -29..-28
        """,
        {1: "met present", 2: "not-met absent", 3: "met present", 4: "unknown partial-date"},
        coverage="full",
    )


def test_a_drug_whose_last_day_is_not_known_leaves_it_open(spec_case: SpecCase) -> None:
    """Still taken is within; over, but nobody knows since when, is open for ever unless it began in the window."""
    spec_case(
        washout,
        """
        patient | day | rx                              | end | ongoing | kind
        --------+-----+---------------------------------+-----+---------+----------
              1 | -90 | rx.immunosuppressant.tacrolimus |     | T       | statement
              2 | -90 | rx.immunosuppressant.tacrolimus |     | F       | statement
              3 | -90 | rx.immunosuppressant.tacrolimus |     |         | statement
              4 | -5  | rx.immunosuppressant.tacrolimus |     |         | dispense
              5 |     | rx.immunosuppressant.tacrolimus |     |         | statement
              6 | -90 | rx.immunosuppressant.tacrolimus | -60 | T       | statement
              7 | -90 | rx.immunosuppressant.tacrolimus | 20  |         | dispense
        """,
        {
            1: "met present",
            2: "unknown no-end",
            3: "unknown no-end",
            4: "met present",
            5: "unknown no-end",
            6: "unknown no-end",
            7: "met present",
        },
        coverage="full",
    )


def test_a_prescription_is_no_proof_of_use(spec_case: SpecCase) -> None:
    """It leaves the clause open for as long as the drug may have been taken, and so does a preliminary record."""
    table = """
        patient | day | rx                              | end | ongoing | kind           | problem
        --------+-----+---------------------------------+-----+---------+----------------+------------
              1 | -90 | rx.immunosuppressant.tacrolimus |     | T       | request        |
              2 | -90 | rx.immunosuppressant.tacrolimus | -5  |         | request        |
              3 | -90 | rx.immunosuppressant.tacrolimus | -60 |         | request        |
              4 | -90 | rx.immunosuppressant.tacrolimus | -5  |         | administration | preliminary
              5 | -90 | rx.immunosuppressant.tacrolimus |     |         | statement      | preliminary
              6 | -90 | rx.immunosuppressant.tacrolimus |     |         | statement      | conflict
        """
    found = {
        1: "unknown only-prescribed",
        2: "unknown only-prescribed",
        3: "not-met absent",
        4: "unknown preliminary",
        5: "unknown no-end",
        6: "unknown conflict",
    }
    spec_case(washout, table, found, coverage="full")
    spec_case(
        washout,
        table,
        {**found, 1: "not-met absent", 2: "not-met absent"},
        coverage="full",
        readings={"prescriptions": "not-exposure"},
    )


def test_a_supply_may_last_until_the_end_of_its_last_day(spec_case: SpecCase) -> None:
    """The hour is that of fetching; tofacitinib counts for 16 hours, so from noon yesterday until four, or later."""
    spec_case(
        washout,
        """
        patient | day | rx                               | end | kind
        --------+-----+----------------------------------+-----+---------------
              1 | -30 | rx.immunosuppressant.tofacitinib | -1  | administration
              2 | -30 | rx.immunosuppressant.tofacitinib | -1  | dispense
              3 | -30 | rx.immunosuppressant.tofacitinib | -2  | dispense
              4 | -30 | rx.immunosuppressant.tofacitinib | 0   | dispense
        """,
        {1: "not-met absent", 2: "unknown partial-date", 3: "not-met absent", 4: "met present"},
        coverage="full",
    )


def test_drugs_that_nobody_has_settled_are_for_a_person(spec_case: SpecCase) -> None:
    """For want of a half-life the longest one we hold counts, 95 days; an antibody for another disease, 28."""
    spec_case(
        washout,
        """
        patient | day | rx                             | end
        --------+-----+--------------------------------+----
              1 | -95 | rx.immunosuppressant.other     | -95
              2 | -96 | rx.immunosuppressant.other     | -96
              3 | -95 | rx.lymphodepletion.fludarabine | -95
              4 | -95 | rx.other.vincristine           | -95
              5 | -28 | rx.other_biologic              | -28
              6 | -29 | rx.other_biologic              | -29
              7 | -95 | rx.other.danazol               | -95
              8 | -95 | rx.other.dapsone               | -95
        """,
        {
            1: "judgement needs-person",
            2: "not-met absent",
            3: "judgement needs-person",
            4: "judgement needs-person",
            5: "judgement needs-person",
            6: "not-met absent",
            7: "judgement needs-person",
            8: "judgement needs-person",
        },
        coverage="full",
    )


def test_the_sponsor_may_leave_out_drugs_that_suppress_little(spec_case: SpecCase) -> None:
    """Danazol, dapsone, sulfasalazine and fostamatinib then do not count; cytotoxic drugs still go to a person."""
    spec_case(
        washout,
        """
        patient | day | rx                     | ongoing
        --------+-----+------------------------+--------
              1 | -9  | rx.other.danazol       | T
              2 | -9  | rx.other.dapsone       | T
              3 | -9  | rx.other.sulfasalazine | T
              4 | -9  | rx.itp.fostamatinib    | T
              5 | -9  | rx.other.vincristine   | T
        """,
        {**dict.fromkeys((1, 2, 3, 4), "not-met absent"), 5: "judgement needs-person"},
        coverage="full",
        readings={"borderline_drugs_in_washout": "not-counted"},
    )


def test_background_treatment_is_not_counted(spec_case: SpecCase) -> None:
    """Glucocorticoids, antimalarials, immunoglobulin, platelet stimulants and growth factors are no washout matter."""
    spec_case(
        washout,
        """
        patient | day | rx                                 | ongoing
        --------+-----+------------------------------------+--------
              1 | -90 | rx.glucocorticoid.prednisone       | T
              2 | -90 | rx.antimalarial.hydroxychloroquine | T
              3 | -90 | rx.itp.ivig                        | T
              4 | -90 | rx.itp.eltrombopag                 | T
              5 | -90 | rx.gcsf.filgrastim                 | T
        """,
        dict.fromkeys((1, 2, 3, 4, 5), "not-met absent"),
        coverage="full",
    )


def test_the_sponsor_may_count_glucocorticoids(spec_case: SpecCase) -> None:
    """By their biological half-life of 54 hours: 270 hours, that is 11 days and 6 hours."""
    spec_case(
        washout,
        """
        patient | day | rx                           | end
        --------+-----+------------------------------+-------
              1 | -90 | rx.glucocorticoid.prednisone | -11.25
              2 | -90 | rx.glucocorticoid.prednisone | -11.26
        """,
        {1: "met present", 2: "not-met absent"},
        coverage="full",
        readings={"glucocorticoids_in_washout": "counted"},
    )


def test_the_sponsor_may_count_hydroxychloroquine(spec_case: SpecCase) -> None:
    """For 250 days; chloroquine, of which we hold no half-life, is then for a person."""
    spec_case(
        washout,
        """
        patient | day  | rx                                 | end
        --------+------+------------------------------------+-----
              1 | -400 | rx.antimalarial.hydroxychloroquine | -250
              2 | -400 | rx.antimalarial.hydroxychloroquine | -251
              3 | -400 | rx.antimalarial.chloroquine        | -250
              4 | -400 | rx.antimalarial.chloroquine        | -251
        """,
        {1: "met present", 2: "not-met absent", 3: "judgement needs-person", 4: "not-met absent"},
        coverage="full",
        readings={"hydroxychloroquine_in_washout": "counted"},
    )


def test_the_sponsor_may_count_azathioprine_by_its_parent(spec_case: SpecCase) -> None:
    """By default its active nucleotides count for 25 days; the parent drug would for 25 hours."""
    table = """
        patient | day | rx                                | end
        --------+-----+-----------------------------------+------
              1 | -90 | rx.immunosuppressant.azathioprine | -25
              2 | -90 | rx.immunosuppressant.azathioprine | -25.1
              3 | -90 | rx.immunosuppressant.azathioprine | -1
        """
    spec_case(washout, table, {1: "met present", 2: "not-met absent", 3: "met present"}, coverage="full")
    spec_case(
        washout,
        table,
        {1: "not-met absent", 2: "not-met absent", 3: "met present"},
        coverage="full",
        readings={"azathioprine": "parent"},
    )


def test_of_several_drugs_the_worst_decides(spec_case: SpecCase) -> None:
    """One within its washout bars, whatever else is over or open."""
    spec_case(
        washout,
        """
        patient | day | rx                                     | end | kind
        --------+-----+----------------------------------------+-----+--------
              1 | -90 | rx.immunosuppressant.leflunomide       | -50 |
              1 | -20 | rx.immunosuppressant.mycophenolic_acid | -9  |
              2 | -90 | rx.immunosuppressant.mycophenolic_acid | -9  |
              2 | -20 | rx.immunosuppressant.tacrolimus        | -5  | request
              3 | -90 | rx.immunosuppressant.mycophenolic_acid | -9  |
              3 | -90 | rx.immunosuppressant.tacrolimus        | -20 |
        """,
        {1: "met present", 2: "unknown only-prescribed", 3: "not-met absent"},
        coverage="full",
    )


def test_medications_must_be_complete_through_the_longest_washout(spec_case: SpecCase) -> None:
    """95 days back; 250 when hydroxychloroquine counts; each of the four kinds of record, and all understood."""
    table = """
        patient | day | rx                              | end | unread
        --------+-----+---------------------------------+-----+--------------------
              1 |     |                                 |     |
              2 | -90 | rx.immunosuppressant.tacrolimus | -60 |
              3 |     |                                 |     | MedicationStatement
        """
    clear = {1: "not-met absent", 2: "not-met absent", 3: "unknown not-understood"}
    unclear = dict.fromkeys((1, 2, 3), "unknown not-covered")
    since = AT.date() - timedelta(days=95)
    spec_case(washout, table, unclear)
    spec_case(washout, table, clear, coverage=dict.fromkeys(MEDICATIONS, since))
    for kind in MEDICATIONS:
        late = {**dict.fromkeys(MEDICATIONS, since), kind: since + timedelta(days=1)}
        spec_case(washout, table, unclear, coverage=late)
    counted = {"hydroxychloroquine_in_washout": "counted"}
    spec_case(washout, table, unclear, coverage=dict.fromkeys(MEDICATIONS, since), readings=counted)
    long = dict.fromkeys(MEDICATIONS, AT.date() - timedelta(days=250))
    spec_case(washout, table, clear, coverage=long, readings=counted)


@pytest.mark.parametrize("concept", sorted(HALF_LIVES))
def test_every_drug_is_counted_by_its_own_half_life(concept: str) -> None:
    """To the microsecond: at the end of five half-lives it is within, a moment later it is over."""
    length = timedelta(microseconds=int(HALF_LIVES[concept].hours * 5 * 3_600_000_000))
    record = records(f"patient | day | rx | end\n 1 | -400 | {concept} | -200")[1]
    end = AT - timedelta(days=200) + length
    for moment, state in ((end, "met"), (end + timedelta(microseconds=1), "not-met")):
        finding = washout(record, Occasion(moment, full_coverage=True))
        assert finding.state == state
    assert washout(record, Occasion(end, full_coverage=True)).limit == Amount(HALF_LIVES[concept].hours * 5 / 24, "d")


def test_every_drug_that_may_suppress_immunity_counts_in_some_way() -> None:
    """No value set of immunosuppressants, biologics or cells is passed over, and none is without a decision."""
    names = (SUPPRESSANT, BIOLOGIC, CELLS, *CYTOTOXIC, *BORDERLINE, "rx.other_biologic")
    counted = [concept for concept in catalogue().titles if concept.startswith(names)]
    assert len(counted) > 45
    for concept in counted:
        record = records(f"patient | day | rx | ongoing\n 1 | -9 | {concept} | T")[1]
        assert washout(record, Occasion(AT, full_coverage=True)).state in ("met", "judgement"), concept
    lacking = {c for c in counted if c.startswith(SUPPRESSANT)} - {*HALF_LIVES, OTHER_SUPPRESSANT}
    assert lacking == set()


def test_the_answer_says_how_long_ago_and_how_long_to_wait() -> None:
    """Days since the last exposure, cut to a tenth, beside the washout in days; the worst drug is named."""
    table = """
        patient | day | rx                              | end
        --------+-----+---------------------------------+-----
              1 | -90 | rx.immunosuppressant.tacrolimus | -5.2
              2 | -90 | rx.biologic.rituximab           | -5.6
              3 | -90 | rx.immunosuppressant.tacrolimus | 9
        """
    found = {number: washout(record, Occasion(AT)) for number, record in records(table).items()}
    days = Decimal(220) / 24
    assert (found[1].value, found[1].limit) == (Amount(Decimal("5.1"), "d"), Amount(days, "d"))
    assert (found[2].value, found[2].limit) == (Amount(Decimal(6), "d"), Amount(Decimal(28), "d"))
    assert found[3].value == Amount(Decimal("0.0"), "d")
    assert found[1].about == "rx.immunosuppressant.tacrolimus"


@pytest.mark.parametrize(
    ("row", "turns"),
    [
        ("-90 | rx.immunosuppressant.tacrolimus | -1 | ", [date(2025, 6, 10)]),
        ("-90 | rx.immunosuppressant.tacrolimus | 20 | ", [date(2025, 7, 1)]),
        ("-90 | rx.immunosuppressant.tacrolimus | | T", []),
        ("-5 | rx.immunosuppressant.tacrolimus | | ", [date(2025, 6, 6)]),
        ("-90 | rx.immunosuppressant.tacrolimus | | ", []),
        ("-3..-1 | rx.biologic.rituximab | -3..-1 | ", [date(2025, 6, 27), date(2025, 6, 29)]),
    ],
)
def test_the_days_on_which_a_washout_turns_are_named(row: str, turns: list[date]) -> None:
    """The first day whose beginning lies after it; none for a drug that is still taken or may be."""
    on = Occasion(AT, full_coverage=True)
    record = records(f"patient | day | rx | end | ongoing\n 1 | {row}")[1]
    assert list(washout(record, on).turns) == turns
    for turn in turns:
        before, after = (datetime.combine(turn, datetime.min.time(), ZONE) - timedelta(days=n) for n in (1, 0))
        states = [washout(record, msgspec.structs.replace(on, at=moment)).state for moment in (before, after)]
        assert states[0] != states[1]


def test_incomplete_medications_become_enough_on_a_day_that_is_named() -> None:
    """When the declared coverage reaches back through the whole washout."""
    coverage = dict.fromkeys(MEDICATIONS, date(2025, 5, 1))
    on = Occasion(AT, Site(coverage=coverage, interpretations=Interpretations()))
    record = records("patient | unread\n 1 | ")[1]
    (turn,) = washout(record, on).turns
    assert turn == date(2025, 8, 4)
    assert washout(record, msgspec.structs.replace(on, at=on.midnight(turn))).state == "not-met"
    assert washout(record, msgspec.structs.replace(on, at=on.midnight(turn - timedelta(days=1)))).state == "unknown"
