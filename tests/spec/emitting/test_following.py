"""What following one participant writes: each thing once, in an order in which references resolve, with its provenance."""

from mappings.emitting.datatypes import Release
from mappings.emitting.following import resources
from mappings.site import CANONICAL_BASE
from tests.spec.emitting.treated import ON, crs, episode, followed

EVENTS = (crs(), episode(), episode(id="refused", confirmed=False), episode(id="theirs", source="reported"))


def test_only_what_is_ours_to_write_is_written(release: Release) -> None:
    """Two events are ours; one was refused, one is the hospital's own."""
    made = resources(followed(*EVENTS), release, ON)
    events = [one["id"] for one in made if one["resourceType"] == "AdverseEvent"]
    assert events == ["yts109-event-2", "yts109-event-1"]


def test_references_to_our_own_resolve_backwards(release: Release) -> None:
    """Whatever of ours is referred to was written before, but for the trial and the Device."""
    seen: set[str] = set()
    for one in resources(followed(*EVENTS), release, ON):
        named = {part for part in str(one).split("'") if part.startswith("Observation/yts109-")}
        assert named <= seen
        seen.add(f"{one['resourceType']}/{one['id']}")


def test_the_provenance_names_every_version_that_was_looked_at(release: Release) -> None:
    """Evidence of events, courses, endpoints, samples and timeline, used or not, each once; every target."""
    *written, made = resources(followed(*EVENTS), release, ON)
    assert made["resourceType"] == "Provenance"
    assert [one["reference"] for one in made["target"]] == [f"{one['resourceType']}/{one['id']}" for one in written]
    named = [one["what"].get("reference") for one in made["entity"]]
    for reference in (
        "Observation/n5/_history/1", "Observation/n12/_history/2", "Observation/t3/_history/1", "Encounter/e1/_history/1",
        "Observation/u84/_history/1", "Observation/u95/_history/1", "Observation/k12/_history/1",
        "MedicationAdministration/cells/_history/3", "Observation/g7/_history/1",
    ):  # fmt: skip
        assert named.count(reference) == 1
    assert made["meta"]["profile"] == [f"{CANONICAL_BASE}/StructureDefinition/following-provenance"]
    assert "Following of a treated participant" in made["activity"]["text"]
    assert ("patient" in made) == (release == "R5")


def test_the_same_input_gives_the_same_resources(release: Release) -> None:
    """Ids and contents depend on nothing else."""
    assert resources(followed(*EVENTS), release, ON) == resources(followed(*EVENTS), release, ON)
    other = resources(followed(*EVENTS, identifier=("http://hospital.example.org/mrn", "0002")), release, ON)
    ours = {one["id"] for one in resources(followed(*EVENTS), release, ON) if one["resourceType"] != "AdverseEvent"}
    assert ours.isdisjoint(one["id"] for one in other)
