"""Adverse events: what the guides ask for where it is known, and nothing in its place where it is not."""

from typing import Any

import pytest

from mappings.emitting.adverse_event import adverse_event, is_ours_event, is_written, retracted
from mappings.emitting.backport import BACKPORT, GUIDE
from mappings.emitting.datatypes import Release
from mappings.followed import Episode
from mappings.intervals import When
from tests.spec.emitting.treated import MEDDRA_CODE, ON, crs, episode, followed, seen, whole

Node = dict[str, Any]


def _made(one: Episode, release: Release, **more: Any) -> Node:
    return adverse_event(followed(one, **more), one, release, ON)


def _extension(event: Node, name: str) -> list[Node]:
    """Return the extensions of the guide of the event's release with this name."""
    guide = BACKPORT if "event" in event else GUIDE
    return [one for one in event.get("extension", []) if one["url"] == f"{guide}/{name}"]


def _codes(concept: Node) -> list[str]:
    return [one["code"] for one in concept["coding"]]


def test_a_proposal_is_in_progress_by_the_adapter(release: Release) -> None:
    """Identifier, subject, study and time stand in both releases; the Device takes part, and nobody recorded it."""
    made = _made(episode(), release)
    assert made["id"] == "yts109-event-1"
    identifier = made["identifier"] if release == "R4" else made["identifier"][0]
    assert identifier == {
        "system": "https://yts109.example.org/fhir/identifier/adverse-event",
        "value": "yts109-event-1",
    }
    assert (made["subject"], made["actuality"]) == ({"reference": "Patient/p1"}, "actual")
    assert made["study"] == [{"reference": "ResearchStudy/NCT06943937"}]
    assert made["recordedDate"] == "2025-06-01T12:00:00+08:00"
    assert "in-progress" in made["text"]["div"]
    assert "recorder" not in made
    assert is_ours_event(made)


def test_the_status_stands_where_each_release_has_it() -> None:
    """R5 has an element; in R4 it is a modifier, so that nobody reads a withdrawn event as one."""
    r4, r5 = _made(episode(), "R4"), _made(episode(), "R5")
    assert r5["status"] == "in-progress"
    assert r4["modifierExtension"] == [{"url": f"{BACKPORT}/status", "valueCode": "in-progress"}]
    assert "status" not in r4


@pytest.mark.parametrize(
    ("confirmed", "outcome", "status"),
    [
        (None, "resolved", "in-progress"),
        (True, "ongoing", "in-progress"),
        (True, "resolved", "completed"),
        (True, "resolved-with-sequelae", "completed"),
        (True, "fatal", "completed"),
    ],
)
def test_a_record_is_complete_when_confirmed_and_over(confirmed: bool | None, outcome: Any, status: str) -> None:
    """A proposal is never complete, and a confirmed event only with its last outcome."""
    assert _made(episode(confirmed=confirmed, outcome=outcome), "R5")["status"] == status


def test_r4_has_two_codings_of_the_outcome() -> None:
    """R4's own required code and the guide's; R5 has the guide's alone."""
    r4, r5 = (_made(episode(outcome="resolved-with-sequelae"), release) for release in ("R4", "R5"))  # type: ignore[arg-type]
    assert _codes(r4["outcome"]) == ["resolvedWithSequelae", "C49495"]
    assert [_codes(one) for one in r5["outcome"]] == [["C49495"]]


@pytest.mark.parametrize(
    "unknown",
    [{"outcome": "unknown"}, {"serious": None}, {"serious": True, "criteria": ()}],
)
def test_what_nobody_knows_costs_the_profile(release: Release, unknown: Node) -> None:
    """The guides ask for outcome, seriousness and criterion: without one the event is written, but not as theirs."""
    made = _made(episode(**unknown), release)
    assert "meta" not in made
    assert ("outcome" in made) == ("outcome" not in unknown)
    assert ("seriousness" in made) == (unknown.get("serious", False) is not None)
    assert "Not known: " in str(_notes(made))


def _notes(made: Node) -> str:
    notes = made["note"] if "note" in made else [one["valueAnnotation"] for one in _extension(made, "note")]
    return str([one["text"] for one in notes])


def test_what_is_known_keeps_to_the_profile(release: Release) -> None:
    """Each release names the profile of its own guide."""
    guide = BACKPORT if release == "R4" else GUIDE
    assert _made(episode(), release)["meta"]["profile"] == [f"{guide}/AdverseEvent-clinical-research"]


def test_a_serious_event_has_its_criteria_and_another_has_none(release: Release) -> None:
    """The codes are those of HL7 Terminology, in small letters; criteria beside "non-serious" would break the guide."""
    made = _made(crs(), release)
    assert _codes(made["seriousness"]) == ["serious"]
    code, present = _extension(made, "seriousness-criteria")[0]["extension"]
    assert _codes(code["valueCodeableConcept"]) == ["C83052"]
    assert present == {"url": "criterionPresent", "valueBoolean": True}
    other = _made(episode(criteria=("hospitalisation",)), release)
    assert _codes(other["seriousness"]) == ["non-serious"]
    assert _extension(other, "seriousness-criteria") == []


