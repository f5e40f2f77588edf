"""Identifiers: stable, legal, and different for whatever is different."""

import re
from hashlib import sha256

from mappings.emitting.identifiers import id_of, identifier_of, logical_id, patient_key
from tests.spec.emitting.conftest import Made


def test_an_id_never_changes() -> None:
    """The same parts give the same id in every version: what was written must be found again."""
    digest = sha256(b'["NCT06943937","research-subject","http://hospital.example.org/mrn","0001"]').hexdigest()
    assert logical_id("research-subject", "http://hospital.example.org/mrn", "0001") == f"yts109-{digest[:40]}"


def test_a_million_ids_are_legal_and_all_different() -> None:
    """Ids are of the allowed signs and length, and a million patients get a million of them."""
    ids = {logical_id("subject", "http://hospital.example.org/mrn", f"{number}") for number in range(1_000_000)}
    assert len(ids) == 1_000_000
    assert re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", min(ids))
    assert {len(one) for one in ids} == {47}


def test_parts_are_not_run_together() -> None:
    """Two lists of parts that read alike when joined give two ids."""
    lists = [("a|b", "c"), ("a", "b|c"), ("a\x1fb", "c"), ("a", "b\x1fc"), ("a", "b", "c"), ("a,b", "c")]
    assert len({logical_id("x", *parts) for parts in lists}) == len(lists)
    assert logical_id("x", "y") != logical_id("y", "x")


def test_a_patient_is_named_by_identifier_before_reference(screened: Made) -> None:
    """The record's id may change with the server; without an identifier it is all there is."""
    assert patient_key(screened()) == ("http://hospital.example.org/mrn", "0001")
    assert id_of("x", screened()) == id_of("x", screened(patient="Patient/moved"))
    assert patient_key(screened(identifier=None)) == ("Patient/p1",)


def test_an_identifier_tells_nothing_of_the_patient(screened: Made) -> None:
    """What is written names the patient by reference; their own identifier is not copied."""
    made = identifier_of("https://example.org", "subject", screened())
    assert made == {"system": "https://example.org/identifier/subject", "value": id_of("subject", screened())}
    assert "0001" not in made["value"].split("-")
