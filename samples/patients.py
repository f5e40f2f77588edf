"""The patients: each is a story of a few lines on top of one of two patients for whom every clause allows.

``EXPECTED`` is written by hand from the protocol, not computed: what bars, and what stays open.
"""

from collections.abc import Callable
from typing import Any

from samples.resources import (
    Hospital,
    Resource,
    attested,
    biopsy,
    coded,
    consented,
    day,
    diagnosis,
    given,
    measured,
    moment,
    prescribed,
    taken,
    vitals,
    worded,
)

Tell = Callable[[Hospital, str], Any]
Labs = dict[str, str]

#: Latest results of somebody whose organs work.
HEALTHY: Labs = {
    "wbc": "5.2", "hb": "112", "plt": "186", "anc": "3.1", "alt": "22", "ast": "24", "tbil": "9.8", "cr": "68",
    "inr": "1.02", "pt": "11.3", "c3": "0.55", "c4": "0.09", "dsdna": "412", "k": "4.1", "alb": "33",
}  # fmt: skip
#: Serology of somebody who never met these viruses.
SERONEGATIVE: Labs = {"hbsag": "阴性(-)", "hbcab": "阴性", "hcvab": "阴性(-)", "hiv": "非反应性", "tppa": "阴性(-)"}
#: What a practitioner has to say about every patient.
SAID = {"I03-8": "met", "I04-1": "met", "I04-3": "met", "E13": "not-met"}

#: Patient -> decision, the clauses that bar, the clauses that stay open.
EXPECTED: dict[str, dict[str, Any]] = {}


class Story:
    """One patient in the making: who they are, what their results are, and what else happened to them."""

    def __init__(self, name: str, why: str, **who: Any) -> None:
        self.name, self.why = name, why
        self.who = {"family": name.upper(), "born": "1993-03-14", "sex": "female", "weight": "56.5"} | who
        self.labs = dict(HEALTHY)
        self.words = dict(SERONEGATIVE)
        self.said = dict(SAID)
        self.backs: dict[str, int] = {}
        self.events: list[Tell] = []
        self.consents = True

    def result(self, back: int | None = None, **labs: str | None) -> "Story":
        """Change the latest results; ``None`` leaves one out; ``back`` is how many days ago they were taken."""
        for analyte, value in labs.items():
            for group in (self.labs, self.words):
                group.pop(analyte, None)
            if value is not None:
                (self.words if analyte in WORDED else self.labs)[analyte] = value
            if back is not None:
                self.backs[analyte] = back
        return self

    def says(self, **answers: str | None) -> "Story":
        """Change what the practitioner attested; the clause is written with underscores."""
        for item, state in answers.items():
            clause = item.replace("_", "-")
            self.said.pop(clause, None)
            if state:
                self.said[clause] = state
        return self

    def but(self, *events: Tell) -> "Story":
        """Let something else happen."""
        self.events += events
        return self

    def expect(self, decision: str, bars: str = "", open_: str = "") -> "Story":
        """Write down what must come out: decision, barring clauses, open clauses."""
        EXPECTED[self.name] = {"decision": decision, "barred_by": bars.split(), "open": open_.split()}
        return self

    def tell(self, hospital: Hospital) -> None:
        """Export everything about this patient."""
        self._person(hospital)
        for back in (700, 520, 340, 160):
            for analyte in ("wbc", "hb", "plt", "alt", "cr", "k", "alb", *(["upcr"] if "upcr" in self.labs else [])):
                if analyte in self.labs:
                    measured(hospital, self.name, analyte, EARLIER.get(analyte, HEALTHY.get(analyte, "1.9")), back)
        for analyte, value in self.labs.items():
            measured(hospital, self.name, analyte, value, self.backs.get(analyte, 5))
        for test, value in self.words.items():
            worded(hospital, self.name, test, value, self.backs.get(test, 21))
        if self.who["weight"]:
            vitals(hospital, self.name, 2, self.who["weight"])
        if self.said:
            attested(hospital, self.name, self.said)
        if self.consents:
            consented(hospital, self.name)
        for event in self.events:
            event(hospital, self.name)

    def _person(self, hospital: Hospital) -> None:
        number = {"system": "http://hospital.example.cn/mrn", "value": f"MRN-{self.name}"}
        person: Resource = {
            "resourceType": "Patient",
            "id": self.name,
            "meta": {"versionId": "3", "lastUpdated": moment(30)},
            "identifier": [number],
            "active": True,
            "name": [{"text": f"样例{self.who['family']}"}],
            "gender": self.who["sex"],
            "birthDate": self.who["born"],
        }
        hospital.exported["Patient"].append(person | self.who.get("extra", {}))


WORDED = {"ana", "hbsag", "hbcab", "hbvdna", "hcvab", "hcvrna", "hiv", "tppa", "rpr"}
EARLIER = {"plt": "168", "hb": "118"}


def ln(name: str, why: str, **who: Any) -> Story:
    """Return refractory lupus nephritis for whom every clause allows."""
    story = Story(name, why, **who).says(I02_LN_1="met").result(upcr="2.31", hcg="0.6", back=None).result(hcg="0.6", back=3)
    if story.who["sex"] == "male":
        story.result(hcg=None)
    return story.result(ana="1:320 核颗粒型", back=1400).but(_lupus, _nephritis, _ln_drugs)


