"""Stable identifiers: the same study, patient and purpose give the same id, on every machine and in every run.

An id is 160 bits of SHA-256 over its parts, which are separated by a sign that none of them holds. Among ten million
ids the chance that any two collide is about 10^-35.
"""

from hashlib import sha256

from mappings.clauses import STUDY
from mappings.findings import Screening


def logical_id(purpose: str, *parts: str) -> str:
    """Return a FHIR id (47 characters of the allowed set) for ``purpose`` of what ``parts`` name."""
    digest = sha256("\x1f".join((STUDY, purpose, *parts)).encode()).hexdigest()
    return f"yts109-{digest[:40]}"


def patient_key(screening: Screening) -> str:
    """Return what names the patient best: the business identifier, else the reference."""
    identifier = screening.identifier
    return "|".join(identifier) if identifier else screening.patient


def identifier_of(base: str, purpose: str, screening: Screening) -> dict[str, str]:
    """Return the business identifier of what is written for ``purpose`` about a patient."""
    return {"system": f"{base}/identifier/{purpose}", "value": logical_id(purpose, patient_key(screening))}
