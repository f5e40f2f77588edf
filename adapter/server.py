"""From the site's settings to a client for one FHIR server: who we are there, how long we wait, and whom we trust.

Credentials belong to one base address, and are read from files that only their owner can read.
"""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from adapter.fhir.addresses import Base
from adapter.fhir.client import Client
from adapter.fhir.confidential import confidential
from adapter.fhir.keys import KeyFileError
from adapter.fhir.smart import BackendServices
from adapter.fhir.transport import Authoriser, Limits, Transport

#: Resources on one page of a search, unless a site says otherwise; servers send fewer where they like.
PAGE_SIZE: Final = 500
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_LONGEST_TOKEN: Final = 64 * 1024
_USER: Final = re.compile(r"//[^/?#]*@")


class ServerError(Exception):
    """A server that cannot be asked as the settings have it; the message has its address and no secret."""


class Server(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one server is asked. Of the numbers, ``None`` is the default of ``Limits``."""

    token_file: str | None = None
    client_id: str | None = None
    key_file: str | None = None
    scopes: tuple[str, ...] = ()
    insecure: bool = False
    ca_file: str | None = None
    page_size: int | None = None
    connect_seconds: float | None = None
    read_seconds: float | None = None
    answer_seconds: float | None = None
    longest_wait_seconds: float | None = None
    retries: int | None = None
    answer_bytes: int | None = None
    pages: int | None = None

    def over(self, defaults: "Server") -> "Server":
        """Return these settings, with ``defaults`` for what they leave open."""
        left = {name: getattr(defaults, name) for name in FOR_ALL if getattr(self, name) is None}
        return msgspec.structs.replace(self, **left)


#: What a site may set for all servers at once: nothing that names us to one of them.
FOR_ALL: Final = Server.__struct_fields__[Server.__struct_fields__.index("ca_file") :]
#: The least that each number can mean.
LEAST: Final = {name: 0 if name == "retries" else 1 for name in FOR_ALL if name != "ca_file"}
#: The most that any of them can mean.
MOST: Final = 2**40


class Servers(msgspec.Struct, frozen=True):
    """The servers of a site, by the base address as ``base_of`` gives it, and what holds for any other."""

    defaults: Server = Server()
    known: Mapping[str, Server] = {}

    def at(self, url: str) -> Server:
        """Return how the server at the base ``url`` is asked: without credentials, unless it is one of the site's."""
        return self.known.get(base_of(url), Server()).over(self.defaults)


def is_address(source: str) -> bool:
    """Whether a source is the address of a server."""
    return source.lower().startswith(("http://", "https://"))


def shown(url: str) -> str:
    """Return an address as messages may show it: without a user, a password and a query."""
    return _USER.sub("//", url).partition("?")[0].partition("#")[0]


def base_of(url: str) -> str:
    """Return one spelling for the base address of a server. Raises ``ValueError`` for an address that is none."""
    parts = urlsplit(Base(url).url)
    port = "" if parts.port in (None, {"http": 80, "https": 443}[parts.scheme]) else f":{parts.port}"
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{parts.path}"


def client_for(url: str, servers: Servers, kinds: tuple[str, ...], letters: str = "rs") -> Client:
    """Return a client for the server at the base ``url``; where no scopes are set it asks for ``letters`` of ``cruds`` on ``kinds``.

    Nothing is sent yet. Raises ``ServerError``.
    """
    try:
        base, server = base_of(url), servers.at(url)
        _check_confidential(base, server)
        limits = limits_of(server)
        verify: bool | str = server.ca_file or True
        scopes = server.scopes or tuple(f"system/{kind}.{letters}" for kind in kinds)
        authoriser = _authoriser(base, server, limits, verify, scopes)
        return Client(Transport(base, authoriser=authoriser, limits=limits, verify=verify))
    except (ValueError, KeyFileError) as error:
        raise ServerError(f"{shown(url)}: {error}") from None


def limits_of(server: Server) -> Limits:
    """Return the limits of the transport that ``server`` sets."""
    given = {
        name: getattr(server, name) for name in Limits.__struct_fields__ if getattr(server, name, None) is not None
    }
    return msgspec.structs.replace(Limits(), **given)


def _authoriser(
    base: str, server: Server, limits: Limits, verify: bool | str, scopes: tuple[str, ...]
) -> Authoriser | None:
    if server.token_file:
        return _Token(Path(server.token_file))
    if not server.client_id or not server.key_file:
        return None
    return BackendServices(
        base,
        client_id=server.client_id,
        key_file=Path(server.key_file),
        scopes=scopes,
        limits=limits,
        verify=verify,
    )


def _check_confidential(base: str, server: Server) -> None:
    """Raise ``ServerError`` for plain http to another machine, unless the site wants it so."""
    if not server.insecure and not confidential(base):
        raise ServerError(
            f'{base}: plain http; use https, or set insecure = true under [server."{base}"] of the site file'
        )


class _Token:
    """A token that somebody else puts into a file, and replaces there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._value = _secret(path)

    def header(self) -> str:
        return f"Bearer {self._value}"

    def renew(self) -> None:
        """Read the file again: there may be a new one in it."""
        try:
            self._value = _secret(self._path)
        except ValueError:
            return  # the server says what it thinks of the old one


def _secret(path: Path) -> str:
    """Return the token in a file. Raises ``ValueError`` with the path and the reason, and nothing of what it holds."""
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise ValueError(f"{path}: no file")
            if state.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise ValueError(f"{path}: others than its owner may read or write it; chmod 600 it")
            text = file.read(_LONGEST_TOKEN).decode("ascii", "replace").strip()
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror or 'cannot be read'}") from None
    if not _TOKEN.fullmatch(text):
        raise ValueError(f"{path}: holds no token: one line of ASCII without blanks")
    return text
