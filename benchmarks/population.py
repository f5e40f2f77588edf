"""A hospital's patients, as many as are asked for: the nth is the same in every population.

Six of ten never had anything to do with lupus, three have it, and one has come far enough for most clauses to have
something to decide on: told by a story of the sample hospital, beside all that hospitals record. Written as a
server's bulk export, patient by patient, so that memory holds one of them.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final, TextIO, TypeVar

from benchmarks import forms
from benchmarks.codebook import (
    BLOOD_COUNT,
    DIAGNOSES,
    DRUGS,
    LUPUS,
    LUPUS_DRUGS,
    PANELS,
    PRESSURE,
    PROCEDURES,
    VACCINES,
    VITALS,
    WARDS,
    Measured,
)
from samples.build import ENCODER
from samples.codebook import DRUGS as DRUGS_OF_STORIES
from samples.resources import SCREENED_ON, Hospital, concept
from samples.story import Story, itp, ln

#: How many resources a patient has, on average, and how much patients differ in that.
RESOURCES: Final = 142
SPREAD: Final = 45
#: The share of patients that a story is told of, and of those that have lupus at all.
STORIES: Final = 0.12
LUPUS_SHARE: Final = 0.4
FAMILIES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN: Final = ("静", "伟", "丽娟", "志强", "敏", "晓雯", "建国", "秀英", "婷", "浩然", "玉梅", "磊")

Line = tuple[str, str]
T = TypeVar("T")


def write(folder: Path, patients: int) -> int:
    """Write a bulk export of ``patients`` to ``folder``, one file a type; return how many resources it has."""
    written = 0
    with ExitStack() as opened:
        files: dict[str, TextIO] = {}
        for number in range(patients):
            for kind, line in patient(number) if number else [*patient(number), *_drugs()]:
                if kind not in files:
                    files[kind] = opened.enter_context((folder / f"{kind}.ndjson").open("w", encoding="utf-8"))
                files[kind].write(line)
                written += 1
    return written


def _drugs() -> Iterator[Line]:
    """Yield the drugs of the hospital's own list that the stories point to."""
    for name in ("tacrolimus", "mmf"):
        drug = {"resourceType": "Medication", "id": name, "code": concept(DRUGS_OF_STORIES[name])}
        yield "Medication", f"{ENCODER.encode(drug).decode()}\n"


def patient(number: int) -> list[Line]:
    """Return everything that the hospital has of the patient with this ``number``: type and line of each resource."""
    recorder = _Recorder(number)
    turn = recorder.random.random()
    if turn < STORIES:
        recorder.tell(_story(recorder.random, recorder.name))
        recorder.live(True, recorder.random.randrange(95, 200))
    else:
        recorder.introduce()
        recorder.live(turn < LUPUS_SHARE, recorder.random.randrange(1, 400))
    return recorder.lines


def _story(random: Random, name: str) -> Story:
    """Return somebody for whom every clause of a cohort would allow; of every other one, some results are missing.

    No hospital codes its procedures so that absence can be read from them: of some, a person says what is not there.
    """
    story = ln(name, _person(random), "").biopsied() if random.random() < 0.6 else itp(name, _person(random), "")
    turn = random.random()
    if turn < 0.5:
        return story.without(*random.sample(sorted(story.results), random.randrange(1, 12)))
    return story.attests(E07="not-met", E11="not-met") if turn < 0.7 else story


def _person(random: Random) -> str:
    return random.choice(FAMILIES) + random.choice(GIVEN)


