"""What stands before any screening: the trial itself, its criteria, its questionnaire, its codes, and the adapter."""

from mappings.emitting.assessment import event_assessment
from mappings.emitting.datatypes import VERSION, Release, Resource
from mappings.emitting.group import group
from mappings.emitting.identifiers import logical_id
from mappings.emitting.measure import measures
from mappings.emitting.narrative import narrative
from mappings.emitting.questionnaire import questionnaire
from mappings.emitting.study import behind_it, research_study
from mappings.emitting.terminology import PUBLISHER, code_systems, published, value_sets


def trial(release: Release, base: str) -> list[Resource]:
    """Return the resources that every screening refers to, in an order in which references resolve."""
    return [
        *code_systems(base),
        *value_sets(base),
        *published(f"structures/{release}", base),
        questionnaire(release, base),
        event_assessment(release, base),
        *measures(release, base),
        group(release, base),
        *behind_it(),
        research_study(release),
        device(release, base),
    ]


def device(release: Release, base: str) -> Resource:
    """Return the adapter as a Device: the author of what it writes."""
    name, key = "YTS109 FHIR adapter", logical_id("device")
    kind = {"text": "Software: eligibility screening; not a medical device"}
    made: Resource = {
        "resourceType": "Device",
        "id": key,
        "text": narrative(f"{name} {VERSION}", [kind["text"]]),
        "identifier": [{"system": f"{base}/identifier/device", "value": key}],
        "status": "active",
        "manufacturer": PUBLISHER,
    }
    if release == "R4":
        named: Resource = {"deviceName": [{"name": name, "type": "user-friendly-name"}], "type": kind}
    else:
        named = {"name": [{"value": name, "type": "user-friendly-name"}], "type": [kind]}
    return made | named | {"version": [{"value": VERSION}]}
