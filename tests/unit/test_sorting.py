"""Lines sorted by patient: whose each is, and what is lost with those that are nobody's."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from adapter.fhir.formats import ReadingLimits, segments
from adapter.run import Job, screening
from adapter.scale.shuffle import Sorter, moves, patients_in
from adapter.scale.sorting import Sorted, of_somebody, sort_segment
from mappings.eligibility import effect_of
from mappings.reading.context import Context
from mappings.record import ANY_TYPE
from tests.properties.patients import AT, line_of, resources_of, screened, site

PATIENT = '{"resourceType":"Patient","id":"a"}'
CONDITION = '{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/a"}}'


def sort(folder: Path, *lines: str, name: str = "x.ndjson", partitions: int = 1) -> Sorted:
    """Sort ``lines``, written to a file in ``folder``, into partitions beside it."""
    source, target = folder / name, folder / "sorted"
    source.write_text("\n".join(lines) + "\n", "utf-8")
    target.mkdir(exist_ok=True)
    sorter, done = Sorter(target, partitions), Sorted()
    for segment in segments([str(source)], 1, ReadingLimits()):
        done = sort_segment(segment, sorter, Context(), ReadingLimits())
    sorter.flush()
    return done


@pytest.mark.parametrize(
    "reference",
    [
        {"reference": "Patient/a"},
        {"reference": "http://server.example/fhir/Patient/a"},
        {"reference": "Patient/a/_history/3"},
        {"type": "Patient", "identifier": {"system": "urn:mrn", "value": "7"}},
    ],
)
def test_a_line_comes_to_its_patient_however_it_names_them(tmp_path: Path, reference: dict[str, Any]) -> None:
    """Relative, absolute, versioned and logical references come to the same record."""
    patient = json.dumps({"resourceType": "Patient", "id": "a", "identifier": [{"system": "urn:mrn", "value": "7"}]})
    condition = json.dumps({"resourceType": "Condition", "id": "c", "subject": reference})
    done = sort(tmp_path, condition, patient)
    moved, _ = moves(done.links, done.logical, tmp_path / "sorted", 1)
    assert [len(lines) for lines in patients_in(tmp_path / "sorted", 0, 1, moved).values()] == [2]
    assert not done.lost


@pytest.mark.parametrize("partitions", [1, 4])
@pytest.mark.parametrize("identifier", [{"system": "urn:mrn", "value": "7"}, {"value": "7"}])
def test_what_may_be_of_several_patients_is_told_to_each(
    tmp_path: Path, identifier: dict[str, str], partitions: int
) -> None:
    """An identifier that two carry, or that lacks its system, clears nobody who carries it."""
    patients = [
        json.dumps({"resourceType": "Patient", "id": name, "identifier": [{"system": "urn:mrn", "value": value}]})
        for name, value in (("a", "7"), ("b", "7"), ("c", "8"))
    ]
    conditions = [
        json.dumps({"resourceType": "Condition", "id": "k", "subject": {"identifier": identifier}}),
        json.dumps({"resourceType": "Observation", "id": "o", "subject": {"identifier": identifier}}),
    ]
    done = sort(tmp_path, *patients, *conditions, partitions=partitions)
    moved, doubted = moves(done.links, done.logical, tmp_path / "sorted", partitions)
    found: dict[str, list[bytes]] = {}
    for number in range(partitions):
        found |= patients_in(tmp_path / "sorted", number, partitions, moved, doubted, of_somebody)
    notes = {key: [one for one in records if one.startswith(b"-unknown-patient")] for key, records in found.items()}
    told = [b"-unknown-patient Condition/k", b"-unknown-patient Observation/o"]
    assert (notes["a"], notes["b"], notes["c"]) == (told, told, [])


def test_a_merge_may_name_the_other_patient_by_identifier(tmp_path: Path) -> None:
    """The records of the one who is replaced come to the one who carries it."""
    new = {"resourceType": "Patient", "id": "new", "identifier": [{"system": "urn:mrn", "value": "7"}]}
    link = {"type": "replaced-by", "other": {"identifier": new["identifier"][0]}}  # type: ignore[index]
    old = {"resourceType": "Patient", "id": "old", "identifier": new["identifier"], "link": [link]}
    done = sort(tmp_path, json.dumps(new), json.dumps(old))
    moved, doubted = moves(done.links, done.logical, tmp_path / "sorted", 1)
    assert [len(lines) for lines in patients_in(tmp_path / "sorted", 0, 1, moved, doubted).values()] == [2]


@pytest.mark.parametrize(("partitions", "chain"), [(1, "ab"), (4, "abcd"), (4, "aba")])
def test_merged_patients_are_one(tmp_path: Path, partitions: int, chain: str) -> None:
    """Records that replace one another come together, through chains and even in a circle, in whichever partition."""
    pairs = list(itertools.pairwise(chain))
    lines = [
        json.dumps({"resourceType": "Patient", "id": old, "link": [{"type": "replaced-by", "other": {"reference": f"Patient/{new}"}}]})
        for old, new in pairs
    ]  # fmt: skip
    done = sort(tmp_path, *lines, f'{{"resourceType":"Patient","id":"{chain[-1]}x"}}', partitions=partitions)
    moved, _ = moves(done.links, done.logical, tmp_path / "sorted", partitions)
    homes = [patients_in(tmp_path / "sorted", number, partitions, moved) for number in range(partitions)]
    assert sorted(len(lines) for home in homes for lines in home.values() if lines) == [1, len(pairs)]


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ('{"resourceType":"Condition","id":"c","subj', {"Condition"}),
        ('{"resourceType":"Condition","id":"c"{"resourceType":"Observation","id":"o"}', {"Condition", "Observation"}),
        ('"status":"final","subject":{"reference":"Patient/a"}}', {ANY_TYPE}),
        ('{"resourceType":"Conditoin","id":"c"', {ANY_TYPE}),
        ('{"resourceType":"Condition","id":"c"}', {"Condition"}),
        ('{"resourceType":"Condition","id":"c","subject":{"reference":"Group/g"}}', {"Condition"}),
        ('{"resourceType":"Conditoin","id":"c"}', set()),
        ('{"resourceType":"Condition","id":7,"subject":{"reference":"Patient/a"}}', set()),
        ("", set()),
    ],
)
def test_what_is_lost_with_a_line_is_known_by_its_type(tmp_path: Path, line: str, lost: set[str]) -> None:
    """A line that nobody can be given is lost to its type, or to any; one that names its patient is theirs alone."""
    assert sort(tmp_path, PATIENT, line, CONDITION).lost == lost


@pytest.mark.parametrize(
    ("name", "content", "lost"),
    [
        ("x.json", '{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1"}]}', set()),
        ("x.json", '{"transactionTime":"2025-06-01T00:00:00Z","output":[]}', set()),
        ("x.json", '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Condition","id":"c","a":1,"a":2}}]}', {"Condition"}),
        ("x.json", '{"resourceType":"Bundle","entry":[{"resource":{"id":"c"}}]}', {ANY_TYPE}),
        ("x.json", '{"resourceType":"Bundle","entry":[', {ANY_TYPE}),
        ("x.xml", "<Condition", {ANY_TYPE}),
    ],
)  # fmt: skip
def test_what_is_lost_with_a_document(tmp_path: Path, name: str, content: str, lost: set[str]) -> None:
    """A document that cannot be read may have held anything; a manifest, or an entry without a resource, held nothing."""
    assert sort(tmp_path, content, name=name).lost == lost


def test_after_a_loss_no_exclusion_is_cleared_by_silence(tmp_path: Path) -> None:
    """One broken line of Condition.ndjson, and no patient's diagnoses are complete any more; the run says so."""
    lines = [line_of(one) for one in resources_of("ln-01")]
    (tmp_path / "whole.ndjson").write_bytes(b"\n".join(lines))
    (tmp_path / "broken.ndjson").write_bytes(b'{"resourceType":"Condition","id":"x","subj\n')
    before = {f.clause for f in screened(resources_of("ln-01")).findings if f.reason == "absent"}
    job = Job(AT, site=site(), formats=("ndjson",))
    with screening([str(tmp_path)], job) as results:
        found = json.loads(b"".join(results.streams["ndjson"]))
    after = {one["clause"]: one["reason"] for one in found["findings"]}
    assert {"E02", "E03", "E04", "E06"} <= before
    assert {after[clause] for clause in ("E02", "E03", "E04", "E06")} == {"not-understood"}
    assert found["decision"] == "undetermined"
    assert results.summary.lost == {"Condition"}
    assert [(one.line, one.reason) for one in results.summary.problems] == [(1, "malformed")]
    assert effect_of(screened(resources_of("ln-01")).findings[0]) == "allows"


def test_a_patient_whose_own_resource_cannot_be_read_is_still_told_of(tmp_path: Path) -> None:
    """As somebody of whom nothing is known for certain: no patient vanishes from the list."""
    source = tmp_path / "a.ndjson"
    source.write_text(
        '{"resourceType":"Patient","id":"a","identifier":7}\n'
        '{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/a"}}\n'
    )
    with screening([str(source)], Job(at=AT)) as results:
        assert (results.summary.patients, dict(results.summary.decisions)) == (1, {"undetermined": 1})
        assert results.summary.set_aside["malformed"] == 1
