"""Makes the tables of this folder from the published definitions: which elements a type has, and the codes bound to them.

``python -m tests.conformance.make_tables R4_FOLDER R5_FOLDER``, each an unpacked definitions package
(hl7.fhir.r4.core 4.0.1, hl7.fhir.r5.core 5.0.0: one JSON file a resource, StructureDefinition-NAME.json and so on).
Only the types that are written are kept, so that the tables stay small enough to read.
"""

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESOURCES = """
    AdverseEvent CodeSystem Device Group GuidanceResponse Location Measure MeasureReport Observation Organization
    Provenance Questionnaire QuestionnaireResponse ResearchStudy ResearchSubject StructureDefinition ValueSet
""".split()
DATATYPES = """
    Address Annotation Attachment BackboneElement CodeableConcept CodeableReference Coding ContactDetail ContactPoint
    DataRequirement DomainResource Element ElementDefinition Expression Extension Identifier Meta Narrative Period
    Quantity Range Reference RelatedArtifact
""".split()
#: Sets of more codes than this are whole vocabularies (languages, types): they are not listed.
MOST_CODES = 40
#: What every type, and what every resource inherits; the checker adds it.
INHERITED = {"id", "extension", "modifierExtension"}
OF_RESOURCES = {"meta", "implicitRules", "language", "text", "contained"}


def table(folder: Path) -> dict[str, dict[str, Any]]:
    """Return path -> element -> what it may be, and what it is bound to."""
    made: dict[str, dict[str, Any]] = {}
    for name in sorted(RESOURCES + DATATYPES):
        file = folder / f"StructureDefinition-{name}.json"
        if file.exists():  # CodeableReference is of R5
            for element in json.loads(file.read_text("utf-8"))["snapshot"]["element"][1:]:
                parent, _, leaf = element["path"].rpartition(".")
                inherited = INHERITED | (OF_RESOURCES if parent in RESOURCES else set())
                if leaf not in inherited or name in ("DomainResource", "Element", "BackboneElement"):
                    made.setdefault(parent, {})[leaf] = _element(element, folder)
    return made


def _element(element: dict[str, Any], folder: Path) -> list[Any]:
    """Return [cardinality, types, codes]; the codes of required bindings only, where they can be listed."""
    if "contentReference" in element:
        types = [element["contentReference"].rpartition("#")[2]]
    else:
        types = [_type(one, element["path"]) for one in element["type"]]
    made: list[Any] = [f"{element['min']}..{element['max']}", "|".join(types)]
    binding = element.get("binding", {})
    codes = _codes(binding.get("valueSet", ""), folder) if binding.get("strength") == "required" else None
    return [*made, codes] if codes else made


def _type(one: dict[str, Any], path: str) -> str:
    code = one["code"]
    if code in ("BackboneElement", "Element"):
        return path
    if code.startswith("http://hl7.org/fhirpath/"):
        return "string"
    targets = [each.rpartition("/")[2] for each in one.get("targetProfile", ()) if not each.endswith("/Resource")]
    return f"{code}({','.join(targets)})" if targets else str(code)


def _codes(canonical: str, folder: Path) -> str | None:
    """Return the codes of a value set, separated by spaces; ``None`` where they cannot be listed or are too many."""
    file = folder / f"ValueSet-{canonical.split('|')[0].rpartition('/')[2]}.json"
    found: list[str] = []
    for include in json.loads(file.read_text("utf-8")).get("compose", {}).get("include", ()) if file.exists() else ():
        listed = include.get("concept") or _concepts(include.get("system", ""), folder)
        if not listed or "filter" in include:
            return None
        found += _flat(listed)
    return " ".join(sorted(set(found))) if 0 < len(found) <= MOST_CODES else None


def _concepts(system: str, folder: Path) -> list[Any]:
    file = folder / f"CodeSystem-{system.rpartition('/')[2]}.json"
    return list(json.loads(file.read_text("utf-8")).get("concept", ())) if file.exists() else []


def _flat(concepts: list[Any]) -> list[str]:
    return [code for one in concepts for code in (one["code"], *_flat(one.get("concept", [])))]


def main(folders: list[str]) -> None:
    """Write both tables, one element a line."""
    for release, folder in zip(("R4", "R5"), folders, strict=True):
        parts = []
        for path, elements in sorted(table(Path(folder)).items()):
            lines = [f"  {json.dumps(name)}: {json.dumps(what)}" for name, what in elements.items()]
            parts.append(f" {json.dumps(path)}: {{\n" + ",\n".join(lines) + "\n }")
        (HERE / f"elements-{release}.json").write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
