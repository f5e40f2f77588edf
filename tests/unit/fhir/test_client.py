"""Reads and writes of single resources."""

import json

import pytest

from adapter.fhir import errors
from tests.unit.fhir.faulty import cut, drop_after_reading, html, json_, outcome, raw, status

PATIENT = b'{"resourceType":"Patient","id":"p","meta":{"versionId":"7"},"x":7.300}'
SUBJECT = b'{"resourceType":"ResearchSubject", "identifier":[{"value":"1"}]}'


def test_a_read_gives_the_bytes_and_the_version(faulty, client):
    """A resource comes as it was sent, with what the headers say of it."""
    faulty.then(raw(PATIENT, ETag='W/"7"', Last_Modified="Mon, 02 Jun 2025 01:00:00 GMT"))
    answer = client.read("Patient", "p")
    assert answer.resource == PATIENT
    assert (answer.status, answer.etag, answer.reference) == (200, 'W/"7"', "Patient/p")
    assert answer.last_modified == "Mon, 02 Jun 2025 01:00:00 GMT"
    assert (faulty.asked[0].method, faulty.asked[0].path) == ("GET", "/fhir/Patient/p")


@pytest.mark.parametrize(
    ("etag", "told"),
    [
        ('W/"7"', 'W/"7"'),
        ('"7"', '"7"'),
        ('W/"0b6e2f64-3c5c-4a7e-8d41-c8f2e55b7c10"', 'W/"0b6e2f64-3c5c-4a7e-8d41-c8f2e55b7c10"'),
        (None, 'W/"7"'),
    ],
)
def test_an_etag_is_opaque(faulty, client, etag, told):
    """An ETag is kept as it was sent, and made of the body's version where none was sent."""
    faulty.then(raw(PATIENT, **({"ETag": etag} if etag else {})))
    assert client.read("Patient", "p").etag == told


def test_no_version_is_no_etag(faulty, client):
    """A server that has no versions gives none."""
    faulty.then(json_({"resourceType": "Patient", "id": "p"}))
    assert client.read("Patient", "p").etag is None


def test_one_version_is_read(faulty, client):
    """vread asks for the version."""
    faulty.then(raw(PATIENT))
    client.vread("Patient", "p", "7")
    assert faulty.asked[0].path == "/fhir/Patient/p/_history/7"


@pytest.mark.parametrize(
    "act",
    [
        json_({"resourceType": "Patient", "id": "q"}),
        json_({"resourceType": "Group", "id": "p"}),
        json_(outcome("not-found")),
        html(),
        status(200),
        status(204),
    ],
)
def test_another_answer_is_not_taken_for_the_resource(faulty, client, act):
    """200 with another resource, an OperationOutcome, a page of a proxy or nothing is not what was asked for."""
    faulty.then(act)
    with pytest.raises(errors.NotFhir):
        client.read("Patient", "p")


def test_half_a_resource_is_asked_for_again(faulty, client):
    """An answer that ends too early, which no length betrays, is repeated."""
    faulty.then(cut(PATIENT, 30, told=False), raw(PATIENT))
    assert client.read("Patient", "p").resource == PATIENT


@pytest.mark.parametrize(
    ("kind", "identity"),
    [
        ("Patient", ""),
        ("Patient", ".."),
        ("Patient", "."),
        ("Patient", "a/b"),
        ("Patient", "a?b"),
        ("../x", "p"),
        ("Patient", "张"),
    ],
)
def test_ids_that_are_none_are_not_sent(faulty, client, kind, identity):
    """What is no id would ask for something else, and is refused unsent and unsaid."""
    with pytest.raises(errors.Invalid) as caught:
        client.read(kind, identity)
    assert (str(caught.value), faulty.asked) == ("GET: no legal type or id", [])


def test_a_create_sends_the_bytes(faulty, client):
    """The resource goes out byte for byte, and the answer names what was made."""
    faulty.then(raw(PATIENT, 201, Location=f"{faulty.base}/Patient/p/_history/7", ETag='W/"7"'))
    body = b'{"resourceType":"Patient",  "x":7.300}'
    answer = client.create(body)
    asked = faulty.asked[0]
    assert (asked.method, asked.path, asked.body) == ("POST", "/fhir/Patient", body)
    assert (asked.headers["content-type"], asked.headers["prefer"]) == (
        "application/fhir+json",
        "return=representation",
    )
    assert (answer.status, answer.reference, answer.etag, answer.resource) == (201, "Patient/p", 'W/"7"', PATIENT)


def test_a_create_without_a_body_in_the_answer(faulty, client):
    """A server may answer with headers alone; the version is then that of the Location."""
    faulty.then(status(201, Location="ResearchSubject/s/_history/3"))
    answer = client.create(SUBJECT, prefer="minimal")
    assert (answer.resource, answer.reference, answer.etag) == (None, "ResearchSubject/s", 'W/"3"')
    assert faulty.asked[0].headers["prefer"] == "return=minimal"


