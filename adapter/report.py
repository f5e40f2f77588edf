"""What people and programs get to see of a screening: JSON, CSV, the coordinator's table, plain words."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Final

import msgspec

from mappings.clauses import CLAUSE, CLAUSES, STUDY
from mappings.eligibility import effect_of
from mappings.emitting.screening import Release, resources
from mappings.findings import Amount, Evidence, Finding, Screening
from mappings.limits import PROTOCOL
from mappings.site import Occasion
from mappings.wording import plain, sentence

#: Writes numbers that are numbers with all their digits, as FHIR wants them.
FHIR_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_ENCODER: Final = msgspec.json.Encoder()


def as_json(screening: Screening, on: Occasion) -> dict[str, Any]:
    """Return ``screening`` in the form of the interface: one object a patient, findings in protocol order."""
    identifier = screening.identifier
    return {
        "patient": screening.patient,
        "identifier": {"system": identifier[0], "value": identifier[1]} if identifier else None,
        "study": STUDY,
        "at": instant(screening.at, on),
        "known_at": instant(screening.known_at, on) if screening.known_at else None,
        "protocol": PROTOCOL,
        "interpretations": on.site.interpretations,
        "decision": screening.decision,
        "cohorts": screening.cohorts,
        "eligible_from": screening.eligible_from,
        "eligible_until": screening.eligible_until,
        "findings": [_finding(finding) for finding in screening.findings],
        "missing": screening.missing,
        "set_aside": screening.set_aside,
    }


def instant(moment: datetime, on: Occasion) -> str:
    """Return an instant in the site's time zone, as every output names it."""
    return moment.astimezone(on.zone).isoformat()


def _finding(finding: Finding) -> Any:
    return _bare(finding) if not finding.evidence and finding.value is None else _finding_as_dict(finding)


@lru_cache(maxsize=4096)
def _bare(finding: Finding) -> msgspec.Raw:
    """Return a finding that rests on nothing, ready encoded: most findings about most patients are one of a few."""
    return msgspec.Raw(_ENCODER.encode(_finding_as_dict(finding)))


def _finding_as_dict(finding: Finding) -> dict[str, Any]:
    clause, text = CLAUSE[finding.clause], sentence(finding)
    return {
        "clause": finding.clause,
        "kind": clause.kind,
        "cohort": clause.cohort,
        "state": finding.state,
        "effect": effect_of(finding),
        "reason": finding.reason,
        "text": {"en": text.en, "zh": text.zh},
        "value": _amount(finding.value),
        "limit": _amount(finding.limit),
        "margin": _amount(finding.margin),
        "evidence": [_evidence(one) for one in finding.evidence],
    }


def _amount(amount: Amount | None) -> dict[str, str] | None:
    return None if amount is None else {"value": plain(amount.value), "unit": amount.unit}


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "version": one.version,
        "time": one.time,
        "raw": one.raw,
        "value": None if one.value is None else plain(one.value),
        "unit": one.unit,
        "factor": None if one.factor is None else plain(one.factor),
    }


COLUMNS: Final = (
    "patient at decision LN ITP eligible_from eligible_until clause kind cohort state effect reason "
    "text_en text_zh value unit limit limit_unit margin evidence"
).split()


def csv_head() -> bytes:
    """Return the first line of the CSV form."""
    return _csv_line(COLUMNS)


def _csv(screening: Screening, on: Occasion) -> list[bytes]:
    head = [screening.patient, instant(screening.at, on), screening.decision, *screening.cohorts.values()]
    days = [day.isoformat() if day else "" for day in (screening.eligible_from, screening.eligible_until)]
    return [_csv_line([*head, *days, *_csv_cells(finding)]) for finding in screening.findings]


def _csv_cells(finding: Finding) -> list[str]:
    clause, text = CLAUSE[finding.clause], sentence(finding)
    value, limit = finding.value, finding.limit
    return [
        finding.clause,
        clause.kind,
        clause.cohort or "",
        finding.state,
        effect_of(finding),
        finding.reason,
        text.en,
        text.zh,
        plain(value.value) if value else "",
        value.unit if value else "",
        plain(limit.value) if limit else "",
        limit.unit if limit else "",
        plain(finding.margin.value) if finding.margin else "",
        " ".join(one.reference for one in finding.evidence),
    ]


def _csv_line(cells: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([_harmless(cell) for cell in cells])
    return line.getvalue().encode()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    is_number = cell[1:].replace(".", "", 1).isdigit()
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number else cell


class Row(msgspec.Struct):
    """One line of the coordinator's table."""

    patient: str
    decision: str
    cohorts: dict[str, str]
    bars: list[str]
    missing: list[str]
    first: str
    last: str


def _row(screening: Screening, _: Occasion) -> list[bytes]:
    by_effect = {
        effect: [f.clause for f in screening.findings if effect_of(f) == effect] for effect in ("bars", "open")
    }
    days = [day.isoformat() if day else "" for day in (screening.eligible_from, screening.eligible_until)]
    row = Row(
        screening.patient, screening.decision, dict(screening.cohorts), by_effect["bars"], by_effect["open"], *days
    )
    return [_ENCODER.encode(row)]


def _fhir(release: Release, screening: Screening, on: Occasion) -> list[bytes]:
    return [FHIR_ENCODER.encode(resource) for resource in resources(screening, release, on.site.canonical_base)]


def _ndjson(screening: Screening, on: Occasion) -> list[bytes]:
    return [_ENCODER.encode(as_json(screening, on))]


def _reasons(screening: Screening, _: Occasion) -> list[bytes]:
    return [_ENCODER.encode([(f.clause, f.reason) for f in screening.findings if effect_of(f) == "open"])]


#: Format -> the lines it has for one patient.
RENDERERS: Final[Mapping[str, Callable[[Screening, Occasion], list[bytes]]]] = {
    "ndjson": _ndjson,
    "csv": _csv,
    "table": _row,
    "fhir": partial(_fhir, "R4"),
    "fhir-r5": partial(_fhir, "R5"),
    "doctor": _reasons,
}


def explained(found: Mapping[str, Any], clause: str | None) -> str:
    """Return, in plain words, why a patient (in the JSON form) is what they are, for one clause or for all."""
    lines = [f"{found['patient']} · {found['study']} · {found['at']} · {found['decision']}"]
    for finding in found["findings"]:
        if clause in (None, finding["clause"]):
            lines += _explained(finding)
    if clause is None and found["missing"]:
        lines += ["", "What is missing, that which settles most first:"]
        lines += [f"  - {one['needed']} (settles {', '.join(one['settles'])})" for one in found["missing"]]
    return "\n".join(lines)


def _explained(finding: Mapping[str, Any]) -> list[str]:
    asked = CLAUSE[finding["clause"]].asks
    lines = ["", f"{finding['clause']} {finding['effect']}: {finding['text']['en']} {finding['text']['zh']}"]
    lines += [f"  asked: {asked.en} {asked.zh}"]
    for one in finding["evidence"]:
        version = f" version {one['version']}" if one["version"] else ""
        converted = f" = {one['value']} {one['unit']}" if one["factor"] not in (None, "1") else ""
        lines += [f"  {one['reference']}{version}, {one['time'] or 'undated'}: {one['raw']}{converted}".rstrip(": ")]
    return lines


CLAUSE_IDS: Final = tuple(clause.id for clause in CLAUSES)
