"""HL7's guides for adverse events in clinical research as definitions, RESTATED FOR TESTS: the guides are not on npm.

Source: FHIR Clinical Research Adverse Event 1.0.1 (R5) and its backport to R4 1.0.1, as far as `tests.conformance.guide`
holds them: profile, extensions, invariant and bindings. Value sets are HL7 Terminology's own.
"""

import re
from collections.abc import Iterator
from typing import Any

from mappings.safety.vocabulary import TERMS
from tests.conformance.guide import BASES, EXTENSIONS, NCIT, PROFILE, Held, invariant

Node = dict[str, Any]
FHIR = "http://hl7.org/fhir/StructureDefinition"
THO_SETS = "http://terminology.hl7.org/ValueSet"
VERSIONS = {"R4": "4.0.1", "R5": "5.0.0"}
#: Extension or part of one -> how strongly it is bound, and to what.
BOUND = {
    "ae-grade": ("preferred", f"{THO_SETS}/adverse-event-clinical-research-grades"),
    "ae-severity": ("preferred", f"{THO_SETS}/adverse-event-severity"),
    "criterionCode": ("extensible", f"{THO_SETS}/adverse-event-clinical-research-seriousness-criteria"),
    "entityRelatedness": ("preferred", f"{THO_SETS}/adverse-event-clinical-research-causality-relatedness"),
    "assessmentMethod": ("preferred", "http://hl7.org/fhir/ValueSet/adverse-event-causality-method"),
}
SERIOUSNESS = {
    "R4": f"{THO_SETS}/adverse-event-seriousness",
    "R5": "http://hl7.org/fhir/ValueSet/adverse-event-seriousness",
}
OUTCOME_SET = f"{THO_SETS}/adverse-event-clinical-research-outcomes"


#: Codes of the guides' value sets with what each set calls them.
DISPLAYS = """
C41338 Grade 1 Mild Adverse Event
C41339 Grade 2 Moderate Adverse Event
C41340 Grade 3 Severe Adverse Event
C41337 Grade 4 Life Threatening or Disabling Adverse Event
C48275 Grade 5 Death Related to Adverse Event
C48275 Fatal
C48275 Results In Death
C49494 Not recovering/not resolved
C49495 Recovered/Resolved with sequelae
C49498 Recovered/Resolved
C49496 Recovering/Resolving
C84266 Is Life Threatening
C83052 Requires Inpatient Hospitalization
C11338 Results In Persistent Or Significant Disability
C83117 Congenital Anomaly or Birth Defect
C82521 Other Medically Important Condition
C201939 Required Intervention to Prevent Permanent Impairment/damage
C53256 Not Related
C53257 Unlikely Related
C53258 Possibly Related
C53260 Related
"""


def guide(release: str) -> list[Node]:
    """Return the guide of one release as definitions."""
    made = [_extension(release, name, held) for name, (_, held) in EXTENSIONS[release].items()]
    if release == "R4":
        made.append(_status())
    return [*made, _profile(release), _thesaurus()]


def _thesaurus() -> Node:
    """The NCI Thesaurus as far as value sets of the guides and our event terms name it: a list, taken for the whole."""
    named: dict[str, list[str]] = {}
    for line in DISPLAYS.strip().splitlines():
        code, _, display = line.partition(" ")
        named.setdefault(code, []).append(display)
    for term in TERMS.values():
        if term.code:
            named.setdefault(term.code.code, []).append(term.code.display or term.name)
    return {
        "resourceType": "CodeSystem",
        "id": "nci-thesaurus",
        "url": NCIT,
        "name": "NCIThesaurus",
        "title": "NCI Thesaurus, as far as it is named here",
        "status": "active",
        "experimental": True,
        "description": "Restated for tests.",
        "caseSensitive": True,
        "content": "complete",
        "concept": [_concept(code, displays) for code, displays in named.items()],
    }


def _concept(code: str, displays: list[str]) -> Node:
    others = [{"language": "en", "value": display} for display in displays[1:]]
    return {"code": code, "display": displays[0]} | ({"designation": others} if others else {})


def _definition(release: str, name: str, kind: str, elements: list[Node], **more: Any) -> Node:
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": f"{BASES[release]}/{name}",
        "version": "1.0.1",
        "name": re.sub(r"\W", "", name.title()),
        "title": name,
        "status": "active",
        "experimental": True,
        "date": "2024-04-26",
        "description": "Restated for tests.",
        "fhirVersion": VERSIONS[release],
        "kind": "complex-type" if kind == "Extension" else "resource",
        "abstract": False,
        **more,
        "type": kind,
        "baseDefinition": f"{FHIR}/{kind}",
        "derivation": "constraint",
        "differential": {"element": elements},
    }


