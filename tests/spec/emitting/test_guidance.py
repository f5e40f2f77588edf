"""What is missing: where it is looked for, what it is called, and what it would settle."""

from typing import Any

import pytest

import profiles
from mappings.codes import catalogue
from mappings.emitting.datatypes import Release
from mappings.emitting.guidance import SOUGHT_IN, guidance_response, value_set
from tests.spec.emitting.conftest import ON, Made, finding

BASE = ON.site.canonical_base
#: What would settle -> where it is looked for.
SOUGHT = {
    "lab.hcg_serum_quant": ("Observation", "code", "lab-hcg-serum-quant"),
    "obs.isn_rps_class": ("Observation", "code", "obs-isn-rps-class"),
    "vital.weight": ("Observation", "code", "vital-weight"),
    "dx.malignancy": ("Condition", "code", "dx-malignancy"),
    "status.trial_participant": ("Condition", "code", "status-trial-participant"),
    "allergy.drug": ("AllergyIntolerance", "code", "allergy-drug"),
    "rx.gcsf.filgrastim": ("MedicationAdministration", "medication", "rx-gcsf-filgrastim"),
}


def _requirement(screened: Made, release: Release, concept: str) -> dict[str, Any]:
    one = guidance_response(screened(finding("E07", "unknown", "missing", concept=concept)), release, ON)
    return dict(one["dataRequirement"][0])


@pytest.mark.parametrize("concept", SOUGHT)
def test_a_concept_is_looked_for_by_its_value_set(concept: str, screened: Made, release: Release) -> None:
    """The resource type, the element, and the value set that lists the codes."""
    kind, path, name = SOUGHT[concept]
    made = _requirement(screened, release, concept)
    assert made["type"] == kind
    assert made["codeFilter"] == [{"path": path, "valueSet": f"{BASE}/ValueSet/{name}"}]


def test_what_has_no_code_is_looked_for_otherwise(screened: Made, release: Release) -> None:
    """A person's answer, the patient's own data and a consent."""
    person = _requirement(screened, release, "attestation")
    assert (person["type"], person["mustSupport"][0]) == ("QuestionnaireResponse", "questionnaire")
    patient = _requirement(screened, release, "patient.birthDate")
    assert (patient["type"], patient["mustSupport"]) == ("Patient", ["birthDate"])
    assert _requirement(screened, release, "consent")["type"] == "Consent"


def test_nothing_missing_is_said(screened: Made, release: Release) -> None:
    """A narrative never announces a list that is empty."""
    told = guidance_response(screened(), release, ON)["text"]["div"]
    assert "<b>Nothing is missing 无缺失资料</b>" in told
    some = guidance_response(screened(finding("E07", "unknown", "missing", concept="consent")), release, ON)
    assert "<b>What is missing 尚缺资料</b></p><p>" in some["text"]["div"]


def test_every_concept_can_be_looked_for() -> None:
    """Each kind of concept has a place, and each concept a value set of the id that is named."""
    concepts = catalogue().titles
    assert {concept.partition(".")[0] for concept in concepts} <= set(SOUGHT_IN)
    ids = {profiles.load(path)["id"] for path in profiles.names("valuesets")}
    assert {value_set(concept) for concept in concepts} == ids


def test_one_item_names_every_clause_it_would_settle(screened: Made, release: Release) -> None:
    """An item that is asked for once settles several clauses; in words, English and Chinese."""
    both = (finding(clause, "unknown", "missing", concept="lab.hcg_serum_quant") for clause in ("I04-2", "E13"))
    made = guidance_response(screened(*both), release, ON)
    words, *settles = made["dataRequirement"][0]["extension"]
    assert [one["valueCoding"]["code"] for one in settles] == ["I04-2", "E13"]
    assert [part["url"] for part in words["extension"]] == ["en", "zh"]
    assert "(I04-2, E13)" in made["text"]["div"]


def test_the_status_says_whether_data_was_lacking(screened: Made, release: Release) -> None:
    """Nothing missing, missing for the decision, or missing beside a decision that stands."""
    lacking = finding("I03-2", "unknown", "missing", concept="lab.hemoglobin_mass")
    barred = finding("E07", "met", "present", "Condition/c1")
    found = [guidance_response(screened(*those), release, ON) for those in ((), (lacking,), (lacking, barred))]
    assert [one["status"] for one in found] == ["success", "data-required", "data-requested"]
    assert "dataRequirement" not in found[0]


def test_the_reason_stands_where_each_release_has_it(screened: Made) -> None:
    """R4 has reasonCode, R5 reason."""
    r4, r5 = (guidance_response(screened(), release, ON) for release in ("R4", "R5"))  # type: ignore[arg-type]
    assert r5["reason"] == [{"concept": r4["reasonCode"][0]}]
    assert not {"reason"} & set(r4)
    assert not {"reasonCode"} & set(r5)
