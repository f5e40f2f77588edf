"""SMART scopes, version 1 (``system/Patient.read``) and 2 (``system/Patient.rs``): what is asked for, and what was granted.

Spec: https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html.
"""

import re
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

#: The words of version 1 in the letters of version 2.
_WORDS: Final = {"read": "rs", "write": "cud", "*": "cruds"}
_SCOPE: Final = re.compile(
    r"system/(\*|[A-Z][A-Za-z]{1,63})\.(read|write|\*|(?=[cruds])c?r?u?d?s?)(?:\?([\x21\x23-\x5b\x5d-\x7e]+))?"
)


class Scope(NamedTuple):
    """What may be done with a type: letters of ``cruds``, on those that match ``query`` alone where there is one."""

    kind: str
    letters: str
    query: str | None

    def covers(self, kind: str, letter: str, query: str | None) -> bool:
        """Whether this allows what another asks for; a narrower one does not."""
        return self.kind in {"*", kind} and letter in self.letters and self.query in {None, query}


def scope_of(text: str) -> Scope | None:
    """The scope that ``text`` is; None for any other word, ``openid`` or a user's scope."""
    found = _SCOPE.fullmatch(text)
    return Scope(found[1], _WORDS.get(found[2], found[2]), found[3]) if found else None


def lacking(asked: Iterable[str], granted: Iterable[str]) -> tuple[str, ...]:
    """What was asked for and not granted: ``system/Observation.s``, with the letters that lack. Queries are not told."""
    held = [scope for each in granted if (scope := scope_of(each))]
    found = []
    for kind, letters, query in filter(None, map(scope_of, asked)):
        left = "".join(letter for letter in letters if not any(scope.covers(kind, letter, query) for scope in held))
        if left:
            found.append(f"system/{kind}.{left}")
    return tuple(found)


def in_words_of(asked: Iterable[str], capabilities: Collection[str]) -> tuple[str, ...]:
    """The scopes in a version that the server knows: as they are, unless it says that it knows the other one alone.

    Version 1 knows only reading and writing, so that what is asked for there may be more than what is needed.
    """
    known = {version for version in ("permission-v1", "permission-v2") if version in capabilities}
    if len(known) != 1:
        return tuple(asked)
    told = _first if "permission-v1" in known else _second
    return tuple(dict.fromkeys(word for each in asked for word in told(each)))


def _first(text: str) -> tuple[str, ...]:
    scope = scope_of(text)
    if not scope:
        return (text,)
    words = [word for word in ("read", "write") if set(_WORDS[word]) & set(scope.letters)]
    return tuple(f"system/{scope.kind}.{word}" for word in (["*"] if len(words) == 2 else words))


def _second(text: str) -> tuple[str, ...]:
    scope = scope_of(text)
    query = f"?{scope.query}" if scope and scope.query else ""
    return (f"system/{scope.kind}.{scope.letters}{query}",) if scope else (text,)
