"""Encounter -> a stay, inside the hospital or not."""

from typing import Final

from mappings.facts import Fact, Stay
from mappings.findings import SetAsideReason
from mappings.reading.context import Context
from mappings.reading.datatypes import Period
from mappings.reading.dates import ending, first_of
from mappings.reading.statuses import ENCOUNTER, use_of
from mappings.reading.views import Encounter, EncounterClass

#: Whether somebody is admitted, by v3-ActCode and by the words that hospitals use. An emergency, a short stay, and an
#: observation may be either.
ADMITTED: Final = {
    **dict.fromkeys(("IMP", "ACUTE", "NONAC", "inpatient encounter", "inpatient", "住院"), True),
    **dict.fromkeys(("AMB", "VR", "HH", "FLD", "ambulatory", "outpatient", "门诊"), False),
}
#: States in which a stay goes on.
UNDER_WAY: Final = frozenset({"arrived", "triaged", "in-progress", "onleave", "on-hold"})


def read(view: Encounter, context: Context) -> list[Fact] | SetAsideReason:
    """Return the stay in ``view``, or why there is none. Raises ValueError for dates."""
    use = use_of(view, view.status, ENCOUNTER)
    if use != "use" and use != "preliminary":
        return use
    period = view.period or view.actual_period or Period()
    began, ended = first_of(context.zone, period.start), ending(period.end, context.zone)
    kinds = (view.kind,) if isinstance(view.kind, EncounterClass) else view.kind
    return [
        Stay(
            source=context.source(view, "Encounter"),
            when=began,
            raw="|".join(name for kind in kinds for name in _names(kind)[:1]),
            problem="preliminary" if use == "preliminary" else None,
            inpatient=_is_inpatient({ADMITTED.get(name) for kind in kinds for name in _names(kind)} - {None}),
            ended=None if began and ended and ended.latest < began.earliest else ended,
            ongoing=ended is None and view.status in UNDER_WAY,
        )
    ]


def _names(kind: EncounterClass) -> list[str]:
    """Return the codes of a class of encounters, and what it is called."""
    codes = [kind.code, *(one.code for one in kind.coding)]
    names = [*codes, kind.display, *(one.display for one in kind.coding), kind.text]
    return [name for name in names if name]


def _is_inpatient(said: set[bool | None]) -> bool | None:
    """Whether one is admitted; of classes that differ, an admission counts: then the patient was in the hospital."""
    return True if True in said else False if said else None
