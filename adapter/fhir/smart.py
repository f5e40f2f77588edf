"""SMART Backend Services: a token for a program, got with a signed statement instead of a secret that both sides know.

The statement (a JWT) says who we are, for this one token endpoint, for four minutes, once. A token is renewed before it
ends, by one thread; the others go on with the one there is. Neither token nor statement nor key stands in a message.
Spec: https://hl7.org/fhir/smart-app-launch/backend-services.html, RFC 6749, RFC 7523.
"""

import re
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from adapter.fhir.confidential import confidential
from adapter.fhir.errors import FhirError, Forbidden, Invalid, NotFhir, Throttled, Unreachable
from adapter.fhir.keys import KeyFileError, keys_in, signing
from adapter.fhir.scopes import in_words_of, lacking, scope_of
from adapter.fhir.transport import DEFAULTS, PASSING, Limits, Reply, Transport

_DISCOVERY: Final = "GET .well-known/smart-configuration"
_TOKEN: Final = "POST token"  # noqa: S105 -- what errors call the request
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#: Seconds for which a statement is valid. Five minutes are the most; the clocks may differ by one.
_VALID: Final = 240
#: Seconds that a token lasts where its answer does not say; the specification's upper bound.
_LASTS: Final = 300
#: A token is renewed in the last part of its time, and not sooner than this many seconds before its end.
_LAST_PART, _EARLY = 4, 30
#: Seconds before another attempt to renew a token that is still good.
_PAUSE: Final = 5
_BEARER: Final = re.compile(r"[\x21-\x7e]+")
#: RFC 6749, section 5.2: the only words of a refusal that are told.
_REFUSALS: Final = frozenset(
    "invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope".split()
)

_T = TypeVar("_T")


class Discovered(msgspec.Struct, frozen=True):
    """What a server says of its authorisation; SMART asks for more, of which nothing is needed here."""

    token_endpoint: str
    capabilities: tuple[str, ...] = ()
    token_endpoint_auth_signing_alg_values_supported: tuple[str, ...] = ()


class _Answer(msgspec.Struct, frozen=True):
    """The answer of a token endpoint."""

    access_token: str
    token_type: str
    expires_in: float | None = None
    scope: str | None = None

    def __repr__(self) -> str:
        return "<a token endpoint's answer>"


class _Refusal(msgspec.Struct, frozen=True):
    error: str = ""


class _Token:
    """A token, when it is to be renewed, and when it ends."""

    __slots__ = ("ends", "renewed_at", "value")

    def __init__(self, value: str, asked_at: float, seconds: float) -> None:
        self.value = value
        self.ends = asked_at + seconds
        self.renewed_at = self.ends - min(_EARLY, seconds / _LAST_PART)


