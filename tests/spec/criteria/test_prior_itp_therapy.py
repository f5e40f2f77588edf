"""Prior treatment of immune thrombocytopenia."""

from datetime import date

from mappings.criteria.prior_itp_therapy import prior_itp_therapy
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Prior treatment of immune thrombocytopenia (I02-ITP-1)"


def test_whether_a_pulse_failed_is_for_a_person(spec_case: SpecCase) -> None:
    """1 g of methylprednisolone on three days with an immunosuppressant is laid before a person, and so is less.

    A pulse alone, or an agent alone, is not what is asked for.
    """
    spec_case(
        prior_itp_therapy,
        """
        patient | day | rx                                   | kind           | end | dose
        --------+-----+--------------------------------------+----------------+-----+-----
              1 | -90 | rx.glucocorticoid.methylprednisolone | administration | -90 | 1000
              1 | -89 | rx.glucocorticoid.methylprednisolone | administration | -89 | 1000
              1 | -88 | rx.glucocorticoid.methylprednisolone | administration | -88 | 1000
              1 | -90 | rx.immunosuppressant.azathioprine    | statement      | -30 |
              2 | -90 | rx.glucocorticoid.methylprednisolone | administration | -90 | 500
              2 | -89 | rx.glucocorticoid.methylprednisolone | administration | -89 | 500
              2 | -88 | rx.glucocorticoid.methylprednisolone | administration | -88 | 500
              2 | -90 | rx.biologic.rituximab                | administration | -90 |
              3 | -90 | rx.glucocorticoid.methylprednisolone | administration | -90 | 1000
              3 | -89 | rx.glucocorticoid.methylprednisolone | administration | -89 | 1000
              3 | -88 | rx.glucocorticoid.methylprednisolone | administration | -88 | 1000
              4 | -90 | rx.immunosuppressant.azathioprine    | statement      | -30 |
              5 |     |                                      |                |     |
              6 | -90 | rx.glucocorticoid.methylprednisolone | request        | -88 | 1000
              6 | -90 | rx.immunosuppressant.azathioprine    | statement      | -30 |
        """,
        {
            1: "judgement needs-person",
            2: "judgement needs-person",
            3: "not-met absent",
            4: "not-met absent",
            5: "not-met absent",
            6: "unknown missing",
        },
        coverage="full",
    )


def test_whether_a_high_dose_failed_is_for_a_person(spec_case: SpecCase) -> None:
    """1 mg of prednisone per kilogram a day for 14 days, with an immunosuppressant; a lower dose is no such course."""
    spec_case(
        prior_itp_therapy,
        """
        patient | day | rx                                | kind      | end | daily | vital.weight
        --------+-----+-----------------------------------+-----------+-----+-------+-------------
              1 | -90 |                                   |           |     |       | 60
              1 | -90 | rx.glucocorticoid.prednisone      | statement | -77 | 60    |
              1 | -90 | rx.immunosuppressant.cyclosporine | statement | -30 |       |
              2 | -90 |                                   |           |     |       | 60
              2 | -90 | rx.glucocorticoid.prednisone      | statement | -77 | 59    |
              2 | -90 | rx.immunosuppressant.cyclosporine | statement | -30 |       |
              3 | -90 | rx.glucocorticoid.prednisone      | statement | -77 | 60    |
              3 | -90 | rx.immunosuppressant.cyclosporine | statement | -30 |       |
        """,
        {1: "judgement needs-person", 2: "not-met absent", 3: "unknown missing"},
        coverage="full",
    )


