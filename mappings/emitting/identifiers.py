"""Stable identifiers: the same study, patient and purpose give the same id, on every machine and in every run.

An id is 160 bits of SHA-256 over its parts, written as a JSON array so that no two lists of parts look alike. Among ten
million ids the chance that any two collide is about 10^-35.
"""

from hashlib import sha256

import msgspec

from mappings.clauses import STUDY
from mappings.findings import Screening
from mappings.followed import Followed

#: What is told of one patient at one instant.
Told = Screening | Followed


def logical_id(purpose: str, *parts: str) -> str:
    """Return a FHIR id (47 characters of the allowed set) for ``purpose`` of what ``parts`` name."""
    digest = sha256(msgspec.json.encode((STUDY, purpose, *parts))).hexdigest()
    return f"yts109-{digest[:40]}"


def patient_key(told: Told) -> tuple[str, ...]:
    """Return what names the patient best: the business identifier, else the reference."""
    return told.identifier or (told.patient,)


def id_of(purpose: str, told: Told, *parts: str) -> str:
    """Return the id of what is written for ``purpose`` about a patient; ``parts`` tell several of one purpose apart."""
    return logical_id(purpose, *patient_key(told), *parts)


def identifier_of(base: str, purpose: str, told: Told, *parts: str) -> dict[str, str]:
    """Return the business identifier of what is written for ``purpose`` about a patient."""
    return {"system": f"{base}/identifier/{purpose}", "value": id_of(purpose, told, *parts)}
