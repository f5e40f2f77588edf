"""An authorisation server and the FHIR server behind it, on a real socket: it checks what a client says of itself."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from adapter.fhir.keys import keys_in, published
from tests.unit.fhir.faulty import Asked, Exchange, Faulty, json_, serving, status

CLIENT = "yts109-at-the-hospital"
SECRET_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SECRET_EC = ec.generate_private_key(ec.SECP384R1())


def pem(secret: Any) -> bytes:
    """A private key as PEM."""
    return secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def jwk(secret: Any, kid: str, **more: Any) -> dict[str, Any]:
    """A private key as a JWK."""
    algorithm = RSAAlgorithm if isinstance(secret, rsa.RSAPrivateKey) else ECAlgorithm
    return {**algorithm.to_jwk(secret, as_dict=True), "kid": kid, **more}


def key_file(folder: Path, content: bytes | dict[str, Any], *, mode: int = 0o600) -> Path:
    """A key file with these permissions."""
    path = folder / "client.keys"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    path.chmod(mode)
    return path


class Authority:
    """What the server knows and does: its one client's published keys, the statements it saw, the tokens it gave."""

    def __init__(self, server: Faulty, keys: dict[str, Any]) -> None:
        self.server, self.keys = server, keys
        self.capabilities = ["client-confidential-asymmetric", "permission-v1", "permission-v2"]
        self.algorithms = ["RS384", "ES384"]
        self.scope: str | None = None  # None: what was asked
        self.lasts: Any = 300
        self.pause = 0.0
        self.endpoint = f"{server.root}/auth/token/"
        self.refused: list[str] = []
        self.statements: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.scopes: list[str] = []
        self.tokens: list[str] = []
        self.valid: set[str] = set()
        self.lock = Lock()
        self.acts: list[Any] = []  # what the token endpoint does instead, one after the other
        self.more: dict[str, Any] = {}  # put into the answer with a token

    @property
    def requests(self) -> list[Asked]:
        """The requests for a token."""
        return [asked for asked in self.server.asked if asked.path == "/auth/token/"]

    def __call__(self, exchange: Exchange) -> None:
        if exchange.path == "/fhir/.well-known/smart-configuration":
            document = {
                "token_endpoint": self.endpoint,
                "grant_types_supported": ["client_credentials"],
                "capabilities": self.capabilities,
                "token_endpoint_auth_signing_alg_values_supported": self.algorithms,
                "code_challenge_methods_supported": ["S256"],
            }
            json_(document)(exchange)
        elif exchange.path == "/auth/token/":
            with self.lock:
                act = self.acts.pop(0) if self.acts else self.token
            time.sleep(self.pause)
            act(exchange)
        elif exchange.headers.get("Authorization", "").removeprefix("Bearer ") in self.valid:
            json_({"resourceType": "Patient", "id": "p"})(exchange)
        else:
            status(401)(exchange)

    def token(self, exchange: Exchange) -> None:
        asked = exchange.asked()
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        try:
            self.check(form)
        except (jwt.PyJWTError, AssertionError, KeyError) as wrong:
            self.refused.append(repr(wrong))
            return self.answer(exchange, 400, {"error": "invalid_client", "error_description": "Canary"})
        with self.lock:
            token = f"token-canary-{len(self.tokens)}"
            self.tokens.append(token)
            self.valid.add(token)
        self.scopes.append(form["scope"])
        made = {"access_token": token, "token_type": "Bearer", "scope": self.scope or form["scope"], **self.more}
        if self.lasts is not None:
            made["expires_in"] = self.lasts
        return self.answer(exchange, 200, made)

    def check(self, form: dict[str, str]) -> None:
        """Raises where a statement is not as SMART has it."""
        assert form["grant_type"] == "client_credentials"
        assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        header = jwt.get_unverified_header(form["client_assertion"])
        key = jwt.PyJWKSet.from_dict(self.keys)[header["kid"]]
        claims = jwt.decode(
            form["client_assertion"],
            key,
            algorithms=self.algorithms,
            audience=self.endpoint,
            options={"require": ["exp", "iss", "sub", "aud", "jti"]},
        )
        assert header["typ"] == "JWT"
        assert claims["iss"] == claims["sub"] == CLIENT
        assert claims["exp"] <= time.time() + 300
        assert claims["jti"] not in {seen["jti"] for _, seen in self.statements}
        self.statements.append((header, claims))

    def answer(self, exchange: Exchange, code: int, body: dict[str, Any]) -> None:
        exchange.answer(code, json.dumps(body).encode(), {"Content-Type": "application/json"})


@contextmanager
def authorising(path: Path) -> Iterator[Authority]:
    """A server that knows the published half of the keys in the file."""
    with serving() as server:
        authority = Authority(server, published(keys_in(path)))
        server.otherwise = authority
        yield authority
