"""Condition -> diagnosis."""

from typing import Final, Literal

from mappings.facts import Diagnosis, Fact
from mappings.findings import SetAsideReason
from mappings.reading.context import Context
from mappings.reading.dates import first_of
from mappings.reading.statuses import ACTIVE, VERIFICATION, code_of, use_of
from mappings.reading.views import Condition

SEVERITIES: Final[dict[str, Literal["mild", "moderate", "severe"]]] = {
    "24484000": "severe",
    "6736007": "moderate",
    "255604002": "mild",
}


def read(view: Condition, context: Context) -> list[Fact] | SetAsideReason:
    """Return the diagnosis in ``view``, or why it is of no use. Raises ValueError for dates.

    A diagnosis under no code that we can place stays a fact: it may be anything, so nothing can be ruled out.
    An onset given as an age or in words leaves the onset open; the recorded date bounds it from above only.
    """
    use = use_of(view, code_of(view.verification_status), VERIFICATION)
    if use != "use" and use != "preliminary":
        return use
    meaning = context.meaning(view.code)
    if meaning.contradicted:
        return "display-contradicts"
    if meaning.placed and not meaning.concepts:
        return "not-relevant"
    zone = context.zone
    ended = first_of(zone, view.abatement_date_time, view.abatement_period)
    abated = bool(
        ended or view.abatement_boolean or view.abatement_string or view.abatement_age or view.abatement_range
    )
    status = code_of(view.clinical_status)
    return [
        Diagnosis(
            source=context.source(view, "Condition"),
            concepts=meaning.concepts,
            when=first_of(zone, view.onset_date_time, view.onset_period),
            raw=meaning.text,
            active=False if abated and ACTIVE.get(status) is None else ACTIVE.get(status),
            certain=use == "use",
            placed=meaning.placed,
            ended=ended,
            recorded=first_of(zone, view.recorded_date),
            severity=SEVERITIES.get(code_of(view.severity)),
            text=meaning.text,
        )
    ]
