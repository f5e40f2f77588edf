"""Tokens are got with a signed statement, renewed in time by one thread, and given to nobody else."""

import logging
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from adapter.fhir import errors
from adapter.fhir.keys import KeyFileError, keys_in, published
from adapter.fhir.smart import BackendServices
from adapter.fhir.transport import Transport
from tests.unit.fhir.authorising import CLIENT, SECRET_EC, SECRET_RSA, Authority, authorising, jwk, key_file, pem
from tests.unit.fhir.conftest import QUICK
from tests.unit.fhir.faulty import drop_after_reading, json_, raw, serving, status

SCOPES = ("system/Patient.rs", "system/ResearchSubject.cru")


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return key_file(tmp_path, pem(SECRET_EC))


@pytest.fixture
def authority(keys: Path) -> Iterator[Authority]:
    with authorising(keys) as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


def services(authority: Authority, keys: Path, **more: Any) -> BackendServices:
    settings = {"client_id": CLIENT, "key_file": keys, "scopes": SCOPES, "limits": QUICK, **more}
    return BackendServices(authority.server.base, **settings)


def reading(authority: Authority, keys: Path, **more: Any) -> Transport:
    return Transport(authority.server.base, limits=QUICK, authoriser=services(authority, keys, **more))


@pytest.mark.parametrize(("secret", "algorithm"), [(SECRET_RSA, "RS384"), (SECRET_EC, "ES384")], ids=["RSA", "EC"])
def test_a_token_for_a_statement(tmp_path, secret, algorithm):
    """Both kinds of key sign: for this endpoint alone, at most five minutes, by a key that is named, each one once."""
    path = key_file(tmp_path, {"keys": [jwk(secret, "the-key")]})
    with authorising(path) as authority:
        for _ in range(2):
            assert reading(authority, path).send("GET", "Patient/p").status == 200
        assert authority.refused == []
    (header, first), (_, second) = authority.statements
    assert header == {"alg": algorithm, "kid": "the-key", "typ": "JWT"}
    assert first["aud"] == authority.endpoint
    assert (first["iss"], first["sub"]) == (CLIENT, CLIENT)
    assert 0 < first["exp"] - time.time() <= 300
    assert first["jti"] != second["jti"]


def test_it_signs_as_the_server_asks(tmp_path):
    """Of a newer and an older key the one is taken whose algorithm the server knows."""
    path = key_file(tmp_path, {"keys": [jwk(SECRET_RSA, "old", iat=1), jwk(SECRET_EC, "new", iat=2)]})
    with authorising(path) as authority:
        services(authority, path).header()
        authority.algorithms = ["RS384"]
        services(authority, path).header()
        authority.algorithms = ["PS512"]
        with pytest.raises(errors.Invalid, match="no key is valid now and signs as the server asks"):
            services(authority, path).header()
    assert [header["kid"] for header, _ in authority.statements] == ["new", "old"]


def test_a_new_key_needs_no_restart(authority, keys, clock):
    """The key file is read again for each token."""
    tokens = services(authority, keys, clock=clock)
    tokens.header()
    key_file(keys.parent, {"keys": [jwk(SECRET_RSA, "next")]})
    authority.keys = published(keys_in(keys))
    clock.now += 300
    tokens.header()
    assert [header["alg"] for header, _ in authority.statements] == ["ES384", "RS384"]
    keys.chmod(0o644)
    clock.now += 300
    with pytest.raises(errors.Invalid, match="POST token: the key file cannot be used any more"):
        tokens.header()


def test_a_token_is_kept_until_shortly_before_its_end(authority, keys, clock):
    """One token serves until the last part of its time; then there is a new one before the old one ends."""
    tokens = services(authority, keys, clock=clock)
    assert tokens.header() == "Bearer token-canary-0"
    clock.now += 269
    assert tokens.header() == "Bearer token-canary-0"
    clock.now += 2
    assert tokens.header() == "Bearer token-canary-1"


@pytest.mark.parametrize(
    ("lasts", "until"), [(300, 270), (3600, 3570), (60, 45), ("60", 45), (None, 270), (0, 0), (-5, 0)]
)
def test_how_long_a_token_lasts(authority, keys, clock, lasts, until):
    """``expires_in`` is honoured, as a number or a text; where it is not said a token lasts five minutes."""
    authority.lasts = lasts
    tokens = services(authority, keys, clock=clock)
    tokens.header()
    clock.now += max(until - 0.5, 0)
    tokens.header()
    assert len(authority.tokens) == (1 if until else 2)
    clock.now += 1
    tokens.header()
    assert len(authority.tokens) == (2 if until else 3)


