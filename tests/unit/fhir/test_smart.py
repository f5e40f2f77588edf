"""Tokens are got with a signed statement, renewed in time by one thread, and given to nobody else."""

import logging
import time
import traceback
from collections.abc import Iterator
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


@pytest.mark.parametrize("act", [status(500), status(503), status(429), drop_after_reading])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_fault_on_the_way_to_a_token(authority, keys, act, method):
    """The request is repeated with a new statement, and what waits for it was not sent, so that it does no harm."""
    authority.acts = [act, act]
    assert reading(authority, keys).send(method, "Patient", body=b"{}").status == 200
    assert len(authority.requests) == 3
    assert authority.refused == []


@pytest.mark.parametrize("act", [status(503), status(429), drop_after_reading])
def test_a_token_endpoint_that_is_gone_is_not_asked_for_ever(authority, keys, act):
    """Repetitions do not multiply, and a plain create that was never sent is told as such."""
    authority.acts = [act] * 99
    with pytest.raises(errors.FhirError) as caught:
        reading(authority, keys).send("POST", "Patient", body=b"{}")
    assert len(authority.requests) == QUICK.retries + 1
    assert (caught.value.place, caught.value.perhaps_done) == ("POST token", False)


def test_a_server_that_says_nothing_of_its_authorisation_is_not_asked_for_ever(keys):
    """Repetitions do not multiply there either."""
    with serving(status(503)) as server:
        tokens = BackendServices(server.base, client_id=CLIENT, key_file=keys, scopes=SCOPES, limits=QUICK)
        with pytest.raises(errors.Throttled):
            Transport(server.base, limits=QUICK, authoriser=tokens).send("GET", "Patient/p")
        assert len(server.asked) == QUICK.retries + 1


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
