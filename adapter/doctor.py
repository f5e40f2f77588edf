"""What in a source will not be understood, clause by clause, before anyone relies on it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from adapter.run import Job, Results, Summary, lost_in, size_of, told
from mappings.clauses import CLAUSES
from mappings.findings import Reason

#: Reasons that speak of the source rather than of the patient: what a site can mend.
OF_THE_SOURCE: Final[tuple[Reason, ...]] = (
    "not-covered",
    "not-understood",
    "unit",
    "no-range",
    "no-value",
    "partial-date",
    "no-end",
    "only-prescribed",
    "preliminary",
    "conflict",
    "missing",
)
ADVICE: Final[Mapping[Reason, str]] = {
    "not-covered": "declare in [coverage] of the site file what the source holds completely",
    "not-understood": "map the local codes below with a ConceptMap; mend what was set aside",
    "unit": "send UCUM units in Quantity.code",
    "no-range": "send referenceRange, or give the site's range in [normal_ranges]",
    "no-value": "send results as valueQuantity, valueCodeableConcept or plain words",
    "partial-date": "send days, not months or years",
    "no-end": "send the last day on which a drug was used, or how many days a supply lasts",
    "only-prescribed": "send what was given, dispensed or taken beside what was prescribed",
    "preliminary": "send the final results",
    "conflict": "correct the record that is wrong, or have an investigator answer the clause in the checklist",
    "missing": "no such data under a code we know: check the mapping of local codes",
}
_TREATMENTS: Final = (
    "send treatments as MedicationAdministration, MedicationDispense, MedicationStatement or MedicationRequest, with "
    "their days; map local drug codes with a ConceptMap"
)
#: What is missing of clauses that no result settles.
ADVICE_OF: Final[Mapping[tuple[str, Reason], str]] = {
    ("I01", "missing"): "send Patient.birthDate in full",
    ("I02-LN-1", "missing"): _TREATMENTS,
    ("I02-ITP-1", "missing"): _TREATMENTS,
    ("I05", "missing"): "send the signed Consent that names this study, or have an investigator answer the clause",
}
#: Local codes that are listed.
MOST_CODES: Final = 40


def report(results: Results, job: Job, head: str) -> str:
    """Return the doctor's letter on a source, as text, under ``head``."""
    summary = results.summary
    decoder = msgspec.json.Decoder(list[tuple[str, str]])
    seen = Counter(pair for line in results.streams["doctor"] for pair in decoder.decode(line))
    lines = [head, size_of(summary), "", "By clause:"]
    lines += _by_clause(seen, summary.patients)
    lines += ["", f"Declared complete in the site file: {_declared(job)}"]
    if summary.lost:
        lines += [f"Lost, and perhaps anyone's, so that absence proves nothing: {lost_in(summary)}"]
    lines += _counted("Set aside:", summary.set_aside.items())
    lines += _places(summary)
    lines += _counted("Types that no clause uses:", summary.unused.items())
    codes = summary.unknown_codes.most_common(MOST_CODES)
    lines += _counted("Result codes that nothing maps:", ((f"{system}|{code}", n) for (system, code), n in codes))
    lines += _failed(summary)
    return "\n".join(lines)


def _declared(job: Job) -> str:
    return "everything" if job.full_coverage else ", ".join(sorted(job.site.coverage)) or "nothing"


def _places(summary: Summary) -> list[str]:
    """Return where in the files something was set aside; what was set aside of a patient is in the screening."""
    found = [f"  {told(problem)}" for problem in summary.problems]
    return ["", "Set aside before it could be given to a patient:", *found] if found else []


def _failed(summary: Summary) -> list[str]:
    found = [f"  {failure}" for failure in summary.failures]
    return ["", "Patients that could not be screened through a fault of ours; please report:", *found] if found else []


def _by_clause(seen: Counter[tuple[str, str]], patients: int) -> list[str]:
    lines = []
    for clause in CLAUSES:
        for reason in OF_THE_SOURCE:
            number = seen[clause.id, reason]
            if number:
                advice = ADVICE_OF.get((clause.id, reason), ADVICE[reason])
                lines.append(f"  {clause.id:9} {number:6} of {patients} {reason}: {advice}")
    return lines or ["  nothing that the source could mend"]


def _counted(title: str, counts: Iterable[tuple[str, int]]) -> list[str]:
    found = sorted(counts, key=lambda one: (-one[1], one[0]))
    return ["", title, *(f"  {number:8} {name}" for name, number in found)] if found else []
