"""HTTP requests to one FHIR server: never to another, bounded in time, size and number, repeated where that does no harm.

Spec: https://hl7.org/fhir/R4/http.html, RFC 9110.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, Protocol, TypeVar
from urllib.parse import quote, urlencode

import msgspec
import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.exceptions import MaxRetryError
from urllib3.util import Retry

from adapter.fhir.addresses import Base
from adapter.fhir.answering import LOWER, SAFE, Asked, body_of, chunks_of, headers_of, mapped, refusal
from adapter.fhir.errors import FhirError, ForeignHost, Invalid, Throttled, Unauthorised, Unreachable

#: What servers answer now and may not answer later. 500 too: that is what a server under load often says.
PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_KEEPING: Final = frozenset({307, 308})  # the method and the body; after the others browsers turn POST into GET
_MOST_REDIRECTS: Final = 5
_CONNECTIONS: Final = 32

_T = TypeVar("_T")
Params = Mapping[str, str] | Sequence[tuple[str, str]]

# urllib3 writes every address to its log, and addresses hold ids and query values.
logging.getLogger("urllib3.connectionpool").addFilter(lambda _record: False)


class Limits(msgspec.Struct, frozen=True):
    """How long to wait, how often to repeat, and how much to take."""

    connect_seconds: float = 10
    read_seconds: float = 60  #: between two arrivals
    answer_seconds: float = 600  #: for the whole body of one answer
    retries: int = 5
    backoff_seconds: float = 0.5  #: doubled each time, with as much chance added
    longest_wait_seconds: float = 120  #: who is asked to wait longer gets the error at once
    answer_bytes: int = 256 * 1024 * 1024  #: decompressed
    bundle_entries: int = 8
    pages: int = 10_000


DEFAULTS: Final = Limits()


class Authoriser(Protocol):
    """Where the Authorization header comes from."""

    def header(self) -> str | None:
        """The value of the Authorization header, ``Bearer ...``."""

    def renew(self) -> None:
        """Gets new credentials, after a 401."""


class Reply(msgspec.Struct, frozen=True):
    """An answer. ``headers`` are found by lower-case names; ``url`` is the address that answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""


