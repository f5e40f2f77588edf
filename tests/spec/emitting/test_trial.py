"""The trial itself: everything that its registry record says can be read in R4 and in R5."""

from typing import Any, get_args

import pytest
from lxml import etree

from mappings.clauses import CLAUSES
from mappings.criteria.classification import GATE
from mappings.criteria.sle_items import ITEMS
from mappings.emitting.datatypes import Release
from mappings.emitting.narrative import narrative
from mappings.emitting.trial import trial
from mappings.emitting.words import COHORTS, DECISIONS, EFFECTS, STATES
from mappings.findings import Cohort, Decision, Effect, Reason, State
from mappings.site import CANONICAL_BASE

#: What the record of NCT06943937 (last updated 2025-05-13) says beside its criteria.
RECORD = (
    "NCT06943937", "YTS109-005", "RP2025-013-002", "IRB of Beijing GoBroad Hospital",
    "A Clinical Study of YTS109 Cell in R/R Systemic Lupus Erythematosus",
    "https://clinicaltrials.gov/study/NCT06943937", "2025-05-13", "2025-04-16", "2027-04-25", "phase-1", "treatment",
    "interventional", "single group", "not applicable", "none (open label)",
    "Lupus Nephritis (LN)", "Immune Thrombocytopenia (ITP)",
    "Approximately 36 patients aged 18-65 will receive a single infusion of YTS109 cells",
    "designed to evaluate the safety profile, preliminary therapeutic efficacy", "All participants provided written",
    "Drug: YTS109 cell injection", "1E6 STAR+T cell/kg or 2E6 STAR+T cell/kg", "Experimental",
    "dose-limiting toxicities", "Complete renal response", "complete or partial response", "week 12",
    "China Immunotech (Beijing) Biotechnology Co., Ltd.", "Beijing GoBroad Hospital", "Jing Pan", "010-63290612", "CN",
)  # fmt: skip


def _only(kind: str, release: Release) -> dict[str, Any]:
    return next(one for one in trial(release, CANONICAL_BASE) if one["resourceType"] == kind)


def test_the_study_says_what_the_record_says(release: Release) -> None:
    """Each fact of the registry record stands in the study."""
    study = str(_only("ResearchStudy", release))
    assert [fact for fact in RECORD if fact not in study] == []


def test_the_status_of_the_study_stands_where_each_release_has_it() -> None:
    """R4 is active; R5 is an active record of a study that recruits, 36 wanted."""
    r4, r5 = _only("ResearchStudy", "R4"), _only("ResearchStudy", "R5")
    assert r4["status"] == r5["status"] == "active"
    assert r5["progressStatus"][0]["state"]["coding"][0]["code"] == "recruiting"
    assert r5["recruitment"]["targetNumber"] == 36
    assert r5["recruitment"]["eligibility"]["reference"] == r4["enrollment"][0]["reference"]
    assert _only("Group", "R4")["quantity"] == 36


def test_r5_names_everybody_by_role() -> None:
    """Sponsor of industry, review board, contact; no investigator is named, as the record names none."""
    parties = _only("ResearchStudy", "R5")["associatedParty"]
    assert [one["role"]["coding"][0]["code"] for one in parties] == ["lead-sponsor", "irb", "general-contact"]
    assert parties[0]["classifier"][0]["coding"][0]["code"] == "industry"
    assert parties[0]["party"] == {"reference": f"Organization/{_only('Organization', 'R5')['id']}"}


def test_outcome_measures_have_their_time_frames() -> None:
    """Week 12 where the record says so, and "not stated" where it does not."""
    outcomes = _only("ResearchStudy", "R5")["outcomeMeasure"]
    kinds = [one["type"][0]["coding"][0]["code"] for one in outcomes]
    assert kinds == ["primary", "secondary", "secondary", "exploratory"]
    frames = ["not stated in the record", "week 12", "week 12", "not stated in the record"]
    assert [one["description"] for one in outcomes] == [f"Time frame: {frame}." for frame in frames]


