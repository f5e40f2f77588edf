"""Requests that are repeated, and those that are not, against a server on a real socket."""

import time
from email.utils import formatdate

import pytest

from adapter.fhir import errors
from adapter.fhir.transport import Limits, Transport
from tests.unit.fhir.conftest import QUICK
from tests.unit.fhir.faulty import (
    cut,
    drop_after_reading,
    drop_before_reading,
    json_,
    outcome,
    raw,
    slow,
    status,
)

PATIENT = {"resourceType": "Patient", "id": "p"}
FINE = json_(PATIENT)


@pytest.mark.parametrize(
    "fault",
    [
        drop_before_reading,
        drop_after_reading,
        cut(b"x" * 1000, 10),
        slow(0.6, FINE),
        status(408),
        status(429),
        status(500),
        status(502),
        status(503),
        status(503, Retry_After="nonsense"),
        status(504),
    ],
)
@pytest.mark.parametrize(
    ("method", "headers"), [("GET", {}), ("PUT", {}), ("DELETE", {}), ("POST", {"If-None-Exist": "identifier=1"})]
)
def test_what_does_no_harm_twice_is_repeated(faulty, transport, fault, method, headers):
    """After a fault that passes, a request that changes nothing the second time is sent again."""
    faulty.then(fault, FINE)
    assert transport.send(method, "Patient/p", headers=headers, body=b"{}").status == 200


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (drop_before_reading, errors.Unreachable),
        (drop_after_reading, errors.Unreachable),
        (cut(b"x" * 1000, 10), errors.Unreachable),
        (slow(0.6, FINE), errors.Unreachable),
        (status(408), errors.Unreachable),
        (status(500), errors.ServerFault),
        (status(502), errors.ServerFault),
        (status(503), errors.Throttled),
    ],
)
def test_a_plain_create_that_may_have_arrived_is_not_repeated(faulty, transport, fault, error):
    """Nobody knows what the server did, and the error says so; a second sending could double it."""
    faulty.then(fault, FINE)
    with pytest.raises(error) as caught:
        transport.send("POST", "Patient", body=b"{}")
    assert caught.value.perhaps_done
    assert len(faulty.script) == 1


def test_a_plain_create_that_was_refused_for_the_time_being_is_repeated(faulty, transport):
    """429 says that nothing was done, so that a plain create may be sent again."""
    faulty.then(status(429), json_(PATIENT, 201))
    assert transport.send("POST", "Patient", body=b"{}").status == 201


def test_a_plain_create_that_never_left_is_repeated():
    """Without a connection nothing can have arrived: that is tried again, and tells that nothing was done."""
    transport = Transport("http://127.0.0.1:1/fhir", limits=QUICK)
    with pytest.raises(errors.Unreachable) as caught:
        transport.send("POST", "Patient", body=b"{}")
    assert (str(caught.value), caught.value.perhaps_done) == ("POST Patient: no connection", False)


@pytest.mark.parametrize(("method", "repeatable"), [("GET", True), ("PUT", True), ("POST", False)])
def test_a_fault_says_whether_the_request_may_be_sent_again(faulty, transport, method, repeatable):
    """After the last repetition the caller knows whether a later one does no harm."""
    faulty.otherwise = status(500)
    with pytest.raises(errors.ServerFault) as caught:
        transport.send(method, "Patient/p", body=b"{}")
    assert (caught.value.repeatable, caught.value.perhaps_done) == (repeatable, method != "GET")


def test_repetitions_are_bounded(faulty, transport):
    """After the last repetition the error is told."""
    faulty.otherwise = status(503)
    with pytest.raises(errors.Throttled):
        transport.send("GET", "Patient/p")
    assert len(faulty.asked) == 1 + QUICK.retries


def test_no_repetitions(faulty):
    """With no repetitions a request is sent once."""
    faulty.otherwise = status(503)
    with pytest.raises(errors.Throttled):
        Transport(faulty.base, limits=Limits(retries=0)).send("GET", "Patient/p")
    assert len(faulty.asked) == 1


def test_waits_grow_and_differ(faulty, monkeypatch):
    """Each wait is at least twice the least of the one before it, none is foreseeable, and none too long."""
    waits = []
    monkeypatch.setattr(time, "sleep", waits.append)
    faulty.otherwise = status(503)
    for _ in range(2):
        with pytest.raises(errors.Throttled):
            Transport(faulty.base, limits=Limits(retries=6, backoff_seconds=1, longest_wait_seconds=10)).send(
                "GET", "Patient"
            )
    for run in (waits[:6], waits[6:]):
        assert all(least <= wait <= least + 1 for least, wait in zip((1, 2, 4, 8, 10, 10), run, strict=True))
    assert waits[:6] != waits[6:]


@pytest.mark.parametrize(
    "value", ["1", " 1 ", formatdate(time.time() + 1.5, usegmt=True)], ids=["seconds", "spaces", "date"]
)
@pytest.mark.parametrize("code", [429, 503])
def test_the_server_says_how_long_to_wait(faulty, transport, monkeypatch, value, code):
    """Retry-After is kept to, as a number and as a date."""
    waits, clock = [], time.time()
    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr(time, "time", lambda: clock)
    value = value if "GMT" not in value else formatdate(int(clock) + 2, usegmt=True)
    faulty.then(status(code, Retry_After=value), FINE)
    assert transport.send("GET", "Patient/p").status == 200
    assert 1 <= waits[0] <= 2