def itp(name: str, why: str, **who: Any) -> Story:
    """Return refractory immune thrombocytopenia in lupus for whom every clause allows."""
    story = Story(name, why, **who).says(I02_ITP_1="met").result(plt="38", back=3).result(hcg="0.6", back=3)
    if story.who["sex"] == "male":
        story.result(hcg=None)
    story.said["I02.thrombocytopenia"] = "met"
    return story.result(ana="阳性(1:1000)", back=1200).but(_lupus, _thrombocytopenia, _itp_drugs)


def _lupus(hospital: Hospital, name: str) -> None:
    diagnosis(hospital, name, "M32.900", "系统性红斑狼疮", "2021-06-02")
    diagnosis(hospital, name, "K21.900", "胃食管反流病", "2023-02-11")
    prescribed(hospital, name, "omeprazole", day(40))
    taken(hospital, name, "hydroxychloroquine", "2021-06-10", None)


def _nephritis(hospital: Hospital, name: str) -> None:
    diagnosis(hospital, name, "M32.101+N08.5*", "狼疮性肾炎", "2021-07-20")


def _thrombocytopenia(hospital: Hospital, name: str) -> None:
    diagnosis(hospital, name, "D69.300", "免疫性血小板减少症", "2023-05-08")
    measured(hospital, name, "plt", "42", 9)


def _ln_drugs(hospital: Hospital, name: str) -> None:
    """Steroid throughout; mycophenolate, then cyclophosphamide, then tacrolimus; all but the steroid long stopped."""
    taken(hospital, name, "prednisone", "2021-06-10", None)
    taken(hospital, name, "mmf", "2021-07-25", "2023-01-31")
    for month in range(2, 8):
        given(hospital, name, "cyclophosphamide", f"2023-{month:02}-06", "800")
    taken(hospital, name, "tacrolimus", "2023-09-01", "2025-03-02")


def _itp_drugs(hospital: Hospital, name: str) -> None:
    """A pulse of two 500 mg vials on each of three days, with azathioprine, stopped in February."""
    for when in ("2024-09-10", "2024-09-11", "2024-09-12"):
        given(hospital, name, "methylprednisolone", when, "500", "09:00:00")
        given(hospital, name, "methylprednisolone", when, "500", "10:30:00")
    taken(hospital, name, "prednisone", "2024-09-13", None)
    taken(hospital, name, "azathioprine", "2024-08-01", "2025-02-10")


def biopsied(found: str = "IV(A/C)+V", sclerosed: str = "12", glomeruli: int = 24) -> Tell:
    """Return the event of a kidney biopsy."""
    return lambda hospital, name: biopsy(hospital, name, 240, found, sclerosed, glomeruli)


def ill(code: str, title: str, onset: str, **changes: Any) -> Tell:
    """Return the event of a diagnosis."""
    return lambda hospital, name: diagnosis(hospital, name, code, title, onset, **changes)


def event(make: Callable[..., Any], *arguments: Any, **changes: Any) -> Tell:
    """Return the event of any other resource."""
    return lambda hospital, name: make(hospital, name, *arguments, **changes)


def verification(code: str) -> Resource:
    """Return a changed verificationStatus."""
    return {"verificationStatus": coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", code)}


def allergic(code: str, title: str, reaction: str) -> Tell:
    """Return the event of a drug allergy with anaphylaxis."""

    def export(hospital: Hospital, name: str) -> None:
        content: Resource = {
            "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"),
            "verificationStatus": coded("http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "confirmed"),
            "type": "allergy",
            "category": ["medication"],
            "criticality": "high",
            "code": {"text": title, "coding": [{"system": "http://snomed.info/sct", "code": code}]},
            "reaction": [{"manifestation": [coded("http://snomed.info/sct", reaction)], "severity": "severe"}],
        }
        hospital.add("AllergyIntolerance", name, "2022-03-01T10:00:00+08:00", content, who="patient")

    return export


def in_other_study(start: str, end: str | None) -> Tell:
    """Return the event of taking part in another study."""

    def export(hospital: Hospital, name: str) -> None:
        period = {"start": start, **({"end": end} if end else {})}
        content = {"status": "off-study" if end else "on-study", "period": period}
        content["study"] = {"reference": "ResearchStudy/other-1"}
        hospital.add("ResearchSubject", name, f"{start}T10:00:00+08:00", content, who="individual")

    return export


def corrected(analyte: str, wrong: str, right: str) -> Tell:
    """Return the event of a result that was corrected: both versions are in the export."""

    def export(hospital: Hospital, name: str) -> None:
        first = measured(hospital, name, analyte, wrong, 4)
        second = measured(hospital, name, analyte, right, 4)
        second |= {"id": first["id"], "status": "corrected", "meta": {"versionId": "2", "lastUpdated": moment(3)}}

    return export


def reported(text: str) -> Tell:
    """Return the event of a biopsy of which only words were sent."""

    def export(hospital: Hospital, name: str) -> None:
        biopsy(hospital, name, 240, "IV(A)", "10")
        for one in hospital.exported["DiagnosticReport"]:
            if one["subject"]["reference"] == f"Patient/{name}":
                one.pop("conclusionCode")
                one["conclusion"] = text

    return export


def consented_late(hospital: Hospital, name: str) -> None:
    """Withdraw the consent to this study."""
    consented(hospital, name, 2, status="inactive")
