"""What people and programs get to see of a screening: JSON, CSV, the coordinator's table, plain words."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from mappings.clauses import CLAUSE, CLAUSES, STUDY, Bilingual
from mappings.eligibility import COHORTS, effect_of
from mappings.emitting.checklist import declared
from mappings.emitting.datatypes import Release
from mappings.emitting.milestones import Milestone
from mappings.emitting.screening import resources
from mappings.findings import Amount, Cohort, Decision, Evidence, Finding, Reason, Screening
from mappings.limits import PROTOCOL
from mappings.reading.chart import UNDERSTOOD
from mappings.site import Occasion
from mappings.wording import in_words, plain, sentence, wanted

#: Writes numbers that are numbers with all their digits, as FHIR wants them.
FHIR_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_ENCODER: Final = msgspec.json.Encoder()
Reached = Sequence[Milestone]


def as_json(screening: Screening, on: Occasion) -> dict[str, Any]:
    """Return ``screening`` in the form of the interface: one object a patient, findings in protocol order."""
    identifier = screening.identifier
    return {
        "patient": screening.patient,
        "identifier": {"system": identifier[0], "value": identifier[1]} if identifier else None,
        "study": STUDY,
        "at": instant(screening.at, on.zone),
        "known_at": instant(screening.known_at, on.zone) if screening.known_at else None,
        "protocol": PROTOCOL,
        "interpretations": on.site.interpretations,
        "limits": {name: plain(value) for name, value in sorted(on.site.limits.items())},
        "coverage": declared(on),
        "decision": screening.decision,
        "cohorts": screening.cohorts,
        "eligible_from": screening.eligible_from,
        "eligible_until": screening.eligible_until,
        "findings": [_finding(finding) for finding in screening.findings],
        "missing": screening.missing,
        "set_aside": screening.set_aside,
    }


def instant(moment: datetime, zone: ZoneInfo) -> str:
    """Return an instant in the site's time zone, as every output names it."""
    return moment.astimezone(zone).isoformat()


def headline(at: datetime, known_at: datetime | None, zone: ZoneInfo) -> str:
    """Return what a page of results is headed with: which study, which protocol, as of when."""
    known = f" · known by {instant(known_at, zone)}" if known_at else ""
    return f"{STUDY} · protocol of {PROTOCOL} · as of {instant(at, zone)}{known}"


def printable(text: str) -> str:
    """Return ``text`` without anything in it that would steer a terminal; its line breaks stay."""
    return "".join(one if one.isprintable() or one == "\n" else "�" for one in text)


def counted(number: int, thing: str) -> str:
    """Return how many there are of ``thing``, in words that fit one as well as many."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


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
        "value": amount_as_json(finding.value),
        "limit": amount_as_json(finding.limit),
        "margin": amount_as_json(finding.margin),
        "evidence": [evidence_as_json(one) for one in finding.evidence],
    }


def amount_as_json(amount: Amount | None) -> dict[str, str] | None:
    """Return a number and its unit, as every output writes them."""
    return None if amount is None else {"value": plain(amount.value), "unit": amount.unit}


def evidence_as_json(one: Evidence) -> dict[str, Any]:
    """Return one resource behind an answer, as every output names it."""
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
    "patient identifier at decision LN ITP eligible_from eligible_until clause kind cohort state effect reason "
    "text_en text_zh value unit limit limit_unit margin evidence"
).split()


def csv_head() -> bytes:
    """Return the first line of the CSV form."""
    return csv_line(COLUMNS)


def _csv(screening: Screening, on: Occasion, _: Reached = ()) -> list[bytes]:
    who = [screening.patient, "|".join(screening.identifier or ())]
    head = [*who, instant(screening.at, on.zone), screening.decision, *screening.cohorts.values()]
    days = [day.isoformat() if day else "" for day in (screening.eligible_from, screening.eligible_until)]
    return [csv_line([*head, *days, *_csv_cells(finding)]) for finding in screening.findings]


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


def csv_line(cells: list[str]) -> bytes:
    """Return one line of CSV, safe to open in a spreadsheet."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([_harmless(cell) for cell in cells])
    return line.getvalue().encode()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, CSV injection), and that stays in its line."""
    cell = printable(cell).replace("\n", " ")
    is_number = cell[1:].replace(".", "", 1).isdecimal()
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") and not is_number else cell


#: Why something is open, in the few words that a list has room for.
WHY: Final[Mapping[Reason, Bilingual]] = {
    "missing": Bilingual("not in the record", "记录中缺失"),
    "outdated": Bilingual("too old", "已超出时间窗"),
    "unit": Bilingual("unit not understood", "单位无法识别"),
    "no-range": Bilingual("no normal range", "无参考范围"),
    "partial-date": Bilingual("date too vague", "日期不完整"),
    "no-end": Bilingual("last day of use not on record", "未记录末次使用日期"),
    "only-prescribed": Bilingual("prescribed, use not on record", "仅有处方，未记录使用"),
    "censored": Bilingual("known only within bounds", "仅为界值"),
    "conflict": Bilingual("sources contradict each other", "资料相互矛盾"),
    "preliminary": Bilingual("only preliminary", "仅初步报告"),
    "no-value": Bilingual("no usable value", "无可用数值"),
    "not-covered": Bilingual("records not declared complete", "未声明记录完整"),
    "not-understood": Bilingual("some records not understood", "部分记录无法识别"),
}


#: Why something bars that has no number beside its limit.
BARS: Final[Mapping[Reason, str]] = {
    "absent": "no sign of it on record",
    "present": "on record",
    "positive": "positive",
    "negative": "negative",
    "below-limit": "below the limit",
    "above-limit": "above the limit",
    "listed": "excluded by the clause",
    "not-listed": "not what the clause asks for",
    "withdrawn": "refused, withdrawn or ended",
    "attested": "by an investigator's answer",
    "deceased": "the patient has died",
}

#: Digits of a number that a table has room for; nothing is rounded, since the limit may lie just beside it.
LONGEST_NUMBER: Final = 8


class Row(msgspec.Struct):
    """One line of the coordinator's table: ``because`` says in words what bars, or what is missing."""

    patient: str
    decision: str
    cohorts: dict[Cohort, Decision]
    because: list[str]
    first: str
    last: str


