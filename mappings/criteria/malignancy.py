"""E06: malignancy within 5 years."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from mappings.criteria.age import birthday
from mappings.criteria.history import about, last_known, may_be_active, silence
from mappings.criteria.verdicts import judgement, met, not_met
from mappings.facts import Diagnosis
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "E06"
MALIGNANT: Final = (
    "dx.malignancy",
    "dx.malignancy_all_C_chapter",
    "dx.malignancy_metastatic",
    "dx.malignancy_NOT_exempt_metastatic_bcc",
    "dx.mds_leukemia",
    "dx.melanoma",
    "hx.malignancy",
)
SKIN: Final = ("dx.malignancy_exempt_bcc", "dx.malignancy_exempt_scc_skin")
CERVIX: Final = ("dx.malignancy_exempt_cis_cervix",)
IN_SITU: Final = ("dx.malignancy_exempt_cis", "dx.malignancy_exempt_cis_any", "dx.malignancy_exempt_cis_breast")
#: May be localized with a negligible risk; only a person can tell.
CANDIDATES: Final = (
    "dx.malignancy_exempt_nonmelanoma_skin",
    "dx.malignancy_exempt_candidate_thyroid_papillary",
    "dx.neoplasm_uncertain",
    *IN_SITU,
)
ALL: Final = (*MALIGNANT, *SKIN, *CERVIX, *CANDIDATES)


def malignancy(record: Record, on: Occasion) -> Finding:
    """The patient had a malignancy within 5 years, other than a localized one with negligible risk of metastasis.

    Counted from the last sign of it: its end where known, now while it is active, else its onset. One without a
    date, one that is not certain, and candidates for the exemption are for a person.
    """
    found = [one for one in record.diagnosed(ALL) if not _is_exempt(one, on)]
    opens = birthday(on.today, -int(on.limits.malignancy_years.value))
    recent = [one for one in found if _is_recent(one, on, opens) is not False]
    turns = _turns(recent, on)
    barring = [one for one in recent if one.certain and _is_recent(one, on, opens) and _is_plain(one)]
    if barring:
        return met(CLAUSE, "present", barring, turns=turns, about=about(barring))
    if recent:
        return judgement(CLAUSE, "needs-person", recent, turns=turns, about=about(recent))
    quiet = silence(record, on, CLAUSE, "dx.malignancy", since=opens)
    return not_met(CLAUSE, "absent", found) if quiet.state == "not-met" else quiet


def _is_exempt(one: Diagnosis, on: Occasion) -> bool:
    exempt = {*SKIN, *CERVIX}
    if on.site.interpretations.malignancy_exempt == "any-in-situ":
        exempt |= {*IN_SITU}
    metastatic = {"dx.malignancy_metastatic", "dx.malignancy_NOT_exempt_metastatic_bcc"}
    return bool(exempt & one.concepts) and not metastatic & one.concepts


def _is_plain(one: Diagnosis) -> bool:
    """Whether a diagnosis is a malignancy beyond doubt: no history code, no candidate for the exemption."""
    return bool(set(MALIGNANT) & one.concepts) and not {"hx.malignancy", *CANDIDATES} & one.concepts


def _is_recent(one: Diagnosis, on: Occasion, opens: date) -> bool | None:
    """Whether the last sign of a malignancy lies within the window; ``None`` where the record does not say."""
    if one.active:
        return True
    if one.ended is not None:
        return one.ended.since(on.midnight(opens))
    seen = last_known(one)
    started_late = seen.since(on.midnight(opens)) if seen and one.when else None
    return started_late or None


def _turns(found: Sequence[Diagnosis], on: Occasion) -> tuple[date, ...]:
    """Return the days on which an ended malignancy passes out of the window."""
    years = int(on.limits.malignancy_years.value)
    ends = [
        end for one in found if one.ended and not may_be_active(one, on) for end in (one.ended.earliest, one.ended.latest)
    ]
    return tuple(sorted({birthday(on.day_of(end), years) + timedelta(days=1) for end in ends}))
