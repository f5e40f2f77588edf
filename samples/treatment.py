"""How a treated participant is told: somebody whose treatment went as planned, and then what is different about them.

``treated_ln`` and ``treated_itp`` start a story on its Day 0; every method changes it and returns it. Results are told
as curves, by the days at which they turn, or as points. What must come out is written beside the story by hand, from
the definitions of the endpoints: nothing here asks the product.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from samples.resources import (
    Hospital,
    Resource,
    consented,
    diagnosis,
    dosage,
    measured,
    taken,
    visited,
    vitals,
)
from samples.story import BORN, WEIGHTS
from samples.ward import Calendar, enrolled, infused, lymphodepleted, observed, stayed

Curve = Mapping[int, str]
#: When blood is taken: before lymphodepletion, daily for two weeks, twice a week to Day 28, then once a month.
BASELINE = -6
VISITS = (17, 21, 24, 28, 56, 84, 112, 140, 168)
DAYS = (BASELINE, *range(15), *VISITS)
WEEKLY = (BASELINE, 0, 7, 14, 28, *VISITS[4:])
#: The last day on which vital signs are taken.
ROUNDS = 10
#: Daily curves of somebody with active lupus: lymphodepletion takes the cells of the blood away, and they come back.
DAILY: dict[str, Curve] = {
    "anc": {-6: "3.10", 0: "1.90", 3: "1.30", 6: "0.45", 8: "0.42", 11: "1.05", 14: "1.80", 28: "2.60"},
    "lym": {-6: "1.20", -3: "0.30", 0: "0.12", 7: "0.10", 14: "0.28", 28: "0.60", 84: "1.15"},
    "hb": {-6: "112", 0: "106", 9: "96", 28: "108", 84: "118"},
    "plt": {-6: "186", 0: "152", 9: "94", 14: "121", 28: "178"},
    "alt": {-6: "22", 7: "35", 28: "24"},
    "cr": {-6: "68", 7: "64", 28: "67"},
}
OTHER_DAYS: dict[str, Curve] = {
    "wbc": {-6: "5.2", 0: "2.4", 7: "1.3", 14: "2.9", 28: "4.1"},
    "ast": {-6: "24"},
    "tbil": {-6: "9.8"},
    "k": {-6: "4.1"},
    "alb": {-6: "33", 28: "35", 84: "40"},
}
#: What is measured on some days only: inflammation, expansion of the cells, B cells, and the activity of lupus.
POINTS: dict[str, Curve] = {
    "crp": {-6: "2.1", 0: "3.0", 2: "6.4", 4: "9.8", 6: "18.5", 8: "12.2", 10: "7.9", 14: "3.2", 28: "1.8"},
    "ferritin": {-6: "210", 0: "224", 2: "268", 4: "340", 6: "520", 8: "476", 10: "402", 14: "305", 28: "196"},
    "il6": {-6: "3.1", 0: "4.4", 2: "9.0", 4: "22.6", 6: "38.1", 8: "15.7", 10: "7.2", 14: "4.0", 28: "2.9"},
    "copies": {0: "<50", 1: "120", 4: "6200", 7: "58400", 10: "91200", 14: "40300", 21: "7900", 28: "1850", 56: "210",
               84: "<50"},
    "star": {0: "<0.1", 1: "0.4", 4: "12.0", 7: "86.5", 10: "142", 14: "61.2", 21: "9.5", 28: "2.1", 56: "0.3",
             84: "<0.1"},
    "cd19": {-6: "142", 0: "38", 7: "4", 14: "<1", 21: "<1", 28: "<1", 56: "6", 84: "28", 112: "64"},
    "igg": {-6: "13.2", 28: "8.1", 56: "6.4", 84: "6.9"},
    "c3": {-6: "0.55", 28: "0.74", 56: "0.88", 84: "0.92"},
    "c4": {-6: "0.09", 28: "0.15", 56: "0.19", 84: "0.21"},
    "dsdna": {-6: "412", 28: "180", 56: "96", 84: "48"},
    "upcr": {-6: "0.12", 28: "0.11", 56: "0.10", 84: "0.12"},
}  # fmt: skip
#: Dose level -> what is given for each kilogram, as it is printed.
LEVELS = {1: ("1.0", "×10^6/kg"), 2: ("2.0", "×10^6/kg")}

Tell = Callable[..., Any]


class Treated:
    """One treated participant: who they are, how their results went, what else happened, and what must come out."""

    def __init__(self, name: str, person: str, day0: str, why: str, disease: str) -> None:
        self.name, self.person, self.why, self.disease = f"t-{name}", person, why, disease
        self.days = Calendar(day0)
        turn = sum(map(ord, name))
        self.born, self.weight = BORN[turn % len(BORN)], WEIGHTS[turn % len(WEIGHTS)]
        self.curves, self.points = dict(DAILY) | OTHER_DAYS, dict(POINTS)
        self.daily, self.weekly = list(DAYS), list(WEEKLY)
        self.discharged, self.seen = (14, "11:30"), self.days.last
        self.dose: tuple[str, str] | None = LEVELS[1]
        self.level, self.infusion = 1, dict[str, Any]()
        self.rounds: dict[tuple[int, str], dict[str, Any]] = {
            (day, clock): {} for day in range(ROUNDS + 1) for clock in ("07:00", "19:00")
        }
        self.events: list[tuple[Tell, tuple[Any, ...], dict[str, Any]]] = []
        self.extra: Resource = {}
        self.written = -12
        self.expected: Resource = {}

    def at_level(self, level: int) -> "Treated":
        """Be treated at this dose level."""
        self.level, self.dose = level, LEVELS[level]
        return self

    def infused_as(self, dose: tuple[str, str] | None, **changes: Any) -> "Treated":
        """Have an infusion that was recorded in another way."""
        self.dose, self.infusion = dose, changes
        return self

    def curve(self, **curves: Curve) -> "Treated":
        """Have results that went otherwise, between these days in a straight line."""
        self.curves |= curves
        return self

    def point(self, **points: Curve) -> "Treated":
        """Have these results on these days, besides or instead of the usual ones."""
        for name, values in points.items():
            self.points[name] = {**self.points.get(name, {}), **values}
        return self

    def expands(self, share: str) -> "Treated":
        """Have cells that expand to this share of the usual numbers; below its limit the assay says "<0.1"."""
        for name in ("copies", "star"):
            limit = POINTS[name][0]
            for day, usual in POINTS[name].items():
                value = Decimal(usual.lstrip("<")) * Decimal(share)
                is_seen = usual != limit and value >= Decimal(limit.lstrip("<"))
                self.point(**{name: {day: str(value.quantize(Decimal(usual))) if is_seen else limit}})
        return self

    def also_on(self, *days: int) -> "Treated":
        """Have the daily blood tests on more days."""
        self.daily = sorted({*self.daily, *days})
        return self

    def not_on(self, *days: int) -> "Treated":
        """Have missed these days."""
        self.daily = [day for day in self.daily if day not in days]
        self.weekly = [day for day in self.weekly if day not in days]
        self.points = {name: {d: v for d, v in of.items() if d not in days} for name, of in self.points.items()}
        return self

    def only_until(self, day: int) -> "Treated":
        """Not be seen any more after ``day``."""
        self.seen = min(self.seen, day)
        return self

    def round(self, day: int, clock: str, temperature: str, pressure: int = 118, saturation: str = "98") -> "Treated":
        """Have these vital signs in a round; at "07:00" or "19:00" instead of the usual ones."""
        self.rounds[day, clock] = {"temperature": temperature, "pressure": pressure, "saturation": saturation}
        return self

    def rounds_of(self, found: Mapping[tuple[int, str], tuple[str, int, str]]) -> "Treated":
        """Have these vital signs in several rounds."""
        for (day, clock), (temperature, pressure, saturation) in found.items():
            self.round(day, clock, temperature, pressure, saturation)
        return self

    def then(self, tell: Tell, *arguments: Any, **changes: Any) -> "Treated":
        """Have something else happen: any function of ``ward``."""
        self.events.append((tell, arguments, changes))
        return self

    def died(self, day: int, clock: str) -> "Treated":
        """Have died in the ward."""
        self.extra, self.discharged = {"deceasedDateTime": self.days.at(day, clock)}, (day, clock)
        self.written = day
        return self

    def comes_out(
        self,
        dlt: str,
        renal: str = "not-applicable",
        platelets: str = "not-applicable",
        *,
        rules: str = "",
        undecided: str = "",
        grades: Mapping[str, int] | None = None,
        problems: str = "",
        evaluable: bool | None = True,
    ) -> "Treated":
        """Come out so: the state of the window, answers of week 12, worst grades, and what is wrong with the infusion.

        ``rules`` are those by which something limits the dose for sure, ``undecided`` those by which something may.
        """
        self.expected = {
            "day0": None if "two-infusions" in problems else self.days.date(0),
            "dose_level": None if problems else self.level,
            "problems": problems.split(),
            "dlt": {
                "state": dlt,
                "rules": rules.split(),
                "undecided": undecided.split(),
                "evaluable": evaluable,
            },
            "crr_week12": renal,
            "itp_week12": platelets,
            "worst_grades": dict(grades or {}),
        }
        return self

    def tell(self, hospital: Hospital) -> None:
        """Export everything about this participant, in the order in which it happened as far as it is told."""
        self._introduce(hospital)
        vitals(hospital, self.name, self.days.back(BASELINE), self.weight)
        self._blood(hospital)
        lymphodepleted(hospital, self.name, self.days)
        infused(hospital, self.name, self.days, self.dose, **self.infusion)
        stayed(hospital, self.name, self.days, BASELINE, *self.discharged)
        for (day, clock), found in sorted(self.rounds.items()):
            if day <= self.seen:
                observed(hospital, self.name, self.days, day, clock, **found)
        for tell, arguments, changes in self.events:
            tell(hospital, self.name, self.days, *arguments, **changes)

    def _introduce(self, hospital: Hospital) -> None:
        number = {"system": "http://hospital.example.cn/mrn", "value": f"BR{sum(map(ord, self.person)):07}-{self.name}"}
        content = {
            "identifier": [number],
            "active": True,
            "name": [{"text": self.person, "family": self.person[0], "given": [self.person[1:]]}],
            "gender": "female",
            "birthDate": self.born,
        }
        hospital.put("Patient", self.name, self.days.at(self.written, "18:00"), content | self.extra, "3")
        diagnosis(hospital, self.name, "M32.900", "系统性红斑狼疮", "2021-06-02")
        code, title = (
            ("M32.101", "系统性红斑狼疮性肾炎") if self.disease == "LN" else ("D69.300", "特发性血小板减少性紫癜")
        )
        diagnosis(hospital, self.name, code, title, "2021-07-20")
        low = dosage("10mg 口服 每日一次", "10", "QD")
        taken(hospital, self.name, "prednisone", "2021-06-10", dosage=[low])
        taken(hospital, self.name, "hydroxychloroquine", "2021-06-10")
        consented(hospital, self.name, self.days.back(-11))
        enrolled(hospital, self.name, self.days, f"cohort-{self.disease.lower()}-dl{self.level}")

    def _blood(self, hospital: Hospital) -> None:
        for day in self.daily:
            if self.discharged[0] < day <= self.seen:
                visited(hospital, self.name, self.days.back(day))
        for name, curve in self.curves.items():
            for day in self.daily if name in DAILY else self.weekly:
                self._measured(hospital, name, day, _on(curve, day))
        for name, points in self.points.items():
            for day, value in points.items():
                self._measured(hospital, name, day, value)

    def _measured(self, hospital: Hospital, name: str, day: int, value: str) -> None:
        if day <= self.seen:
            measured(hospital, self.name, name, value, self.days.back(day), "06:30:00")


def _on(curve: Curve, day: int) -> str:
    """Return the value of a curve on ``day``, with as many digits as its first value; at its ends it goes on level."""
    turns = sorted(curve)
    for start, end in pairwise(turns):
        if start <= day <= end:
            first, last = Decimal(curve[start]), Decimal(curve[end])
            value = first + (last - first) * (day - start) / (end - start)
            return str(value.quantize(Decimal(curve[turns[0]])))
    return curve[turns[0] if day < turns[0] else turns[-1]]


def treated_ln(name: str, person: str, day0: str, why: str) -> Treated:
    """Return a woman with lupus nephritis whose treatment went as planned."""
    return Treated(name, person, day0, why, "LN").point(upcr={-6: "2.31", 28: "1.52", 56: "0.81", 84: "0.31"})


def treated_itp(name: str, person: str, day0: str, why: str) -> Treated:
    """Return a woman with immune thrombocytopenia in lupus whose treatment went as planned; seen a week after week 12."""
    return Treated(name, person, day0, why, "ITP").also_on(91)
