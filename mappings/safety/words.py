"""What named persons answered about an adverse event: the latest answer to each question counts."""

from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from mappings.facts import Assessment, EventReport, Fact, Relatedness
from mappings.followed import Episode
from mappings.intervals import When
from mappings.record import Record


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The answers in force about one event; ``None`` where nobody answered, or answers of one time disagree."""

    confirmed: bool | None = None
    related: Relatedness | None = None
    expected: bool | None = None
    serious: bool | None = None
    dlt: bool | None = None
    author: str | None = None


def words_on(record: Record, names: Collection[str], reports: Collection[EventReport]) -> Words:
    """Return what was said about the event that ``names`` name: its id, and the references of its reports.

    An answer to the trial's own questions goes before what a report says; who reports an event confirms it.
    """
    said = [one for one in record.assessments if _is_about(one, names) and not one.problem]
    return Words(
        confirmed=latest(said, "confirmed") if _is_answered(said, "confirmed") else bool(reports) or None,
        related=_first(said, reports, "related"),
        expected=_first(said, reports, "expected"),
        serious=_first(said, reports, "serious"),
        dlt=latest(said, "dlt"),
        author=latest(said, "author") or latest(reports, "author") or None,
    )


def strays(record: Record, episodes: Iterable[Episode]) -> list[Assessment]:
    """Return the assessments that speak of no event of ``episodes``: of one that was taken back, or is known otherwise now."""
    names = {name for one in episodes for name in (one.id, *one.reports)}
    return [one for one in record.assessments if not _is_about(one, names)]


def unmatched(record: Record, episodes: Iterable[Episode]) -> tuple[str, ...]:
    """Return the references of the assessments that speak of no event of ``episodes``, so that no word is lost."""
    return tuple(sorted({one.source.reference for one in strays(record, episodes)}))


def _is_about(one: Assessment, names: Collection[str]) -> bool:
    """Whether an assessment speaks of one of ``names``; a report may be named by its bare id, or by where it is kept."""
    name = one.event.split("/_history/")[0].rpartition("AdverseEvent/")[2]
    return one.event in names or f"AdverseEvent/{name}" in names


def _first(said: Iterable[Assessment], reports: Iterable[EventReport], question: str) -> Any:
    return latest(said if _is_answered(said, question) else reports, question)


def _is_answered(facts: Iterable[Fact], question: str) -> bool:
    return any(getattr(one, question) is not None for one in facts)


def latest(facts: Iterable[Fact], question: str) -> Any:
    """Return the latest answer of ``facts`` to ``question``; ``None`` where those that may be the latest disagree."""
    answers = [(_said_at(one), getattr(one, question)) for one in facts if getattr(one, question) is not None]
    start = max((when.earliest for when, _ in answers if when), default=None)
    last = {answer for when, answer in answers if when is None or (start and when.latest >= start)}
    return last.pop() if len(last) == 1 else None


def _said_at(fact: Fact) -> When | None:
    """Return when a person said it: an assessment bears its date, a report that of its event."""
    if isinstance(fact, Assessment):
        return fact.when
    return When(fact.source.issued, fact.source.issued) if fact.source.issued else None
