"""Keys are read from files that only their owner can read, and only their public half is published."""

import json
import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from adapter.fhir.keys import KeyFileError, keys_in, published, signing
from tests.unit.fhir.authorising import SECRET_EC, SECRET_RSA, jwk, key_file, pem


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o660, 0o644, 0o610])
def test_a_key_file_that_others_can_use(tmp_path, mode):
    """A key that others may read or replace is no secret, and is refused."""
    path = key_file(tmp_path, pem(SECRET_EC), mode=mode)
    with pytest.raises(KeyFileError, match="others than its owner may read or write it; chmod 600 it"):
        keys_in(path)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_file_of_its_owner(tmp_path, mode):
    """What only the owner can read is read."""
    assert len(keys_in(key_file(tmp_path, pem(SECRET_EC), mode=mode))) == 1


def test_what_is_no_file(tmp_path):
    """A missing file, a folder and a pipe are told, and not waited for."""
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("none", "pipe", "."):
        with pytest.raises(KeyFileError):
            keys_in(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "algorithms"),
    [
        (pem(SECRET_RSA), ["RS384"]),
        (b"# ours\n" + pem(SECRET_EC) + b"\n" + pem(SECRET_RSA), ["ES384", "RS384"]),
        (jwk(SECRET_EC, "a"), ["ES384"]),
        ({"keys": [jwk(SECRET_EC, "a"), jwk(SECRET_RSA, "b", alg="RS384", use="sig")]}, ["ES384", "RS384"]),
        ({"keys": [jwk(SECRET_EC, "a", use="enc"), jwk(SECRET_RSA, "b")]}, ["RS384"]),
    ],
    ids=["PEM", "two in PEM", "JWK", "JWK set", "JWK set with another use"],
)
def test_the_forms_of_a_key_file(tmp_path, content, algorithms):
    """A JWK set, one JWK, and PEM with one key or several."""
    assert [key.algorithm for key in keys_in(key_file(tmp_path, content))] == algorithms


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "a key file is a JWK set, a JWK or PEM"),
        (b"[]", "a key file is a JWK set, a JWK or PEM"),
        ({"keys": {}}, "a key file is a JWK set, a JWK or PEM"),
        ({"keys": []}, "holds no private key"),
        (b"-----BEGIN PRIVATE KEY-----\nQ2FuYXJ5\n-----END PRIVATE KEY-----\n", "a key cannot be read"),
        (
            SECRET_EC.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")),
            "a key cannot be read",
        ),
        (pem(ed25519.Ed25519PrivateKey.generate()), "a key is neither RSA nor EC"),
        ({"kty": "oct", "k": "Q2FuYXJ5"}, "a key is neither RSA nor EC"),
        ({"kty": ["RSA"]}, "a key cannot be read"),
        (jwk(ec.generate_private_key(ec.SECP256R1()), "a"), "a key's curve is not P-384"),
        (pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)), "a key is shorter than 2048 bits"),
        (jwk(SECRET_RSA, "a", alg="RS256"), "a key's alg is not RS384"),
        (jwk(SECRET_RSA, "a b"), "a key's kid is odd"),
        (jwk(SECRET_RSA, 5), "a key cannot be read"),
        (jwk(SECRET_RSA, "a", exp="soon"), "a key's exp is no number of seconds"),
        (jwk(SECRET_RSA, "a", n="Q2FuYXJ5"), "a key cannot be read"),
        ({k: v for k, v in jwk(SECRET_RSA, "a").items() if k in {"kty", "n", "e"}}, "a key has no private part"),
        ({"keys": [jwk(SECRET_RSA, "a"), jwk(SECRET_EC, "a")]}, "two keys have the same kid"),
    ],
)
def test_a_key_file_that_cannot_be_used(tmp_path, content, reason):
    """The path and the reason are told, and nothing of what the file holds."""
    path = key_file(tmp_path, content)
    with pytest.raises(KeyFileError) as caught:
        keys_in(path)
    assert str(caught.value) == f"{path}: {reason}"


def test_a_key_without_a_name_has_its_thumbprint(tmp_path):
    """The name is the same whatever form the key comes in."""
    first = keys_in(key_file(tmp_path, pem(SECRET_RSA)))[0]
    held = jwk(SECRET_RSA, "a")
    held.pop("kid")
    assert keys_in(key_file(tmp_path, held))[0].kid == first.kid
    assert len(first.kid) == 43


def test_only_the_public_half_is_published(tmp_path):
    """What is published has no private part, whatever the key file holds besides."""
    held = {"keys": [jwk(SECRET_RSA, "a", note="Canary"), jwk(SECRET_EC, "b", iat=5)]}
    document = published(keys_in(key_file(tmp_path, held)))
    assert [sorted(key) for key in document["keys"]] == [
        ["alg", "e", "key_ops", "kid", "kty", "n", "use"],
        ["alg", "crv", "key_ops", "kid", "kty", "use", "x", "y"],
    ]
    assert [(key["kid"], key["alg"], key["use"]) for key in document["keys"]] == [
        ("a", "RS384", "sig"),
        ("b", "ES384", "sig"),
    ]
    text = json.dumps(document)
    for key in held["keys"]:
        assert not any(key[name] in text for name in ("d", "p", "q", "dp", "dq", "qi") if name in key)


def test_a_key_is_turned(tmp_path):
    """A new key is published before it signs, signs as soon as it may, and the old one stays published until it expires."""
    held = {"keys": [jwk(SECRET_EC, "new", iat=200, nbf=300), jwk(SECRET_RSA, "old", iat=100, exp=400)]}
    keys = keys_in(key_file(tmp_path, held))
    seen = []
    for now in (150, 299, 300, 399, 400):
        key = signing(keys, now)
        seen.append((now, key and key.kid, [each["kid"] for each in published(keys, now)["keys"]]))
    assert seen == [
        (150, "old", ["new", "old"]),
        (299, "old", ["new", "old"]),
        (300, "new", ["new", "old"]),
        (399, "new", ["new", "old"]),
        (400, "new", ["new"]),
    ]
    assert signing(keys, 300, ["RS384"]) is keys[1]
    assert signing(keys, 400, ["RS384"]) is None


def test_of_keys_that_do_not_say_when_they_were_made_the_last_signs(tmp_path):
    """A key is added at the end of the file."""
    keys = keys_in(key_file(tmp_path, pem(SECRET_RSA) + pem(SECRET_EC)))
    assert signing(keys, 0) is keys[1]
