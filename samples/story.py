"""How a patient is told: somebody for whom every clause allows, and then what is different about them.

``ln`` and ``itp`` start a story; every method changes it and returns it. What must come out is written beside the
story by hand, from the protocol: nothing here asks the product.
"""

from collections.abc import Callable
from typing import Any

from samples.codebook import EARLIER_NEPHRITIS, EARLIER_THROMBOCYTOPENIA, TESTS
from samples.resources import (
    Hospital,
    Resource,
    attested,
    biopsy,
    consented,
    day,
    diagnosis,
    dispensed,
    dosage,
    given,
    measured,
    moment,
    prescribed,
    taken,
    visited,
    vitals,
    worded,
)

#: Latest results of somebody with active lupus whose organs work: the value, and how many days ago.
HEALTHY = {
    "wbc": ("5.2", 5), "hb": ("112", 5), "plt": ("186", 5), "anc": ("3.1", 5), "alt": ("22", 5), "ast": ("24", 5),
    "tbil": ("9.8", 5), "cr": ("68", 5), "alb": ("33", 5), "k": ("4.1", 5), "inr": ("1.02", 5), "pt": ("11.3", 5),
    "c3": ("0.55", 5), "c4": ("0.09", 5), "dsdna": ("412", 5), "hcg": ("0.6", 3),
    "hbsag": ("阴性(-)", 21), "hbcab": ("阴性", 21), "hcvab": ("阴性(-)", 21), "hiv": ("阴性(-)", 21), "tppa": ("阴性(-)", 21),
}  # fmt: skip
#: What a practitioner has to say about every patient.
SAID = {"I03-8": "met", "I04-1": "met", "I04-3": "met", "E13": "not-met"}
BORN = ("1993-03-14", "1988-11-02", "1979-07-21", "1996-01-30", "1984-05-09", "1990-09-17", "1999-12-25")
WEIGHTS = ("56.5", "61.0", "58.2", "53.8", "64.5")

Tell = Callable[..., Any]


class Story:
    """One patient: who they are, what their results are, what else happened, and what must come out."""

    def __init__(self, name: str, person: str, why: str, disease: str) -> None:
        self.name, self.person, self.why, self.disease = name, person, why, disease
        turn = sum(map(ord, name))
        self.born, self.sex, self.weight = BORN[turn % len(BORN)], "female", WEIGHTS[turn % len(WEIGHTS)]
        self.results = dict(HEALTHY)
        self.said = dict(SAID)
        self.said_back = 4
        self.pressure = (118, 74)
        self.visits: tuple[int, ...] = (160,)
        self.events: list[tuple[Tell, tuple[Any, ...], dict[str, Any]]] = []
        self.extra: Resource = {}
        self.decision, self.bars, self.opens = "", set[str](), set[str]()
        self.days: tuple[str, str] = ("", "")

    def aged(self, born: str) -> "Story":
        """Be born then."""
        self.born = born
        return self

    def man(self, weight: str = "70.5") -> "Story":
        """Be a man: no pregnancy test, and nothing to say on lactation or pregnancy."""
        self.sex, self.weight = "male", weight
        return self.without("hcg").silent("I04-3", "E13")

    def regular(self) -> "Story":
        """Have come to the clinic every quarter for three years."""
        self.visits = tuple(range(95, 1100, 91))
        return self

    def labs(self, back: int | None = None, **values: str) -> "Story":
        """Have these latest results, taken so many days ago."""
        for name, value in values.items():
            usual = self.results.get(name, ("", 5))[1]
            self.results[name] = (value, usual if back is None else back)
        return self

    def without(self, *names: str) -> "Story":
        """Have no such result."""
        for name in names:
            self.results.pop(name, None)
        return self

    def attests(self, **answers: str) -> "Story":
        """Have a practitioner say this; the clause is written with underscores for hyphens."""
        self.said |= {name.replace("_", "-"): state for name, state in answers.items()}
        return self

    def silent(self, *clauses: str) -> "Story":
        """Have nobody say anything on these clauses."""
        for clause in clauses:
            self.said.pop(clause, None)
        return self

    def then(self, tell: Tell, *arguments: Any, **changes: Any) -> "Story":
        """Have something else happen: any function of ``resources``."""
        self.events.append((tell, arguments, changes))
        return self

    def ill(self, code: str, title: str, onset: str, **changes: Any) -> "Story":
        """Have a diagnosis."""
        return self.then(diagnosis, code, title, onset, **changes)

    def biopsied(self, found: str = "IV(A/C)+V", share: str = "12", glomeruli: int = 24) -> "Story":
        """Have had a kidney biopsy eight months ago."""
        return self.then(biopsy, 240, found, share, glomeruli)

    def but(self, tell: Tell) -> "Story":
        """Undo an event that every such story starts with."""
        self.events = [event for event in self.events if event[0] is not tell]
        return self

    def eligible(self, until: str, *opens: str) -> "Story":
        """Come out eligible, until the first result expires."""
        self.days = ("2025-06-01", until)
        return self._comes_out("eligible", (), opens)

    def barred(self, *bars: str, opens: str = "", days: tuple[str, str] = ("", "")) -> "Story":
        """Come out ineligible by these clauses; ``days``: eligible from and until, if nothing new arrives."""
        self.days = days
        return self._comes_out("ineligible", bars, opens.split())

    def undetermined(self, *opens: str) -> "Story":
        """Come out undetermined, with these clauses open."""
        return self._comes_out("undetermined", (), opens)

    def _comes_out(self, decision: str, bars: tuple[str, ...], opens: Any) -> "Story":
        self.decision = decision
        self.opens |= set(opens)
        self.bars = (self.bars | set(bars)) - set(opens)
        return self

    def tell(self, hospital: Hospital) -> None:
        """Export everything about this patient, in the order in which it is asked for."""
        self._introduce(hospital)
        earlier = EARLIER_NEPHRITIS if self.disease == "LN" else EARLIER_THROMBOCYTOPENIA
        for turn, back in enumerate(self.visits):
            visited(hospital, self.name, back)
            for analyte, values in earlier.items():
                measured(hospital, self.name, analyte, values[turn % len(values)], back)
        visited(hospital, self.name, 5)
        for name, (value, back) in self.results.items():
            (worded if name in TESTS else measured)(hospital, self.name, name, value, back)
        vitals(hospital, self.name, 2, self.weight, self.pressure)
        if self.said:
            attested(hospital, self.name, self.said, self.said_back)
        for tell, arguments, changes in self.events:
            tell(hospital, self.name, *arguments, **changes)

    def _introduce(self, hospital: Hospital) -> None:
        number = {"system": "http://hospital.example.cn/mrn", "value": f"BR{sum(map(ord, self.person)):07}-{self.name}"}
        content = {
            "identifier": [number],
            "active": True,
            "name": [{"text": self.person, "family": self.person[0], "given": [self.person[1:]]}],
            "gender": self.sex,
            "birthDate": self.born,
        }
        hospital.put("Patient", self.name, moment(30, "08:00:00"), content | self.extra, "3")