def test_the_time_that_asking_takes_counts(authority, keys):
    """A token lasts from when it was asked for, not from when the answer arrived."""
    authority.lasts, authority.pause = 0.2, 0.25
    tokens = services(authority, keys)
    tokens.header()
    tokens.header()
    assert len(authority.requests) == 2


def together(tokens: BackendServices, threads: int = 32) -> list[str]:
    """The headers that so many threads get at the same time."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda _: tokens.header(), range(threads)))


def test_one_thread_asks_and_the_others_wait(authority, keys):
    """32 threads without a token make one request for one."""
    authority.pause = 0.1
    assert set(together(services(authority, keys))) == {"Bearer token-canary-0"}
    assert len(authority.requests) == 1


def test_one_thread_renews_and_the_others_go_on(authority, keys, clock):
    """Near the end of a token one of 32 threads asks for the next, and the others do not wait for it."""
    tokens = services(authority, keys, clock=clock)
    tokens.header()
    clock.now += 280
    authority.pause = 0.2
    found = together(tokens)
    assert sorted(set(found)) == ["Bearer token-canary-0", "Bearer token-canary-1"]
    assert found.count("Bearer token-canary-1") == 1
    assert len(authority.requests) == 2


def test_32_threads_whose_token_was_revoked(authority, keys):
    """32 requests that are all refused with a token make one new one, and are all repeated with it."""
    transport = reading(authority, keys)
    transport.send("GET", "Patient/p")
    authority.valid.clear()
    with ThreadPoolExecutor(32) as pool:
        replies = list(pool.map(lambda _: transport.send("GET", "Patient/p").status, range(32)))
    assert set(replies) == {200}
    assert len(authority.requests) == 2


def test_waiting_threads_share_a_failure(authority, keys):
    """Where the server refuses, those who waited do not ask again, and each gets an error of its own."""
    authority.pause, authority.acts = 0.1, [json_({"error": "invalid_client"}, 400)] * 32
    tokens = services(authority, keys)

    def caught(_: int) -> errors.FhirError:
        with pytest.raises(errors.FhirError) as error:
            tokens.header()
        return error.value

    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(caught, range(32)))
    assert len(authority.requests) == 1
    assert {(type(each), str(each)) for each in found} == {
        (errors.Forbidden, "POST token: no token is given: invalid_client")
    }
    assert len({id(each) for each in found}) == 32


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (status(429, Retry_After="7"), errors.Throttled),
        (status(500), errors.Unreachable),
        (drop_after_reading, errors.Unreachable),
    ],
)
def test_a_shared_failure_may_be_repeated_where_the_first_may(authority, keys, act, kind):
    """Those who waited learn whether, and when, it is worth another attempt."""
    authority.pause, authority.acts = 0.1, [act] * 4
    tokens = services(authority, keys)

    def caught(_: int) -> errors.FhirError:
        with pytest.raises(errors.FhirError) as error:
            tokens.header()
        return error.value

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(caught, range(4)))
    assert len(authority.requests) == 1
    assert [type(each) for each in found].count(kind) >= 3
    assert not any(each.perhaps_done for each in found)
    assert {getattr(each, "retry_after", 7) for each in found} == {7}


def test_a_good_token_serves_while_no_new_one_is_to_be_had(authority, keys, clock):
    """A renewal that fails is tried again later, as long as the old token is good; then the failure is told."""
    tokens = services(authority, keys, clock=clock)
    tokens.header()
    authority.acts = [status(503)] * 9
    clock.now += 280
    for _ in range(3):
        assert tokens.header() == "Bearer token-canary-0"
    assert len(authority.requests) == 2
    clock.now += 6
    assert tokens.header() == "Bearer token-canary-0"
    assert len(authority.requests) == 3
    clock.now += 20
    with pytest.raises(errors.Throttled):
        tokens.header()


@pytest.mark.parametrize("act", [status(500), status(503), status(429), drop_after_reading])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_fault_on_the_way_to_a_token(authority, keys, act, method):
    """The request is repeated with a new statement, and what waits for it was not sent, so that it does no harm."""
    authority.acts = [act, act]
    assert reading(authority, keys).send(method, "Patient", body=b"{}").status == 200
    assert len(authority.requests) == 3
    assert authority.refused == []


def test_a_token_endpoint_that_is_gone_is_not_asked_for_ever(authority, keys):
    """Repetitions do not multiply, and a plain create that was never sent is told as such."""
    authority.acts = [status(503)] * 99
    with pytest.raises(errors.Throttled) as caught:
        reading(authority, keys).send("POST", "Patient", body=b"{}")
    assert len(authority.requests) == QUICK.retries + 1
    assert (caught.value.place, caught.value.perhaps_done) == ("POST token", False)


@pytest.mark.parametrize("error", ["invalid_client", "invalid_scope", "unauthorized_client"])
def test_a_refusal_is_told_in_its_word(authority, keys, error):
    """OAuth's word for why; the server's own text may hold anything and is not told."""
    authority.acts = [json_({"error": error, "error_description": "Canary"}, 400)] * 9
    with pytest.raises(errors.Forbidden) as caught:
        reading(authority, keys).send("GET", "Patient/p")
    assert str(caught.value) == f"POST token: no token is given: {error}"
    assert len(authority.requests) == 1


@pytest.mark.parametrize("act", [raw(b"Canary", 400), json_({"error": "Canary"}, 401), json_(["Canary"], 403)])
def test_a_refusal_without_a_word(authority, keys, act):
    """What is none of OAuth's words is not told."""
    authority.acts = [act] * 9
    with pytest.raises(errors.Forbidden, match=r"^POST token: no token is given: it does not say why$"):
        services(authority, keys).header()


