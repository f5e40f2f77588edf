"""Prior treatment of lupus nephritis."""

from datetime import date

from mappings.criteria.prior_therapy import prior_therapy
from mappings.findings import Finding
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Prior treatment of lupus nephritis (I02-LN-1)"


def test_whether_treatment_failed_is_for_a_person(spec_case: SpecCase) -> None:
    """A glucocorticoid and two agents, together or one after the other, are laid before a person; fewer are too few."""
    spec_case(
        prior_therapy,
        """
        patient | day  | rx                                     | kind           | end
        --------+------+----------------------------------------+----------------+-----
              1 | -400 | rx.glucocorticoid.prednisone           | statement      | -9
              1 | -400 | rx.immunosuppressant.mycophenolic_acid | statement      | -200
              1 | -190 | rx.immunosuppressant.tacrolimus        | statement      | -9
              2 | -400 | rx.glucocorticoid.prednisone           | statement      | -9
              2 | -400 | rx.immunosuppressant.mycophenolic_acid | statement      | -9
              3 | -400 | rx.immunosuppressant.mycophenolic_acid | statement      | -200
              3 | -190 | rx.immunosuppressant.tacrolimus        | statement      | -9
              4 | -400 | rx.glucocorticoid.prednisone           | statement      | -9
              4 | -400 | rx.immunosuppressant.mycophenolic_acid | statement      | -200
              4 | -190 | rx.immunosuppressant.mycophenolic_acid | statement      | -9
              5 | -400 | rx.glucocorticoid.prednisone           | statement      | -9
              5 | -400 | rx.immunosuppressant.mycophenolic_acid | statement      | -9
              5 | -400 | rx.antimalarial.hydroxychloroquine     | statement      | -9
              6 |      |                                        |                |
              7 | -400 | rx.glucocorticoid.prednisone           | statement      | -9
              7 | -400 | rx.immunosuppressant.tacrolimus        | statement      |
              7 | -400 | rx.biologic.rituximab                  | administration | -400
        """,
        {
            1: "judgement needs-person",
            2: "not-met below-limit",
            3: "not-met absent",
            4: "not-met below-limit",
            5: "not-met below-limit",
            6: "not-met absent",
            7: "unknown missing",
        },
        coverage="full",
    )


def test_too_few_agents_bar_only_in_complete_records(spec_case: SpecCase) -> None:
    """Without declared coverage, or with a medication that could not be read, there may have been more."""
    table = """
        patient | day  | rx                           | kind      | end | unread
        --------+------+------------------------------+-----------+-----+--------------------
              1 | -400 | rx.glucocorticoid.prednisone | statement | -9  |
              2 | -400 | rx.glucocorticoid.prednisone | statement | -9  | MedicationStatement
    """
    spec_case(prior_therapy, table, {1: "not-met absent", 2: "unknown missing"}, coverage="full")
    spec_case(prior_therapy, table, {1: "unknown missing", 2: "unknown missing"})
    partly = {"MedicationStatement": date.min, "MedicationRequest": date.min}
    spec_case(prior_therapy, table, {1: "unknown missing", 2: "unknown missing"}, coverage=partly)


