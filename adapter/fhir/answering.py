"""One answer to one request: its body taken within bounds, and every way it can fail mapped to a ``FhirError``."""

import time
import zlib
from collections.abc import Collection, Iterator
from http.client import HTTPException
from itertools import chain
from typing import Final

import msgspec
import requests
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.util import Retry

from adapter.fhir.arriving import inflated
from adapter.fhir.errors import BY_STATUS, FhirError, Invalid, NotFhir, ServerFault, Throttled, Unreachable
from adapter.fhir.outcomes import outcome_of

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BLOCK: Final = 64 * 1024
_ERROR_BYTES: Final = 1024 * 1024
_TRUSTED: Final = "CERTIFICATE_VERIFY_FAILED"
#: What requests, urllib3 and those under them raise.
_BROKEN: Final = (requests.RequestException, HTTPError, HTTPException, OSError)
#: The same before anything arrived: ValueError is how they refuse to send something.
LOWER: Final = (*_BROKEN, ValueError)
_DAMAGED: Final = (zlib.error, EOFError)


class Asked(msgspec.Struct, frozen=True):
    """A request, and whether sending it twice does no harm."""

    method: str
    url: str
    place: str
    headers: dict[str, str]
    body: bytes | None
    repeatable: bool
    authorised: bool = True
    passes: Collection[int] = ()

    def __repr__(self) -> str:
        """The place alone: a traceback that shows variables shows no address and no body."""
        return f"Asked({self.place!r})"

    @property
    def writes(self) -> bool:
        """Whether the server may change something because of it."""
        return self.method not in SAFE and not self.url.partition("?")[0].endswith("/_search")


def mapped(error: Exception, asked: Asked) -> FhirError:
    """The ``FhirError`` for what a library raised; nothing of the library's text, which holds addresses."""
    text = str(error)
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError):
        return Unreachable(asked.place, "no connection")
    if _TRUSTED in text:
        return Unreachable(asked.place, "the server's certificate is not trusted")
    if isinstance(error, ValueError):
        return Invalid(asked.place, "the request cannot be sent")
    slow = isinstance(error, requests.Timeout | TimeoutError) or "timed out" in text.lower()
    reason = "no answer in time" if slow else "the connection broke off"
    return Unreachable(asked.place, reason, perhaps_done=asked.writes)


def refusal(asked: Asked, response: requests.Response, seconds: float) -> FhirError:
    """The error for a status of 400 or more, with the OperationOutcome where the body is one."""
    status = response.status_code
    try:
        outcome = outcome_of(body_of(asked, response, _ERROR_BYTES, seconds))
    except FhirError:
        outcome = None  # the status says enough
    # A gateway that answers 5xx does not say what the server behind it did; 429 says that nothing was done.
    perhaps_done = asked.writes and (status >= 500 or status == 408)
    if status == 408:
        return Unreachable(asked.place, "no answer in time", status=status, perhaps_done=perhaps_done)
    if status in {429, 503}:
        return Throttled(
            asked.place,
            f"later (status {status})",
            retry_after=retry_after(response.headers.get("Retry-After")),
            outcome=outcome,
            status=status,
            perhaps_done=perhaps_done,
        )
    kind = BY_STATUS.get(status, ServerFault if status >= 500 else Invalid)
    return kind(
        asked.place,
        f"status {status}",
        outcome=outcome,
        status=status,
        repeatable=kind is ServerFault and asked.repeatable,
        perhaps_done=perhaps_done,
    )


def retry_after(value: str | None) -> float | None:
    """The seconds that a Retry-After header asks for, as a number or as a date; None where it says neither."""
    try:
        return Retry().parse_retry_after(value) if value else None
    except (HTTPError, ValueError, TypeError, IndexError, OverflowError):
        return None


def headers_of(response: requests.Response) -> dict[str, str]:
    """The headers by lower-case names."""
    return {name.lower(): value for name, value in response.headers.items()}


def body_of(asked: Asked, response: requests.Response, most: int, seconds: float) -> bytes:
    """The whole body. Raises ``Unreachable`` where it breaks off or takes too long, ``NotFhir`` where it is too large."""
    held = bytearray()
    latest = time.monotonic() + seconds
    for chunk in chunks_of(asked, response):
        held += chunk
        if len(held) > most:
            raise NotFhir(asked.place, "the answer is too large", perhaps_done=asked.writes)
        if time.monotonic() > latest:
            raise Unreachable(asked.place, "the answer took too long", perhaps_done=asked.writes)
    return bytes(held)


def chunks_of(asked: Asked, response: requests.Response, *, raw: bool = False) -> Iterator[bytes]:
    """The body as it arrives, decompressed unless ``raw``. Raises ``Unreachable`` where it breaks off."""
    try:
        yield from _chunks(response, raw=raw)
    except _DAMAGED:
        raise Unreachable(asked.place, "the compressed answer is damaged", perhaps_done=asked.writes) from None
    except _BROKEN as error:
        raise mapped(error, asked) from None


def _chunks(response: requests.Response, *, raw: bool) -> Iterator[bytes]:
    """The body. Raises what the libraries raise, also for gzip that ends early, which urllib3 would not notice."""
    arriving = iter(lambda: response.raw.read1(_BLOCK, decode_content=False) or b"", b"")
    first = next(arriving, b"")
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if raw or not first or encoding in {"", "identity"}:
        yield from chain([first], arriving)
    elif encoding in {"gzip", "x-gzip"}:
        yield from inflated(chain([first], arriving), gzip=True)
    else:
        raise zlib.error  # only gzip was asked for