def test_a_conditional_create(faulty, client):
    """The condition goes along as a header that holds nothing but ASCII, and makes a repetition harmless."""
    faulty.then(drop_after_reading, raw(b"", 200, Location="ResearchSubject/s"))
    answer = client.create(SUBJECT, if_none_exist="identifier=urn:x|张 1&study=a%7Cb")
    assert answer.status == 200
    assert [asked.headers["if-none-exist"] for asked in faulty.asked] == [
        "identifier=urn:x|%E5%BC%A0%201&study=a%7Cb"
    ] * 2


def test_a_plain_create_is_not_doubled(faulty, client):
    """An answer that never came, or came by half, leaves open what was done."""
    for act in (drop_after_reading, cut(PATIENT, 30), cut(PATIENT, 30, told=False)):
        faulty.then(act)
        with pytest.raises(errors.Unreachable) as caught:
            client.create(SUBJECT)
        assert caught.value.perhaps_done
    assert len(faulty.asked) == 3


@pytest.mark.parametrize(
    "act", [html(200), html(201), json_(outcome("exception"), 200), json_({"resourceType": "Group"}, 201)]
)
def test_a_success_that_is_none(faulty, client, act):
    """A write that is answered with something else was perhaps done, and is not called done."""
    faulty.then(act)
    with pytest.raises(errors.NotFhir) as caught:
        client.create(SUBJECT)
    assert caught.value.perhaps_done


def test_a_success_with_words(faulty, client):
    """An OperationOutcome without an error may come instead of the resource."""
    faulty.then(json_(outcome("informational", "information"), 201, Location="ResearchSubject/s"))
    answer = client.create(SUBJECT, prefer="OperationOutcome")
    assert (answer.resource, answer.outcome.told(), answer.reference) == (
        None,
        "information informational",
        "ResearchSubject/s",
    )


@pytest.mark.parametrize(("given", "sent"), [('W/"7"', 'W/"7"'), ('"7"', '"7"'), ("7", 'W/"7"'), (None, None)], ids=str)
def test_an_update_names_the_version_it_replaces(faulty, client, given, sent):
    """If-Match is the ETag as it came; a bare version becomes one."""
    faulty.then(raw(PATIENT, ETag='W/"8"'))
    assert client.update(PATIENT, if_match=given).etag == 'W/"8"'
    asked = faulty.asked[0]
    assert (asked.method, asked.path, asked.headers.get("if-match")) == ("PUT", "/fhir/Patient/p", sent)


def test_a_conditional_update(faulty, client):
    """An update by a search goes to the type."""
    faulty.then(raw(b"", 200))
    client.update(SUBJECT, query="identifier=urn:x|1 2")
    assert faulty.asked[0].path == "/fhir/ResearchSubject?identifier=urn:x%7C1%202"


def test_an_update_needs_an_id(faulty, client):
    """A resource without an id cannot be put anywhere."""
    with pytest.raises(errors.Invalid):
        client.update(SUBJECT)
    assert faulty.asked == []


def test_what_is_no_resource_is_not_sent(faulty, client):
    """Only FHIR resources go out, and the refusal does not repeat what it refuses."""
    for call in (client.create, client.update, client.validate):
        with pytest.raises(errors.Invalid) as caught:
            call(b"Zhang")
        assert "Zhang" not in str(caught.value)
    assert faulty.asked == []


@pytest.mark.parametrize("code", [409, 412])
def test_another_version_is_told(faulty, client, code):
    """What stands against an update is told by its error."""
    faulty.then(json_(outcome("conflict"), code))
    with pytest.raises((errors.Conflict, errors.PreconditionFailed)) as caught:
        client.update(PATIENT, if_match='W/"6"')
    assert (caught.value.outcome.has("conflict"), caught.value.perhaps_done) == (True, False)


@pytest.mark.parametrize("code", [200, 400, 412, 422])
def test_validation_answers_with_an_outcome(faulty, client, code):
    """Servers say with 200 or with a refusal that a resource is not valid; both are the answer."""
    faulty.then(json_(outcome("required"), code))
    assert client.validate(SUBJECT).told() == "error required"
    assert (faulty.asked[0].method, faulty.asked[0].path) == ("POST", "/fhir/ResearchSubject/$validate")


@pytest.mark.parametrize("act", [status(404), raw(PATIENT), json_(outcome("not-supported"), 404), status(400)])
def test_a_server_that_does_not_validate(faulty, client, act):
    """No outcome about the resource is no answer."""
    faulty.then(act)
    with pytest.raises(errors.FhirError):
        client.validate(SUBJECT)


@pytest.mark.parametrize(
    ("params", "post"),
    [
        ({"identifier": "x|1"}, True),
        ({"patient": "p"}, True),
        ({"name": "x"}, True),
        ({"_id": "p"}, True),
        ({"subject:Patient.identifier": "x"}, True),
        ({"code:in": "http://x"}, False),
        ({"_lastUpdated": "gt2025", "_count": "10"}, False),
        ({}, False),
    ],
)
def test_identifiers_stay_out_of_addresses(faulty, client, params, post):
    """A search whose parameters may be a patient's goes out by POST."""
    faulty.then(json_({"resourceType": "Bundle", "type": "searchset"}))
    list(client.search("Patient", params))
    asked = faulty.asked[0]
    assert (asked.method, asked.path.partition("?")[0]) == (
        ("POST", "/fhir/Patient/_search") if post else ("GET", "/fhir/Patient")
    )
    if post:
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        assert "?" not in asked.path
    assert asked.headers["prefer"] == "handling=strict"