def ln(name: str, person: str, why: str) -> Story:
    """Return a woman with refractory lupus nephritis for whom every clause of that cohort allows, but the biopsy."""
    story = Story(name, person, why, "LN").attests(I02_LN_1="met").labs(upcr="2.31")
    story.bars = {"I02-ITP-1", "I02-ITP-2"}
    story.labs(1400, ana="1:320 核颗粒型")
    for part in (lupus, nephritis, nephritis_drugs, consented):
        story.then(part)
    return story


def itp(name: str, person: str, why: str) -> Story:
    """Return a woman with refractory immune thrombocytopenia in lupus for whom every clause of that cohort allows."""
    story = Story(name, person, why, "ITP").attests(I02_ITP_1="met").labs(upcr="0.12", ret="0.052").labs(3, plt="38")
    story.said["I02.thrombocytopenia"] = "met"
    story.bars, story.opens = {"I02-LN-1", "I02-LN-2"}, {"I02-LN-3", "I02-LN-4"}
    story.labs(1200, ana="阳性(1:1000)")
    for part in (lupus, thrombocytopenia, pulse, azathioprine, consented):
        story.then(part)
    return story


def lupus(hospital: Hospital, name: str) -> None:
    """Lupus since 2021, reflux as everybody has it, and hydroxychloroquine throughout."""
    diagnosis(hospital, name, "M32.900", "系统性红斑狼疮", "2021-06-02")
    diagnosis(hospital, name, "K21.900", "胃食管反流病", "2023-02-11")
    taken(hospital, name, "hydroxychloroquine", "2021-06-10")
    dispensed(hospital, name, "hydroxychloroquine", day(35), 28)


def nephritis(hospital: Hospital, name: str) -> None:
    """Tell the diagnosis as Chinese hospitals code it: with national digits, and its asterisk code beside it."""
    diagnosis(hospital, name, "M32.101", "系统性红斑狼疮性肾炎", "2021-07-20")
    diagnosis(hospital, name, "N08.5*", "狼疮性肾炎", "2021-07-20")


def thrombocytopenia(hospital: Hospital, name: str) -> None:
    """Immune thrombocytopenia since 2023, and a count of last week."""
    diagnosis(hospital, name, "D69.300", "特发性血小板减少性紫癜", "2023-05-08")
    measured(hospital, name, "plt", "42", 9)


def nephritis_drugs(hospital: Hospital, name: str) -> None:
    """Steroid throughout; mycophenolate, then cyclophosphamide, then tacrolimus: all but the steroid stopped in March."""
    low = dosage("10mg 口服 每日一次", "10", "QD")
    taken(hospital, name, "prednisone", "2021-06-10", dosage=[low])
    prescribed(hospital, name, "prednisone", day(20), low, 28, status="active")
    prescribed(hospital, name, "mmf", "2021-07-25", dosage("0.75g 口服 每日两次", "750", "BID"), 28)
    taken(hospital, name, "mmf", "2021-07-25", "2023-01-31")
    for month in range(2, 8):
        given(hospital, name, "cyclophosphamide", f"2023-{month:02}-06", "800")
    taken(hospital, name, "tacrolimus", "2023-09-01", "2025-03-02")


def pulse(hospital: Hospital, name: str) -> None:
    """Methylprednisolone, two vials of 500 mg on each of three days, and prednisone since."""
    for when in ("2024-09-10", "2024-09-11", "2024-09-12"):
        given(hospital, name, "methylprednisolone", when, "500", "09:00:00")
        given(hospital, name, "methylprednisolone", when, "500", "10:30:00")
    taken(hospital, name, "prednisone", "2024-09-13", dosage=[dosage("10mg 口服 每日一次", "10", "QD")])


def azathioprine(hospital: Hospital, name: str) -> None:
    """Azathioprine around the pulse, stopped in February."""
    taken(hospital, name, "azathioprine", "2024-08-01", "2025-02-10")
