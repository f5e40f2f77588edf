"""Bodies that break off, never end, or are too large, and what is said of them."""

import gzip
import logging
import traceback

import msgspec
import pytest
import requests
import urllib3

from adapter.fhir import errors
from adapter.fhir.answering import LOWER, Asked, mapped
from adapter.fhir.transport import Limits, Transport
from tests.unit.fhir.conftest import QUICK
from tests.unit.fhir.faulty import chunked, cut, drop_after_reading, gzipped, html, json_, outcome, raw, slow, status

BODY = b'{"resourceType":"Patient","id":"p","x":[%s]}' % b",".join([b"1.50"] * 5000)
SMALL = Limits(read_seconds=0.4, answer_seconds=0.3, retries=0, answer_bytes=100_000)


@pytest.mark.parametrize(
    "act",
    [raw(BODY), gzipped(BODY), chunked(BODY[:100], BODY[100:]), cut(BODY, len(BODY), told=False)],
    ids=["whole", "gzip", "chunked", "until the connection closes"],
)
def test_bodies_come_whole_however_they_travel(faulty, transport, act):
    """The same bytes arrive, compressed or not, in one piece or many."""
    faulty.then(act)
    assert transport.send("GET", "Patient/p").body == BODY


@pytest.mark.parametrize(
    "act",
    [cut(BODY, 50), chunked(BODY[:50], ends=False), gzipped(BODY, missing=12), gzipped(BODY, missing=4)],
    ids=["length", "chunked", "gzip", "checksum"],
)
def test_half_an_answer_is_asked_for_again(faulty, transport, act):
    """An answer that breaks off is no answer."""
    faulty.then(act, raw(BODY))
    assert transport.send("GET", "Patient/p").body == BODY


@pytest.mark.parametrize(
    "act",
    [cut(BODY, 50), chunked(BODY[:50], ends=False), gzipped(BODY, missing=12)],
    ids=["length", "chunked", "gzip"],
)
def test_half_an_answer_to_a_create_is_told(faulty, transport, act):
    """The create was perhaps done, and is not sent again."""
    faulty.then(act, raw(BODY))
    with pytest.raises(errors.Unreachable) as caught:
        transport.send("POST", "Patient", body=b"{}")
    assert (caught.value.perhaps_done, len(faulty.script)) == (True, 1)


@pytest.mark.parametrize(
    "act",
    [raw(b"x" * 200_000), chunked(b"x" * 90_000, b"x" * 90_000), gzipped(b"\0" * 50_000_000)],
    ids=["length", "chunked", "gzip bomb"],
)
def test_an_answer_that_is_too_large_is_refused(faulty, act):
    """What is too large when decompressed is not taken, whatever it says of its length."""
    faulty.then(act)
    with pytest.raises(errors.NotFhir) as caught:
        Transport(faulty.base, limits=SMALL).send("GET", "Patient/p")
    assert str(caught.value) == "GET Patient: the answer is too large"


def test_an_answer_that_drips_is_given_up(faulty):
    """A server that sends a byte now and then does not hold a request for ever."""
    faulty.then(chunked(*[b"x"] * 50, pause=0.05))
    with pytest.raises(errors.Unreachable) as caught:
        Transport(faulty.base, limits=SMALL).send("GET", "Patient/p")
    assert str(caught.value) == "GET Patient: the answer took too long"


def test_a_server_that_says_nothing_is_given_up(faulty):
    """A request ends when nothing arrives in time."""
    faulty.then(slow(0.6, raw(b"{}")))
    with pytest.raises(errors.Unreachable) as caught:
        Transport(faulty.base, limits=SMALL).send("GET", "Patient/p")
    assert str(caught.value) == "GET Patient: no answer in time"


def test_only_the_compression_that_was_asked_for_is_read(faulty):
    """A body in an encoding that nobody asked for is damaged."""
    faulty.then(raw(b"x", Content_Encoding="br"))
    with pytest.raises(errors.Unreachable) as caught:
        Transport(faulty.base, limits=SMALL).send("GET", "Patient/p")
    assert str(caught.value) == "GET Patient: the compressed answer is damaged"
    assert faulty.asked[0].headers["accept-encoding"] == "gzip"


def test_an_empty_answer_may_call_itself_compressed(faulty, transport):
    """No bytes are no bytes."""
    faulty.then(raw(b"", Content_Encoding="gzip"))
    assert transport.send("GET", "Patient/p").body == b""