@pytest.mark.parametrize("post", [True, False])
def test_the_caller_chooses_how_to_search(faulty, client, post):
    """GET and POST carry the same parameters, repeated ones in their order."""
    faulty.then(json_({"resourceType": "Bundle", "type": "searchset"}))
    list(client.search("Observation", [("date", "ge2025"), ("date", "lt2026"), ("code", "a|b,c")], post=post))
    asked = faulty.asked[0]
    sent = asked.body.decode() if post else asked.path.partition("?")[2]
    assert sent == "date=ge2025&date=lt2026&code=a%7Cb%2Cc"


def test_a_search_by_post_is_repeated(faulty, client):
    """It changes nothing, so that a fault in it is repeated."""
    faulty.then(drop_after_reading, status(500), json_({"resourceType": "Bundle", "type": "searchset"}))
    assert len(list(client.search("Patient", {"identifier": "x"}))) == 1


STATEMENT = {
    "resourceType": "CapabilityStatement",
    "fhirVersion": "4.0.1",
    "format": ["json", "application/fhir+xml"],
    "software": {"name": "Some server", "version": "1.2"},
    "rest": [
        {
            "mode": "server",
            "security": {"service": [{"text": "SMART"}]},
            "resource": [
                {
                    "type": "Patient",
                    "interaction": [{"code": "read"}, {"code": "search-type"}],
                    "versioning": "versioned-update",
                    "updateCreate": True,
                    "conditionalCreate": True,
                    "readHistory": True,
                    "searchParam": [{"name": "identifier", "type": "token"}],
                    "searchInclude": ["Patient:organization"],
                    "operation": [{"name": "everything", "definition": "http://x"}],
                },
                {"type": "Group"},
            ],
            "interaction": [{"code": "batch"}],
            "searchParam": [{"name": "_lastUpdated", "type": "date"}],
            "operation": [{"name": "$export", "definition": "http://x"}],
        }
    ],
}


def test_what_a_server_can_do(faulty, client):
    """The CapabilityStatement says what may be tried; it is asked for once."""
    faulty.then(json_(STATEMENT))
    found = client.capabilities()
    assert client.capabilities() is found
    assert (found.fhir_version, found.release, found.json, found.secured) == ("4.0.1", "R4", True, True)
    assert (found.software, found.software_version, found.kinds) == ("Some server", "1.2", ("Patient", "Group"))
    assert (found.supports("Patient", "read"), found.supports("Patient", "create")) == (True, False)
    assert (found.system("batch"), found.system("transaction")) == (True, False)
    assert (found.versioning("Patient"), found.update_create("Patient")) == ("versioned-update", True)
    assert (found.conditional_create("Patient"), found.conditional_update("Patient")) == (True, False)
    assert (found.read_history("Patient"), found.includes("Patient")) == (True, {"Patient:organization"})
    assert found.search_params("Patient") == {"identifier", "_lastUpdated"}
    assert (found.operations("Patient"), found.operations()) == ({"everything"}, {"export"})


@pytest.mark.parametrize("kind", ["Group", "Observation"])
def test_what_is_not_mentioned_is_not_done(faulty, client, kind):
    """A type that the statement passes over, or says nothing about, can nothing."""
    faulty.then(json_(STATEMENT))
    found = client.capabilities()
    assert not found.supports(kind, "read")
    assert (found.versioning(kind), found.update_create(kind), found.conditional_create(kind)) == (None, False, False)
    assert (found.search_params(kind), found.operations(kind)) == ({"_lastUpdated"}, set())


@pytest.mark.parametrize(
    ("version", "formats", "release", "speaks"),
    [
        ("4.3.0", ["application/fhir+json;charset=UTF-8"], "R4B", True),
        ("5.0.0", ["xml"], "R5", False),
        ("3.0.2", [], "", True),
        ("4.0.1", ["application/json"], "R4", True),
    ],
)
def test_releases_and_formats(faulty, client, version, formats, release, speaks):
    """The release is that of the version, and a server that names no format speaks JSON."""
    faulty.then(json_({"resourceType": "CapabilityStatement", "fhirVersion": version, "format": formats}))
    found = client.capabilities()
    assert (found.release, found.json) == (release, speaks)


@pytest.mark.parametrize(
    "act", [html(), json_(outcome()), raw(PATIENT), raw(json.dumps(STATEMENT | {"rest": 1}).encode())]
)
def test_what_is_no_statement(faulty, client, act):
    """Anything else than a CapabilityStatement is told, and the next call asks again."""
    faulty.then(act, json_(STATEMENT))
    with pytest.raises(errors.NotFhir):
        client.capabilities()
    assert client.capabilities().release == "R4"
