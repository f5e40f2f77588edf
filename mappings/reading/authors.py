"""Who said something: a practitioner, whose word counts, or somebody else."""

from typing import Final

from mappings.findings import SetAsideReason
from mappings.reading.datatypes import Reference

PEOPLE: Final = frozenset({"Practitioner", "PractitionerRole"})
#: Who else may be named as the author; of any other we cannot tell who they are.
OTHERS: Final = frozenset({"Device", "Patient", "RelatedPerson", "Organization"})


def refused(who: Reference) -> SetAsideReason | None:
    """Return why what ``who`` says is no attestation; ``None`` for a practitioner."""
    if is_person(who):
        return None
    kind = kind_of(who)
    if kind == "Device":
        return "own-output"
    return "not-relevant" if kind in OTHERS else "unresolved-reference"


def is_person(who: Reference) -> bool:
    """Whether ``who`` is a practitioner, named by reference or by identifier."""
    return kind_of(who) in PEOPLE and bool(who.reference or who.identifier)


def kind_of(who: Reference) -> str:
    """Return the type that a reference names by its path, else by its ``type`` (a name, or its canonical url)."""
    parts = who.reference.split("/_history/")[0].split("/")
    return parts[-2] if len(parts) > 1 else "" if who.reference else who.type.rpartition("/")[2]


def name_of(who: Reference) -> str:
    """Return what names ``who``: the reference, else the identifier."""
    return who.reference or (f"{who.identifier.system}|{who.identifier.value}" if who.identifier else "")
