"""What is counted over all treated participants, as Measures: adverse events, dose-limiting toxicities, responses.

A Measure has groups; a group has populations, which are numbers, and stratifiers, by which they are told apart.
Criteria are in words: the definitions that the numbers rest on are named in the reports' sources, and no rate is computed.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from mappings.clauses import STUDY
from mappings.emitting.datatypes import THO, Release, Resource, coding
from mappings.emitting.table_words import words
from mappings.emitting.terminology import metadata

WORDS: Final = words()
#: How a score is made of the numbers: it is not. A proportion would have to be told, of whatever few there are.
SCORING: Final = "cohort"
#: Numbers that FHIR has a code for (measure-population).
STANDARD: Final = frozenset({"initial-population", "denominator", "numerator"})


class Group(msgspec.Struct, frozen=True):
    """What is counted of one thing: number -> who or what is in it, and what the numbers are told apart by."""

    counts: Mapping[str, str]
    stratifiers: tuple[tuple[str, ...], ...]


class Table(msgspec.Struct, frozen=True):
    """One Measure: its title, what it is about, and its groups by their codes."""

    title: str
    description: str
    groups: Mapping[str, Group]


def _responses(cohort: str) -> Group:
    return Group(
        {
            "initial-population": f"Treated participants of whom it is asked: {cohort}",
            "denominator": "Those of whom it is known whether they respond; who is not evaluable once week 12 is over does not",
            "numerator": "Those who respond",
        },
        (("dose-level",), ("cohort", "dose-level", "result")),
    )


TABLES: Final[Mapping[str, Table]] = {
    "safety": Table(
        f"Adverse events of {STUDY}",
        "Types of adverse events by worst grade and dose level. A row counts participants once, under their worst grade, "
        "and every event. Events of which nobody can tell whether they came with the treatment are counted apart.",
        {
            "adverse-events": Group(
                {
                    "initial-population": "Treated participants",
                    "participants": "Participants with an event that came with the treatment",
                    "events": "Events that came with the treatment",
                    "participants-unknown": "Participants with an event of which nobody can tell whether it did",
                    "events-unknown": "Events of which nobody can tell whether they did",
                },
                (("dose-level",), ("event", "dose-level", "grade")),
            )
        },
    ),
    "dose-limitation": Table(
        f"Dose-limiting toxicities of {STUDY}",
        "Windows for dose-limiting toxicities by dose level. Proposals of software until a person confirms them.",
        {
            "dose-limiting-toxicities": Group(
                {
                    "initial-population": "Treated participants",
                    "denominator": "Those who are evaluable",
                    "numerator": "Those with a dose-limiting toxicity",
                    "evaluable-unknown": "Those of whom it cannot be told yet whether they are evaluable",
                    "none": "Those without a dose-limiting toxicity",
                    "open": "Those whose window is still open",
                    "data-gap": "Those of whom data are lacking",
                },
                (("dose-level",), ("event", "dose-level", "grade")),
            )
        },
    ),
    "response": Table(
        f"Responses at week 12 of {STUDY}",
        "Responses at week 12 by endpoint, cohort and dose level, as the composite strategy counts them.",
        {"renal-response": _responses("lupus nephritis"), "platelet-response": _responses("immune thrombocytopenia")},
    ),
}


def measures(release: Release, base: str) -> list[Resource]:
    """Return the definition of every table, to which its reports refer."""
    return [_measure(name, table, release, base) for name, table in TABLES.items()]


def _measure(name: str, table: Table, release: Release, base: str) -> Resource:
    return metadata("Measure", name, table.title, base) | {
        "description": table.description,
        "scoring": {"coding": [coding(f"{THO}/measure-scoring", SCORING)]},
        "group": [_group(code, group, release, base) for code, group in table.groups.items()],
    }


def _group(code: str, group: Group, release: Release, base: str) -> Resource:
    return linked(code, release) | {
        "code": concept(code, base),
        "population": [
            linked(f"{code}.{count}", release) | {"code": population(count, base), "criteria": _in_words(text)}
            for count, text in group.counts.items()
        ],
        "stratifier": [_stratifier(code, dimensions, release, base) for dimensions in group.stratifiers],
    }


def _stratifier(group: str, dimensions: tuple[str, ...], release: Release, base: str) -> Resource:
    """Return a stratifier: R5 has components for its dimensions; R4 has no linkId, and no code beside components (mea-1)."""
    where = path(group, dimensions)
    if len(dimensions) == 1 or release == "R4":
        return _criterion(where, together(dimensions), release, base)
    parts = [_criterion(f"{where}.{one}", one, release, base) for one in dimensions]
    return linked(where, release) | {"component": parts}


def _criterion(where: str, code: str, release: Release, base: str) -> Resource:
    return linked(where, release) | {"code": concept(code, base), "criteria": _in_words(WORDS[code].en)}


def together(dimensions: tuple[str, ...]) -> str:
    """Return the code of a stratifier."""
    return "-and-".join(dimensions)


def path(group: str, dimensions: tuple[str, ...]) -> str:
    """Return the linkId of a stratifier (R5)."""
    return f"{group}.by-{together(dimensions)}"


def linked(name: str, release: Release) -> Resource:
    """Return the linkId by which R5 ties a report to its measure; R4 ties them by their codes."""
    return {"linkId": name} if release == "R5" else {}


def population(name: str, base: str) -> Resource:
    """Return the code of a number: that of FHIR, else our own."""
    if name in STANDARD:
        return {"coding": [coding(f"{THO}/measure-population", name)], "text": WORDS[name].en}
    return concept(name, base)


def concept(code: str, base: str) -> Resource:
    """Return a code of the tables in both languages."""
    name = WORDS[code]
    return {"coding": [coding(f"{base}/CodeSystem/table", code, name.en)], "text": f"{name.en} {name.zh}"}


def _in_words(text: str) -> Resource:
    return {"language": "text/plain", "expression": text}
