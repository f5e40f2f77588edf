"""What persons answer about an event: whether it is one, its cause, and the rest; nobody's word is lost."""

import msgspec
import pytest

from mappings.facts import Source
from mappings.safety.episodes import unmatched
from tests.spec.safety.events import episodes_of, found, only
from tests.spec.tables import treated

EVENT = "patient | day | dx | assess | confirmed | related | expected | serious | dlt | problem | report\n1 | 5 | dx.aki | | | | | | | |"
ID = only(EVENT).id


def _answered(*answers: str, event: str = ID) -> str:
    """Return the table with answers "day | confirmed | related | expected | serious | dlt | problem"."""
    rows = []
    for answer in answers:
        day, _, rest = answer.partition(" | ")
        rows.append(f"1 | {day} | | {event} | {rest} |")
    return "\n".join((EVENT, *rows))


def test_an_answer_is_about_the_event_with_its_id() -> None:
    """An answer about the id of an event confirms it and says the rest; who answered stands beside it."""
    one = only(_answered("9 | T | possible | F | T | T | "))
    assert (one.source, one.confirmed, one.related, one.expected, one.serious, one.dlt, one.assessed_by) == (
        "derived",
        True,
        "possible",
        False,
        True,
        True,
        "Practitioner/li",
    )


def test_nobody_answered() -> None:
    """Without an answer an event that we found is a proposal, and nothing is known of its cause."""
    one = only(EVENT)
    assert (one.confirmed, one.related, one.expected, one.serious, one.dlt, one.assessed_by) == (None,) * 6


def test_a_refused_proposal_stays() -> None:
    """An event of which a person says that it is none stays on the list, and says so."""
    assert only(_answered("9 | F | | | | | ")).confirmed is False


@pytest.mark.parametrize(
    ("answers", "related"),
    [
        (["9 | T | possible | | | | ", "12 | T | not-related | | | | "], "not-related"),
        (["12 | T | possible | | | | ", "9 | T | not-related | | | | "], "possible"),
        (["9 | T | possible | | | | ", "12 | T | | | | | "], "possible"),
        (["9 | T | possible | | | | ", "9 | T | not-related | | | | "], None),
        (["9 | T | possible | | | | ", "9 | T | possible | | | | "], "possible"),
        (["9 | T | possible | | | | ", " | T | not-related | | | | "], None),
        (["9 | T | possible | | | | ", "8..10 | T | not-related | | | | "], None),
        (["9 | T | possible | | | | ", "12 | T | not-related | | | | preliminary"], "possible"),
    ],
)
def test_the_latest_answer_to_each_question_counts(answers: list[str], related: str | None) -> None:
    """A later answer goes before an earlier one, a blank answers nothing, and answers of one time that disagree are none."""
    assert only(_answered(*answers)).related == related


def test_an_answer_may_name_the_report() -> None:
    """An answer about the reference of a reported event is about the event that it reports."""
    table = (
        _answered("9 | F | unlikely | | | T | ", event="report/r1-2") + "\n1 | 5 | | | | | | | | | Acute kidney injury"
    )
    one = only(table)
    assert (one.source, one.confirmed, one.related, one.dlt) == ("reported", False, "unlikely", True)


REPORTS = """
patient | day | issued | report   | related  | expected | serious | author
1       | 5   | 6      | Sore toe | possible | T        | T       | Practitioner/wu
1       | 6   | 9      | Sore toe | related  |          | F       | Practitioner/he
"""


def test_the_latest_report_counts() -> None:
    """Of several reports of one event the one known last has the say on each question that it answers."""
    one = only(REPORTS)
    assert (one.related, one.expected, one.serious, one.assessed_by) == ("related", True, False, "Practitioner/he")


def test_an_answer_goes_before_a_report() -> None:
    """What a person answered to the trial's questions goes before what a report says."""
    reported = only(REPORTS)
    rows = [f"{row} | {'assess' if row.startswith('patient') else ''}" for row in REPORTS.strip().splitlines()]
    rows.append(f"1 | 4 | | | unlikely | | | | {reported.id}")
    one = only("\n".join(rows))
    assert (one.related, one.expected) == ("unlikely", True)


def test_an_answer_about_no_event_is_not_lost() -> None:
    """Answers that speak of no event that is there are named."""
    table = _answered("9 | T | | | | | ", "10 | F | | | | | ", event="yts109-0")
    record = treated(table)[1]
    assert unmatched(record, episodes_of(record)) == ("assess/r1-1", "assess/r1-2")
    matched = treated(_answered("9 | T | | | | | "))[1]
    assert unmatched(matched, episodes_of(matched)) == ()


def test_a_death_can_be_answered_too() -> None:
    """The death itself is an event that a person may confirm, attribute and refuse to count."""
    table = "patient | day | died | assess | confirmed | related | serious | dlt\n1 | | 40 | | | | | "
    identity = only(table).id
    one = only(f"{table}\n1 | 50 | | {identity} | T | not-related | F | F")
    assert (one.confirmed, one.related, one.serious, one.dlt) == (True, "not-related", False, False)


def test_the_id_is_that_of_patient_term_and_day() -> None:
    """The id hangs on the patient, the term and the day of onset, and on nothing else."""
    table = "patient | day | dx | ended\n{} | {} | {} | {}"

    def id_of(patient: int = 1, day: str = "5", dx: str = "dx.aki", ended: str = "") -> str:
        (one,) = episodes_of(treated(table.format(patient, day, dx, ended))[patient])
        return one.id

    assert id_of() == id_of(ended="9") == id_of(day="5.2")
    assert len({id_of(), id_of(patient=2), id_of(day="6"), id_of(dx="dx.dvt")}) == 4
    assert id_of().startswith("yts109-")


def test_found_events_are_in_order_of_time() -> None:
    """The earliest event comes first, whatever kind it is."""
    table = "patient | day | dx | report\n1 | 9 | dx.aki | \n1 | 5 | | Headache\n1 | 7 | dx.dvt |"
    assert [one.term.name for one in found(table)] == ["Headache", "Thromboembolic event", "Acute kidney injury"]


@pytest.mark.parametrize(
    "name",
    ["ae", "AdverseEvent/ae", "https://hospital.example.cn/fhir/AdverseEvent/ae", "AdverseEvent/ae/_history/2"],
)
def test_a_report_may_be_named_by_its_address(name: str) -> None:
    """A bare id, a reference, an address and a version are names of one report."""
    record = treated(f"patient | day | report | assess | dlt\n1 | 5 | Headache | | \n1 | 9 | | {name} | T")[1]
    report = msgspec.structs.replace(record.reports[0], source=Source("AdverseEvent/ae"))
    (event,) = episodes_of(msgspec.structs.replace(record, reports=(report,)))
    assert event.dlt is True