def _row(screening: Screening, _: Occasion, __: Reached = ()) -> list[bytes]:
    decision, cohorts = screening.decision, screening.cohorts
    # What bars one cohort is beside the point where the other one is still possible.
    asked = {None, *(cohort for cohort, found in cohorts.items() if found == decision)}
    findings = [finding for finding in screening.findings if CLAUSE[finding.clause].cohort in asked]
    because = _bars(findings) if decision == "ineligible" else _missing(screening, findings)
    days = [day.isoformat() if day else "" for day in (screening.eligible_from, screening.eligible_until)]
    return [_ENCODER.encode(Row(screening.patient, decision, cohorts, because, *days))]


def _bars(findings: list[Finding]) -> list[str]:
    """Return what bars: the common clauses, and those of the cohorts unless one of these is barred by nothing else."""
    bars = [finding for finding in findings if effect_of(finding) == "bars"]
    common = [finding for finding in bars if CLAUSE[finding.clause].cohort is None]
    cohorts = [finding for finding in bars if CLAUSE[finding.clause].cohort]
    both = len({CLAUSE[finding.clause].cohort for finding in cohorts}) == len(COHORTS)
    return [_barring(one) for one in (*common, *(cohorts if both else ()))]


def _barring(finding: Finding) -> str:
    said = f"{finding.clause} {CLAUSE[finding.clause].subject.en}"
    if finding.value is None or finding.limit is None or finding.reason == "attested":
        return f"{said}: {BARS[finding.reason]}"
    return f"{said}: {_number(finding.value)}, limit {_number(finding.limit)}"


def _number(amount: Amount) -> str:
    digits, _, unit = in_words(amount).en.partition(" ")
    short = f"{digits[:LONGEST_NUMBER]}…" if "." in digits[:LONGEST_NUMBER] and len(digits) > LONGEST_NUMBER else digits
    return f"{short} {unit}".rstrip()


def _missing(screening: Screening, findings: list[Finding]) -> list[str]:
    """Return what is missing, that which settles most first: the clauses, what is needed for them, and why."""
    why = {finding.clause: WHY.get(finding.reason) for finding in findings}
    lines = []
    for one in screening.missing:
        settles = [clause for clause in one.settles if clause in why]
        if settles:
            reason = None if _asks_a_person(one.concept) else why[settles[0]]
            lines.append(f"{', '.join(settles)} {one.needed}" + (f": {reason.en}" if reason else ""))
    return lines


def _asks_a_person(concept: str) -> bool:
    return concept.startswith("attestation.")


def _fhir(release: Release, screening: Screening, on: Occasion, reached: Reached = ()) -> list[bytes]:
    return [FHIR_ENCODER.encode(resource) for resource in resources(screening, release, on, reached)]


def _ndjson(screening: Screening, on: Occasion, _: Reached = ()) -> list[bytes]:
    return [_ENCODER.encode(as_json(screening, on))]


def _reasons(screening: Screening, _: Occasion, __: Reached = ()) -> list[bytes]:
    return [_ENCODER.encode([(f.clause, f.reason) for f in screening.findings if effect_of(f) == "open"])]


