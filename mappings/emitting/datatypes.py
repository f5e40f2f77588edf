"""The FHIR datatypes that are written, in the fewest words: codings, quantities, references, instants."""

from datetime import timedelta
from decimal import MAX_PREC, Context, Decimal
from typing import Any, Final, Literal

from mappings.clauses import STUDY, Bilingual
from mappings.emitting.identifiers import Told, logical_id
from mappings.findings import Amount
from mappings.intervals import When
from mappings.site import Occasion
from mappings.wording import plain

Release = Literal["R4", "R5"]
Resource = dict[str, Any]
VERSION: Final = "0.1.0"
#: A time that is written to the minute is known to the minute.
MINUTE: Final = timedelta(minutes=1)
#: So many digits may stand after the point (R5 datatypes, decimal).
PLACES: Final = -17
LEAST: Final = Decimal(1).scaleb(PLACES)
#: However many digits stand before it.
ANY_LENGTH: Final = Context(prec=MAX_PREC)
UCUM: Final = "http://unitsofmeasure.org"
THO: Final = "http://terminology.hl7.org/CodeSystem"
TRANSLATION: Final = "http://hl7.org/fhir/StructureDefinition/translation"


def coding(system: str, code: str, display: str | None = None) -> dict[str, str]:
    """Return a Coding; its display where one is given."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def quantity(amount: Amount) -> Resource:
    """Return a number with all its digits but no zeros that a conversion left, and its UCUM unit."""
    return {"value": digits(amount.value), "unit": amount.unit, "system": UCUM, "code": amount.unit}


def digits(value: Decimal) -> Decimal:
    """Return ``value`` as every other output writes it, but for digits of a quotient that FHIR has no room for."""
    exponent = value.as_tuple().exponent
    return Decimal(
        plain(value.quantize(LEAST, context=ANY_LENGTH) if isinstance(exponent, int) and exponent < PLACES else value)
    )


def instant(told: Told, on: Occasion) -> str:
    """Return as of which instant something is told, in the site's time zone, whichever zone it was given in."""
    return told.at.astimezone(on.zone).isoformat(timespec="seconds")


def moment(when: When, on: Occasion) -> str | None:
    """Return the dateTime that says what is known of ``when`` and no more; ``None`` where not even the year is."""
    first, last = (one.astimezone(on.zone) for one in (when.earliest, when.latest))
    if last - first < MINUTE:
        return first.isoformat(timespec="seconds")
    forms = ((one.strftime(form) for one in (first, last)) for form in ("%Y-%m-%d", "%Y-%m", "%Y"))
    return next((start for start, end in forms if start == end), None)


def translated(text: Bilingual) -> Resource:
    """Return what stands beside an English text and holds the Chinese one."""
    parts = [{"url": "lang", "valueCode": "zh"}, {"url": "content", "valueString": text.zh}]
    return {"extension": [{"url": TRANSLATION, "extension": parts}]}


def profile(base: str, name: str) -> Resource:
    """Return the Meta that names the profile a resource keeps to."""
    return {"profile": [f"{base}/StructureDefinition/{name}"]}


def device_reference() -> dict[str, str]:
    """Return the reference to the adapter itself."""
    return {"reference": f"Device/{logical_id('device')}"}


def study_reference() -> dict[str, str]:
    """Return the reference to the trial."""
    return {"reference": f"ResearchStudy/{STUDY}"}
