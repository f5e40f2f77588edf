"""What in a source will not be understood, clause by clause, before anyone relies on it."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import msgspec

from adapter.run import Job, Results, Summary, told
from mappings.clauses import CLAUSES
from mappings.findings import Reason
from mappings.wording import SENTENCES

#: Reasons that speak of the source rather than of the patient: what a site can mend.
OF_THE_SOURCE: Final[tuple[Reason, ...]] = (
    "not-covered",
    "not-understood",
    "unit",
    "no-range",
    "no-value",
    "partial-date",
    "preliminary",
    "conflict",
    "missing",
)
ADVICE: Final = {
    "not-covered": "declare in [coverage] of the site file what the source holds completely",
    "not-understood": "map the local codes below with a ConceptMap; mend what was set aside",
    "unit": "send UCUM units in Quantity.code",
    "no-range": "send referenceRange, or give the site's range in [normal_ranges]",
    "no-value": "send results as valueQuantity, valueCodeableConcept or plain words",
    "partial-date": "send days, not months or years",
    "missing": "no such data under a code we know: check the mapping of local codes",
}
#: Local codes that are listed.
MOST_CODES: Final = 40


def report(results: Results, job: Job, head: str) -> str:
    """Return the doctor's letter on a source, as text, under ``head``."""
    summary = results.summary
    decoder = msgspec.json.Decoder(list[tuple[str, str]])
    seen = Counter(pair for line in results.streams["doctor"] for pair in decoder.decode(line))
    lines = [head, f"{summary.patients} patients, {summary.resources} resources", "", "By clause:"]
    lines += _by_clause(seen, summary.patients)
    lines += ["", f"Declared complete in the site file: {_declared(job)}"]
    if summary.lost:
        lines += [f"Lost, and perhaps anyone's, so that absence proves nothing: {', '.join(sorted(summary.lost))}"]
    lines += _counted("Set aside:", summary.set_aside.items())
    lines += _places(summary)
    lines += _counted("Types this protocol does not use:", summary.unused.items())
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
                advice = ADVICE.get(reason) or SENTENCES[reason].en.format(subject=clause.subject.en)
                lines.append(f"  {clause.id:9} {number:6} of {patients} {reason}: {advice}")
    return lines or ["  nothing that the source could mend"]


def _counted(title: str, counts: Iterable[tuple[str, int]]) -> list[str]:
    found = sorted(counts, key=lambda one: (-one[1], one[0]))
    return ["", title, *(f"  {number:8} {name}" for name, number in found)] if found else []