class Streamed(msgspec.Struct, frozen=True):
    """An answer whose body is still to come."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]


class Transport:
    """Sends requests to one server and to no other. Threads may share it."""

    def __init__(
        self, base: str, *, authoriser: Authoriser | None = None, limits: Limits = DEFAULTS, verify: bool | str = True
    ) -> None:
        """``verify`` may name a file of trusted certificates. Raises ``ValueError`` for a base or a file that is none."""
        if isinstance(verify, str) and not Path(verify).exists():
            raise ValueError("the file of trusted certificates is not there")
        self.base = Base(base)
        self.limits = limits
        self._authoriser = authoriser
        self._verify = verify
        self._proxies = get_environ_proxies(self.base.url)
        # The adapter and no session: a session follows redirects, keeps cookies, reads ~/.netrc, and sends tokens along.
        self._adapter = HTTPAdapter(pool_connections=1, pool_maxsize=_CONNECTIONS, max_retries=0)

    def send(
        self,
        method: str,
        url_or_path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        params: Params | None = None,
        repeatable: bool | None = None,
        passes: Collection[int] = (),
        check: Callable[[Reply], object] | None = None,
        place: str | None = None,
    ) -> Reply:
        """The answer, where its status is below 400 or one of ``passes``. Raises ``FhirError`` for any other.

        A path is relative to the base and begins without a slash. ``repeatable`` is whether sending twice does no harm;
        by default that is so for GET, PUT, DELETE, a search by POST, and a conditional create. What ``check`` raises
        counts as the server's failure: an ``Unreachable`` of it is repeated like one of the network. ``place`` is what
        errors call the request, where its address does not say it.
        """
        asked = self._asked(method, url_or_path, headers, body, params)
        asked = msgspec.structs.replace(
            asked,
            passes=passes,
            place=place or asked.place,
            repeatable=asked.repeatable if repeatable is None else repeatable,
        )

        def attempt(token: str | None) -> Reply:
            with closing(self._answer(asked, token)) as response:
                held = body_of(asked, response, self.limits.answer_bytes, self.limits.answer_seconds)
            reply = Reply(response.status_code, headers_of(response), held, str(response.url))
            if check:
                check(reply)
            return reply

        return self._persistently(asked, attempt)

    @contextmanager
    def stream(
        self, url_or_path: str, *, headers: Mapping[str, str] | None = None, authorised: bool = True, raw: bool = False
    ) -> Iterator[Streamed]:
        """GET, the body in chunks, decompressed unless ``raw``. Raises ``FhirError``, also on the way.

        Not repeated once the body has begun: who reads it resumes it. ``authorised=False`` sends no token.
        """
        asked = self._asked("GET", url_or_path, headers, None, None)
        asked = msgspec.structs.replace(asked, authorised=authorised)
        with closing(self._persistently(asked, lambda token: self._answer(asked, token))) as response:
            yield Streamed(response.status_code, headers_of(response), chunks_of(asked, response, raw=raw))

    def _asked(
        self,
        method: str,
        url_or_path: str,
        headers: Mapping[str, str] | None,
        body: bytes | None,
        params: Params | None,
    ) -> Asked:
        place = self.base.place(method, url_or_path)
        url = self.base.resolve(url_or_path, place)
        if params:
            url += ("&" if "?" in url else "?") + urlencode(params, quote_via=quote)
        sent = {"Accept": "application/fhir+json", "Accept-Encoding": "gzip", **(headers or {})}
        asked = Asked(method, url, place, sent, body, method in {"PUT", "DELETE"} or "If-None-Exist" in sent)
        return asked if asked.writes else msgspec.structs.replace(asked, repeatable=True)

    def _persistently(self, asked: Asked, attempt: Callable[[str | None], _T]) -> _T:
        """What ``attempt`` brings, after as many repetitions as are allowed and harmless, and one renewal of the token."""
        retry = repetitions(self.limits)
        perhaps_done, refused, renewed = False, False, False
        while True:
            token = None
            try:
                token = self._token(asked, renew=refused)
                renewed, refused = renewed or refused, False
                return attempt(token)
            except FhirError as error:
                perhaps_done = error.perhaps_done = error.perhaps_done or perhaps_done
                failed = error
            if isinstance(failed, Unauthorised) and token and not renewed:
                refused = True
                continue
            if not self._may_repeat(asked, failed):
                raise failed
            try:
                retry = retry.increment()
            except MaxRetryError:
                raise failed from None
            time.sleep(max(getattr(failed, "retry_after", None) or 0, retry.get_backoff_time()))

    def _token(self, asked: Asked, *, renew: bool) -> str | None:
        """The Authorization header. Where none is to be had the request itself was not sent, and the error says so."""
        if not self._authoriser or not asked.authorised:
            return None
        try:
            if renew:
                self._authoriser.renew()
            return self._authoriser.header()
        except FhirError as error:
            error.perhaps_done = False
            raise

    def _may_repeat(self, asked: Asked, error: FhirError) -> bool:
        if isinstance(error, Throttled) and (error.retry_after or 0) > self.limits.longest_wait_seconds:
            return False
        passing = isinstance(error, Unreachable) or error.status in PASSING
        return passing and (asked.repeatable or not error.perhaps_done)

    def _answer(self, asked: Asked, token: str | None) -> requests.Response:
        """The response, its body unread, after redirects within the server. Raises ``FhirError`` for a refusal."""
        url = asked.url
        for _ in range(_MOST_REDIRECTS):
            response = self._response(asked, url, token)
            status = response.status_code
            if status < 300 or status in {304, *asked.passes}:
                return response
            with closing(response):
                if status >= 400:
                    raise refusal(asked, response, self.limits.read_seconds)
                url = self._redirected(asked, response, url)
        raise Invalid(asked.place, "redirected without end")

    def _redirected(self, asked: Asked, response: requests.Response, url: str) -> str:
        """Where a redirect within the server leads. Raises ``Invalid`` for one that would change the request."""
        status, location = response.status_code, response.headers.get("Location")
        if status not in (_REDIRECTS if asked.method in SAFE else _KEEPING) or not location:
            raise Invalid(asked.place, f"redirected with status {status}", status=status)
        try:
            return self.base.resolve(location, asked.place, asked=url)
        except ForeignHost:
            raise ForeignHost(asked.place, "a redirect leads to another server", status=status) from None

    def _response(self, asked: Asked, url: str, token: str | None) -> requests.Response:
        headers = asked.headers | ({"Authorization": token} if token else {})
        try:
            return self._adapter.send(
                requests.Request(asked.method, url, headers=headers, data=asked.body).prepare(),
                stream=True,
                timeout=(self.limits.connect_seconds, self.limits.read_seconds),
                verify=self._verify,
                proxies=self._proxies,
            )
        except LOWER as error:
            raise mapped(error, asked) from None


def repetitions(limits: Limits) -> Retry:
    """Counting and waiting as urllib3 does, but the first repetition waits too."""
    return Retry(
        total=limits.retries + 1,
        backoff_factor=limits.backoff_seconds / 2,
        backoff_max=limits.longest_wait_seconds,
        backoff_jitter=limits.backoff_seconds,
    ).increment()
