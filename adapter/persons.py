"""What people set in the target before: a research subject's status that is not ours is kept, never overwritten."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from adapter.report import FHIR_ENCODER
from mappings.emitting.subject_status import is_ours, merged

SUBJECTS: Final = "ResearchSubject.ndjson"
_KIND: Final = b'{"resourceType":"ResearchSubject",'


def set_by_persons(file: Path) -> dict[str, Mapping[str, Any]]:
    """Return, by id, the research subjects in ``file`` whose status somebody else set; none where there is no file.

    Raises ``ValueError`` for a line that is no research subject: what it says could not be kept.
    """
    if not file.exists():
        return {}
    found: dict[str, Mapping[str, Any]] = {}
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                subject = msgspec.json.decode(line, type=dict[str, Any])
                if not is_ours(subject):
                    found[subject["id"]] = subject
            except (msgspec.DecodeError, LookupError, TypeError, AttributeError):
                raise ValueError(f"line {number} is no ResearchSubject") from None
    return found


def respecting(lines: Iterable[bytes], there: Mapping[str, Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield ``lines``, resources to write, with the status of ``there`` where a person set one."""
    for line in lines:
        if there and line.startswith(_KIND):
            subject = msgspec.json.decode(line)
            yield FHIR_ENCODER.encode(merged(subject, there.get(subject["id"]))) + b"\n"
        else:
            yield line
