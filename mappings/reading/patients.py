"""Patient -> who the patient is."""

from datetime import date, timedelta
from typing import Final

from mappings.facts import Person, Sex
from mappings.findings import SetAsideReason
from mappings.reading.context import Context
from mappings.reading.dates import days
from mappings.reading.statuses import refused
from mappings.reading.views import Patient

SEXES: Final[dict[str, Sex]] = {"female": "female", "male": "male"}


def read(view: Patient, context: Context) -> Person | SetAsideReason:
    """Return the person; a birth date that is none is left out, so that age is unknown rather than wrong."""
    reason = refused(view)
    if reason:
        return reason
    reference = f"Patient/{view.id}"
    named = next(((one.system, one.value) for one in view.identifier if one.system and one.value), None)
    return Person(
        reference=reference,
        source=context.source(view, "Patient"),
        identifier=named,
        born=_born(view.birth_date),
        born_text=view.birth_date,
        sex=SEXES.get(view.gender),
        deceased=bool(view.deceased_boolean or view.deceased_date_time),
        replaced=any(link.type == "replaced-by" for link in view.link),
    )


def _born(text: str) -> tuple[date, date] | None:
    """Return the first and the last day that a birth date may stand for."""
    try:
        first, after = days(text)
    except ValueError:
        return None
    return first, after - timedelta(days=1)