class BackendServices:
    """Tokens for one FHIR server. Threads may share it; it is the ``authoriser`` of a ``Transport``."""

    def __init__(
        self,
        base: str,
        *,
        client_id: str,
        key_file: Path,
        scopes: Sequence[str],
        limits: Limits = DEFAULTS,
        verify: bool | str = True,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Nothing is sent yet. Raises ``ValueError`` for a base or a scope that is none, ``KeyFileError`` for the keys.

        The key file is read again for each token, so that a new key needs no restart. ``clock`` measures how long a token
        lasts, and ``wall`` is the time that a statement names; both in seconds.
        """
        if not scopes or not all(map(scope_of, scopes)):
            raise ValueError("scopes are system/Type.read, system/Type.rs and the like, at least one")
        keys_in(key_file)
        # The transport that asks for a header repeats that too, so that nothing is repeated here.
        self._limits, self._verify = msgspec.structs.replace(limits, retries=0), verify
        self._server = Transport(base, limits=self._limits, verify=verify)
        self._client_id, self._key_file, self._scopes = client_id, key_file, tuple(scopes)
        self._clock, self._wall = clock, wall
        self._known: tuple[Discovered, Transport] | None = None
        self._token: _Token | None = None
        self._renewing = threading.Lock()
        self._attempts, self._failed = 0, _Failure()
        self._given = threading.local()

    def header(self) -> str:
        """``Bearer ...``. Raises ``FhirError`` where there is no token to be had."""
        token = self._token
        if token is None or self._clock() >= token.ends:
            token = self._awaited()
        elif self._clock() >= token.renewed_at:
            token = self._renewed_early(token)
        self._given.token = token
        return f"Bearer {token.value}"

    def renew(self) -> None:
        """Forgets the token that this thread was given last, so that the next header has another one.

        Where another thread has got a new one meanwhile, that stays.
        """
        with self._renewing:
            if self._token is getattr(self._given, "token", None):
                self._token = None

    def _awaited(self) -> _Token:
        """A token, of this thread or of the one that asked while this one waited; and likewise a failure."""
        attempts = self._attempts
        with self._renewing:
            token = self._token
            if token and self._clock() < token.ends:
                return token
            if self._attempts != attempts and (failure := self._failed.again()):
                raise failure
            return self._asked()

    def _renewed_early(self, token: _Token) -> _Token:
        """A new token, or the one there is, which is still good, while another thread asks or nobody answers."""
        if not self._renewing.acquire(blocking=False):
            return token
        try:
            newer = self._token if self._token is not token else None
            return newer or self._asked()
        except FhirError:
            token.renewed_at = self._clock() + _PAUSE
            return token
        finally:
            self._renewing.release()

    def _asked(self) -> _Token:
        """A token from the server; by one thread at a time."""
        try:
            self._token = self._requested()
        except FhirError as error:
            self._failed = _Failure(error)
            self._known = None  # perhaps it says something else now
            raise
        finally:
            self._attempts += 1  # at the end: who came while it went on waits for this one
        self._failed = _Failure()
        return self._token

    def _requested(self) -> _Token:
        """One request for a token. It is not repeated here: each repetition needs a statement of its own."""
        known, tokens = self._discovery()
        form = {
            "grant_type": "client_credentials",
            "scope": " ".join(in_words_of(self._scopes, known.capabilities)),
            "client_assertion_type": _ASSERTION,
            "client_assertion": self._statement(known),
        }
        asked_at = self._clock()
        try:
            reply = tokens.send(
                "POST",
                known.token_endpoint,
                headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
                body=urlencode(form).encode(),
                passes={400, 401, 403},
                place=_TOKEN,
            )
        except FhirError as error:
            error.perhaps_done = False  # a token that was made and lost does no harm
            raise
        return self._granted(reply, asked_at)

    def _granted(self, reply: Reply, asked_at: float) -> _Token:
        """The token of an answer. Raises ``Forbidden`` for a refusal, and where a scope was not granted."""
        if reply.status >= 400:
            raise Forbidden(_TOKEN, f"no token is given: {_word(reply.body)}", status=reply.status)
        answer = _understood(reply.body, _Answer, _TOKEN)
        if answer.token_type.lower() != "bearer" or not _BEARER.fullmatch(answer.access_token):
            raise NotFhir(_TOKEN, "no bearer token was answered")
        # Where the answer names no scope, what was asked for was granted (RFC 6749, section 5.1). What was not granted may
        # later look as if nothing were there, so it is refused here; who can do without asks for less.
        if answer.scope is not None and (less := lacking(self._scopes, answer.scope.split())):
            raise Forbidden(_TOKEN, f"not granted: {' '.join(less)}")
        lasts = _LASTS if answer.expires_in is None else max(answer.expires_in, 0)
        return _Token(answer.access_token, asked_at, lasts)

    def _statement(self, known: Discovered) -> str:
        now = self._wall()
        try:
            key = signing(keys_in(self._key_file), now, known.token_endpoint_auth_signing_alg_values_supported)
        except KeyFileError:
            raise Invalid(_TOKEN, "the key file cannot be used any more") from None
        if key is None:
            raise Invalid(_TOKEN, "no key is valid now and signs as the server asks")
        claims = {  # no iat: it is not asked for, and a server whose clock is behind would refuse it
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": known.token_endpoint,
            "exp": int(now) + _VALID,
            "jti": str(uuid.uuid4()),
        }
        return key.signed(claims)

    def _discovery(self) -> tuple[Discovered, Transport]:
        """What the server says of its authorisation, and the way to its token endpoint; asked once."""
        if self._known is None:
            if not confidential(self._server.base.url):
                raise Invalid(_DISCOVERY, "a server with tokens is spoken to by https")
            reply = self._server.send(
                "GET", ".well-known/smart-configuration", headers={"Accept": "application/json"}, place=_DISCOVERY
            )
            found = _understood(reply.body, Discovered, _DISCOVERY)
            if not confidential(found.token_endpoint):
                raise Invalid(_DISCOVERY, "the token endpoint is not https")
            parts = urlsplit(found.token_endpoint)
            try:
                tokens = Transport(f"{parts.scheme}://{parts.netloc}", limits=self._limits, verify=self._verify)
            except ValueError:
                raise NotFhir(_DISCOVERY, "the token endpoint is no address") from None
            self._known = found, tokens
        return self._known


class _Failure:
    """What went wrong, for those who waited for it; each gets an error of its own."""

    def __init__(self, error: FhirError | None = None) -> None:
        self._error = error

    def again(self) -> FhirError | None:
        error = self._error
        if error is None:
            return None
        if isinstance(error, Throttled):
            return Throttled(error.place, error.reason, retry_after=error.retry_after, status=error.status)
        if error.repeatable or error.status in PASSING:
            return Unreachable(error.place, error.reason, status=error.status)
        return Forbidden(error.place, error.reason, status=error.status)


def _understood(body: bytes, kind: type[_T], place: str) -> _T:
    """The value of an answer's JSON. Raises ``NotFhir``, with nothing of the answer."""
    try:
        return msgspec.json.decode(body, type=kind, strict=False)  # numbers come as texts, too
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NotFhir(place, "the answer cannot be understood") from None


def _word(body: bytes) -> str:
    """Why a token endpoint refuses, in the words that there are for it."""
    try:
        error = msgspec.json.decode(body, type=_Refusal).error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        error = ""
    return error if error in _REFUSALS else "it does not say why"
