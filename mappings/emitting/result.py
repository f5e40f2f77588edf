"""One result as an Observation by the adapter's Device, alike in R4 and R5: value, method, what it was derived from.

What no element may refer to stands in a note. A value that nobody can give is a reason (dataAbsentReason), never a value.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Context, Decimal
from typing import Final

from mappings.emitting.datatypes import THO, Resource, coding, device_reference, instant, profile, quantity
from mappings.emitting.evidence import named, of_kinds
from mappings.emitting.identifiers import id_of, identifier_of
from mappings.emitting.narrative import clean, narrative
from mappings.emitting.result_words import RESULTS
from mappings.findings import Amount
from mappings.followed import Followed
from mappings.site import Occasion
from mappings.wording import plain

#: Types that an Observation may say it was derived from.
DERIVED_FROM: Final = ("Observation", "QuestionnaireResponse", "DocumentReference")
#: A quotient can have any number of digits; FHIR holds 17 after the point (R5 datatypes, decimal), and 12 in all say enough.
DIGITS: Final = Context(prec=12)
PROPOSED: Final = (
    "Made by software from the record; to be confirmed by a person. 由软件根据病历资料得出，须由研究者确认。"
)


def observation(
    value: Resource,
    parts: list[Resource],
    *,
    followed: Followed,
    on: Occasion,
    name: str,
    days: tuple[date, date] | None,
    method: str,
    behind: list[Resource],
    about: tuple[str, ...] = (),
    notes: Iterable[str] = (),
    status: str = "preliminary",
) -> Resource:
    """Return the Observation ``name``, ``about`` one of several; ``behind`` it are the resources that it rests on."""
    base, words = on.site.canonical_base, RESULTS[name]
    derived = of_kinds(behind, DERIVED_FROM)
    beside = named(one for one in behind if one not in derived)
    said = [clean(one) for one in (PROPOSED, *notes, f"It also rests on: {beside}" if beside else "") if one]
    made: Resource = {
        "resourceType": "Observation",
        "id": id_of(name, followed, *about),
        "meta": profile(base, "trial-result"),
        "text": narrative(
            f"{words.en} {words.zh}", [*map(_told, [value] if value else []), *map(_told_of, parts), *said]
        ),
        "identifier": [identifier_of(base, name, followed, *about)],
        "status": status,
        "code": _coded(base, name),
        "subject": {"reference": followed.patient},
        **_effective(followed, days, on),
        "issued": instant(followed, on),
        **value,
        "note": [{"text": one} for one in said],
        "method": {"text": method},
        "device": device_reference(),
        "derivedFrom": derived,
        "component": parts,
    }
    return {key: one for key, one in made.items() if one != []}


def _coded(base: str, name: str, text: str = "") -> Resource:
    words = RESULTS[name]
    return {"coding": [coding(f"{base}/CodeSystem/result", name, words.en)], "text": text or f"{words.en} {words.zh}"}


def component(base: str, name: str, value: Resource, text: str = "") -> Resource:
    """Return one part of a result: what it is, in the code's own words or in ``text``, and its value."""
    return {"code": _coded(base, name, clean(text)), **value}


def since(followed: Followed, on: Occasion) -> tuple[date, date] | None:
    """Return the days from Day 0 until today."""
    return (followed.timeline.day0, on.today) if followed.timeline.day0 else None


def _effective(followed: Followed, days: tuple[date, date] | None, on: Occasion) -> Resource:
    """Return the days that a result is about, as far as they are past; without a sure Day 0 it is about now."""
    if days is None:
        return {"effectiveDateTime": instant(followed, on)}
    return {"effectivePeriod": {"start": days[0].isoformat(), "end": min(days[1], on.today).isoformat()}}


def number(value: Decimal | int | None, unit: str, why: str = "") -> Resource:
    """Return a number as a value, or ``why`` there is none."""
    return absent(why) if value is None else measured(Amount(Decimal(value), unit))


def measured(amount: Amount) -> Resource:
    """Return an amount as a value, rounded to the digits that mean something."""
    return {"valueQuantity": quantity(Amount(DIGITS.plus(amount.value), amount.unit))}


def flag(value: bool | None, why: str = "") -> Resource:
    """Return a yes or no as a value, or ``why`` there is none."""
    return absent(why) if value is None else {"valueBoolean": value}


def absent(why: str, code: str = "unknown") -> Resource:
    """Return the reason for which there is no value."""
    coded: Resource = {"coding": [coding(f"{THO}/data-absent-reason", code)]}
    return {"dataAbsentReason": coded | ({"text": clean(why)} if why else {})}


def _told(value: Resource) -> str:
    """Return a value in words, for the narrative."""
    if "valueQuantity" in value:
        return f"{plain(value['valueQuantity']['value'])} {value['valueQuantity']['unit']}"
    if "valueCodeableConcept" in value:
        return str(value["valueCodeableConcept"]["coding"][0]["display"])
    if "valueBoolean" in value:
        return "yes 是" if value["valueBoolean"] else "no 否"
    if "dataAbsentReason" in value:
        return f"not known 未知: {value['dataAbsentReason'].get('text', '')}".removesuffix(": ")
    return str(value["valueString"])


def _told_of(part: Resource) -> str:
    return f"{part['code']['text']}: {_told(part)}"