@pytest.mark.parametrize(
    "answer",
    [
        {"access_token": "Canary", "token_type": "mac"},
        {"access_token": "Canary\r\nX-Evil: 1", "token_type": "bearer"},
        {"access_token": "", "token_type": "bearer"},
        {"access_token": "Canary"},
        {"access_token": ["Canary"], "token_type": "bearer"},
        {"access_token": "Canary", "token_type": "bearer", "expires_in": "Canary"},
        ["Canary"],
    ],
)
def test_an_answer_without_a_bearer_token(authority, keys, answer):
    """An answer that is none is told as such, with nothing of what it holds."""
    authority.acts = [json_(answer)]
    with pytest.raises(errors.NotFhir, match=r"^POST token: "):
        services(authority, keys).header()


def test_what_was_not_granted_is_told_by_its_name(authority, keys):
    """A scope that lacks stops everything: data that may not be seen would look as if there were none."""
    authority.scope = "system/Patient.r system/ResearchSubject.cruds system/Other.read"
    with pytest.raises(errors.Forbidden, match=r"^POST token: not granted: system/Patient\.s$"):
        services(authority, keys).header()


def test_more_than_was_asked_is_no_harm(authority, keys):
    """A wider grant, in the words of either version, covers a narrower wish."""
    authority.scope = "launch system/*.read system/ResearchSubject.write"
    assert services(authority, keys).header()


def test_an_answer_that_names_no_scope(authority, keys):
    """Then all that was asked for was granted."""
    authority.more = {"scope": None}
    assert services(authority, keys).header()


@pytest.mark.parametrize(
    ("capabilities", "asked"),
    [
        (["permission-v1"], "system/Patient.read system/ResearchSubject.*"),
        (["permission-v2"], "system/Patient.rs system/ResearchSubject.cru"),
        (["permission-v1", "permission-v2"], "system/Patient.rs system/ResearchSubject.cru"),
        ([], "system/Patient.rs system/ResearchSubject.cru"),
    ],
)
def test_scopes_in_the_words_of_the_server(authority, keys, capabilities, asked):
    """A server that knows only the first version of scopes is asked in its words."""
    authority.capabilities = capabilities
    services(authority, keys).header()
    assert authority.scopes == [asked]


@pytest.mark.parametrize(
    "endpoint", ["http://auth.example.org/token", "ftp://127.0.0.1/token", "token", "https://[::1", ""]
)
def test_a_token_endpoint_that_others_could_listen_to(authority, keys, endpoint):
    """The token endpoint is https, or on this machine; to any other nothing is sent."""
    authority.endpoint = endpoint
    with pytest.raises(errors.FhirError, match="the token endpoint is n"):
        services(authority, keys).header()
    assert authority.requests == []


def test_a_server_that_others_could_listen_to(keys):
    """A token is not taken to a server that is spoken to in the open."""
    tokens = BackendServices("http://fhir.example.org/r4", client_id=CLIENT, key_file=keys, scopes=SCOPES)
    with pytest.raises(errors.Invalid, match="a server with tokens is spoken to by https"):
        tokens.header()


@pytest.mark.parametrize("act", [json_({}), json_([]), raw(b"<html>"), raw(b'{"token_endpoint": "')])
def test_a_discovery_that_cannot_be_understood(keys, act):
    """A document without a token endpoint is told as such."""
    with serving(act) as server, pytest.raises(errors.NotFhir, match="smart-configuration"):
        BackendServices(server.base, client_id=CLIENT, key_file=keys, scopes=SCOPES, limits=QUICK).header()


