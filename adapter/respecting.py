"""What people set on the server, and must not be lost when something new is written there.

A research subject's status that is not ours is kept, and so is every element, identifier and extension that others add. A
resource of ours that somebody else took over, an adverse event that a practitioner recorded or a checklist that a person
answered, is theirs. The trial's own record is the hospital's as soon as it stands there.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from adapter.differing import differences
from adapter.timeless import timeless
from mappings.emitting.adverse_event import is_ours_event
from mappings.emitting.datatypes import device_reference
from mappings.emitting.subject_status import merged

Resource = Mapping[str, Any]
#: Element that names who made a resource, by the types in which it is the adapter as long as it is ours.
AUTHOR: Final[Mapping[str, str]] = {
    "GuidanceResponse": "performer",
    "Observation": "device",
    "QuestionnaireResponse": "author",
}
#: Elements that we never write: whoever fills them makes the resource theirs.
OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "MeasureReport": ("reporter",),
    "Observation": ("performer",),
    "QuestionnaireResponse": ("source",),
}
#: Types of which people keep the record, whoever made it.
RECORDS: Final = ("Group", "Location", "Organization", "ResearchStudy")
#: Elements that we write at times: where ours has none, one that is there is ours of an earlier run, not somebody's.
AT_TIMES: Final[Mapping[str, frozenset[str]]] = {
    "AdverseEvent": frozenset(
        "seriousness outcome date resultingEffect suspectEntity supportingInfo expectedInResearchStudy occurrencePeriod "
        "study text".split()
    ),
    "GuidanceResponse": frozenset({"dataRequirement"}),
    "Observation": frozenset(
        "valueBoolean valueCodeableConcept valueQuantity valueString dataAbsentReason derivedFrom component note "
        "effectiveDateTime effectivePeriod".split()
    ),
    "Provenance": frozenset({"entity"}),
    "ResearchSubject": frozenset({"consent"}),
}
#: Extensions of ours, whatever the site's base address is or was: by their last word, or by HL7's guides on adverse events.
_OURS: Final = re.compile(
    r".*/(screening-decision|screened-cohort|eligible-period|status-set-by-adapter|milestone|workflow-statusReason)"
    r"|http://hl7\.org/fhir/uv/ae-research-.*"
)


def respect(ours: Resource, there: Resource) -> Resource | None:
    """Return what to write of ``ours`` over ``there``, both in our ids; None where nothing may be written.

    ``there`` itself is returned where it says the same already, at another instant.
    """
    wanted = _merged(ours, there)
    if ours["resourceType"] == "Provenance" and wanted is not None:
        return wanted  # of what is written along with it
    if not differences(timeless(wanted or ours), timeless(there)):
        return there
    return wanted


def _merged(ours: Resource, there: Resource) -> Resource | None:
    kind = ours["resourceType"]
    if kind in RECORDS or not is_ours(there, ours):
        return None
    if kind == "ResearchSubject":
        return _with_additions(merged(ours, there), there)
    return ours if "url" in ours or kind == "Device" else _with_additions(ours, there)


def is_ours(there: Resource, ours: Resource) -> bool:
    """Whether what is ``there`` is still the adapter's own; a research subject is shared."""
    kind, us = there["resourceType"], device_reference()["reference"]
    if kind == "AdverseEvent":
        return is_ours_event(there)
    if kind == "Provenance":
        return [_reference(one.get("who")) for one in there.get("agent", ())] == [us]
    if "url" in ours:  # a definition, whose id others may have given too
        return (there.get("url"), there.get("publisher")) == (ours["url"], ours.get("publisher"))
    if any(name in there for name in OTHERS.get(kind, ())):
        return False
    return kind not in AUTHOR or _reference(there.get(AUTHOR[kind])) == us


def _reference(value: Any) -> Any:
    return value.get("reference") if isinstance(value, Mapping) else None


def _with_additions(wanted: Resource, there: Resource) -> Resource:
    """Return ``wanted`` with what others added to what is there."""
    settled = {*wanted, *LISTS, *AT_TIMES.get(wanted["resourceType"], ()), "meta"}  # labels are kept by whoever writes
    added = {name: value for name, value in there.items() if name not in settled}
    for name, is_theirs in LISTS.items():
        ours, found = wanted.get(name, []), there.get(name, [])
        if isinstance(ours, list) and isinstance(found, list):
            values = {one.get("value") for one in ours}
            added[name] = [*ours, *(one for one in found if one not in ours and is_theirs(one, values))]
    return {name: value for name, value in {**wanted, **added}.items() if value != []}


def _is_their_extension(one: Resource, _: object) -> bool:
    return not _OURS.fullmatch(str(one.get("url")))


def _is_their_identifier(one: Resource, ours: Collection[Any]) -> bool:
    return one.get("value") not in ours


def _is_their_step(one: Resource, _: object) -> bool:
    """Whether a step of a subject's progress (R5) is neither a state, which is settled before, nor a milestone of ours."""
    codings = one.get("milestone", {}).get("coding", ())
    return "subjectState" not in one and not any(str(each.get("system")).endswith("/milestone") for each in codings)


#: Lists that we share with others, and what tells that a member is theirs.
LISTS: Final[Mapping[str, Callable[[Resource, Collection[Any]], bool]]] = {
    "extension": _is_their_extension,
    "modifierExtension": _is_their_extension,
    "identifier": _is_their_identifier,
    "progress": _is_their_step,
}
