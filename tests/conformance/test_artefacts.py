"""The artefacts in ``profiles/`` stand where their names say, and both releases have the same ones."""

import pytest

import profiles
from mappings.clauses import STUDY
from mappings.emitting.group import ENROLMENT, GROUP
from mappings.site import CANONICAL_BASE


@pytest.mark.parametrize("folder", ["valuesets", "structures/R4", "structures/R5"])
def test_an_artefact_is_named_by_its_file(folder: str) -> None:
    """File name, id and url are one name, under the base that a site may replace."""
    for path in profiles.names(folder):
        made, name = profiles.load(path), path.rpartition("/")[2]
        assert (made["id"], made["url"]) == (name, f"{CANONICAL_BASE}/{made['resourceType']}/{name}")


def test_both_releases_have_the_same_profiles() -> None:
    """What is promised of R4 is promised of R5, each in its own version of FHIR; R5 has an element for milestones."""
    r4, r5 = ([profiles.load(path) for path in profiles.names(f"structures/{one}")] for one in ("R4", "R5"))
    assert [one["id"] for one in r4 if one["id"] != "milestone"] == [one["id"] for one in r5]
    assert {one["fhirVersion"] for one in r4} == {"4.0.1"}
    assert {one["fhirVersion"] for one in r5} == {"5.0.0"}


def test_the_record_agrees_with_the_code() -> None:
    """The registry record names the study, the group and the number that the code knows."""
    record = profiles.load("study/research-study")
    assert record["id"] == STUDY
    assert record["enrollment"] == [{"reference": f"Group/{GROUP}", "display": f"{ENROLMENT} participants"}]
    assert record["sponsor"]["reference"] == f"Organization/{profiles.load('study/organization')['id']}"
    assert record["site"][0]["reference"] == f"Location/{profiles.load('study/location')['id']}"
