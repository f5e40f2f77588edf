"""E06: malignancy within 5 years."""

from datetime import date, datetime
from typing import Final

from mappings.criteria.history import about, silence
from mappings.criteria.months import bounds, months_before, passing
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
METASTATIC: Final = frozenset({"dx.malignancy_metastatic", "dx.malignancy_NOT_exempt_metastatic_bcc"})
ALL: Final = (*MALIGNANT, *SKIN, *CERVIX, *CANDIDATES)


def malignancy(record: Record, on: Occasion) -> Finding:
    """The patient had a malignancy within 5 years, other than a localized one with negligible risk of metastasis.

    Counted from the last sign of it: its end where known, now while it is active, else its onset. One whose end or
    onset is not known, one that is not certain, and candidates for the exemption are for a person. As old ones may
    still be active, only records of all time prove that there is none.
    """
    found = [one for one in record.diagnosed(ALL) if not _is_exempt(one, on)]
    months = 12 * int(on.limits.malignancy_years.value)
    opens = months_before(on.today, months)
    recent = [one for one in found if _is_recent(one, on, opens) is not False]
    signs = [sign for one in recent if not one.active for sign in _last_signs(one)]
    turns = passing(signs, months, on)
    barring = [one for one in recent if one.certain and _is_recent(one, on, opens) and _is_plain(one)]
    if barring:
        return met(CLAUSE, "present", barring, turns=turns, about=about(barring))
    if recent:
        return judgement(CLAUSE, "needs-person", recent, turns=turns, about=about(recent))
    quiet = silence(record, on, CLAUSE, "dx.malignancy")
    return not_met(CLAUSE, "absent", record.diagnosed(ALL)) if quiet.state == "not-met" else quiet


def _is_exempt(one: Diagnosis, on: Occasion) -> bool:
    exempt = {*SKIN, *CERVIX}
    if on.site.interpretations.malignancy_exempt == "any-in-situ":
        exempt |= {*IN_SITU}
    return bool(exempt & one.concepts) and not METASTATIC & one.concepts


def _is_plain(one: Diagnosis) -> bool:
    """Whether a diagnosis is a malignancy beyond doubt: no history code, no candidate for the exemption."""
    return bool(set(MALIGNANT) & one.concepts) and not {"hx.malignancy", *CANDIDATES} & one.concepts


def _is_recent(one: Diagnosis, on: Occasion, opens: date) -> bool | None:
    """Whether the last sign of a malignancy lies within the window; ``None`` where the record does not say."""
    if one.active:
        return True
    opening = on.midnight(opens)
    if one.ended is not None:
        return one.ended.since(opening)
    if one.active is False and one.source.issued and one.source.issued < opening:
        return False
    return (one.when.since(opening) if one.when else None) or None


def _last_signs(one: Diagnosis) -> list[datetime]:
    """Return the instants that the window is counted from, for one that is not known to be active."""
    over = [one.source.issued] if one.active is False and one.source.issued and not one.ended else []
    return [*bounds(one.ended, one.when), *over]
