"""Which study a reference, an identifier or a code names: this one, or another."""

from typing import Final

from mappings.clauses import STUDY
from mappings.reading.context import Context
from mappings.reading.datatypes import Coding, Identifier, Reference

REGISTRIES: Final = frozenset({"https://clinicaltrials.gov", "http://clinicaltrials.gov"})
#: Logical ids of the ResearchStudy that this adapter writes, and of one that is named by its number.
STUDY_IDS: Final = frozenset({STUDY, "yts109"})


def is_this_study(reference: Reference, context: Context) -> bool:
    """Whether ``reference`` names this trial: by its id, its registry number (which no other has), or the ResearchStudy it points to."""
    kind, _, name = reference.reference.split("/_history/")[0].rpartition("/")
    if reference.identifier is not None and names_this_study(reference.identifier):
        return True
    if reference.display.strip() == STUDY:
        return True
    if kind.rpartition("/")[2] != "ResearchStudy":
        return False
    study = context.studies.get(name)
    return name in STUDY_IDS or bool(study and any(map(names_this_study, study.identifier)))


def names_this_study(one: Identifier | Coding) -> bool:
    """Whether an identifier or a code is this study's number in the registry."""
    value = one.value if isinstance(one, Identifier) else one.code
    return one.system.rstrip("/") in REGISTRIES and value == STUDY
