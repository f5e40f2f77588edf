"""The private keys that a client signs with: read from a file that only its owner can read, turned, and published.

The file is a JWK set, one JWK, or PEM. The newest key signs; the older ones stay published until they expire, so that a
server that still holds an older copy of what is published goes on to accept what they signed.
Spec: https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html, RFC 7517, RFC 7518, RFC 7638.
"""

import base64
import hashlib
import json
import math
import os
import re
import stat
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

Algorithm = Literal["RS384", "ES384"]

#: What others may see of a key, by its type.
_PUBLIC: Final = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y")}
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LARGEST: Final = 1024 * 1024
_SHORTEST_RSA: Final = 2048  # bits; RFC 7518, section 3.3
_PEM: Final = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
_KID: Final = re.compile(r"[\x21-\x7e]{1,200}")
#: What the libraries raise for keys that are none; their texts may hold the key.
_UNREADABLE: Final = (ValueError, TypeError, KeyError, UnsupportedAlgorithm, jwt.PyJWTError, msgspec.MsgspecError)


class KeyFileError(Exception):
    """A key file that cannot be used. The message has its path and the reason, and nothing of what it holds."""


class Key:
    """A private key. ``made``, ``starts`` and ``expires`` are in seconds since 1970, where the file says them."""

    __slots__ = ("_secret", "algorithm", "expires", "kid", "made", "starts")

    def __init__(
        self,
        secret: RSAPrivateKey | EllipticCurvePrivateKey,
        *,
        kid: str | None = None,
        made: float = 0,
        starts: float = 0,
        expires: float = math.inf,
    ) -> None:
        """Raises ``ValueError`` for a key that signs neither RS384 nor ES384."""
        self._secret = secret
        self.algorithm = _algorithm(secret)
        self.kid = kid or _thumbprint(_public(secret))
        self.made, self.starts, self.expires = made, starts, expires
        if not _KID.fullmatch(self.kid):
            raise ValueError("a key's kid is odd")

    def __repr__(self) -> str:
        return f"<{self.algorithm} key {self.kid}>"

    def signed(self, claims: Mapping[str, Any]) -> str:
        """The claims as a JWT."""
        return jwt.encode(dict(claims), self._secret, algorithm=self.algorithm, headers={"kid": self.kid})

    def public(self) -> dict[str, Any]:
        """The public half as a JWK."""
        return {
            **_public(self._secret),
            "kid": self.kid,
            "alg": self.algorithm,
            "use": "sig",
            "key_ops": ["verify"],
        }


def keys_in(path: Path) -> tuple[Key, ...]:
    """The keys of a file, in its order. Raises ``KeyFileError``: also where others than the owner may read or write it."""
    held = _content(path)
    try:
        if blocks := _PEM.findall(held):
            found = tuple(_from_pem(block) for block in blocks)
        else:
            found = tuple(_from_jwk(each) for each in _jwks(held))
    except _UNREADABLE as error:
        # Only our own texts: the libraries' may repeat what they read.
        reason = str(error) if type(error) is ValueError and str(error).startswith("a key") else "a key cannot be read"
        raise KeyFileError(f"{path}: {reason}") from None
    if not found:
        raise KeyFileError(f"{path}: holds no private key")
    if len({key.kid for key in found}) < len(found):
        raise KeyFileError(f"{path}: two keys have the same kid")
    return found


def signing(keys: Sequence[Key], now: float, algorithms: Collection[str] = ()) -> Key | None:
    """The newest key that is valid ``now`` and signs one of ``algorithms``, where these are known; None without one.

    Newest by when it was made; of those that do not say, and say the same, the last.
    """
    usable = [
        key for key in keys if key.starts <= now < key.expires and (not algorithms or key.algorithm in algorithms)
    ]
    return max(reversed(usable), key=lambda key: key.made, default=None)


def published(keys: Sequence[Key], now: float | None = None) -> dict[str, list[dict[str, Any]]]:
    """The JWK set to publish: the public half of each key that has not expired, those that do not sign yet included."""
    at = time.time() if now is None else now
    return {"keys": [key.public() for key in keys if at < key.expires]}


def _content(path: Path) -> bytes:
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            state = os.fstat(file.fileno())  # of what was opened: the name may meanwhile lead elsewhere
            if not stat.S_ISREG(state.st_mode):
                raise KeyFileError(f"{path}: no file")
            if state.st_mode & _OTHERS:
                raise KeyFileError(f"{path}: others than its owner may read or write it; chmod 600 it")
            return file.read(_LARGEST)
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror or 'cannot be read'}") from None


def _jwks(held: bytes) -> list[dict[str, Any]]:
    """The private keys of a JWK set, or the one JWK. Raises ``ValueError``."""
    try:
        decoded = msgspec.json.decode(held, type=dict[str, Any])
        listed = msgspec.convert(decoded.get("keys", [decoded]), list[dict[str, Any]])
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        raise ValueError("a key file is a JWK set, a JWK or PEM") from None
    return [each for each in listed if each.get("use", "sig") == "sig"]


def _from_jwk(jwk: dict[str, Any]) -> Key:
    readers: dict[object, Any] = {"RSA": RSAAlgorithm, "EC": ECAlgorithm}
    kind = jwk.get("kty")
    if kind not in _PUBLIC:
        raise ValueError("a key is neither RSA nor EC")
    if "d" not in jwk:
        raise ValueError("a key has no private part")
    key = Key(
        readers[kind].from_jwk(jwk),
        kid=msgspec.convert(jwk.get("kid"), str | None),
        made=_moment(jwk, "iat", 0),
        starts=_moment(jwk, "nbf", 0),
        expires=_moment(jwk, "exp", math.inf),
    )
    if jwk.get("alg", key.algorithm) != key.algorithm:
        raise ValueError(f"a key's alg is not {key.algorithm}")
    return key


def _from_pem(block: bytes) -> Key:
    secret = load_pem_private_key(block, password=None)
    if not isinstance(secret, RSAPrivateKey | EllipticCurvePrivateKey):
        raise ValueError("a key is neither RSA nor EC")
    return Key(secret)


def _moment(jwk: Mapping[str, Any], name: str, otherwise: float) -> float:
    value = jwk.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"a key's {name} is no number of seconds")
    return float(value)


def _algorithm(secret: RSAPrivateKey | EllipticCurvePrivateKey) -> Algorithm:
    if isinstance(secret, RSAPrivateKey):
        if secret.key_size < _SHORTEST_RSA:
            raise ValueError(f"a key is shorter than {_SHORTEST_RSA} bits")
        return "RS384"
    if secret.curve.name != "secp384r1":
        raise ValueError("a key's curve is not P-384")
    return "ES384"


def _public(secret: RSAPrivateKey | EllipticCurvePrivateKey) -> dict[str, Any]:
    """The public numbers, by name: whatever else there may be is not taken over."""
    half: RSAPublicKey | EllipticCurvePublicKey = secret.public_key()
    jwk: Mapping[str, Any] = (
        RSAAlgorithm.to_jwk(half, as_dict=True)
        if isinstance(half, RSAPublicKey)
        else ECAlgorithm.to_jwk(half, as_dict=True)
    )
    return {name: jwk[name] for name in _PUBLIC[jwk["kty"]]}


def _thumbprint(jwk: Mapping[str, Any]) -> str:
    """RFC 7638."""
    text = json.dumps(jwk, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
