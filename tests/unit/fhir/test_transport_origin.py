"""Tokens, links and redirects stay with the server."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from adapter.fhir import errors
from adapter.fhir.transport import Transport
from tests.unit.fhir.conftest import QUICK
from tests.unit.fhir.faulty import json_, serving, status

FINE = json_({"resourceType": "Patient", "id": "p"})
UNAUTHORISED = status(401)


class Tokens:
    """Gives a token, and a new one each time it is renewed."""

    def __init__(self, *tokens: str | None) -> None:
        self.tokens = [*tokens]

    def header(self) -> str | None:
        return f"Bearer {self.tokens[0]}" if self.tokens[0] else None

    def renew(self) -> None:
        self.tokens.pop(0)


def sent_tokens(server):
    return [asked.headers.get("authorization") for asked in server.asked]


def test_the_token_is_sent(faulty):
    """Each request carries the token of the moment."""
    tokens = Tokens("a", "b", None)
    transport = Transport(faulty.base, limits=QUICK, authoriser=tokens)
    faulty.then(FINE, FINE, FINE)
    for _ in range(3):
        transport.send("GET", "Patient/p")
        tokens.tokens.append(tokens.tokens.pop(0))
    assert sent_tokens(faulty) == ["Bearer a", "Bearer b", None]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_expired_token_is_renewed_once(faulty, method):
    """After a 401 the same request goes out with a new token, a plain create too: it was not done."""
    transport = Transport(faulty.base, limits=QUICK, authoriser=Tokens("old", "new"))
    faulty.then(status(401), FINE)
    assert transport.send(method, "Patient/p", body=b"{}").status == 200
    assert sent_tokens(faulty) == ["Bearer old", "Bearer new"]


def test_a_token_that_is_refused_when_new_is_told(faulty):
    """A second 401 is not answered with a third token."""
    transport = Transport(faulty.base, limits=QUICK, authoriser=Tokens("old", "new", "newer"))
    faulty.otherwise = status(401)
    with pytest.raises(errors.Unauthorised):
        transport.send("GET", "Patient/p")
    assert sent_tokens(faulty) == ["Bearer old", "Bearer new"]


def test_renewal_and_repetition_do_not_hinder_each_other(faulty):
    """A fault after the renewal is repeated with the new token."""
    transport = Transport(faulty.base, limits=QUICK, authoriser=Tokens("old", "new"))
    faulty.then(status(503), status(401), status(500), FINE)
    assert transport.send("GET", "Patient/p").status == 200
    assert sent_tokens(faulty) == ["Bearer old", "Bearer old", "Bearer new", "Bearer new"]


@pytest.mark.parametrize("before", [(), (status(500),), (UNAUTHORISED,)], ids=["at once", "after a fault", "renewing"])
def test_a_token_that_cannot_be_had(faulty, before):
    """Without a token nothing is sent, and the error tells what was perhaps done before."""

    class Broken(Tokens):
        def header(self) -> str | None:
            if len(faulty.asked) == len(before):
                raise errors.Unreachable("POST", "no token", perhaps_done=True)
            return super().header()

        def renew(self) -> None:
            """The next token does not come."""

    transport = Transport(faulty.base, limits=QUICK, authoriser=Broken("a"))
    faulty.then(*before)
    with pytest.raises(errors.Unreachable) as caught:
        transport.send("PUT", "Patient/p", body=b"{}")
    assert (caught.value.reason, len(faulty.asked)) == ("no token", len(before))
    assert caught.value.perhaps_done is (len(before) == 1 and before[0] is not UNAUTHORISED)


def test_a_stream_without_authority_has_no_token(faulty):
    """A link that is itself a secret gets no token, and a 401 there renews nothing."""
    tokens = Tokens("a")
    transport = Transport(faulty.base, limits=QUICK, authoriser=tokens)
    faulty.then(status(401))
    with pytest.raises(errors.Unauthorised), transport.stream("file", authorised=False):
        pass
    assert (sent_tokens(faulty), tokens.tokens) == ([None], ["a"])


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["/fhir/Patient/q", "q", "{base}/Patient/q"], ids=["rooted", "relative", "absolute"]
)
def test_a_redirect_within_the_server_is_followed(faulty, code, location):
    """Reading follows a redirect on the same server, with the token."""
    transport = Transport(faulty.base, limits=QUICK, authoriser=Tokens("a"))
    faulty.then(status(code, Location=location.format(base=faulty.base)), FINE)
    assert transport.send("GET", "Patient/p").url == f"{faulty.base}/Patient/q"
    assert [asked.path for asked in faulty.asked] == ["/fhir/Patient/p", "/fhir/Patient/q"]
    assert sent_tokens(faulty) == ["Bearer a", "Bearer a"]


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_redirect_to_another_server_is_not_followed(faulty, code, method):
    """Nothing at all is sent to another server, least of all the token."""
    with serving(FINE) as other:
        transport = Transport(faulty.base, limits=QUICK, authoriser=Tokens("a"))
        faulty.then(status(code, Location=f"{other.base}/Patient/p"))
        with pytest.raises(errors.FhirError) as caught:
            transport.send(method, "Patient/p", body=b"{}")
        assert other.asked == []
    assert isinstance(caught.value, errors.ForeignHost) or code in {301, 302, 303}
    assert other.root not in str(caught.value)


@pytest.mark.parametrize("code", [307, 308])
def test_a_write_is_redirected_with_its_body(faulty, transport, code):
    """307 and 308 keep the method and the body."""
    faulty.then(status(code, Location=f"{faulty.base}/Patient/q"), FINE)
    transport.send("PUT", "Patient/p", body=b'{"a":1}')
    assert [(asked.method, asked.path, asked.body) for asked in faulty.asked] == [
        ("PUT", "/fhir/Patient/p", b'{"a":1}'),
        ("PUT", "/fhir/Patient/q", b'{"a":1}'),
    ]


@pytest.mark.parametrize("code", [301, 302, 303])
def test_a_write_is_never_turned_into_a_read(faulty, transport, code):
    """After these redirects browsers would read: a write that became a read would look done."""
    faulty.then(status(code, Location=f"{faulty.base}/Patient/q"), FINE)
    with pytest.raises(errors.Invalid):
        transport.send("POST", "Patient", body=b"{}")
    assert len(faulty.asked) == 1


def test_redirects_without_end(faulty, transport):
    """A redirect in a circle ends."""
    faulty.otherwise = status(302, Location="/fhir/Patient/p")
    with pytest.raises(errors.Invalid) as caught:
        transport.send("GET", "Patient/p")
    assert (str(caught.value), len(faulty.asked)) == ("GET Patient: redirected without end", 5)


def test_a_redirect_to_nowhere(faulty, transport):
    """A redirect that does not say where to is a refusal."""
    faulty.then(status(302))
    with pytest.raises(errors.Invalid):
        transport.send("GET", "Patient/p")


def test_a_link_to_another_server_is_not_asked(faulty):
    """An address at another server is refused before anything is sent."""
    with serving(FINE) as other:
        transport = Transport(faulty.base, limits=QUICK, authoriser=Tokens("a"))
        with pytest.raises(errors.ForeignHost):
            transport.send("GET", f"{other.base}/Patient/p")
        with pytest.raises(errors.ForeignHost), transport.stream(f"{other.base}/file"):
            pass
        assert other.asked == []


def test_cookies_and_credentials_of_the_machine_are_not_used(faulty, transport, tmp_path, monkeypatch):
    """Neither ~/.netrc nor a cookie is sent along."""
    (tmp_path / "netrc").write_text("default login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    faulty.then(json_({}, Set_Cookie="session=1; Path=/"), FINE)
    transport.send("GET", "metadata")
    transport.send("GET", "Patient/p")
    assert not {"cookie", "authorization"} & {name for asked in faulty.asked for name in asked.headers}


def test_an_address_of_version_six():
    """Servers with an IPv6 address are servers like others."""
    with serving(FINE, host="::1") as server:
        assert Transport(server.base, limits=QUICK).send("GET", f"{server.base}/Patient/p").status == 200


def certificate(folder):
    """A key and a certificate for localhost that nobody vouches for, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = Encoding.PEM
    path = folder / "server.pem"
    path.write_bytes(key.private_bytes(pem, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(pem))
    return path


def test_a_certificate_that_nobody_vouches_for(tmp_path):
    """A server is spoken to where its certificate is trusted; elsewhere nothing is sent, and the error says why."""
    path = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(path)
    with serving(FINE, host="localhost", tls=tls) as server:
        with pytest.raises(errors.Unreachable) as caught:
            Transport(server.base, limits=QUICK).send("POST", "Patient", body=b"{}")
        assert str(caught.value) == "POST Patient: the server's certificate is not trusted"
        assert (caught.value.perhaps_done, server.asked) == (False, [])
        assert Transport(server.base, limits=QUICK, verify=str(path)).send("GET", "Patient/p").status == 200


def test_a_file_of_certificates_that_is_not_there(tmp_path):
    """A missing file is found out at once, and not at the first request."""
    with pytest.raises(ValueError, match="the file of trusted certificates is not there"):
        Transport("https://example.org/fhir", verify=str(tmp_path / "none.pem"))
