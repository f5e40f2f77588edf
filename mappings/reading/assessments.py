"""What a named person answered to the trial's questionnaire about adverse events: an assessment for each event."""

from collections.abc import Iterator, Sequence
from typing import Final

from mappings.facts import Assessment, Fact, Relatedness, Source
from mappings.intervals import When
from mappings.reading.event_words import related_by
from mappings.reading.views import Item, QuestionAnswer

ASSESSMENT: Final = "Questionnaire/event-assessment"
#: The item that holds the answers about one event; a response about a single event may do without it.
EVENT: Final = "event"


def assessed(items: Sequence[Item], source: Source, when: When, author: str) -> list[Fact]:
    """Return the assessment of each event that ``items`` name; answers about no event, or about two at once, are none."""
    groups = [item.item for item in everything(items) if item.link_id == EVENT] or [items]
    made = (_assessment(list(everything(group)), source, when, author) for group in groups)
    return [one for one in made if one]


def _assessment(items: Sequence[Item], source: Source, when: When, author: str) -> Assessment | None:
    events = {answer.value_string for answer in _answers(items, "id") if answer.value_string}
    if len(events) != 1:
        return None
    return Assessment(
        source=source,
        when=when,
        event=events.pop(),
        author=author,
        confirmed=_flag(items, "confirmed"),
        related=_related(items),
        expected=_flag(items, "expected"),
        serious=_flag(items, "serious"),
        dlt=_flag(items, "dlt"),
    )


def everything(items: Sequence[Item]) -> Iterator[Item]:
    """Yield every item, wherever it stands."""
    for item in items:
        yield item
        yield from everything(item.item)
        for answer in item.answer:
            yield from everything(answer.item)


def _answers(items: Sequence[Item], link_id: str) -> list[QuestionAnswer]:
    return [answer for item in items if item.link_id == link_id for answer in item.answer]


def _flag(items: Sequence[Item], link_id: str) -> bool | None:
    """Return the one answer that is given; an answer that is neither yes nor no, or both, is none."""
    told = {answer.value_boolean for answer in _answers(items, link_id)}
    return told.pop() if len(told) == 1 else None


def _related(items: Sequence[Item]) -> Relatedness | None:
    told = {_relation(answer) for answer in _answers(items, "related")}
    return told.pop() if len(told) == 1 else None


def _relation(answer: QuestionAnswer) -> Relatedness | None:
    coding = answer.value_coding
    return related_by(coding.code, coding.display) if coding else related_by(answer.value_string or "")
