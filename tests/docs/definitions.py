"""The part of PROTOCOL.md on what follows treatment: one table of parameters for each definition."""

import inspect

from mappings.definitions import DEFINITIONS, NAMES, Choice, Group, written
from mappings.limits import Limit

HEAD = """\
## After treatment

The registered record names the endpoints and defines none of them. The definitions below fill that gap, from
`mappings/definitions.py`: every output bears the name of its definition. A site changes a parameter in its file under
the group that stands in brackets, and the name then says so, as in `CRR_v1 (upcr=0.7)`; what is *registered* cannot be
changed. Every number that a publication did not set is a *default* of ours, to be confirmed by the sponsor, and so is
the choice among published definitions. Days count from Day 0, the calendar day on which the infusion began.

| clause | what it asks for |
|---|---|
| P1 | dose-limiting toxicities |
| P2 | adverse events: type, severity, frequency |
| S1 | complete renal response at week 12 (cohort 1, lupus nephritis) |
| S2 | complete or partial response of platelets at week 12 (cohort 2, thrombocytopenia) |
| X1 | kinetics and dynamics of the cells |
"""


def after_treatment() -> str:
    """Return the section with every table."""
    return "\n".join([HEAD, *map(_definition, NAMES)])


def _definition(group: Group) -> str:
    definition = getattr(DEFINITIONS, group)
    title, _, says = (inspect.getdoc(type(definition)) or "").partition(": ")
    assert title == NAMES[group], f"the docstring of {group} begins with its name"
    rows = [_row(name, getattr(definition, name)) for name in definition.__struct_fields__]
    head = ["| parameter | default | unit or choices | clause | set by |", "|---|---|---|---|---|"]
    return "\n".join([f"### {title} (`[definitions.{group}]`)", "", says[0].upper() + says[1:], "", *head, *rows, ""])


def _row(name: str, parameter: Limit | Choice) -> str:
    of = parameter.unit if isinstance(parameter, Limit) else ", ".join(f"`{word}`" for word in parameter.among)
    return f"| `{name}` | {written(parameter)} | {of} | {parameter.clause} | {parameter.asked} |"