class _Recorder:
    """Writes down one patient, visit by visit."""

    def __init__(self, number: int) -> None:
        self.random = Random(f"patient {number}")
        self.name = f"p-{number:07}"
        self.lines: list[Line] = []
        self.shared = {"patient": self.name, "doctor": f"dr-{number % 97:03}"}

    def add(self, kind: str, template: str, **own: Any) -> str:
        """Write down one resource; return its id."""
        name = f"{self.random.getrandbits(80):020x}"
        self.lines.append((kind, template % {**self.shared, "id": name, "number": name[:12], **own}))
        return name

    def introduce(self) -> None:
        """Write down who it is."""
        born = SCREENED_ON - timedelta(days=self.random.randrange(14 * 365, 88 * 365))
        name = _person(self.random)
        self._turn_to(self.random.randrange(400))
        template = forms.patient().replace('"id":"%(id)s"', '"id":"%(patient)s"')
        street, house = self.random.randrange(10, 90), self.random.randrange(1, 400)
        person = {"name": name, "family": name[0], "given": name[1:], "born": born, "street": street, "house": house}
        sex = "male" if self.random.random() < 0.4 else "female"
        self.add("Patient", template, phone=f"{self.random.randrange(10**8):08}", sex=sex, **person)

    def tell(self, story: Story) -> None:
        """Write down a story, with what servers add to every resource."""
        hospital = Hospital()
        story.tell(hospital)
        for kind, found in hospital.exported.items():
            for one in found:
                number = {"system": f"{forms.OWN}/{kind.lower()}", "value": one["id"]}
                numbered = {"identifier": number if kind == "QuestionnaireResponse" else [number], **one}
                self.lines.append((kind, f"{ENCODER.encode(numbered).decode()}\n"))

    def live(self, with_lupus: bool, back: int) -> None:
        """Write down visits, the last ``back`` days ago, until there is enough."""
        random = self.random
        wanted = len(self.lines) // 2 + max(30, round(random.gauss(RESOURCES, SPREAD)))
        drugs = [_one_of(random, LUPUS_DRUGS if with_lupus and index else DRUGS) for index in range(4)]
        self._turn_to(back)
        for _ in range(random.randrange(2, 7)):
            self._diagnose(_one_of(random, DIAGNOSES))
        if with_lupus:
            self._diagnose(_one_of(random, LUPUS))
        while len(self.lines) < wanted:
            self._visit(drugs)
            back += 1 + round(random.expovariate(1 / 90))
            self._turn_to(back)

    def _turn_to(self, back: int) -> None:
        """Let the following happen so many days before the screening."""
        day, hour = SCREENED_ON - timedelta(days=back), self.random.randrange(7, 15)
        times = {
            name: f"{day}T{hour + late:02}:{self.random.randrange(60):02}:00+08:00" for late, name in enumerate(TIMES)
        }
        self.shared |= times | {"day": f"{day}", "later": f"{min(day + timedelta(days=40), SCREENED_ON)}"}

    def _visit(self, drugs: list[tuple[str, str]]) -> None:
        random = self.random
        self.shared["encounter"] = self.add("Encounter", forms.encounter(random.choice(WARDS)))
        for parts, chance, category in PANELS:
            if random.random() < chance:
                results = [self._measure(one, category) for one in parts]
                if parts is BLOOD_COUNT:
                    self._report(results)
                if parts is VITALS:
                    top, bottom = random.randrange(95, 165), random.randrange(55, 100)
                    self.add("Observation", _PRESSURE, part0=top, part1=bottom)
        for drug in drugs:
            if random.random() < 0.2:
                kind = "MedicationDispense" if random.random() < 0.4 else "MedicationRequest"
                dose, days = random.choice((5, 10, 20, 50, 100)), random.choice((7, 14, 28))
                self.add(kind, forms.prescription(drug, kind), dose=dose, days=days)
        if random.random() < 0.7:
            self.add("Procedure", forms.procedure(_one_of(random, PROCEDURES)))
        if random.random() < 0.25:
            self.add("Immunization", forms.vaccination(_one_of(random, VACCINES)))

    def _measure(self, one: Measured, category: str) -> str:
        """Write down a result: most lie in the normal range, some a little outside."""
        value = abs(self.random.gauss((one.low + one.high) / 2, (one.high - one.low) / 3))
        flag = "L" if value < one.low else "H" if value > one.high else "N"
        return self.add("Observation", forms.observation(one, category), value=f"{value:.{one.digits}f}", flag=flag)

    def _report(self, results: list[str]) -> None:
        named = ",".join(f'{{"reference":"Observation/{name}"}}' for name in results)
        self.add("DiagnosticReport", forms.report(), results=f"[{named}]")

    def _diagnose(self, named: tuple[str, str]) -> None:
        self.shared.setdefault("encounter", "e-0")
        status = "active" if self.random.random() < 0.6 else "resolved"
        self.add("Condition", forms.condition(named, status))


TIMES: Final = ("taken", "issued", "known")
_PRESSURE: Final = forms.panel(PRESSURE)


def _one_of(random: Random, shares: Mapping[T, int]) -> T:
    return random.choices(list(shares), list(shares.values()))[0]