def test_an_agent_counts_when_given_for_28_days(spec_case: SpecCase) -> None:
    """From the first to the last proven day, both counted; pulses weeks apart span it, an infused biologic needs none.

    A shorter or unknown time, and a date too vague to tell, prove no agent, but it may have been one.
    """
    spec_case(
        prior_therapy,
        """
        patient | day        | rx                                    | kind           | end  | ongoing
        --------+------------+---------------------------------------+----------------+------+--------
              1 | -400       | rx.glucocorticoid.prednisone          | statement      | -9   |
              1 | -400       | rx.immunosuppressant.tacrolimus       | statement      | -9   |
              1 | -400       | rx.immunosuppressant.azathioprine     | statement      | -373 |
              2 | -400       | rx.glucocorticoid.prednisone          | statement      | -9   |
              2 | -400       | rx.immunosuppressant.tacrolimus       | statement      | -9   |
              2 | -400       | rx.immunosuppressant.azathioprine     | statement      | -374 |
              3 | -400       | rx.glucocorticoid.prednisone          | statement      | -9   |
              3 | -400       | rx.immunosuppressant.tacrolimus       | statement      | -9   |
              3 | -400       | rx.immunosuppressant.cyclophosphamide | administration | -400 |
              3 | -372       | rx.immunosuppressant.cyclophosphamide | administration | -372 |
              4 | -400       | rx.glucocorticoid.prednisone          | statement      | -9   |
              4 | -400       | rx.immunosuppressant.tacrolimus       | statement      | -9   |
              4 | -400       | rx.biologic.rituximab                 | administration | -400 |
              5 | -400       | rx.glucocorticoid.prednisone          | statement      | -9   |
              5 | -400       | rx.immunosuppressant.tacrolimus       | statement      | -9   |
              5 | -27        | rx.immunosuppressant.azathioprine     | statement      |      | T
              6 | -400       | rx.glucocorticoid.prednisone          | statement      | -9   |
              6 | -400       | rx.immunosuppressant.tacrolimus       | statement      | -9   |
              6 | -26        | rx.immunosuppressant.azathioprine     | statement      |      | T
              7 | -400       | rx.glucocorticoid.prednisone          | statement      | -9   |
              7 | -400       | rx.immunosuppressant.tacrolimus       | statement      | -9   |
              7 | -400       | rx.immunosuppressant.azathioprine     | statement      |      |
              8 | -400       | rx.glucocorticoid.prednisone          | statement      | -9   |
              8 | -400       | rx.immunosuppressant.tacrolimus       | statement      | -9   |
              8 | -420..-380 | rx.immunosuppressant.azathioprine     | statement      | -360 |
              9 | -400       | rx.glucocorticoid.prednisone          | statement      | -9   |
              9 | -400       | rx.immunosuppressant.tacrolimus       | statement      | -9   |
              9 |            | rx.immunosuppressant.azathioprine     | statement      | -9   |
        """,
        {
            1: "judgement needs-person",
            2: "unknown missing",
            3: "judgement needs-person",
            4: "judgement needs-person",
            5: "judgement needs-person",
            6: "unknown missing",
            7: "unknown missing",
            8: "unknown missing",
            9: "unknown missing",
        },
        coverage="full",
    )


def test_a_prescription_proves_no_exposure_and_excludes_none(spec_case: SpecCase) -> None:
    """What was only prescribed may have been taken: it neither counts nor bars."""
    spec_case(
        prior_therapy,
        """
        patient | day  | rx                                | kind      | end
        --------+------+-----------------------------------+-----------+----
              1 | -400 | rx.glucocorticoid.prednisone      | statement | -9
              1 | -400 | rx.immunosuppressant.tacrolimus   | statement | -9
              1 | -400 | rx.immunosuppressant.azathioprine | request   | -9
              2 | -400 | rx.glucocorticoid.prednisone      | request   | -9
              2 | -400 | rx.immunosuppressant.tacrolimus   | statement | -9
              2 | -400 | rx.immunosuppressant.azathioprine | statement | -9
              3 | -400 | rx.glucocorticoid.prednisone      | statement | -9
              3 | -400 | rx.biologic.belimumab             | request   | -9
              3 | -400 | rx.immunosuppressant.azathioprine | statement | -9
              4 | -400 | rx.immunosuppressant.azathioprine | request   | -9
              4 | -400 | rx.glucocorticoid.prednisone      | request   | -9
        """,
        {1: "unknown missing", 2: "unknown missing", 3: "unknown missing", 4: "not-met absent"},
        coverage="full",
    )


def test_an_unknown_suppressant_may_be_a_second_agent(spec_case: SpecCase) -> None:
    """A drug of a suppressant class that we do not know by name is no proven agent, but it may be one."""
    spec_case(
        prior_therapy,
        """
        patient | day  | rx                              | kind      | end
        --------+------+---------------------------------+-----------+----
              1 | -400 | rx.glucocorticoid.prednisone    | statement | -9
              1 | -400 | rx.immunosuppressant.tacrolimus | statement | -9
              1 | -400 | rx.immunosuppressant.other      | statement | -9
              2 | -400 | rx.glucocorticoid.prednisone    | statement | -9
              2 | -400 | rx.immunosuppressant.other      | statement | -9
        """,
        {1: "unknown missing", 2: "not-met absent"},
        coverage="full",
    )


