"""How far a subject has come: milestones on the ResearchSubject, which leave the status to whoever set it.

R5 has ``progress`` for them; in R4 they stand in the extension ``milestone``. Nothing else of a subject is touched.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import msgspec

from mappings.emitting.datatypes import THO, Resource, coding
from mappings.emitting.result_words import MILESTONES
from mappings.followed import Followed
from mappings.site import Occasion

NAME: Final = "milestone"
_KIND: Final = {"coding": [coding(f"{THO}/research-subject-state-type", "Milestone")]}


class Milestone(msgspec.Struct, frozen=True):
    """One milestone and the day on which it was reached."""

    code: str
    on: date


def milestones(followed: Followed, on: Occasion) -> tuple[Milestone, ...]:
    """Return the milestones that the record shows for sure, in the order in which they are reached."""
    line, watch = followed.timeline, followed.dlt
    reached = {"lymphodepletion": line.lymphodepleted, "infusion": line.day0}
    if watch.window and watch.evaluable and watch.window[1] < on.today:
        reached["dlt-observed"] = watch.window[1]
    return tuple(Milestone(code, day) for code, day in reached.items() if day)


def with_milestones(subject: Mapping[str, Any], reached: Iterable[Milestone], base: str) -> Resource:
    """Return ``subject``, a ResearchSubject of either release, with ``reached`` in place of the milestones it had."""
    made = _extension if _place(subject) == "extension" else _progress
    return _with([made(one, base) for one in reached], subject)


def reaching(merged: Mapping[str, Any], made: Mapping[str, Any], there: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return ``merged`` with the milestones of ``made``, else with those that are ``there``, if both are of one release."""
    reached = _own(made) or (_own(there) if _place(made) == _place(there) else [])
    return _with(reached, merged) if reached else merged


def _is_milestone(one: Mapping[str, Any]) -> bool:
    """Whether an extension (R4) or a step of progress (R5) is a milestone of ours."""
    codings = one.get("milestone", {}).get("coding", ())
    return str(one.get("url")).endswith(f"/StructureDefinition/{NAME}") or any(
        str(each.get("system")).endswith(f"/CodeSystem/{NAME}") for each in codings
    )


def _place(subject: Mapping[str, Any]) -> str:
    return "extension" if "individual" in subject else "progress"


def _own(subject: Mapping[str, Any]) -> list[Any]:
    return [one for one in subject.get(_place(subject), ()) if _is_milestone(one)]


def _with(reached: list[Any], subject: Mapping[str, Any]) -> Resource:
    place = _place(subject)
    others = [one for one in subject.get(place, ()) if not _is_milestone(one)]
    made = {**subject, place: [*others, *reached]}
    return {name: value for name, value in made.items() if value != []}


def _coded(one: Milestone, base: str) -> Resource:
    return {"coding": [coding(f"{base}/CodeSystem/{NAME}", one.code, MILESTONES[one.code].en)]}


def _progress(one: Milestone, base: str) -> Resource:
    return {"type": _KIND, "milestone": _coded(one, base), "startDate": one.on.isoformat()}


def _extension(one: Milestone, base: str) -> Resource:
    parts = [
        {"url": "code", "valueCodeableConcept": _coded(one, base)},
        {"url": "date", "valueDate": one.on.isoformat()},
    ]
    return {"url": f"{base}/StructureDefinition/{NAME}", "extension": parts}