@pytest.mark.parametrize(("grade", "code"), [(1, "C41338"), (2, "C41339"), (3, "C41340"), (4, "C41337")])
def test_a_grade_of_the_ctcae_has_its_code(release: Release, grade: Any, code: str) -> None:
    """The worst grade counts, and the version stands in words."""
    told = _extension(_made(episode(worst_grade=grade), release), "ae-grade")[0]["valueCodeableConcept"]
    assert (_codes(told), told["text"]) == ([code], "CTCAE 5.0")


@pytest.mark.parametrize(
    "more", [{"worst_grade": None, "at_least": 3}, {"worst_grade": 0}, {"worst_grade": 5, "outcome": "unknown"}]
)
def test_no_code_is_written_for_a_grade_that_is_none(release: Release, more: Node) -> None:
    """An unknown grade, grade 0, and a death that no outcome tells have no code."""
    made = _made(episode(**more), release)
    assert _extension(made, "ae-grade") == []
    assert ("at least 至少: 3" in _notes(made)) == (more["worst_grade"] is None)


def test_grades_of_the_astct_stand_in_words_and_in_an_observation(release: Release) -> None:
    """The guides have no codes for them: the event names the scale, and refers to the Observation that has the grade."""
    made = _made(crs(), release)
    event = made["event" if release == "R4" else "code"]
    assert event["text"] == "Cytokine release syndrome (ASTCT 2019 grade 2)"
    assert _extension(made, "ae-grade") == []
    assert "'Observation/yts109-" in str(made.get("supportingInfo") or _extension(made, "supporting-info"))
    assert "Cytokine release syndrome (grade not known)" in str(_made(crs(worst_grade=None), release))
    assert "(ASTCT 2019 grade 3 or more)" in str(_made(crs(worst_grade=None, at_least=3), release))


@pytest.mark.parametrize("death", [{"worst_grade": 5}, {"serious": True, "criteria": ("death",)}])
def test_only_the_outcome_says_that_a_patient_died(release: Release, death: Node) -> None:
    """Grade 5 and "results in death" stand beside a fatal outcome; without it a person is asked."""
    told = str(_made(episode(**death, outcome="fatal"), release))
    assert told.count("C48275") == 2
    assert "Data point to death" not in told
    untold = str(_made(episode(**death), release))
    assert "C48275" not in untold
    assert "Data point to death" in untold


def test_cause_is_told_by_a_person_only(release: Release) -> None:
    """With a person's word the infusion is suspected, by its very version, and the person is the author."""
    event = crs()
    made = _made(event, release)
    told = str(made.get("suspectEntity") or _extension(made, "suspect-entity"))
    for part in ("MedicationAdministration/cells/_history/3", "C53260", "Practitioner/li"):
        assert part in told
    silent = _made(episode(), release)
    assert not silent.get("suspectEntity")
    assert not _extension(silent, "suspect-entity")


def test_an_infusion_without_a_reference_is_named_in_words(release: Release) -> None:
    """An author of whom there is no reference is left out, and so is an infusion that cannot be referred to."""
    line = followed().timeline.__class__(day0=None)
    told = str(_made(crs(assessed_by="urn:x|li"), release, timeline=line))
    assert "{'text': 'YTS109'}" in told
    assert "'author':" not in told


def test_an_expectation_is_told_where_there_is_one(release: Release) -> None:
    """A person's yes or no; otherwise nothing."""
    for value in (True, False):
        made = _made(episode(expected=value), release)
        if release == "R4":
            assert _extension(made, "expected-in-research-study")[0]["valueBoolean"] is value
        else:
            assert made["expectedInResearchStudy"] is value
    assert "xpected" not in "".join(_made(episode(), "R5"))


def test_times_say_what_is_known(release: Release) -> None:
    """Start and end by their days; a start that is not even known to the year stands in words."""
    made = _made(episode(), release)
    if release == "R4":
        assert made["date"] == "2025-03-08"
        assert _extension(made, "resolve-date")[0]["valueDateTime"] == "2025-03-15"
    else:
        assert made["occurrencePeriod"] == {"start": "2025-03-08", "end": "2025-03-15"}
    vague = episode(onset=When(whole(-90).earliest, whole(5).latest), end=None)
    made = _made(vague, release)
    assert "date" not in made
    assert "occurrencePeriod" not in made
    assert "between 2024-12-03 and 2025-03-08" in _notes(made)