def test_a_glucocorticoid_that_stays_on_the_skin_is_none(spec_case: SpecCase) -> None:
    """Creams, drops and inhaled glucocorticoids treat no nephritis."""
    spec_case(
        prior_therapy,
        """
        patient | day  | rx                                | kind      | end | route
        --------+------+-----------------------------------+-----------+-----+---------
              1 | -400 | rx.glucocorticoid.hydrocortisone  | statement | -9  | 外用
              1 | -400 | rx.immunosuppressant.tacrolimus   | statement | -9  |
              1 | -400 | rx.immunosuppressant.azathioprine | statement | -9  |
              2 | -400 | rx.glucocorticoid.hydrocortisone  | statement | -9  | 26643006
              2 | -400 | rx.immunosuppressant.tacrolimus   | statement | -9  |
              2 | -400 | rx.immunosuppressant.azathioprine | statement | -9  |
              3 | -400 | rx.glucocorticoid.hydrocortisone  | request   | -9  |
              3 | -400 | rx.immunosuppressant.tacrolimus   | statement | -9  |
              3 | -400 | rx.immunosuppressant.azathioprine | statement | -9  |
        """,
        {1: "not-met absent", 2: "judgement needs-person", 3: "unknown missing"},
        coverage="full",
    )


def test_a_site_may_count_immunosuppressants_only(spec_case: SpecCase) -> None:
    """ "And/or biologics" can be read so that biologics do not make up for a missing immunosuppressant."""
    table = """
        patient | day  | rx                                | kind           | end
        --------+------+-----------------------------------+----------------+-----
              1 | -400 | rx.glucocorticoid.prednisone      | statement      | -9
              1 | -400 | rx.immunosuppressant.tacrolimus   | statement      | -9
              1 | -400 | rx.biologic.rituximab             | administration | -400
              2 | -400 | rx.glucocorticoid.prednisone      | statement      | -9
              2 | -400 | rx.immunosuppressant.tacrolimus   | statement      | -9
              2 | -400 | rx.immunosuppressant.azathioprine | request        | -9
    """
    spec_case(prior_therapy, table, {1: "judgement needs-person", 2: "unknown missing"}, coverage="full")
    readings = {"prior_agents": "suppressants-only"}
    spec_case(
        prior_therapy, table, {1: "not-met below-limit", 2: "unknown missing"}, coverage="full", readings=readings
    )


def _found(table: str) -> Finding:
    (record,) = records(table).values()
    return prior_therapy(record, Occasion(AT, full_coverage=True))


def test_the_28th_day_of_an_agent_still_taken_turns_the_answer() -> None:
    """An agent taken since 20 days ago will have been given for 28 days seven days from now; a prescription never."""
    found = _found(
        """
        patient | day  | rx                                | kind      | end | ongoing
        1       | -400 | rx.glucocorticoid.prednisone      | statement | -9  |
        1       | -400 | rx.immunosuppressant.tacrolimus   | statement | -9  |
        1       | -20  | rx.immunosuppressant.azathioprine | statement |     | T
        1       | -9   | rx.immunosuppressant.azathioprine | request   |     | T
        """
    )
    assert (found.state, found.turns) == ("unknown", (date(2025, 6, 8),))


def test_the_agents_are_counted_and_shown() -> None:
    """The number of proven agents is the value; each of them, the glucocorticoid and what may be one are evidence."""
    found = _found(
        """
        patient | day  | rx                                | kind      | end
        1       | -400 | rx.glucocorticoid.prednisone      | statement | -9
        1       | -400 | rx.immunosuppressant.tacrolimus   | statement | -9
        1       | -400 | rx.immunosuppressant.azathioprine | request   | -9
        """
    )
    assert found.value is not None
    assert found.value.value == 1
    assert {one.reference for one in found.evidence} == {"rx/r1-0", "rx/r1-1", "rx/r1-2"}


def test_what_would_settle_an_open_clause_is_named() -> None:
    """Without any glucocorticoid on record it is that, else another agent; a prescription is shown where it is all."""
    head = "patient | day | rx | kind | end | unread\n"
    unread = "1 | -400 | rx.immunosuppressant.tacrolimus | statement | -9 | MedicationStatement"
    assert _found(head + unread).concept == "rx.glucocorticoid.prednisone"
    ordered = _found(f"{head}{unread}\n1 | -400 | rx.glucocorticoid.prednisone | request | -9 |")
    assert ordered.concept == "rx.immunosuppressant.other"
    assert {one.reference for one in ordered.evidence} == {"rx/r1-0", "rx/r1-1"}
