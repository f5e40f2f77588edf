"""Tokens and bulk exports against a real server that nobody here wrote: sekmet-fhir, started for these tests."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapter.fhir import errors
from adapter.fhir.bulk import Loaded, export
from adapter.fhir.client import Client
from adapter.fhir.keys import keys_in, published
from adapter.fhir.smart import BackendServices
from adapter.fhir.transport import Limits, Transport
from tests.live.servers import sekmet

LIMITS = Limits(backoff_seconds=0.01)
SECRETS = {
    "RS384": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "another": ec.generate_private_key(ec.SECP384R1()),
}
CLIENTS = ("RS384", "ES384")
#: An export is about everything, to this server.
SCOPES = ("system/Patient.cruds", "system/Group.cruds", "system/Observation.cruds", "system/*.rs")


def key_file(folder: Path, algorithm: str) -> Path:
    path = folder / f"{algorithm}.pem"
    path.write_bytes(SECRETS[algorithm].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def base(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    clients = [
        {"client_id": name, "jwks": published(keys_in(key_file(keys, name))), "scopes": "system/*.*"}
        for name in CLIENTS
    ]
    clients.append({**clients[1], "client_id": "reader", "scopes": "system/Patient.rs"})
    auth = {"types": ["smart"], "smart_clients": clients, "token_lifetime": 60}
    with sekmet(tmp_path_factory.mktemp("sekmet"), {"server_auth": auth}) as address:
        transport = reaching(address, keys, "ES384")
        for number in range(3):
            Client(transport).update(resource("Patient", f"p{number}"))
            subject = {"reference": f"Patient/p{number}"}
            Client(transport).update(
                resource("Observation", f"o{number}", status="final", code={"text": "x"}, subject=subject)
            )
        members = [{"entity": {"reference": f"Patient/p{number}"}} for number in range(2)]
        Client(transport).update(resource("Group", "g", type="person", actual=True, member=members))
        yield address


def resource(kind: str, name: str, **more: object) -> bytes:
    return json.dumps({"resourceType": kind, "id": name, **more}).encode()


def reaching(base: str, keys: Path, client: str, scopes: tuple[str, ...] = SCOPES, key: str = "ES384") -> Transport:
    path = key_file(keys, client if client in SECRETS else key)
    tokens = BackendServices(base, client_id=client, key_file=path, scopes=scopes, limits=LIMITS)
    return Transport(base, limits=LIMITS, authoriser=tokens)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_real_server_believes_a_statement(base, keys, client):
    """Both algorithms: without a token the server refuses, with one it answers."""
    with pytest.raises(errors.Unauthorised):
        Transport(base, limits=LIMITS).send("GET", "Patient/p0")
    assert reaching(base, keys, client).send("GET", "Patient/p0").status == 200


def test_a_real_server_does_not_believe_another_key(base, keys):
    """A client that signs with a key that was not published gets no token."""
    path = key_file(keys, "another")
    tokens = BackendServices(base, client_id="ES384", key_file=path, scopes=SCOPES, limits=LIMITS)
    with pytest.raises(errors.Forbidden, match="POST token: no token is given: invalid_client"):
        tokens.header()


def test_a_real_server_grants_less(base, keys):
    """What the server does not grant is told by its name."""
    with pytest.raises(errors.Forbidden, match=r"not granted: system/Observation\.rs$"):
        reaching(base, keys, "reader", ("system/Patient.rs", "system/Observation.rs")).send("GET", "Patient/p0")


@pytest.mark.parametrize(("level", "group", "patients"), [("system", None, 3), ("patient", None, 3), ("group", "g", 2)])
def test_a_real_export(base, keys, tmp_path, level, group, patients):
    """Each level, with a token for every request: what was written is what comes."""
    found = export(
        reaching(base, keys, "ES384"), folder=tmp_path, level=level, group=group, types=["Patient", "Observation"]
    )
    assert found.complete
    assert found.loaded == (
        Loaded("Observation", patients, complete=True),
        Loaded("Patient", patients, complete=True),
    )


def test_a_real_server_warns(base, keys, tmp_path):
    """A parameter that the server does not know is told by it, and a type without a file is then not known to be empty."""
    found = export(
        reaching(base, keys, "ES384"), folder=tmp_path, types=["Patient", "Condition"], elements=["id"], tolerant=True
    )
    assert found.lacking == ("Condition: no file, and the server warns",)
    assert found.warnings == ("outcomes file 1: warning not-supported",)


def test_a_real_server_without_the_group(base, keys, tmp_path):
    """A group that is not there is told as such."""
    with pytest.raises(errors.NotFound):
        export(reaching(base, keys, "ES384"), folder=tmp_path, level="group", group="none")