def test_evidence_stands_where_its_type_may(release: Release) -> None:
    """A Condition is what it resulted in, an Observation supports it; the rest is named in words."""
    made = _made(crs(), release)
    if release == "R4":
        effects = [one["valueReference"] for one in _extension(made, "resultingEffect")]
        support = [one["extension"][0]["valueReference"] for one in _extension(made, "supporting-info")]
    else:
        effects, support = made["resultingEffect"], [one["itemReference"] for one in made["supportingInfo"]]
    assert effects == [{"reference": "Condition/c1/_history/1"}]
    assert [one["reference"] for one in support][:2] == ["Observation/n12/_history/2", "Observation/t3/_history/1"]
    assert "Condition without an id, Encounter/e1/_history/1" in _notes(made)


def test_meddra_is_written_only_as_the_site_sent_it(release: Release) -> None:
    """A code of MedDRA stands beside the term's own; codes of other systems are those of the evidence, and stay there."""
    element = "event" if release == "R4" else "code"
    other = MEDDRA_CODE.__class__("http://snomed.info/sct", "1", "")
    sent = _made(episode(codes=(other, MEDDRA_CODE)), release)
    assert _codes(sent[element]) == ["C143704", "00000000"]
    assert _codes(_made(episode(), release)[element]) == ["C143704"]
    named = _made(episode(term=episode().term.__class__("Graft versus host disease")), release)
    assert named[element] == {"text": "Graft versus host disease"}


def test_r4_names_the_subject(release: Release) -> None:
    """The hospital's own ResearchSubject, else the one that a screening writes, by its identifier."""
    ours = _extension(_made(episode(), "R4"), "research-subject-ref")[0]["valueReference"]
    assert (ours["type"], "reference" in ours) == ("ResearchSubject", False)
    line = followed().timeline.__class__(day0=None, evidence=(seen("ResearchSubject/s"),))
    theirs = _made(episode(), "R4", timeline=line)
    assert _extension(theirs, "research-subject-ref")[0]["valueReference"] == {
        "reference": "ResearchSubject/s/_history/1"
    }


def test_notes_say_whose_word_it_is(release: Release) -> None:
    """A proposal says so; what a person confirmed names the person, and their word on the dose."""
    assert "A person must confirm" in _notes(_made(episode(), release))
    confirmed = _notes(_made(crs(), release))
    assert "confirmed to be an adverse event by Practitioner/li" in confirmed
    assert "does not limit the dose" in confirmed
    assert "by a person." in _notes(_made(crs(assessed_by=None), release))
    assert "says that it limits" in _notes(_made(crs(dlt=True), release))


def test_what_a_person_reported_or_refused_is_not_ours_to_write() -> None:
    """Only derived episodes are written, until a person says that they are none."""
    assert is_written(episode())
    assert is_written(episode(confirmed=True))
    assert not is_written(episode(confirmed=False))
    assert not is_written(episode(source="reported"))


@pytest.mark.parametrize(
    ("emergent", "confirmed", "written"), [(False, None, False), (False, True, True), (None, None, True)]
)
def test_what_was_there_before_treatment_is_no_proposal(emergent: Any, confirmed: Any, written: bool) -> None:
    """Unless a person says that it is an adverse event; what nobody can tell is one."""
    assert is_written(episode(emergent=emergent, confirmed=confirmed)) == written


def test_a_withdrawn_event_is_marked_and_nothing_is_lost(release: Release) -> None:
    """The status and the words say so; all else stands, and a second withdrawal changes nothing."""
    made = _made(crs(), release)
    gone = retracted(made, release)
    assert gone["meta"] == made["meta"]
    assert "entered-in-error" in gone["text"]["div"]
    assert "Cytokine release syndrome" in gone["text"]["div"]
    changed = {name for name in made if made[name] != gone[name]}
    assert changed == {"text", "modifierExtension" if release == "R4" else "status"}
    assert retracted(gone, release) == gone
    assert made["text"] != gone["text"]


def test_a_modifier_that_is_not_ours_survives_a_withdrawal() -> None:
    """Somebody else's modifier extension stays."""
    other = {"url": "http://example.org/other", "valueBoolean": True}
    made = _made(episode(), "R4")
    made["modifierExtension"].append(other)
    assert other in retracted(made, "R4")["modifierExtension"]


def test_an_event_that_a_person_touched_is_not_ours(release: Release) -> None:
    """A recorder, another participant, or no participant of ours: then it is somebody else's."""
    made = _made(episode(), release)
    assert not is_ours_event(made | {"recorder": {"reference": "Practitioner/li"}})
    assert not is_ours_event({"resourceType": "AdverseEvent", "id": "x"})
    if release == "R5":
        assert not is_ours_event(
            made | {"participant": [*made["participant"], {"actor": {"reference": "Practitioner/li"}}]}
        )
    else:
        more = {
            "url": f"{BACKPORT}/participant",
            "extension": [{"url": "actor", "valueReference": {"reference": "Practitioner/li"}}],
        }
        assert not is_ours_event(made | {"extension": [*made["extension"], more]})
