"""How golden files are laid out: JSON with one member a line, numbers digit by digit, so that differences can be reviewed."""

import json
from typing import Any


class Number(str):
    """A number, digit by digit."""

    __slots__ = ()


def parsed(text: str) -> Any:
    """Return JSON with its numbers as text, so that 1.0 is not 1.00."""
    return json.loads(text, parse_float=Number, parse_int=Number)


def laid_out(value: Any, depth: int = 4) -> str:
    """Return JSON with one member, and of long lists one element, a line, down to ``depth``."""
    return "\n".join(_lines(value, "", depth)) + "\n"


def _lines(value: Any, indent: str, depth: int) -> list[str]:
    whole = f"{indent}{_text(value)}"
    if len(whole) <= 118 or not isinstance(value, dict | list) or len(indent) == depth:
        return [whole]
    pairs = value.items() if isinstance(value, dict) else ((None, one) for one in value)
    found = [f"{indent}{'{' if isinstance(value, dict) else '['}"]
    for name, one in pairs:
        first, *rest = _lines(one, indent + " ", depth)
        lead = f"{indent} {_text(name)}: {first.lstrip()}" if name is not None else first
        found += [lead, *rest]
        found[-1] += ","
    found[-1] = found[-1].removesuffix(",")
    return [*found, f"{indent}{'}' if isinstance(value, dict) else ']'}"]


def _text(value: Any) -> str:
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(name)}: {_text(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
