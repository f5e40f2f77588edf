"""Checks a resource against one of our own profiles: the part of StructureDefinition that they use.

Counts (``min``, ``max``), types, reference targets, fixed and pattern values, required bindings to our value sets, and
slices of extensions told apart by their url. An element of a profile that says anything else is told as a problem.
"""

import re
from collections.abc import Iterator
from typing import Any

from tests.conformance.conftest import Resources

Node = dict[str, Any]
#: What an element of a profile may say.
UNDERSTOOD = {
    "id", "path", "sliceName", "slicing", "short", "definition", "min", "max", "type", "fixedUri", "patternCode",
    "binding",
}  # fmt: skip


class Profiles:
    """The profiles, value sets and code systems among what is written."""

    def __init__(self, written: Resources) -> None:
        """Find them by their urls."""
        self.structures = {one["url"]: one for one in written if one["resourceType"] == "StructureDefinition"}
        self.codes: dict[str, set[str]] = {}
        systems = {one["url"]: one for one in written if one["resourceType"] == "CodeSystem"}
        for one in written:
            if one["resourceType"] == "ValueSet":
                included = [systems[i["system"]] for i in one["compose"]["include"] if i["system"] in systems]
                self.codes[one["url"]] = {concept["code"] for system in included for concept in system["concept"]}

    def problems(self, node: Node, url: str) -> list[str]:
        """Return what keeps ``node`` from meeting the profile ``url``."""
        return [problem for one in self.structures[url]["differential"]["element"] for problem in self._met(node, one)]

    def _met(self, node: Node, element: Node) -> Iterator[str]:
        name = element["id"]
        if set(element) - UNDERSTOOD:
            yield f"{name}: not understood"
        path = element["path"].split(".")[1:]
        for parent in _parents(node, path[:-1], name):
            values = _values(parent, path[-1], name) if path else [parent]
            yield from self._counted(values, element)
            for value in values:
                yield from self._value(value, element)

    def _counted(self, values: list[Any], element: Node) -> Iterator[str]:
        high = element.get("max", "*")
        if not element.get("min", 0) <= len(values) <= (10**6 if high == "*" else int(high)):
            yield f"{element['id']}: {len(values)}"

    def _value(self, value: Any, element: Node) -> Iterator[str]:
        name = element["id"]
        wanted = element.get("fixedUri", element.get("patternCode", value))
        if value != wanted:
            yield f"{name}: {value} is not {wanted}"
        for type_ in element.get("type", ()):
            targets = [target.rpartition("/")[2] for target in type_.get("targetProfile", ())]
            if targets and value["reference"].split("/")[0] not in targets:
                yield f"{name}: a reference to {value['reference']}"
            for profile in type_.get("profile", ()):
                yield from self.problems(value, profile)
        if "binding" in element:
            codes = {one["code"] for one in value.get("coding", [value])}
            if not codes <= self.codes[element["binding"]["valueSet"]]:
                yield f"{name}: {codes} is not in the value set"


def _parents(node: Node, path: list[str], name: str) -> list[Node]:
    """Return the objects that a path leads to; below a slice, only the one of its name."""
    found = [node]
    for step in path:
        found = [inner for one in found for inner in _values(one, step, name)]
    return found


def _values(node: Node, step: str, name: str) -> list[Any]:
    """Return the values of one element; of a slice only those whose url ends in its name."""
    stem = re.sub(r"\[x\]$", "", step)
    keys = [key for key in node if key == step or (step.endswith("[x]") and re.fullmatch(stem + "[A-Z].*", key))]
    values = [one for key in keys for one in (node[key] if isinstance(node[key], list) else [node[key]])]
    sliced = re.search(rf"\b{re.escape(step)}:([a-z-]+)", name)
    return [one for one in values if one["url"].rpartition("/")[2] == sliced[1]] if sliced else values
