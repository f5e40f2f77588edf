"""Every resource that is written about the sample hospital is what FHIR asks for, and hangs together with the others."""

import importlib
from collections import Counter
from pathlib import Path

from mappings.site import CANONICAL_BASE
from tests.conformance.checker import problems
from tests.conformance.conftest import Resources, objects, read, run, texts

EXPECTED = {
    "CodeSystem", "Device", "Group", "GuidanceResponse", "Location", "Measure", "Organization", "Provenance", "Questionnaire",
    "QuestionnaireResponse", "ResearchStudy", "ResearchSubject", "StructureDefinition", "ValueSet",
}  # fmt: skip
#: Concepts and identifiers that are named under our base but are no artefact.
NOT_ARTEFACTS = (f"{CANONICAL_BASE}/identifier/", f"{CANONICAL_BASE}/concept")


def test_every_resource_is_sound(written: Resources, release: str) -> None:
    """No resource has an unknown element, a wrong count, type, code or text, or a broken invariant."""
    assert {one["resourceType"] for one in written} == EXPECTED
    found = [f"{one['id']} {problem}" for one in written for problem in problems(one, release)]
    assert found == []


def test_every_resource_is_understood_by_another_library(written: Resources, release: str) -> None:
    """The models of fhir.resources (R4B for R4: equal in what is written) accept every resource."""
    package = importlib.import_module("fhir.resources.R4B" if release == "R4" else "fhir.resources")
    for resource in written:
        package.get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_no_two_resources_have_one_id(written: Resources) -> None:
    """Type and id name one resource."""
    counted = Counter((one["resourceType"], one["id"]) for one in written)
    assert [name for name, number in counted.items() if number > 1] == []


def test_every_reference_resolves(written: Resources, hospital: dict[str, str]) -> None:
    """A reference names what is written or what the hospital has, and the very version that the hospital has."""
    ours = {f"{one['resourceType']}/{one['id']}" for one in written}
    for resource in written:
        for node in objects(resource):
            reference = node.get("reference")
            if reference is not None:
                name, _, version = reference.partition("/_history/")
                assert name in ours or name in hospital, reference
                assert not version or hospital[name] == version, reference


def test_every_canonical_resolves(written: Resources) -> None:
    """Whatever is named by a url under our base is written: profiles, extensions, value sets, questionnaire, systems."""
    ours = {one["url"] for one in written if "url" in one} | {
        f"{one['url']}|{one['version']}" for one in written if "url" in one
    }
    named = {text for resource in written for text in texts(resource) if text.startswith(f"{CANONICAL_BASE}/")}
    assert {name for name in named - ours if not name.startswith(NOT_ARTEFACTS)} == set()
    assert any("/StructureDefinition/" in name for name in named)


def test_every_code_of_ours_exists(written: Resources) -> None:
    """A coding of one of our systems has a code of that system, and its display."""
    systems = {
        one["url"]: {concept["code"]: concept["display"] for concept in one["concept"]}
        for one in written
        if one["resourceType"] == "CodeSystem"
    }
    codings = [node for resource in written for node in objects(resource) if node.get("system") in systems]
    used = [node for node in codings if "code" in node]
    assert used
    for node in used:
        assert node.get("display", systems[node["system"]][node["code"]]) == systems[node["system"]][node["code"]]


def test_every_value_set_has_one_home_for_each_code(written: Resources) -> None:
    """Value sets of our own systems include a system that is written."""
    systems = {one["url"] for one in written if one["resourceType"] == "CodeSystem"}
    sets = [one for one in written if one["resourceType"] == "ValueSet"]
    ours = {include["system"] for one in sets for include in one["compose"]["include"]}
    assert {system for system in ours if system.startswith(CANONICAL_BASE)} >= systems - {
        f"{CANONICAL_BASE}/CodeSystem/nothing"
    }


def test_a_second_run_writes_the_same_bytes(tmp_path: Path, release: str) -> None:
    """Running twice changes nothing, also in a folder that holds the first run."""
    run(tmp_path, release)
    first = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    run(tmp_path, release)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == first
    assert read(tmp_path)
