"""Where two versions of a resource differ: element paths and never a value, since values are a patient's."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

#: What the server sets itself, or takes from the address.
_SERVERS: Final = ("id", "meta")


def differences(ours: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """Return the elements in which ``there``, on the server, is not what ``ours`` says, in order of their names.

    Decimals are compared as numbers: 7.30 and 7.3 are not told apart, as some servers keep no trailing zeros. Of
    ``meta`` only what we say has to be there; profiles, tags and labels that others added are theirs.
    """
    names = sorted((ours.keys() | there.keys()) - {*_SERVERS})
    found = [path for name in names for path in _between(name, ours.get(name), there.get(name))]
    return [*found, *_lacking_in_meta(ours.get("meta", {}), there.get("meta", {}))]


def _between(path: str, ours: Any, there: Any) -> Iterator[str]:
    if isinstance(ours, Mapping) and isinstance(there, Mapping):
        for name in sorted(ours.keys() | there.keys()):
            yield from _between(f"{path}.{name}", ours.get(name), there.get(name))
    elif _is_list(ours) and _is_list(there) and len(ours) == len(there):
        for index, (one, other) in enumerate(zip(ours, there, strict=True)):
            yield from _between(f"{path}[{index}]", one, other)
    elif ours != there or isinstance(ours, bool) != isinstance(there, bool):
        yield path


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _lacking_in_meta(ours: Mapping[str, Any], there: Mapping[str, Any]) -> Iterator[str]:
    for name in ("profile", "security", "tag"):
        if any(one not in there.get(name, ()) for one in ours.get(name, ())):
            yield f"meta.{name}"
