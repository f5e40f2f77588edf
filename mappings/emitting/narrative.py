"""The human-readable part of a resource; text is escaped by the library that builds it."""

from collections.abc import Iterable

from lxml import etree
from lxml.builder import ElementMaker

XHTML = "http://www.w3.org/1999/xhtml"
_XHTML = ElementMaker(namespace=XHTML, nsmap={None: XHTML})


def narrative(title: str, lines: Iterable[str]) -> dict[str, str]:
    """Return a generated narrative with a title and one paragraph a line."""
    div = _XHTML.div(_XHTML.p(_XHTML.b(title)), *(_XHTML.p(line) for line in lines))
    return {"status": "generated", "div": etree.tostring(div, encoding="unicode")}
