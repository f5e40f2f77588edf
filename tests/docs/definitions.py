"""The part of PROTOCOL.md on what follows treatment: one table of parameters for each definition."""

import inspect

from mappings.definitions import DEFINITIONS, NAMES, Choice, Group, written
from mappings.limits import Limit


def parameters() -> list[str]:
    """Return every table."""
    return [_definition(group) for group in NAMES]


def _definition(group: Group) -> str:
    definition = getattr(DEFINITIONS, group)
    title, _, says = (inspect.getdoc(type(definition)) or "").partition(": ")
    assert title == NAMES[group], f"the docstring of {group} begins with its name"
    rows = [_row(name, getattr(definition, name)) for name in definition.__struct_fields__]
    head = ["| parameter | default | unit or choices | clause | set by |", "|---|---|---|---|---|"]
    return "\n".join([f"#### {title} (`[definitions.{group}]`)", "", says[0].upper() + says[1:], "", *head, *rows, ""])


def _row(name: str, parameter: Limit | Choice) -> str:
    of = parameter.unit if isinstance(parameter, Limit) else ", ".join(f"`{word}`" for word in parameter.among)
    return f"| `{name}` | {written(parameter)} | {of} | {parameter.clause} | {parameter.asked} |"