#: Format -> the lines it has for one patient; the milestones of who was treated stand on their resources.
RENDERERS: Final[Mapping[str, Callable[[Screening, Occasion, Reached], list[bytes]]]] = {
    "ndjson": _ndjson,
    "csv": _csv,
    "table": _row,
    "fhir": partial(_fhir, "R4"),
    "fhir-r5": partial(_fhir, "R5"),
    "doctor": _reasons,
}


def explained(found: Mapping[str, Any], clause: str | None) -> str:
    """Return, in plain words, why a patient (in the JSON form) is what they are, for one clause or for all."""
    lines = [f"{found['patient']} · {found['study']} · {found['at']} · {_decided(found['decision'])}"]
    if clause is None:
        lines += [" · ".join(f"{name} {_decided(found['cohorts'][name])}" for name in found["cohorts"])]
        lines += _days(found["eligible_from"], found["eligible_until"])
    for finding in found["findings"]:
        if clause in (None, finding["clause"]):
            lines += _explained(finding)
    if clause is None:
        why = {finding["clause"]: WHY.get(finding["reason"]) for finding in found["findings"]}
        missing = (_wanted(one, why[one["clause"]]) for one in found["missing"])
        lines += listed("What is missing, that which settles most first 尚缺资料", missing)
        lines += listed("Records that were not used, and why 未采用的记录及原因", not_used(found["set_aside"]))
    return "\n".join(lines)


_DECIDED: Final = {"eligible": "符合入组条件", "ineligible": "不符合入组条件", "undetermined": "尚不能确定"}


def _decided(decision: str) -> str:
    return f"{decision} {_DECIDED[decision]}"


def _days(first: str | None, last: str | None) -> list[str]:
    """Return the sentence on the days of eligibility, should nothing new arrive; none when there are no such days."""
    if first is None:
        return []
    end = (f"until {last}", f"至{last}") if last else ("with no end in sight", "起")
    return [f"If nothing new arrives: eligible from {first} {end[0]}. 如无新资料，可入组日期为{first}{end[1]}。"]


def _wanted(one: Mapping[str, Any], why: Bilingual | None) -> str:
    named = wanted(one["concept"], one["settles"])
    why = None if _asks_a_person(one["concept"]) else why
    said = named.en if named.zh.lower() == named.en.lower() else f"{named.en} {named.zh}"
    return f"{said} ({', '.join(one['settles'])})" + (f": {why.en} {why.zh}" if why else "")


def not_used(aside: Sequence[Mapping[str, str]]) -> list[str]:
    """Return what was set aside: one by one where something can be mended, else counted by reason."""
    named = [f"{one['reference']}: {one['reason']}" for one in aside if one["reason"] not in NEEDS_NO_MENDING]
    numbers = Counter(one["reason"] for one in aside if one["reason"] in NEEDS_NO_MENDING)
    return named + [f"{number} {reason}" for reason, number in sorted(numbers.items())]


def listed(title: str, items: Iterable[str]) -> list[str]:
    """Return a list under its title, after an empty line; nothing where it is empty."""
    lines = [f"  - {item}" for item in items]
    return ["", f"{title}:", *lines] if lines else []


_EFFECTS: Final = {"allows": "allows 符合", "bars": "bars 排除", "open": "open 待定"}


def _explained(finding: Mapping[str, Any]) -> list[str]:
    asked = CLAUSE[finding["clause"]].asks
    lines = ["", f"{finding['clause']} {_EFFECTS[finding['effect']]}"]
    lines += [f"  {finding['text']['en']} {finding['text']['zh']}", f"  asked 要求: {asked.en} {asked.zh}"]
    return lines + [f"  {cited(one)}" for one in finding["evidence"]]


def cited(one: Mapping[str, Any]) -> str:
    """Return one resource behind an answer (in the JSON form) for people: version, time, what it said and came to."""
    version = f" version {one['version']}" if one["version"] else ""
    is_converted = one["value"] is not None and one["factor"] not in (None, "1")
    converted = f" = {one['value']} {one['unit']}" if is_converted else ""
    undated = "" if one["reference"].startswith("Patient/") else ", undated"
    time = f", {one['time']}" if one["time"] else undated
    return f"{one['reference']}{version}{time}: {one['raw']}{converted}".rstrip(": ")


#: What is set aside for these reasons was understood, or is nothing: nobody has to mend anything.
NEEDS_NO_MENDING: Final[frozenset[str]] = UNDERSTOOD | {"empty", "no-resource"}
CLAUSE_IDS: Final = tuple(clause.id for clause in CLAUSES)