@pytest.mark.parametrize(
    "act",
    [
        html(404),
        status(404),
        status(404, Content_Length="100", Connection="close"),
        raw(b"x" * 2_000_000, 404),
        json_({"resourceType": "Patient"}, 404),
        raw(b"x", 404, Content_Encoding="gzip"),
    ],
    ids=["html", "nothing", "half", "too much", "another resource", "damaged"],
)
def test_a_refusal_needs_no_outcome(faulty, transport, act):
    """The status alone is enough, whatever the body is."""
    faulty.then(act)
    with pytest.raises(errors.NotFound) as caught:
        transport.send("GET", "Patient/p")
    assert caught.value.outcome is None


def test_a_stream_comes_in_chunks(faulty, transport):
    """A body is handed on as it arrives, decompressed."""
    faulty.then(gzipped(BODY))
    with transport.stream("file.ndjson") as streamed:
        assert streamed.status == 200
        assert b"".join(streamed.chunks) == BODY


def test_a_stream_may_stay_compressed(faulty, transport):
    """Who stores a file as it came gets the bytes as they came, and is told how they are packed."""
    faulty.then(gzipped(BODY))
    with transport.stream("file.ndjson", raw=True) as streamed:
        assert streamed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(b"".join(streamed.chunks)) == BODY


@pytest.mark.parametrize(
    "act", [cut(BODY, 50), chunked(BODY[:50], ends=False), gzipped(BODY, missing=12), gzipped(BODY, missing=4)]
)
def test_a_stream_that_breaks_off_says_so(faulty, transport, act):
    """A file that came by half never looks whole."""
    faulty.then(act)
    with transport.stream("file.ndjson") as streamed, pytest.raises(errors.Unreachable):
        list(streamed.chunks)


def test_a_stream_is_begun_again_but_not_read_again(faulty, transport):
    """Until the body begins, a stream is as persistent as any other request."""
    faulty.then(status(503), drop_after_reading, raw(b"x"))
    with transport.stream("file.ndjson") as streamed:
        assert list(streamed.chunks) == [b"x"]
    faulty.then(status(404))
    with pytest.raises(errors.NotFound), transport.stream("file.ndjson"):
        pass


def every(kind: type[BaseException]) -> set[type[BaseException]]:
    return {kind}.union(*(every(each) for each in kind.__subclasses__()))


@pytest.mark.parametrize(
    "kind",
    sorted(
        (
            kind
            for top in (requests.RequestException, urllib3.exceptions.HTTPError)
            for kind in every(top)
            if kind.__module__.startswith(("requests", "urllib3"))
        ),
        key=lambda kind: f"{kind.__module__}.{kind.__name__}",
    ),
)
def test_every_lower_exception_is_mapped(kind):
    """Whatever requests and urllib3 raise is caught, and becomes an error of ours."""
    assert issubclass(kind, LOWER)
    error = kind.__new__(kind)
    error.args = ("http://example.org/Patient?name=Zhang",)
    error.partial, error.expected, error.length, error.response = 1, 2, b"", None  # some say these of themselves
    found = mapped(error, Asked("POST", "http://h/Patient", "POST Patient", {}, b"", False))
    assert type(found) in {errors.Unreachable, errors.Invalid}
    assert "Zhang" not in str(found)


#: Written so that no line of this file, which a traceback may quote, holds it.
SECRET = "".join(["Zha", "ng"])


@pytest.mark.parametrize(
    "act",
    [
        drop_after_reading,
        cut(SECRET.encode() * 100, 10),
        slow(0.6, raw(b"")),
        json_(outcome("invalid", text=SECRET), 400),
        status(302, Location=f"http://{SECRET}.example.org/{SECRET}"),
        status(503),
        html(500),
    ],
)
def test_no_value_gets_into_a_message_or_a_log(faulty, caplog, act):
    """Ids, query values, bodies, tokens and the server's text are in no error, no traceback and no log."""

    class Token:
        def header(self) -> str:
            return f"Bearer {SECRET}"

        def renew(self) -> None:
            raise AssertionError

    caplog.set_level(logging.DEBUG)
    faulty.otherwise = act
    transport = Transport(faulty.base, limits=msgspec.structs.replace(QUICK, retries=1), authoriser=Token())
    with pytest.raises(errors.FhirError) as caught:
        transport.send("PUT", f"Patient/{SECRET}", params={"identifier": SECRET}, body=SECRET.encode())
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(caught.value)
    assert "PUT Patient" in shown
    assert SECRET not in shown


def test_a_request_shows_its_place_alone():
    """A traceback that shows variables shows neither the address nor the body."""
    asked = Asked("PUT", f"http://h/Patient/{SECRET}", "PUT Patient", {"X": SECRET}, SECRET.encode(), True)
    assert repr(asked) == "Asked('PUT Patient')"
