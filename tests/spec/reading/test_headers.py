"""The first look at a line: of which patient it is, and whether it is of any use."""

import json
from typing import Any

import msgspec
import pytest

from mappings.codes import LOINC, Code
from mappings.reading.context import Context
from mappings.reading.datatypes import Reference
from mappings.reading.headers import (
    RESOURCE_TYPES,
    Followed,
    Header,
    Observation,
    Patient,
    Refused,
    Shared,
    Unused,
    codes_in,
    key_of,
    key_of_raw,
    look,
    named_in,
    patient_in,
    types_in,
    use_for,
)
from mappings.record import ANY_TYPE
from tests.spec.reading.fragments import coded, line

title = "Headers"
MRN = {"system": "urn:mrn", "value": "7"}


@pytest.mark.parametrize(
    ("reference", "key"),
    [
        ({"reference": "Patient/7"}, "7"),
        ({"reference": "Patient/7/_history/2"}, "7"),
        ({"reference": "https://x.example.cn/fhir/Patient/7"}, "7"),
        ({"reference": "https://x.example.cn/fhir/Patient/7/_history/2"}, "7"),
        ({"reference": "Patient/7", "identifier": MRN}, "7"),
        ({"identifier": MRN}, "|urn:mrn|7"),
        ({"identifier": {"value": "7"}}, "||7"),
        ({"type": "Patient", "identifier": MRN}, "|urn:mrn|7"),
        ({"type": "http://hl7.org/fhir/StructureDefinition/Patient", "identifier": MRN}, "|urn:mrn|7"),
        ({"type": "Group", "identifier": MRN}, ""),
        ({"identifier": {"system": "urn:mrn"}}, ""),
        ({"reference": "Group/7"}, ""),
        ({"reference": "Group/7", "identifier": MRN}, ""),
        ({"reference": "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, ""),
        ({"reference": "#p"}, ""),
        ({"display": "王某"}, ""),
        ({}, ""),
    ],
)
def test_a_reference_names_a_patient(reference: dict[str, Any], key: str) -> None:
    """Relative, absolute and versioned references come to one id, a logical one to the identifier; others to nothing."""
    raw = json.dumps(reference).encode()
    assert key_of(msgspec.json.decode(raw, type=Reference)) == key
    assert key_of_raw(raw) == key


@pytest.mark.parametrize("raw", [b"", b"null", b"7", b'{"reference":7}', b'{"reference":"Patient/\xff"}'])
def test_what_is_no_reference_names_nobody(raw: bytes) -> None:
    """The line is then of no patient, and is counted as such."""
    assert key_of_raw(raw) == ""


@pytest.mark.parametrize(
    ("kind", "element", "view"),
    [
        ("Observation", "subject", Observation),
        ("Condition", "subject", Header),
        ("AllergyIntolerance", "patient", Header),
        ("Consent", "patient", Header),
        ("Consent", "subject", Header),
        ("Encounter", "subject", Followed),
        ("AdverseEvent", "subject", Followed),
        ("ResearchSubject", "individual", Header),
        ("ResearchSubject", "subject", Header),
    ],
)
def test_a_line_says_whose_it_is(kind: str, element: str, view: type) -> None:
    """Under the names of R4 and of R5."""
    reference = {"reference": "Patient/7"}
    (header,) = look(json.dumps({"resourceType": kind, "id": "x", element: reference}).encode())
    assert isinstance(header, Header)
    assert isinstance(header, view)
    assert key_of_raw(patient_in(header)) == "7"


def test_every_type_of_fhir_is_known_and_no_other() -> None:
    """A type is read, shared or of no use; one that FHIR does not know is refused."""
    looked = look(b"\n".join(json.dumps({"resourceType": kind, "id": "x"}).encode() for kind in sorted(RESOURCE_TYPES)))
    kinds = {type(one).__name__ for one in looked if isinstance(one, Header)}
    assert len(looked) == len(RESOURCE_TYPES)
    assert not [one for one in looked if isinstance(one, Refused)]
    assert {"Observation", "Patient", "Condition", "Consent", "Medication"} <= kinds
    assert [type(one).__name__ for one in looked if isinstance(one, Shared)] == ["Medication", "ResearchStudy"]
    assert "Organization" in {type(one).__name__ for one in looked if isinstance(one, Unused)}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"resourceType":"Nonsense"}', "unknown-type"),
        (b'{"id":"x"}', "unknown-type"),
        (b'{"resourceType":7}', "unknown-type"),
        (b"[]", "malformed"),
        (b'{"resourceType":"Condition","id":7}', "malformed"),
        (b'{"resourceType":"Condition"', "malformed"),
        (b'{"resourceType":"Condition","id":"\xff"}', "malformed"),
        (b'{"resourceType":"Condition","x":' + b"[" * 100_000, "malformed"),
    ],
)
def test_one_bad_line_does_not_spoil_the_others(bad: bytes, reason: str) -> None:
    """It is refused with its reason; blank lines are none."""
    before, found, after = look(line("Patient") + b"\n" + bad + b"\n\n" + line("Patient") + b"\n")
    assert isinstance(before, Patient)
    assert found == Refused(reason)  # type: ignore[arg-type]
    assert isinstance(after, Patient)


