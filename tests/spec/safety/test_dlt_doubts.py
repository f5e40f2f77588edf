"""The watch over results that cannot be graded: none of them shows an event, and none shows that there was none."""

import pytest

from mappings.followed import DltWatch
from mappings.record import Record
from mappings.safety.dlt import watch
from mappings.safety.episodes import episodes
from tests.spec.safety.courses import counted, lined, occasion, written
from tests.spec.tables import treated

title = "Dose-limiting toxicities: results that cannot be graded"

#: Seen every week, and nothing but the rows of a case.
WEEKS = "\n".join(f"1 | {day} | | | | 120 | | | | |" for day in (-6, 7, 14, 21, 28, 35))
HEAD = "patient | day | lab.alt | lab.neutrophil_abs | lab.calcium_molar | vital.sbp | high | low | flag | problem | obs.crs_grade"


def watched(record: Record) -> DltWatch:
    """The watch over the events of ``record`` on Day 90."""
    on = occasion(90)
    line = lined(record, on)
    return watch(episodes(record, line, on), record, line, on)


def found(*rows: str) -> str:
    """The watch over a patient of whom ``rows`` are on record besides the weekly visits."""
    return written(watched(counted(treated("\n".join((HEAD, WEEKS, *rows)))[1])))


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        # without a range
        (["1 | 9 | 2000 | | | | | | | |"], "data-gap 16 other~ ?grade,duration"),
        (["1 | 9 | 2000 | | | | | | | |", "1 | 16 | 30 | | | | 40 | | | |"], "none"),
        (["1 | 9 | 2000 | | | | | | | |", "1 | 17 | 30 | | | | 40 | | | |"], "data-gap 16 other~ ?grade,duration"),
        (["1 | 9 | 2000 | | | | | | normal | |"], "none"),
        (["1 | 9 | 2000 | | | | | | low | |"], "none"),
        (["1 | 9 | 2000 | | | | | | high | |"], "data-gap 16 other~ ?grade,duration"),
        (["1 | 29 | 2000 | | | | | | | |"], "none"),
        (["1 | -1 | 2000 | | | | | | | |"], "none"),
        (["1 | 9 | | 3.2 | | | | | | |"], "data-gap 28"),
        (["1 | 28 | | <2 | | | | | | |"], "data-gap 28 cytopenia~ ?grade"),
        # preliminary: as the number stands
        (["1 | 28 | | 0.4 | | | | 1.8 | | preliminary |"], "data-gap 28 cytopenia~ ?grade"),
        (["1 | 28 | | 0.5 | | | | 1.8 | | preliminary |"], "data-gap 28"),
        (["1 | 27 | | 0.4 | | | | 1.8 | | preliminary |", "1 | 28 | | 1.9 | | | | 1.8 | | |"], "none"),
        (["1 | 27 | | 0.4 | | | | 1.8 | | preliminary |", "1 | 29 | | 1.9 | | | | 1.8 | | |"],
         "data-gap 28 cytopenia~ ?grade,duration"),
        (["1 | 9 | 210 | | | | 40 | | | preliminary |"], "data-gap 16 other~ ?grade,duration"),
        (["1 | 9 | 200 | | | | 40 | | | preliminary |"], "none"),
        # nobody knows the unit; nothing was measured
        (["1 | 28 | | none | | | | | | unit |"], "data-gap 28 cytopenia~ ?grade"),
        (["1 | 28 | | none | | | | | | no-value |"], "data-gap 28"),
        (["1 | 28 | | none | | | | | | |"], "data-gap 28"),
        (["1 | 28 | | haemolysed | | | | | | |"], "data-gap 28"),
        # calcium without albumin: as the number stands
        (["1 | 9 | | | 2.3 | | 2.6 | 2.1 | | |"], "none"),
        (["1 | 9 | | | 1.7 | | 2.6 | 2.1 | | |"], "data-gap 16 other~ ?grade,duration"),
        # what could not even be read, on a day or on none
        (["1 | 28 | | unread | | | | | | not-understood |"], "data-gap 28 cytopenia~ ?grade"),
        (["1 | | | unread | | | | | | not-understood |"], "data-gap 28 cytopenia~ ?grade,duration"),
        # a person's grade that cannot be used
        (["1 | 9 | | | | | | | | | severe"], "data-gap 9 crs~ ?grade,duration"),
        (["1 | 9 | | | | | | | | preliminary | 4"], "data-gap 9 crs~ ?grade,duration"),
        (["1 | 9 | | | | | | | | no-value | 4"], "none"),
    ],
)  # fmt: skip
def test_a_result_that_cannot_be_graded_leaves_the_window_open(rows: list[str], state: str) -> None:
    """What may be severe for all that is known must be followed by a result that is not, in time; else there is a gap."""
    assert found(*rows) == state


def test_what_is_severe_anyway_is_told_once() -> None:
    """Of a term that is waited for already, or that a person has refused, results in doubt add nothing."""
    known = ["1 | 9 | 300 | | | | 40 | | | |", "1 | 20 | 300 | | | | 40 | | | |"]
    assert found(*known, "1 | 12 | 300 | | | | | | | |") == found(*known)


def test_the_results_in_doubt_are_its_evidence() -> None:
    """The event names the results, no grade, and no episode; nobody counts the participant."""
    record = treated("\n".join((HEAD, WEEKS, "1 | 9 | 2000 | | | | | | | |", "1 | 11 | 30 | | | | | | | |")))[1]
    (event,) = (one := watched(record)).events
    assert (event.episode, event.grade, event.day, one.evaluable) == ("", None, 9, None)
    assert event.term == "Alanine aminotransferase increased"
    assert len(event.evidence) == 2


def test_a_lasting_grade_of_before_is_no_doubt() -> None:
    """A preliminary count that is no worse than the baseline limits nothing."""
    rows = [
        "1 | -6 | | 0.4 | | | | 1.8 | | |",
        "1 | 28 | | 0.4 | | | | 1.8 | | preliminary |",
        "1 | 30 | | 0.4 | | | | 1.8 | | |",
    ]
    assert found(*rows) == "none"
