"""Resources with one fault each, made of what was written: a validator that does not find them proves nothing."""

import copy
from collections.abc import Callable, Iterable
from typing import Any

from tests.conformance.guide import BASES

Node = dict[str, Any]


def _no_status(node: Node) -> None:
    del node["status"]


def _no_identifier(node: Node) -> None:
    del node["identifier"]


def _no_unit(node: Node) -> None:
    node["valueQuantity"]["code"] = "mgs/L"


def _no_criterion(node: Node) -> None:
    node["seriousness"]["coding"][0]["code"] = "serious"


def _two_grades(node: Node) -> None:
    node["extension"] += [one for one in node["extension"] if one["url"].endswith("/ae-grade")]


def _no_outcome(node: Node) -> None:
    outcome = node["outcome"][0] if isinstance(node["outcome"], list) else node["outcome"]
    outcome["coding"] = [outcome["coding"][0] | {"system": "http://snomed.info/sct"}]


def _no_question(node: Node) -> None:
    node["item"].append({"linkId": "Z99"})


def _no_strata(node: Node) -> None:
    del node["group"][0]["stratifier"]


#: Name -> what kind of resource gets which fault, and the message by which it must be found.
FAULTS: dict[str, tuple[str, Callable[[Node], None], str]] = {
    "base": ("MeasureReport", _no_status, "Validation_VAL_Profile_Minimum"),
    "own-profile": ("ResearchSubject", _no_identifier, "Validation_VAL_Profile_Minimum"),
    "unit": ("Observation", _no_unit, "mgs/L"),
    "guide-invariant": ("AdverseEvent", _no_criterion, "aeClinRes-seriousness-1"),
    "guide-extension": ("AdverseEvent", _two_grades, "Validation_VAL_Profile_Maximum"),
    "guide-binding": ("AdverseEvent", _no_outcome, "Terminology_TX_NoValid_1_CC"),
    "questionnaire": ("QuestionnaireResponse", _no_question, "Questionnaire_QR_Item_NotFound"),
    "measure": ("MeasureReport", _no_strata, "MEASURE_MR_GRP_STRAT_MISSING_BY_CODE"),
}


def planted(written: Iterable[Node], release: str) -> list[Node]:
    """Return a faulty copy of a written resource for every fault."""
    kept = [one for one in written if _fit(one, release)]
    made = []
    for name, (kind, spoil, _) in FAULTS.items():
        node = copy.deepcopy(next(one for one in kept if one["resourceType"] == kind))
        spoil(node)
        made.append(node | {"id": f"planted-{name}"})
    return made


def _fit(node: Node, release: str) -> bool:
    """Whether the faults can be made of it: an event of the guide's profile, a result with a unit."""
    if node["resourceType"] == "AdverseEvent":
        profiles, graded = node.get("meta", {}).get("profile", []), str(node.get("extension")).count("ae-grade")
        mild = "'non-serious'" in str(node.get("seriousness"))
        return bool(graded) and mild and any(one.startswith(BASES[release]) for one in profiles)
    return node["resourceType"] != "Observation" or "valueQuantity" in node