def test_a_wait_that_is_too_long_is_left_to_the_caller(faulty, transport):
    """A server that asks for an hour is not asked again at once, and the error says when it may be."""
    faulty.then(status(503, Retry_After="3600"))
    with pytest.raises(errors.Throttled) as caught:
        transport.send("GET", "Patient/p")
    assert (caught.value.retry_after, caught.value.repeatable, len(faulty.asked)) == (3600, True, 1)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (400, errors.Invalid),
        (401, errors.Unauthorised),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (405, errors.Invalid),
        (409, errors.Conflict),
        (410, errors.Gone),
        (412, errors.PreconditionFailed),
        (413, errors.Invalid),
        (415, errors.Invalid),
        (422, errors.Unprocessable),
        (501, errors.ServerFault),
    ],
)
def test_each_refusal_has_its_error(faulty, transport, code, error):
    """A refusal is told once, with its status and outcome, and nothing of the server's text."""
    faulty.then(json_(outcome("invalid", text="Zhang San"), code))
    with pytest.raises(errors.FhirError) as caught:
        transport.send("GET", "Patient/Zhang?name=San")
    assert type(caught.value) is error
    assert str(caught.value) == f"GET Patient: status {code} (error invalid)"
    assert caught.value.status == code
    assert len(faulty.asked) == 1


def test_statuses_that_the_caller_deals_with(faulty, transport):
    """A status that the caller lets pass is an answer, and is neither repeated nor an error."""
    faulty.then(status(429, Retry_After="7"))
    reply = transport.send("GET", "status", passes={429})
    assert (reply.status, reply.headers["retry-after"]) == (429, "7")


def test_a_refusal_after_a_repetition_may_be_by_our_own_doing(faulty, transport):
    """412 after an answer that never came: the version may be our own, and the error says so."""
    faulty.then(drop_after_reading, status(412))
    with pytest.raises(errors.PreconditionFailed) as caught:
        transport.send("PUT", "Patient/p", headers={"If-Match": 'W/"1"'}, body=b"{}")
    assert caught.value.perhaps_done


def test_a_refusal_at_once_was_not_done(faulty, transport):
    """412 at the first sending says that nothing was changed."""
    faulty.then(status(412))
    with pytest.raises(errors.PreconditionFailed) as caught:
        transport.send("PUT", "Patient/p", headers={"If-Match": 'W/"1"'}, body=b"{}")
    assert not caught.value.perhaps_done


def test_queries_and_bodies_arrive_as_they_are(faulty, transport):
    """Parameters are encoded once, and a body is sent byte for byte."""
    faulty.then(FINE, FINE, FINE)
    transport.send("GET", "Observation", params=[("code", "http://loinc.org|718-7"), ("code", "a b+c&d"), ("n", "张")])
    transport.send("GET", f"{faulty.base}?page=a%7Cb%2Fc%2Bd")
    transport.send("PUT", "Patient/p", body=b'{"value": 7.300,  "x": 1E+2}')
    assert faulty.asked[0].path == (
        "/fhir/Observation?code=http%3A%2F%2Floinc.org%7C718-7&code=a%20b%2Bc%26d&n=%E5%BC%A0"
    )
    assert faulty.asked[1].path == "/fhir?page=a%7Cb%2Fc%2Bd"
    assert faulty.asked[2].body == b'{"value": 7.300,  "x": 1E+2}'


def test_json_is_asked_for(faulty, transport):
    """Each request asks for FHIR JSON, unless the caller asks for something else."""
    faulty.then(FINE, FINE)
    transport.send("GET", "Patient/p")
    transport.send("GET", "Patient/p", headers={"Accept": "application/json"})
    assert [asked.headers["accept"] for asked in faulty.asked] == ["application/fhir+json", "application/json"]


def test_connections_are_used_again(faulty, transport):
    """A second request does not pay for a second connection, and a dropped one is replaced."""
    faulty.then(FINE, FINE, drop_after_reading, FINE)
    for _ in range(3):
        transport.send("GET", "Patient/p")
    ports = [asked.port for asked in faulty.asked]
    assert (len(ports), len({*ports}), ports[0] == ports[1]) == (4, 2, True)


def test_what_a_request_cannot_hold_is_refused(faulty, transport):
    """A header that no request can carry is an error of ours, told without its value."""
    with pytest.raises(errors.Invalid) as caught:
        transport.send("GET", "Patient/p", headers={"If-None-Exist": "name=Zhang\r\nX: y"})
    assert str(caught.value) == "GET Patient: the request cannot be sent"
    assert faulty.asked == []


def test_other_bytes_are_passed_on(faulty, transport):
    """The transport knows nothing of what it carries."""
    faulty.then(raw(b"\x00\xff", Content_Type="application/pdf"))
    reply = transport.send("GET", "Binary/p")
    assert (reply.body, reply.headers["content-type"]) == (b"\x00\xff", "application/pdf")
