"""Infections: which Conditions are one, under which term they stand, and the grade that their treatment gives them.

Source: CTCAE 5.0 (National Cancer Institute, November 2017), "Infections and infestations": an oral anti-infective is
grade 2, an intravenous one grade 3. Version 6.0 grades them alike.
"""

from typing import Final

from mappings.facts import Diagnosis

#: Concepts that begin with this are infections; :func:`is_infection` says which Conditions are graded here.
INFECTIONS: Final = "dx.infection"
#: What wakes up again after treatment and has terms of its own.
_VIRAL_HEPATITIS: Final = frozenset({"dx.hbv", "dx.hcv"})


def is_infection(diagnosis: Diagnosis) -> bool:
    """Whether a Condition is an infection that is graded by its treatment; viral hepatitis is not."""
    concepts = diagnosis.concepts
    return concepts.isdisjoint(_VIRAL_HEPATITIS) and any(one.startswith(INFECTIONS) for one in concepts)