def test_a_token_endpoint_that_moves(authority, keys, clock):
    """What the server says of itself is asked again after a refusal."""
    tokens = services(authority, keys, clock=clock)
    authority.acts = [status(404)]
    with pytest.raises(errors.NotFound):
        tokens.header()
    tokens.header()
    assert [asked.path for asked in authority.server.asked].count("/fhir/.well-known/smart-configuration") == 2


@pytest.mark.parametrize(
    "scopes",
    [(), ("",), ("patient/Patient.rs",), ("system/Patient",), ("system/Patient.sr",), ("system/Patient.rs x",)],
)
def test_scopes_that_are_none(keys, scopes):
    """Wrong scopes are told before anything is sent."""
    with pytest.raises(ValueError, match="scopes are"):
        BackendServices("https://fhir.example.org", client_id=CLIENT, key_file=keys, scopes=scopes)


def test_keys_that_are_none(keys):
    """A key file that cannot be used is told before anything is sent."""
    keys.chmod(0o640)
    with pytest.raises(KeyFileError):
        BackendServices("https://fhir.example.org", client_id=CLIENT, key_file=keys, scopes=SCOPES)


def test_a_401_between_pages_renews_once_and_repeats_the_page(authority, keys):
    """The requests of a pull share the token, and the one that is refused is repeated."""
    transport = reading(authority, keys)
    transport.send("GET", "Patient?page=1")
    authority.valid.clear()
    assert transport.send("GET", "Patient?page=2").status == 200
    paths = [asked.path for asked in authority.server.asked if asked.path.startswith("/fhir/Patient")]
    assert paths == ["/fhir/Patient?page=1", "/fhir/Patient?page=2", "/fhir/Patient?page=2"]
    assert len(authority.tokens) == 2


def test_a_token_that_is_never_good_is_renewed_once(authority, keys):
    """A server that refuses new tokens as well is not asked for ever."""
    transport = reading(authority, keys)
    transport.send("GET", "Patient/p")
    authority.server.otherwise = lambda exchange: (
        status(401)(exchange) if exchange.path.startswith("/fhir/Patient") else authority(exchange)
    )
    with pytest.raises(errors.Unauthorised):
        transport.send("GET", "Patient/p")
    assert len(authority.tokens) == 2


def test_the_token_goes_to_its_server_alone(authority, keys):
    """Neither a link nor a redirect takes it elsewhere, and the token endpoint does not get it either."""
    transport = reading(authority, keys)
    transport.send("GET", "Patient/p")
    with serving(json_({})) as other:
        authority.server.then(status(307, Location=f"{other.base}/Patient/p"))
        for address in ("Patient/p", f"{other.base}/Patient/p"):
            with pytest.raises(errors.ForeignHost):
                transport.send("GET", address)
        assert other.asked == []
    assert all("authorization" not in asked.headers for asked in authority.requests)


def test_a_token_endpoint_that_leads_elsewhere(authority, keys):
    """A statement is not sent where the token endpoint redirects to."""
    with serving(json_({})) as other:
        authority.acts = [status(307, Location=f"{other.root}/auth/token")]
        with pytest.raises(errors.ForeignHost):
            services(authority, keys).header()
        assert other.asked == []


def test_nothing_secret_is_told(authority, keys, caplog, capsys):
    """No token, no statement and no key stands in a log, a name of an object, or an error with its whole trace."""
    caplog.set_level(logging.DEBUG)
    tokens = services(authority, keys)
    transport = Transport(authority.server.base, limits=QUICK, authoriser=tokens)
    transport.send("GET", "Patient/p")
    told = [repr(each) for each in (tokens, transport, tokens._token, keys_in(keys), keys_in(keys)[0])]
    tokens._token = None
    for act in (json_({"access_token": "token-canary-x", "token_type": "mac"}), raw(b"token-canary-y"), status(400)):
        authority.acts = [act]
        try:
            tokens.header()
        except errors.FhirError as error:
            told.append("".join(traceback.format_exception(error)))
    captured = capsys.readouterr()
    told += [caplog.text, captured.out, captured.err]
    secrets = [
        "token-canary",
        *pem(SECRET_EC).decode().split("\n")[1:3],
        str(SECRET_EC.private_numbers().private_value),
    ]
    statements = [asked.body.decode().partition("client_assertion=")[2] for asked in authority.requests]
    assert len(statements) == 4
    for secret in secrets + [each.partition("&")[0][40:80] for each in statements]:
        assert not any(secret in text for text in told), secret
