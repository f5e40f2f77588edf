"""A treated participant as JSON: the form of the interface, one object each."""

from datetime import datetime
from decimal import Context, Decimal
from typing import Any, Final

import msgspec

from adapter.report import instant
from mappings.clauses import STUDY
from mappings.emitting.checklist import declared
from mappings.findings import Amount
from mappings.follow_wording import dlt_text, event_text, response_text
from mappings.followed import Episode, Followed, Response
from mappings.intervals import When
from mappings.limits import PROTOCOL
from mappings.site import Occasion
from mappings.wording import plain


def as_json(followed: Followed, on: Occasion) -> dict[str, Any]:
    """Return ``followed`` in the form of the interface, every number with its digits and every time as it was sent."""
    line, identifier = followed.timeline, followed.identifier
    timeline = {name: spelled(getattr(line, name)) for name in TIMELINE}
    return {
        "patient": followed.patient,
        "identifier": {"system": identifier[0], "value": identifier[1]} if identifier else None,
        "study": STUDY,
        "at": instant(followed.at, on.zone),
        "known_at": instant(followed.known_at, on.zone) if followed.known_at else None,
        "protocol": PROTOCOL,
        "definitions": spelled(on.site.definitions),
        "coverage": declared(on),
        **timeline,
        "baseline": {"until": instant(line.baseline, on.zone) if line.baseline else None, "rule": line.baseline_rule},
        "adverse_events": [_event(one, on) for one in followed.events],
        "dlt": {**spelled(followed.dlt), "text": spelled(dlt_text(followed.dlt))},
        "endpoints": {"crr_week12": _response(followed.renal), "itp_week12": _response(followed.platelets)},
        "pk": {one.analyte: spelled(one) for one in followed.expansions},
        "pd": spelled(followed.dynamics),
        "sledai_2k": {one.visit: spelled(one.items) for one in followed.activity},
        "assessments_unmatched": followed.unmatched,
        "set_aside": followed.set_aside,
    }


#: What is said of the treatment itself.
TIMELINE: Final = (
    "cohort", "day0", "infused", "dose", "lymphodepletion", "lymphodepleted", "problems", "died", "left", "seen", "evidence",
)  # fmt: skip


def _event(one: Episode, on: Occasion) -> dict[str, Any]:
    """Return one adverse event with its sentences; its term comes apart into name, code and interest."""
    term = {"term": one.term.name, "code": spelled(one.term.code), "interest": one.term.interest}
    return {**spelled(one), **term, "text": spelled(event_text(one, on))}


def _response(one: Response) -> dict[str, Any]:
    return {**spelled(one), "text": spelled(response_text(one))}


#: Numbers with more digits than any that is sent come from a division: of these so many are shown.
MOST_DIGITS: Final = 15
DIGITS: Final = Context(prec=12)


def spelled(value: Any) -> Any:
    """Return ``value`` in JSON's own types: decimals with their digits, times as sent, structs as objects."""
    match value:
        case Decimal():
            return plain(value if len(value.as_tuple().digits) <= MOST_DIGITS else DIGITS.plus(value))
        case When():
            return value.text
        case Amount():
            return {"value": spelled(value.value), "unit": value.unit}
        case msgspec.Struct():
            return {name: spelled(getattr(value, name)) for name in value.__struct_fields__}
        case tuple() | list():
            return [spelled(one) for one in value]
        case dict():
            return {name: spelled(one) for name, one in value.items()}
        case datetime():
            return value.isoformat()
    return value