def test_without_a_course_only_complete_records_bar(spec_case: SpecCase) -> None:
    """Where the source does not hold every medication record, or one was not understood, there may have been one."""
    table = """
        patient | day | rx                                | kind      | end | unread
        --------+-----+-----------------------------------+-----------+-----+------------------
              1 | -90 | rx.immunosuppressant.azathioprine | statement | -30 |
              2 | -90 | rx.immunosuppressant.azathioprine | statement | -30 | MedicationRequest
    """
    spec_case(prior_itp_therapy, table, {1: "not-met absent", 2: "unknown missing"}, coverage="full")
    spec_case(prior_itp_therapy, table, {1: "unknown missing", 2: "unknown missing"})
    partly = {"MedicationStatement": date.min}
    spec_case(prior_itp_therapy, table, {1: "unknown missing", 2: "unknown missing"}, coverage=partly)


def test_what_is_not_known_in_full_leaves_the_clause_open(spec_case: SpecCase) -> None:
    """A course only ordered, too short, or of unknown dose, weight, end or date may be one, if there was an agent too."""
    spec_case(
        prior_itp_therapy,
        """
        patient | day       | rx                                   | kind      | end | daily | vital.weight
        --------+-----------+--------------------------------------+-----------+-----+-------+-------------
              1 | -90       | rx.glucocorticoid.methylprednisolone | request   | -88 | 1000  |
              1 | -90       | rx.immunosuppressant.azathioprine    | statement | -30 |       |
              2 | -90       | rx.glucocorticoid.prednisone         | statement | -60 |       | 60
              2 | -90       | rx.immunosuppressant.azathioprine    | statement | -30 |       |
              3 | -90       | rx.glucocorticoid.prednisone         | statement | -60 | 60    |
              3 | -90       | rx.immunosuppressant.azathioprine    | statement | -30 |       |
              4 | -90       | rx.glucocorticoid.prednisone         | statement |     | 60    | 60
              4 | -90       | rx.immunosuppressant.azathioprine    | statement | -30 |       |
              5 | -90       | rx.glucocorticoid.prednisone         | statement | -78 | 60    | 60
              5 | -90       | rx.immunosuppressant.azathioprine    | statement | -30 |       |
              6 | -200..-90 | rx.glucocorticoid.prednisone         | statement | -78 | 60    | 60
              6 | -90       | rx.immunosuppressant.azathioprine    | statement | -30 |       |
              7 |           | rx.glucocorticoid.prednisone         | statement |     | 60    |
              7 | -90       | rx.immunosuppressant.azathioprine    | statement | -30 |       |
              8 | -90       | rx.glucocorticoid.prednisone         | statement | -60 |       | 60
        """,
        dict.fromkeys(range(1, 8), "unknown missing") | {8: "not-met absent"},
        coverage="full",
    )


def test_the_immunosuppressant_is_taken_within_92_days_of_the_course(spec_case: SpecCase) -> None:
    """Up to 92 days before the first or after the last day of the course, that day included; any suppressant counts.

    One only prescribed, or without a date, may have been taken then; hydroxychloroquine is none.
    """
    spec_case(
        prior_itp_therapy,
        """
        patient | day  | rx                                 | kind      | end  | daily_kg
        --------+------+------------------------------------+-----------+------+---------
              1 | -400 | rx.glucocorticoid.prednisone       | statement | -380 | 1
              1 | -500 | rx.immunosuppressant.azathioprine  | statement | -492 |
              2 | -400 | rx.glucocorticoid.prednisone       | statement | -380 | 1
              2 | -500 | rx.immunosuppressant.azathioprine  | statement | -493 |
              3 | -400 | rx.glucocorticoid.prednisone       | statement | -380 | 1
              3 | -288 | rx.immunosuppressant.azathioprine  | statement | -200 |
              4 | -400 | rx.glucocorticoid.prednisone       | statement | -380 | 1
              4 | -287 | rx.immunosuppressant.azathioprine  | statement | -200 |
              5 | -400 | rx.glucocorticoid.prednisone       | statement | -380 | 1
              5 | -390 | rx.immunosuppressant.other         | statement | -385 |
              6 | -400 | rx.glucocorticoid.prednisone       | statement | -380 | 1
              6 | -400 | rx.immunosuppressant.azathioprine  | request   | -380 |
              7 | -400 | rx.glucocorticoid.prednisone       | statement | -380 | 1
              7 |      | rx.immunosuppressant.azathioprine  | statement |      |
              8 | -400 | rx.glucocorticoid.prednisone       | statement | -380 | 1
              8 | -400 | rx.antimalarial.hydroxychloroquine | statement | -380 |
              9 | -400 | rx.glucocorticoid.prednisone       | statement | -380 | 1
              9 | -800 | rx.immunosuppressant.azathioprine  | statement |      |
        """,
        {
            1: "judgement needs-person",
            2: "not-met absent",
            3: "judgement needs-person",
            4: "not-met absent",
            5: "judgement needs-person",
            6: "unknown missing",
            7: "unknown missing",
            8: "not-met absent",
            9: "judgement needs-person",
        },
        coverage="full",
    )


