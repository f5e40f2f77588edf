"""An R5 AdverseEvent as R4 has it: what R4 has no element for stands in the extensions of HL7's backport guide.

Source: FHIR Clinical Research Adverse Event backport to R4, 1.0.1. The guide's ids are written with hyphens but for
``resultingEffect``. R4 itself asks for an outcome of its own codes, so that R4 has two codings of it.
"""

from collections.abc import Iterator
from typing import Any, Final

from mappings.emitting.datatypes import Resource, coding
from mappings.emitting.event_codes import R4_OUTCOME, R4_OUTCOMES

GUIDE: Final = "http://hl7.org/fhir/uv/ae-research-ig/StructureDefinition"
BACKPORT: Final = "http://hl7.org/fhir/uv/ae-research-backport-ig/StructureDefinition"
#: Elements that R4 has by the same name.
KEPT: Final = (
    "resourceType", "id", "meta", "text", "actuality", "subject", "recordedDate", "seriousness", "study",
)  # fmt: skip

#: Element of R5 that has parts -> the extension that has them.
COMPLEX: Final = {
    "suspectEntity": "suspect-entity",
    "supportingInfo": "supporting-info",
    "participant": "participant",
}
#: Part of an element of R5 -> what it is called within the extension, and the type of its value.
PARTS: Final = {
    "instanceReference": ("instance", "valueReference"),
    "instanceCodeableConcept": ("instance", "valueCodeableConcept"),
    "entityRelatedness": ("entityRelatedness", "valueCodeableConcept"),
    "author": ("author", "valueReference"),
    "itemReference": ("item", "valueReference"),
    "function": ("function", "valueCodeableConcept"),
    "actor": ("actor", "valueReference"),
}


def backported(r5: Resource, subject: Resource) -> Resource:
    """Return ``r5`` as R4 has it; ``subject`` is the reference to the ResearchSubject, for which R5 has no place."""
    made: Resource = {name: r5[name] for name in KEPT if name in r5}
    if "meta" in r5:
        made["meta"] = {"profile": [_renamed(url) for url in r5["meta"]["profile"]]}
    period = r5.get("occurrencePeriod", {})
    made |= {
        "extension": [_extension("research-subject-ref", "valueReference", subject), *_extensions(r5, period)],
        "modifierExtension": [_extension("status", "valueCode", r5["status"])],
        "identifier": r5["identifier"][0],
        "event": r5["code"],
    }
    made |= {"date": period["start"]} if "start" in period else {}
    return made | ({"outcome": _outcome(r5["outcome"][0])} if "outcome" in r5 else {})


def _renamed(url: str) -> str:
    return url.replace(GUIDE, BACKPORT)


def _outcome(r5: Resource) -> Resource:
    own = [coding(R4_OUTCOME, R4_OUTCOMES[one["code"]]) for one in r5["coding"]]
    return r5 | {"coding": own + r5["coding"]}


def _extensions(r5: Resource, period: Resource) -> Iterator[Resource]:
    """Yield what stands in elements of R5, in the guide's extensions."""
    for one in r5.get("extension", ()):
        yield one | {"url": _renamed(one["url"])}
    if "expectedInResearchStudy" in r5:
        yield _extension("expected-in-research-study", "valueBoolean", r5["expectedInResearchStudy"])
    for element, name in COMPLEX.items():
        for one in r5.get(element, ()):
            yield _extension(name, "extension", _parts(one))
    yield from (_extension("note", "valueAnnotation", one) for one in r5["note"])
    yield from (_extension("resultingEffect", "valueReference", one) for one in r5.get("resultingEffect", ()))
    if "end" in period:
        yield _extension("resolve-date", "valueDateTime", period["end"])


def _parts(element: Resource) -> list[Resource]:
    """Return the parts of an element of R5 as the extensions within an extension."""
    return [
        {"url": key, "extension": _parts(value)} if key == "causality" else {"url": PARTS[key][0], PARTS[key][1]: value}
        for key, value in element.items()
    ]


def _extension(name: str, kind: str, value: Any) -> Resource:
    return {"url": f"{BACKPORT}/{name}", kind: value}
