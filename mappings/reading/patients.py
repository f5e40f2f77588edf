"""Patient -> who the patient is."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from mappings.facts import Person, Sex
from mappings.findings import SetAsideReason
from mappings.intervals import When
from mappings.reading.context import Context
from mappings.reading.dates import days, when
from mappings.reading.statuses import refused
from mappings.reading.views import Patient

SEXES: Final[dict[str, Sex]] = {"female": "female", "male": "male"}
#: A day's distance from the first and the last instant there is, so that either has a name in every time zone.
FIRST: Final = datetime(1, 1, 2, tzinfo=UTC)
LAST: Final = datetime(9999, 12, 30, tzinfo=UTC)


def read(view: Patient, context: Context) -> Person | SetAsideReason:
    """Return the person; a birth date that is none is left out, so that age is unknown rather than wrong.

    A record that is not in active use is not to be relied on (``active`` is a modifier in FHIR R4 and R5); one that
    was replaced says so more plainly.
    """
    reason = refused(view)
    if reason:
        return reason
    replaced = any(link.type == "replaced-by" for link in view.link)
    if view.active is False and not replaced:
        return "inactive"
    reference = f"Patient/{view.id}"
    return Person(
        reference=reference,
        source=context.source(view, "Patient"),
        identifier=_name_of(view),
        born=_born(view.birth_date),
        born_text=view.birth_date,
        sex=SEXES.get(view.gender),
        died=_died(view, context),
        replaced=replaced,
    )


def _name_of(view: Patient) -> tuple[str, str] | None:
    """Return the identifier that names the patient: the first official or usual one, else the first still in use."""
    found = [one for one in view.identifier if one.system and one.value and one.use not in ("old", "temp")]
    lasting = [one for one in found if one.use in ("official", "usual")]
    return next(((one.system, one.value) for one in (*lasting, *found)), None)


def _born(text: str) -> tuple[date, date] | None:
    """Return the first and the last day that a birth date may stand for."""
    try:
        first, after = days(text)
    except ValueError:
        return None
    return first, after - timedelta(days=1)


def _died(view: Patient, context: Context) -> When | None:
    """Return when the patient died: at any time of their life until it was written down, where no date is given."""
    if view.deceased_date_time:
        try:
            return when(view.deceased_date_time, context.zone)
        except ValueError:
            return _some_time(view, context)
    return _some_time(view, context) if view.deceased_boolean else None


def _some_time(view: Patient, context: Context) -> When:
    born, known = _born(view.birth_date), context.source(view, "Patient").issued
    first = datetime.combine(born[0], time(), context.zone) if born else FIRST
    last = LAST if known is None or known < first else known
    return When(first, last, view.deceased_date_time or "true")