@pytest.mark.parametrize(
    ("text", "name", "patient"),
    [
        (b'{"resourceType":"Condition","id":"7","code":1}', "Condition/7", b""),
        (b'{"resourceType":"Condition","id":7,"subject":{"reference":"Patient/1"}}', "Condition/7", b'{"reference":"Patient/1"}'),
        (b'{"patient":{}}', "Resource/?", b"{}"),
        (b'{"individual":{}}', "Resource/?", b"{}"),
        (b'{"resourceType":7}', "Resource/?", b""),
        (b"nonsense", "Resource/?", b""),
    ],
)  # fmt: skip
def test_a_refused_line_is_named_as_far_as_it_can_be(text: bytes, name: str, patient: bytes) -> None:
    """So that it is set aside with its patient, under its own name."""
    assert named_in(text) == (name, patient)


@pytest.mark.parametrize(
    ("text", "types"),
    [
        (b'{"resourceType":"Condition","id"', {"Condition"}),
        (b'{"resourceType" : "Bundle","entry":[{"resourceType":"Condition"', {"Bundle", "Condition"}),
        (b'{"resourceType":"Nonsense"', {ANY_TYPE}),
        (b'{"id":"x"', {ANY_TYPE}),
    ],
)
def test_a_damaged_line_says_of_what_something_was_lost(text: bytes, types: set[str]) -> None:
    """By every type that it names; where it names none that we know, it may have been anything."""
    assert types_in(text) == types


@pytest.mark.parametrize(
    ("elements", "use"),
    [
        ({"code": coded("777-3", system=LOINC)}, None),
        ({"code": coded("2093-3", system=LOINC)}, "not-relevant"),
        ({"code": coded("PLT", system="urn:lab")}, "unknown-code"),
        ({"code": coded("HB", system="urn:lab")}, None),
        ({"code": {"text": "血小板"}}, None),
        ({"code": {"text": "维生素D"}}, "no-code"),
        ({}, "no-code"),
        ({"code": 7}, "malformed"),
        ({"code": {"coding": [{"system": LOINC, "code": "777-3", "display": "Hemoglobin"}]}}, None),
        ({"code": coded("2093-3", system=LOINC), "component": [{"code": coded("777-3", system=LOINC)}]}, None),
    ],
)
def test_an_observation_is_left_out_by_its_code_alone(elements: dict[str, Any], use: str | None) -> None:
    """Only where nothing in it can be of use: a panel, a code that contradicts its name, and a test of ours by its name are read."""
    (header,) = look(line("Observation", **elements))
    assert isinstance(header, Observation)
    context = Context(local_codes={("urn:lab", "HB"): Code(LOINC, "718-7")})
    assert use_for(header, context) == use


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        (b"", ()),
        (b"7", ()),
        (b'{"text":"x"}', ()),
        (b'{"coding":[{"system":"urn:lab","code":"PLT"},{"code":"2"}]}', (("urn:lab", "PLT"), ("", "2"))),
    ],
)
def test_codes_are_told_for_the_report_of_unknown_ones(raw: bytes, codes: tuple[tuple[str, str], ...]) -> None:
    """System and code, and no patient's value."""
    assert codes_in(raw) == codes
