"""OperationOutcomes."""

import json

import pytest

from adapter.fhir.outcomes import Issue, Outcome, outcome_of


def body(**issue: object) -> bytes:
    return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode()


def test_severity_code_and_elements_are_told():
    """What an issue is about is told by the words that FHIR has for it."""
    found = outcome_of(body(severity="error", code="required", expression=["Patient.name[0].family"]))
    assert found == Outcome((Issue("error", "required", ("Patient.name[0].family",)),))
    assert found.told() == "error required Patient.name[0].family"


@pytest.mark.parametrize(
    "issue",
    [
        {"severity": "error", "code": "invalid", "diagnostics": "Zhang San, born 1990"},
        {"severity": "error", "code": "invalid", "details": {"text": "Zhang San"}},
        {"severity": "error", "code": "Zhang San"},
        {"severity": "Zhang San", "code": "invalid"},
        {"severity": "error", "code": "invalid", "expression": ["Patient.where(name='Zhang San')"]},
        {"severity": "error", "code": "invalid", "location": ["/f:Patient[@id='Zhang']"]},
        {"severity": "error", "code": {"Zhang": 1}, "expression": "Zhang"},
    ],
)
def test_no_text_of_the_server_is_told(issue):
    """Free text, and anything in place of a code or an element that is none, may hold a patient's values."""
    told = outcome_of(body(**issue)).told()
    assert told.startswith(("error", "?"))
    assert "Zhang" not in told


def test_older_servers_name_elements_as_location():
    """Without expression the location is read."""
    assert outcome_of(body(severity="error", code="value", location=["Patient.birthDate"])).issues[0].expression == (
        "Patient.birthDate",
    )


@pytest.mark.parametrize(
    ("severity", "failed"),
    [("fatal", True), ("error", True), ("warning", False), ("information", False), ("success", False), ("odd", True)],
)
def test_an_outcome_fails_by_its_worst_issue(severity, failed):
    """An issue whose severity is not understood counts as an error."""
    assert outcome_of(body(severity=severity, code="processing")).failed is failed


def test_only_errors_have_their_codes():
    """A warning that something is a duplicate does not make it one."""
    warned = outcome_of(body(severity="warning", code="duplicate"))
    refused = outcome_of(body(severity="error", code="duplicate"))
    assert (warned.has("duplicate"), refused.has("conflict", "duplicate")) == (False, True)


@pytest.mark.parametrize(
    "body_", [None, b"", b"<html>", b"[]", b"\xff", b'{"resourceType":"Patient"}', b"[" * 100_000, {"issue": []}]
)
def test_anything_else_is_no_outcome(body_):
    """A body that is no OperationOutcome gives none, and no error."""
    assert outcome_of(body_) is None


def test_an_outcome_without_issues_says_nothing():
    """FHIR asks for an issue; a server that leaves it out is understood all the same."""
    found = outcome_of({"resourceType": "OperationOutcome"})
    assert (found, found.told(), found.failed) == (Outcome(), "", False)
