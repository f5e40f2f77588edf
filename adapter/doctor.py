"""What in a source will not be understood, clause by clause, before anyone relies on it."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import msgspec

from adapter.run import Job, Results
from mappings.clauses import CLAUSES
from mappings.wording import SENTENCES

#: Reasons that speak of the source rather than of the patient: what a site can mend.
OF_THE_SOURCE: Final = (
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


def report(results: Results, job: Job) -> str:
    """Return the doctor's letter on a source, as text."""
    summary = results.summary
    decoder = msgspec.json.Decoder(list[tuple[str, str]])
    seen = Counter(pair for line in results.streams["doctor"] for pair in decoder.decode(line))
    lines = [f"{summary.patients} patients, {summary.resources} resources", "", "By clause:"]
    lines += _by_clause(seen, summary.patients)
    lines += ["", "Coverage: " + (", ".join(sorted(job.site.coverage)) or "none declared")]
    lines += _counted("Set aside:", summary.set_aside.items())
    lines += _counted("Types this protocol does not use:", summary.unused.items())
    codes = summary.unknown_codes.most_common(MOST_CODES)
    lines += _counted("Result codes that nothing maps:", ((f"{system}|{code}", n) for (system, code), n in codes))
    return "\n".join(lines)


def _by_clause(seen: Counter[tuple[str, str]], patients: int) -> list[str]:
    lines = []
    for clause in CLAUSES:
        for reason in OF_THE_SOURCE:
            number = seen[clause.id, reason]
            if number:
                advice = ADVICE.get(reason, SENTENCES[reason].en.format(subject=clause.subject.en, about=""))  # type: ignore[index]
                lines.append(f"  {clause.id:9} {number:6} of {patients} {reason}: {advice}")
    return lines or ["  nothing that the source could mend"]


def _counted(title: str, counts: Iterable[tuple[str, int]]) -> list[str]:
    found = sorted(counts, key=lambda one: (-one[1], one[0]))
    return ["", title, *(f"  {number:8} {name}" for name, number in found)] if found else []
