"""The provenance: exact versions of all that was used, and the adapter as the one who did it."""

from mappings.emitting.datatypes import Release
from mappings.emitting.screening import resources
from mappings.findings import Evidence
from tests.spec.emitting.conftest import ON, Made, finding

TWICE = finding(
    "E07", "met", "present", evidence=(Evidence("Condition/b", "7"), Evidence("Condition/"), Evidence("X/a"))
)


def test_every_version_that_was_used_is_named_once(screened: Made, release: Release) -> None:
    """Sorted, without repetition, with the version where the server names one."""
    made = resources(screened(TWICE, finding("E09", "met", "present", evidence=TWICE.evidence)), release, ON)[-1]
    assert [one["what"] for one in made["entity"]] == [
        {"display": "Condition without an id"},
        {"reference": "Condition/b/_history/7"},
        {"reference": "X/a"},
    ]
    assert {one["role"] for one in made["entity"]} == {"source"}


def test_the_targets_are_what_was_written(screened: Made, release: Release) -> None:
    """Subject, checklist and guidance, in this order, by the adapter's Device as of the instant of screening."""
    *written, made = resources(screened(), release, ON)
    assert [one["reference"] for one in made["target"]] == [f"{one['resourceType']}/{one['id']}" for one in written]
    assert made["recorded"] == made["occurredDateTime"] == "2025-06-01T09:00:00+08:00"
    assert made["agent"][0]["who"] == written[1]["author"] == written[2]["performer"]
    assert "entity" not in made


def test_only_r5_names_the_patient(screened: Made) -> None:
    """R4 Provenance has no element for it."""
    r4, r5 = (resources(screened(), release, ON)[-1] for release in ("R4", "R5"))  # type: ignore[arg-type]
    assert r5["patient"] == {"reference": "Patient/p1"}
    assert "patient" not in r4
