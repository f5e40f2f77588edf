"""The research subject: the decision as R4 and as R5 say it, the cohorts, the days, the reason, the consent."""

from datetime import date
from typing import Any

from mappings.emitting.datatypes import Release
from mappings.emitting.subject import research_subject
from tests.spec.emitting.conftest import ON, Made, finding

BARRED = finding("E07", "met", "present", "Condition/c1")
NO_CLASS = finding("I02-LN-3", "not-met", "absent")


def _named(subject: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in subject["extension"] if one["url"].endswith(name)]


def test_the_state_stands_where_each_release_has_it(screened: Made) -> None:
    """R4 has the subject's state in status; in R5 status is the record's, and the state stands in progress."""
    r4, r5 = (research_subject(screened(), release, ON) for release in ("R4", "R5"))  # type: ignore[arg-type]
    assert (r4["status"], r4["individual"]) == ("eligible", {"reference": "Patient/p1"})
    assert (r5["status"], r5["subject"]) == ("active", {"reference": "Patient/p1"})
    assert r5["progress"][0]["subjectState"]["coding"][0]["code"] == "eligible"
    assert r5["progress"][0]["startDate"] == "2025-06-01T09:00:00+08:00"


def test_only_who_is_out_has_a_reason(screened: Made) -> None:
    """A reason names every barring clause; who is barred from one cohort only is not screened out."""
    r4, r5 = (research_subject(screened(BARRED, NO_CLASS), release, ON) for release in ("R4", "R5"))  # type: ignore[arg-type]
    reason = _named(r4, "-statusReason")[0]["valueCodeableConcept"]
    assert reason["text"] == "Barred by I02-LN-3, E07"
    assert reason["coding"][0]["code"] == "screening-failure"
    assert r5["progress"][0]["reason"] == reason
    assert _named(r5, "-statusReason") == []
    half = research_subject(screened(NO_CLASS), "R5", ON)
    assert "reason" not in half["progress"][0]
    assert _named(research_subject(screened(NO_CLASS), "R4", ON), "-statusReason") == []


def test_the_decision_is_told_overall_and_by_cohort(screened: Made, release: Release) -> None:
    """One code says the decision, one each cohort's, and words say what bars from it."""
    subject = research_subject(screened(NO_CLASS), release, ON)
    codes = [one["valueCodeableConcept"]["coding"][0]["code"] for one in _named(subject, "/screened-cohort")]
    assert codes == ["LN-ineligible", "ITP-eligible"]
    assert _named(subject, "/screening-decision")[0]["valueCoding"]["code"] == "eligible"
    assert "Lupus nephritis: ineligible (barred by I02-LN-3)" in subject["text"]["div"]
    assert "狼疮性肾炎：不符合入组条件（不符合：I02-LN-3）" in subject["text"]["div"]


def test_the_days_are_told_as_far_as_they_are_known(screened: Made, release: Release) -> None:
    """From and until, from only, or neither."""
    first, last = date(2025, 6, 3), date(2025, 6, 9)
    both = research_subject(screened(eligible_from=first, eligible_until=last), release, ON)
    assert _named(both, "/eligible-period")[0]["valuePeriod"] == {"start": "2025-06-03", "end": "2025-06-09"}
    assert "Eligible from 2025-06-03 until 2025-06-09" in both["text"]["div"]
    open_ = research_subject(screened(eligible_from=first), release, ON)
    assert _named(open_, "/eligible-period")[0]["valuePeriod"] == {"start": "2025-06-03"}
    assert _named(research_subject(screened(), release, ON), "/eligible-period") == []


def test_the_consent_that_was_signed_is_named(screened: Made) -> None:
    """R4 names one consent, R5 all; a person's word, or a consent that was refused, is none."""
    signed = screened(finding("I05", "met", "present", "Consent/1", "Consent/2", "QuestionnaireResponse/3"))
    assert research_subject(signed, "R4", ON)["consent"] == {"reference": "Consent/1"}
    assert research_subject(signed, "R5", ON)["consent"] == [{"reference": "Consent/1"}, {"reference": "Consent/2"}]
    assert "consent" not in research_subject(screened(finding("I05", "not-met", "negative", "Consent/1")), "R4", ON)
