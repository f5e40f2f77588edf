"""Courses that leave something open: partial dates, steps in either order, several sources, a person's grade beside data."""

from tests.spec.safety.courses import check

title = "Dose-limiting toxicities: courses"


def test_a_date_without_a_time_is_anywhere_in_its_day() -> None:
    """A grade has come back in time, or lasted too long, only where no time of day could make it otherwise."""
    check(
        """
        term | course          | comes to
        -----+-----------------+--------------------------------------
        CRS  | 3@d2 2@d4       | none
        CRS  | 3@d2 2@d5       | data-gap 5 crs~ ?attribution,duration
        CRS  | 3@d2 3@d5       | data-gap 5 crs~ ?attribution,duration
        CRS  | 3@d2 3@d6       | dlt 5 crs ?attribution
        CRS  | 3@2 3@3..6 2@9  | data-gap 5 crs~ ?attribution,duration
        ALT  | 3@d5 2@d12      | none
        ALT  | 3@d5 3@d13      | dlt 13 other ?attribution
        """
    )


def test_steps_that_may_have_come_in_either_order_prove_nothing() -> None:
    """Grade 2 and grade 3 of one day, without a time, neither end a grade 3 for sure nor begin one."""
    check(
        """
        term | course              | comes to
        -----+---------------------+--------------------------------------
        CRS  | 3@2 2@d4 3@d4 2@6   | data-gap 5 crs~ ?attribution,duration
        CRS  | 3@2 2@d3 3@d3 2@4   | none
        ALT  | 2@d5 3@d5 3@13 2@14 | data-gap 13 other~ ?attribution,duration
        ALT  | 3@5 3@13 2@13 2@14  | data-gap 13 other~ ?attribution,duration
        """
    )


def test_an_end_that_is_told_comes_after_all_that_was_seen_on_its_day() -> None:
    """A reported event of one day has ended on that day; one that is said to go on has not."""
    check(
        """
        term     | course          | end | outcome  | source   | comes to
        ---------+-----------------+-----+----------+----------+---------------------------------------
        Headache | 3@d5/reported   | d5  | resolved | reported | none
        Headache | 3@d5/reported   | d12 | resolved | reported | none
        Headache | 3@d5/reported   | d13 | resolved | reported | data-gap 12 other~ ?attribution,duration
        Headache | 3@d5/reported   | d5  | ongoing  | reported | data-gap 12 other~ ?attribution,duration
        Headache | 3@d5/reported   |     | resolved | reported | data-gap 12 other~ ?attribution,duration
        """
    )


def test_a_milder_sign_elsewhere_does_not_end_a_diagnosis() -> None:
    """Only a number, a grade 0, or the same kind of source tells that a grade is over."""
    check(
        """
        term           | course                                | comes to
        ---------------+---------------------------------------+---------------------------------------
        Lung infection | 3@5/diagnosis 2@6/assessment          | data-gap 12 other~ ?attribution,duration
        Lung infection | 3@5/diagnosis 0@6/assessment          | none
        Lung infection | 3@5/diagnosis 2@6/diagnosis           | none
        ALT            | 3@5/diagnosis 2@6                     | none
        Lung infection | 3@5/diagnosis 2@6/assessment 3@13/diagnosis | data-gap 13 other~ ?attribution,duration
        """
    )


