"""What stands in the target before, and must not be lost: what people set there, and events that we once told.

A research subject's status that is not ours is kept, and so is an adverse event that a person took over. An event of ours
that the record no longer shows is not deleted: it is marked as entered in error, by the guide's own status.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from adapter.report import FHIR_ENCODER
from mappings.emitting.adverse_event import is_ours_event, retracted
from mappings.emitting.subject_status import is_ours, merged

SUBJECTS: Final = "ResearchSubject.ndjson"
EVENTS: Final = "AdverseEvent.ndjson"
_SUBJECT: Final = b'{"resourceType":"ResearchSubject",'
_EVENT: Final = b'{"resourceType":"AdverseEvent",'
Resources = Mapping[str, Mapping[str, Any]]


class Standing(msgspec.Struct, frozen=True):
    """What an earlier run, or a person, left in the target, by id: subjects with a person's status, and every event."""

    subjects: Resources
    events: Resources

    def respecting(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield ``lines``, resources to write, with what a person set or took over as it stands."""
        for line in lines:
            if self.subjects and line.startswith(_SUBJECT):
                subject = msgspec.json.decode(line)
                yield _line(merged(subject, self.subjects.get(subject["id"])))
            elif self.events and line.startswith(_EVENT):
                there = self.events.get(msgspec.json.decode(line)["id"])
                yield line if there is None or is_ours_event(there) else _line(there)
            else:
                yield line

    def subjects_left(self, written: Iterable[str]) -> list[bytes]:
        """Return the lines of the subjects with a person's status that were not ``written``: there is no word about them."""
        return [_line(self.subjects[key]) for key in sorted(self.subjects.keys() - {*written})]

    def events_left(self, written: set[str], patients: set[str]) -> tuple[list[bytes], int]:
        """Return the lines of the events that were not ``written`` again, and how many of them are withdrawn by it.

        Ours about one of ``patients``, who were looked at now, hold no more; about anybody else nothing new is known.
        """
        lines, withdrawn = [], 0
        for name, event in sorted(self.events.items()):
            if name in written:
                continue
            if is_ours_event(event) and event["subject"]["reference"] in patients:
                made = retracted(event, "R4" if "event" in event else "R5")
                withdrawn += made != event
                event = made
            lines.append(_line(event))
        return lines, withdrawn


def standing(folder: Path) -> Standing:
    """Return what stands in ``folder``. Raises ``ValueError`` with the file and the line that cannot be read."""
    subjects = _by_id(folder / SUBJECTS, "ResearchSubject", lambda one: not is_ours(one))
    return Standing(subjects, _by_id(folder / EVENTS, "AdverseEvent", _is_event))


def _is_event(one: Mapping[str, Any]) -> bool:
    """Whether ``one`` is an event that can be kept: it has what is asked of it later."""
    return isinstance(is_ours_event(one), bool) and isinstance(one["subject"]["reference"], str)


def _by_id(file: Path, kind: str, is_kept: Callable[[Mapping[str, Any]], bool]) -> Resources:
    """Return, by id, the resources in ``file`` that are kept; none where there is no file."""
    if not file.exists():
        return {}
    found: dict[str, Mapping[str, Any]] = {}
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                one = msgspec.json.decode(line, type=dict[str, Any])
                if is_kept(one):
                    found[one["id"]] = one
            except (msgspec.DecodeError, LookupError, TypeError, AttributeError):
                raise ValueError(f"{file.name} line {number} is no {kind}") from None
    return found


def _line(resource: Mapping[str, Any]) -> bytes:
    return FHIR_ENCODER.encode(resource) + b"\n"
