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
        died=_died(view, context),
        replaced=any(link.type == "replaced-by" for link in view.link),
    )


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
