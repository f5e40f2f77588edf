"""What a person said of an event that is not on record, or no more: the word is not lost on the window."""

import pytest

from mappings.followed import DltWatch
from mappings.safety.dlt import watch
from mappings.safety.episodes import episodes
from mappings.safety.vocabulary import UNNAMED
from tests.spec.safety.courses import counted, lined, occasion
from tests.spec.tables import treated

title = "Dose-limiting toxicities: words on no event"

FOLLOWED = """
    patient | day | vital.sbp | assess | dlt | confirmed
    --------+-----+-----------+--------+-----+----------
          1 | 7   | 120       |        |     |
          1 | 14  | 120       |        |     |
          1 | 21  | 120       |        |     |
          1 | 28  | 120       |        |     |
"""


def found(*answers: str) -> DltWatch:
    """The watch over a patient without any event, of whom persons said "day | event | dlt | confirmed"."""
    rows = [f"1 | {day} | | {rest}" for day, _, rest in (answer.partition(" | ") for answer in answers)]
    record, on = counted(treated("\n".join((FOLLOWED.rstrip(), *rows)))[1]), occasion(90)
    line = lined(record, on)
    return watch(episodes(record, line, on), record, line, on)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ((), "none"),
        (("40 | gone | T | T",), "data-gap"),
        (("40 | gone | F | T",), "none"),
        (("40 | gone | | T",), "none"),
        (("40 | gone | T | ", "41 | gone | F | "), "none"),
        (("40 | gone | F | ", "41 | gone | T | "), "data-gap"),
        (("40 | gone | T | ", "40 | gone | F | "), "data-gap"),
        (("40 | gone | T | ", "41 | other | F | "), "data-gap"),
    ],
)
def test_a_window_is_not_clean_where_a_person_spoke_of_a_toxicity(answers: tuple[str, ...], state: str) -> None:
    """Whatever became of the event, who called it dose-limiting must see it; the last word on it counts."""
    assert found(*answers).state == state


def test_the_word_is_told() -> None:
    """The event bears the id that the person named, no grade and no day; nobody counts the participant."""
    watched = found("40 | gone | T | T")
    (event,) = watched.events
    assert (event.episode, event.term, event.grade, event.day, event.rule) == ("gone", UNNAMED, None, None, "person")
    assert (event.certain, event.confirmed, event.ask, watched.evaluable) == (False, None, ("dlt",), None)
    assert [one.reference for one in event.evidence] == ["assess/r1-4"]
