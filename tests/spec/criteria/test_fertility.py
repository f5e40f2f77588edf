"""Contraception."""

from mappings.criteria.fertility import contraception
from tests.spec.conftest import SpecCase

title = "Contraception (I04-1)"


def test_a_promise_is_for_a_person(spec_case: SpecCase) -> None:
    """No software knows what a patient will do; a method in use is shown, and decides nothing."""
    spec_case(
        contraception,
        """
        patient | sex    | dx                       | active
        --------+--------+--------------------------+-------
              1 | female |                          |
              2 | male   |                          |
              3 | female | status.contraception_use | T
              4 | male   | status.contraception     | T
        """,
        dict.fromkeys(range(1, 5), "judgement needs-person"),
    )


def test_who_cannot_conceive_or_beget_need_not_promise(spec_case: SpecCase) -> None:
    """After removal of uterus or ovaries, menopause, tubal ligation or vasectomy, and for a man who is infertile."""
    spec_case(
        contraception,
        """
        patient | sex    | dx                               | proc
        --------+--------+----------------------------------+---------------------------------
              1 | female | status.uterus_or_ovaries_absent  |
              2 | female |                                  | status.uterus_or_ovaries_absent
              3 | female | status.postmenopausal            |
              4 | female |                                  | status.sterilised_female
              5 | male   |                                  | status.sterilised_male
              6 | male   | status.infertile                 |
              7 | female | status.infertile                 |
              8 | female | status.sterilised_male           |
              9 | male   | status.sterilised_female         |
             10 | female | status.sterilised                |
        """,
        {
            1: "not-applicable not-applicable",
            2: "not-applicable not-applicable",
            3: "not-applicable not-applicable",
            4: "not-applicable not-applicable",
            5: "not-applicable not-applicable",
            6: "not-applicable not-applicable",
            7: "judgement needs-person",
            8: "judgement needs-person",
            9: "judgement needs-person",
            10: "judgement needs-person",
        },
    )


def test_what_is_uncertain_or_over_shows_no_infertility(spec_case: SpecCase) -> None:
    """A provisional diagnosis, one that was resolved, and an operation that was not completed excuse nobody."""
    spec_case(
        contraception,
        """
        patient | sex    | dx                    | certain | active | ended | proc                            | problem
        --------+--------+-----------------------+---------+--------+-------+---------------------------------+------------
              1 | female | status.postmenopausal | F       | T      |       |                                 |
              2 | female | status.postmenopausal |         | F      |       |                                 |
              3 | male   | status.infertile      |         | F      | -9    |                                 |
              4 | male   | status.infertile      |         | F      | 9     |                                 |
              5 | female |                       |         |        |       | status.uterus_or_ovaries_absent | preliminary
              6 | male   |                       |         |        |       | status.sterilised_male          | preliminary
        """,
        {
            1: "judgement needs-person",
            2: "judgement needs-person",
            3: "judgement needs-person",
            4: "not-applicable not-applicable",
            5: "judgement needs-person",
            6: "judgement needs-person",
        },
    )


def test_menopause_counts_when_it_began_12_months_ago(spec_case: SpecCase) -> None:
    """On the same day of last year it is 12 months; one without an onset was called menopause because it is over."""
    spec_case(
        contraception,
        """
        patient | day        | dx
        --------+------------+----------------------
              1 | -365       | status.postmenopausal
              2 | -364       | status.postmenopausal
              3 | -600..-364 | status.postmenopausal
              4 | -600..-365 | status.postmenopausal
              5 |            | status.postmenopausal
        """,
        {
            1: "not-applicable not-applicable",
            2: "judgement needs-person",
            3: "judgement needs-person",
            4: "not-applicable not-applicable",
            5: "not-applicable not-applicable",
        },
    )


def test_a_woman_is_fertile_until_the_day_before_her_56th_birthday(spec_case: SpecCase) -> None:
    """Fertility is assumed up to 55 years, and of a patient whose sex or age is not known nothing is assumed; men stay
    fertile.
    """
    spec_case(
        contraception,
        """
        patient | sex    | born
        --------+--------+-----------------------
              1 | female | 1969-06-02
              2 | female | 1969-06-01
              3 | female | 1969-01-01..1969-12-31
              4 | female | ?
              5 | ?      | 1990-01-01
              6 | ?      | 1950-01-01
              7 | male   | 1950-01-01
              8 | female | 2010-01-01
        """,
        {
            1: "judgement needs-person",
            2: "not-applicable not-applicable",
            3: "unknown partial-date",
            4: "unknown missing",
            5: "unknown missing",
            6: "unknown missing",
            7: "judgement needs-person",
            8: "judgement needs-person",
        },
    )