def test_no_code_of_a_study_is_of_the_other_release() -> None:
    """The same codes have systems of their own in R4 and R5."""
    assert "http://hl7.org/fhir/research-study-" not in str(_only("ResearchStudy", "R4"))
    assert "http://terminology.hl7.org/CodeSystem/research-study-" not in str(_only("ResearchStudy", "R5"))


def test_the_group_has_every_criterion(release: Release) -> None:
    """Sex, healthy volunteers, age as a range and every clause in the registered words, with what excludes."""
    group = _only("Group", release)
    sex, volunteers, *clauses = group["characteristic"]
    assert (sex["valueCodeableConcept"]["text"], volunteers["valueBoolean"]) == ("All", False)
    assert [one["code"]["coding"][0]["code"] for one in clauses] == [clause.id for clause in CLAUSES]
    assert [one["exclude"] for one in clauses] == [clause.kind == "exclusion" for clause in CLAUSES]
    ages = clauses[0]["valueRange"]
    assert (ages["low"]["value"], ages["high"]["value"], ages["low"]["code"]) == (18, 65, "a")
    assert all(one["valueCodeableConcept"]["text"] == c.says for one, c in zip(clauses[1:], CLAUSES[1:], strict=True))
    assert group.get("actual", False) is False
    assert group.get("membership", "definitional") == "definitional"


def test_people_can_attest_each_clause_and_each_item(release: Release) -> None:
    """The questionnaire asks every clause, and below I02 every item of the classification, with the same options."""
    asked = _only("Questionnaire", release)["item"]
    assert all(len(one["answerOption"]) == len(STATES) and "required" not in one for one in asked[1:])
    classification = next(one for one in asked if one["linkId"] == "I02")["item"]
    names = {one["linkId"] for one in classification if not one.get("readOnly")}
    assert names == {f"I02.{item.id}" for item in (GATE, *ITEMS)}
    assert {one["type"] for one in asked} == {"group", "choice" if release == "R4" else "coding"}


def test_every_code_has_words_in_both_languages(release: Release) -> None:
    """States, effects, decisions, cohorts and reasons have a display, and a Chinese designation."""
    words = {State: STATES, Effect: EFFECTS, Decision: DECISIONS, Cohort: COHORTS}
    assert all(set(get_args(kind)) == set(table) for kind, table in words.items())
    systems = {one["id"]: one for one in trial(release, CANONICAL_BASE) if one["resourceType"] == "CodeSystem"}
    assert {one["code"] for one in systems["finding-reason"]["concept"]} == set(get_args(Reason))
    for name in ("clause", "finding-state", "finding-effect", "finding-reason", "decision", "cohort"):
        for concept in systems[name]["concept"]:
            assert any("\u4e00" <= sign <= "\u9fff" for sign in concept["designation"][0]["value"]), concept


def test_the_device_is_named_as_each_release_has_it() -> None:
    """R4 has deviceName and one type, R5 name and a list; both say that it is no medical device."""
    r4, r5 = _only("Device", "R4"), _only("Device", "R5")
    assert r4["deviceName"][0]["name"] == r5["name"][0]["value"]
    assert [r4["type"]] == r5["type"]
    assert "not a medical device" in r4["type"]["text"]


@pytest.mark.parametrize("base", [CANONICAL_BASE, "http://hospital.example.cn/fhir"])
def test_every_artefact_stands_under_the_sites_base(base: str, release: Release) -> None:
    """A site that publishes under its own base names nothing of ours under another."""
    text = str(trial(release, base))
    assert f"{base}/ValueSet/dx-malignancy" in text
    assert f"{base}/StructureDefinition/needed" in text
    assert base == CANONICAL_BASE or CANONICAL_BASE not in text


def test_text_is_escaped_in_narratives() -> None:
    """Signs that mean something in XML, and those that it cannot hold, do no harm."""
    div = etree.fromstring(narrative("a < b & c", ['"1" < 2 & 0\x00\x0b', "\ufffe中文"])["div"])
    assert ["".join(node.itertext()) for node in div] == ["a < b & c", '"1" < 2 & 0', "中文"]
