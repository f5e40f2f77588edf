"""Addresses at one FHIR server: every link resolved against its base, and none that leads elsewhere.

Spec: https://hl7.org/fhir/R4/http.html#general, RFC 3986.
"""

import re
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from adapter.fhir.errors import ForeignHost

_PORTS: Final = {"http": 80, "https": 443}
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_ODD: Final = re.compile(r"[\x00-\x20\x7f\\@%]")  # in a server's name: credentials, and what parsers disagree about
_TYPE: Final = re.compile(r"[A-Z][A-Za-z]{1,63}")
_WORD: Final = re.compile(r"[$_][A-Za-z\-]{1,40}|metadata")


class Base:
    """The base address of a FHIR server, and what is at the same origin (scheme, host and port)."""

    def __init__(self, url: str) -> None:
        """Raises ``ValueError`` where ``url`` is no http address, or holds credentials, a query or a fragment."""
        self._origin = _origin(url)
        if self._origin is None or "?" in url or "#" in url:
            raise ValueError(
                "the base of a FHIR server is http(s)://host[:port][/path], without user, query and fragment"
            )
        parts = urlsplit(url)
        self._server = f"{parts.scheme}://{parts.netloc}"
        self._path = parts.path.rstrip("/")
        self.url = self._server + self._path

    def resolve(self, link: str, place: str, asked: str | None = None) -> str:
        """The address that ``link`` leads to. Raises ``ForeignHost`` where that is not at this server.

        A relative link is relative to the base, as FHIR has it, or to the address ``asked``.
        """
        try:
            absolute = urljoin(asked or f"{self.url}/", link) if link else self.url
        except ValueError:  # no address at all
            absolute = ""
        if _origin(absolute) != self._origin:
            raise ForeignHost(place, "a link leads to another server")
        parts = urlsplit(absolute)
        # The server's name as it was given: what was checked and what is asked cannot differ.
        return self._server + SplitResult("", "", parts.path, parts.query, "").geturl()

    def place(self, method: str, url: str) -> str:
        """``GET Patient``, ``POST Patient/$validate``: the method, the type and the operation of an address, and no more."""
        path = urlsplit(url).path if _ABSOLUTE.match(url) else url.partition("?")[0]
        first, *rest = path.removeprefix(self._path).strip("/").split("/")
        words = [first] if _TYPE.fullmatch(first) or _WORD.fullmatch(first) else []
        return " ".join(filter(None, (method, "/".join(words + [each for each in rest if _WORD.fullmatch(each)]))))


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None where they are not plain."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or _ODD.search(parts.netloc):
        return None
    return parts.scheme, host.rstrip("."), _PORTS[parts.scheme] if port is None else port