def _extension(release: str, name: str, held: Held) -> Node:
    elements = [
        {"id": "Extension", "path": "Extension"},
        *_content("Extension", f"{BASES[release]}/{name}", name, held),
    ]
    return _definition(
        release, name, "Extension", elements, context=[{"type": "element", "expression": "AdverseEvent"}]
    )


def _status() -> Node:
    made = _extension("R4", "status", "code")
    made["differential"]["element"][0] |= {"isModifier": True, "isModifierReason": "A record may be entered in error"}
    made["differential"]["element"][-1]["binding"] = {
        "strength": "required", "valueSet": "http://hl7.org/fhir/ValueSet/event-status"
    }  # fmt: skip
    return made


def _content(where: str, url: str, name: str, held: Held) -> Iterator[Node]:
    """Yield what stands below one extension, whose id is ``where``: its parts or its value."""
    path = re.sub(r":\w+", "", where)
    if isinstance(held, str):
        yield {"id": f"{where}.extension", "path": f"{path}.extension", "max": "0"}
    else:
        slicing = {"discriminator": [{"type": "value", "path": "url"}], "ordered": False, "rules": "open"}
        yield {"id": f"{where}.extension", "path": f"{path}.extension", "slicing": slicing}
        for part, inner in held.items():
            plain, _, once = part.partition(" ")
            yield {
                "id": f"{where}.extension:{plain}",
                "path": f"{path}.extension",
                "sliceName": plain,
                "min": int(bool(once)),
                "max": "1",
            }
            yield from _content(f"{where}.extension:{plain}", plain, plain, inner)
    yield {"id": f"{where}.url", "path": f"{path}.url", "fixedUri": url}
    value: Node = {"id": f"{where}.value[x]", "path": f"{path}.value[x]"}
    yield value | (_value(name, held) if isinstance(held, str) else {"max": "0"})


def _value(name: str, held: str) -> Node:
    types = []
    for kind, targets in re.findall(r"(\w+)(?:\(([\w,]+)\))?", held):
        to = [f"{FHIR}/{target}" for target in targets.split(",") if target]
        types.append({"code": kind} | ({"targetProfile": to} if to else {}))
    bound = {"binding": dict(zip(("strength", "valueSet"), BOUND[name], strict=True))} if name in BOUND else {}
    return {"min": 1, "type": types} | bound


def _profile(release: str) -> Node:
    return _definition(release, PROFILE, "AdverseEvent", [*_root(release), *_elements(release)])


def _root(release: str) -> Iterator[Node]:
    rule = {
        "key": "aeClinRes-seriousness-1",
        "severity": "error",
        "human": "Serious with a criterion, or non-serious without one",
        "expression": invariant(release),
        "source": f"{BASES[release]}/{PROFILE}",
    }
    yield {"id": "AdverseEvent", "path": "AdverseEvent", "constraint": [rule]}
    for name, (most, _) in EXTENSIONS[release].items():
        yield _slice("extension", release, name, 0, most)
    if release == "R4":
        yield _slice("modifierExtension", release, "status", 1, "1")


def _slice(element: str, release: str, name: str, least: int, most: str) -> Node:
    return {
        "id": f"AdverseEvent.{element}:{name}",
        "path": f"AdverseEvent.{element}",
        "sliceName": name,
        "min": least,
        "max": most,
        "type": [{"code": "Extension", "profile": [f"{BASES[release]}/{name}"]}],
    }


def _elements(release: str) -> Iterator[Node]:
    """Yield what the profile says of the elements, in the order of the resource."""
    yield _element("actuality", patternCode="actual")
    if release == "R4":
        yield _element("event", min=1)
        yield _element("resultingCondition", max="0")
    else:
        yield _element("code", min=1)
        yield _element("occurrence[x]", type=[{"code": "Period"}])
    yield _element("seriousness", min=1, binding={"strength": "required", "valueSet": SERIOUSNESS[release]})
    yield _element("outcome", min=1, max="1", binding={"strength": "required", "valueSet": OUTCOME_SET})
    if release == "R4":
        for name in ("suspectEntity", "subjectMedicalHistory", "referenceDocument"):
            yield _element(name, max="0")
    yield _element("study", min=1, max="1")
    if release == "R5":
        yield _element("suspectEntity.causality", min=1)
        yield _element("preventiveAction", max="0")


def _element(name: str, **said: Any) -> Node:
    return {"id": f"AdverseEvent.{name}", "path": f"AdverseEvent.{name}", **said}
