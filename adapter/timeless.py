"""What a resource of ours says, whenever it was said: without the instants that change with each run and mean no more.

Two runs that come to the same findings differ in these only, so that the second one has nothing new to tell.
"""

from collections.abc import Mapping
from typing import Any, Final

Content = dict[str, Any]
#: Type -> the elements that only name the instant at which it was made.
MADE_AT: Final[Mapping[str, tuple[str, ...]]] = {
    "AdverseEvent": ("recordedDate",),
    "GuidanceResponse": ("occurrenceDateTime",),
    "MeasureReport": ("date",),
    "Observation": ("issued",),
    "Provenance": ("text", "occurredDateTime", "recorded"),
    "QuestionnaireResponse": ("authored",),
}
#: Questions of the checklist about that instant.
_ASKED_AT: Final = ("screening.at", "screening.known-at")


def timeless(resource: Mapping[str, Any]) -> Content:
    """Return ``resource``, one of ours of either release, without what changes with the instant of the run alone."""
    kind = resource["resourceType"]
    left = {name: value for name, value in resource.items() if name not in MADE_AT.get(kind, ())}
    if kind == "QuestionnaireResponse":
        left["item"] = [_without_instants(one) for one in left.get("item", ())]
    elif kind == "ResearchSubject":
        left["progress"] = [_without_start(one) for one in left.get("progress", ())]
    elif kind == "Observation":
        return _up_to_now(left, str(resource.get("issued", "")))
    elif kind == "MeasureReport":
        return _up_to_now(left, str(resource.get("date", "")))
    return left


def _without_instants(item: Mapping[str, Any]) -> Mapping[str, Any]:
    if "item" not in item:
        return item
    return {**item, "item": [one for one in item["item"] if one.get("linkId") not in _ASKED_AT]}


def _without_start(progress: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a step of R5; since when a state holds is the instant of the first run that found it, a milestone has its day."""
    return progress if "milestone" in progress else {k: v for k, v in progress.items() if k != "startDate"}


def _up_to_now(left: Content, made: str) -> Content:
    """Return what is about the time until now without its end: only an end that is past says something."""
    if left.get("effectiveDateTime") == made:
        left.pop("effectiveDateTime", None)
    for name in ("effectivePeriod", "period"):
        if left.get(name, {}).get("end") == made[:10]:
            left[name] = {key: value for key, value in left[name].items() if key != "end"}
    return left
