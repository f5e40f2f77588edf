"""Whether what is sent to an address can be read on the way."""

import ipaddress
from urllib.parse import urlsplit


def confidential(url: str) -> bool:
    """Whether nobody on the way can read along: https, or this machine."""
    return scheme_of(url) == "https" or (scheme_of(url) == "http" and loopback(url))


def loopback(url: str) -> bool:
    """Whether an address is of this machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def scheme_of(url: str) -> str:
    """The scheme; nothing where it is no address."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""
