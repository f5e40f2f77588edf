"""The human-readable part of a resource; text is escaped by the library, and what XML cannot hold is left out."""

import re
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

XHTML: Final = "http://www.w3.org/1999/xhtml"
#: What neither XML 1.0 (section 2.2) nor a FHIR string can hold.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def narrative(title: str, lines: Iterable[str]) -> dict[str, str]:
    """Return a generated narrative with a title and one paragraph a line."""
    paragraphs = "".join(f"<p>{escape(clean(line))}</p>" for line in lines)
    return {
        "status": "generated",
        "div": f'<div xmlns="{XHTML}"><p><b>{escape(clean(title))}</b></p>{paragraphs}</div>',
    }


def clean(text: str) -> str:
    """Return ``text`` without signs that cannot be written; a machine sent them, and they mean nothing."""
    return _CONTROL.sub("", text)