def test_data_and_a_person_who_grade_differently() -> None:
    """What a person graded lower than the data stays open for the grade; what nobody saw at its worst is taken from the onset."""
    check(
        """
        term | course                         | worst | proposed | source   | onset | comes to
        -----+--------------------------------+-------+----------+----------+-------+---------------------------------------
        ALT  | 2@d5/reported 3@5.1 3@13       | 2     | 3        | reported |       | data-gap 13 other~ ?attribution,grade
        ALT  | 2@d5/reported 3@5.1 1@9        | 2     | 3        | reported |       | none
        ALT  | 2@d5/reported ?@6 ?@13         | 2     |          | reported |       | none
        ALT  | 2@d5/reported ?3@6 ?3@13       | 2     | 3        | reported |       | data-gap 13 other~ ?attribution,grade,duration
        ALT  | 1@6 2@9                        | 3     |          | reported | 5     | none
        ALT  | ?@5/reported                   |       | 3        | reported |       | data-gap 12 other~ ?attribution,grade,duration
        CRS  | 1@6/assessment                 | 4     |          | reported | 5     | dlt 5 crs ?attribution
        CRS  | 3@2/reported                   | 3     | 4        | reported |       | data-gap 2 crs~ ?attribution,grade,duration
        """
    )


def test_only_what_lies_in_the_window_and_after_the_infusion() -> None:
    """Onset on Day 28 counts and on Day 29 not; what may lie outside, or may not be new, is for a person."""
    check(
        """
        term | course           | onset | emergent | base | comes to
        -----+------------------+-------+----------+------+--------------------------------------
        GVHD | 3@28.4           |       |          |      | dlt 28 gvhd ?attribution
        GVHD | 3@d29            |       |          |      | none
        GVHD | 3@27..30         |       |          |      | data-gap 28 gvhd~ ?attribution,dlt
        GVHD | 3@27..30 5@35    |       |          |      | data-gap 28 death~ ?attribution,dlt
        GVHD | 3@10             |       | F        |      | none
        GVHD | 3@10             |       | ?        |      | data-gap 10 gvhd~ ?attribution,dlt
        GVHD | 3@-2             |       | ?        |      | none
        GVHD | 3@-2..2          |       | ?        |      | data-gap 2 gvhd~ ?attribution,dlt
        GVHD | 1@-3 1@2 2@5     |       |          | 1    | dlt 5 gvhd ?attribution
        GVHD | 1@-3 1@2 2@29    |       |          | 1    | none
        GVHD | 2@-3 2@5         |       |          | 2    | none
        """
    )


def test_a_cytopenia_of_lymphodepletion_that_does_not_recover_is_for_a_person() -> None:
    """It began before the infusion, but the rule counts from the infusion, so it may not pass unseen."""
    check(
        """
        term | course           | emergent | base | comes to
        -----+------------------+----------+------+------------------------------------------
        ANC  | 4@-1 4@14 3@20   | F        | 0    | none
        ANC  | 4@-1 4@14 4@28   | F        | 0    | data-gap 28 cytopenia~ ?attribution,dlt
        ANC  | 4@-1 4@14 4@28   | F        | 4    | none
        ANC  | 4@-1 4@14 4@28   | F        |      | data-gap 28 cytopenia~ ?attribution,dlt
        ANC  | 3@-1 3@14 3@28   | F        | 3    | none
        """
    )


def test_what_may_be_of_any_day_is_waited_for_no_longer_than_the_window_asks() -> None:
    """Of an event without a date nothing is known when all that began in the window would be: then the data lack."""
    check(
        """
        term | course      | emergent | at | comes to
        -----+-------------+----------+----+---------------------------------------
        ALT  | 3@-40..35   | ?        | 35 | open 0 other~ ?attribution,duration
        ALT  | 3@-40..36   | ?        | 36 | data-gap 28 other~ ?attribution,duration
        CRS  | 4@-40..28   | ?        | 28 | open 0 crs~ ?attribution,dlt
        CRS  | 4@-40..30   | ?        | 30 | data-gap 28 crs~ ?attribution,duration,dlt
        """
    )


def test_steps_in_between_belong_to_no_step_of_unknown_time() -> None:
    """A step that may be of any day contradicts each step, and two steps of sure days do not contradict each other."""
    check(
        """
        term | course           | comes to
        -----+------------------+----------------------------------------
        ALT  | 3@2 3@11         | dlt 10 other ?attribution
        ALT  | 3@2 3@11 2@1..13 | data-gap 10 other~ ?attribution,duration
        """
    )