def test_a_site_may_ask_for_no_immunosuppressant_beside_a_pulse(spec_case: SpecCase) -> None:
    """ "In combination with" can be bound to the high dose only: then a failed pulse alone is enough for a person."""
    table = """
        patient | day | rx                                   | kind           | end | dose | daily_kg
        --------+-----+--------------------------------------+----------------+-----+------+---------
              1 | -90 | rx.glucocorticoid.methylprednisolone | administration | -90 | 1000 |
              1 | -89 | rx.glucocorticoid.methylprednisolone | administration | -89 | 1000 |
              1 | -88 | rx.glucocorticoid.methylprednisolone | administration | -88 | 1000 |
              2 | -90 | rx.glucocorticoid.prednisone         | statement      | -60 |      | 1
              3 | -90 | rx.glucocorticoid.methylprednisolone | request        | -88 |      |
              4 | -90 | rx.glucocorticoid.prednisone         | statement      | -60 |      | 0.5
              5 | -90 | rx.glucocorticoid.methylprednisolone | request        | -88 |      |
              5 | -90 | rx.immunosuppressant.azathioprine    | request        | -30 |      |
    """
    spec_case(
        prior_itp_therapy,
        table,
        {**dict.fromkeys((1, 2, 3, 4), "not-met absent"), 5: "unknown missing"},
        coverage="full",
    )
    spec_case(
        prior_itp_therapy,
        table,
        {
            1: "judgement needs-person",
            2: "unknown missing",
            3: "unknown missing",
            4: "not-met absent",
            5: "unknown missing",
        },
        coverage="full",
        readings={"itp_suppressant": "high-dose-only"},
    )


def test_the_course_and_its_agent_are_shown_and_the_kind_is_named() -> None:
    """A full pulse is named before a later small one, with its administrations and the agent as evidence."""
    rows = [
        f"1 | {first + day} | rx.glucocorticoid.methylprednisolone | administration | {first + day} | {dose}"
        for first, dose in ((-90, 1000), (-30, 500))
        for day in range(3)
    ]
    agent = "1 | -90 | rx.immunosuppressant.azathioprine | statement | -1 |"
    (record,) = records("\n".join(["patient | day | rx | kind | end | dose", *rows, agent])).values()
    finding = prior_itp_therapy(record, Occasion(AT))
    assert finding.about == "pulse"
    assert [one.reference for one in finding.evidence] == ["rx/r1-0", "rx/r1-1", "rx/r1-2", "rx/r1-6"]


def test_the_day_on_which_a_high_dose_has_lasted_long_enough_is_named() -> None:
    """An open clause that a running high dose will settle names the day."""
    table = """
        patient | day | rx                                | kind      | ongoing | daily_kg
        1       | -5  | rx.glucocorticoid.prednisone      | statement | T       | 1
        1       | -90 | rx.immunosuppressant.azathioprine | statement | T       |
    """
    (record,) = records(table).values()
    finding = prior_itp_therapy(record, Occasion(AT, full_coverage=True))
    assert (finding.state, finding.turns) == ("unknown", (date(2025, 6, 9),))
