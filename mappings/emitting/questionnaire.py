"""The checklist: what a screening came to, then one question a clause. The adapter answers it; people attest with it."""

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from mappings.clauses import CLAUSES, STUDY, Bilingual, Clause
from mappings.emitting.datatypes import Release, Resource, coding, translated
from mappings.emitting.terminology import metadata
from mappings.emitting.words import COHORTS, SLE_ITEMS, STATES
from mappings.findings import State

#: Part of an answer -> its type ("coding" is called "choice" before R5) and what people call it.
PARTS: Final[Mapping[str, tuple[str, Bilingual]]] = {
    "reason": ("coding", Bilingual("Reason", "理由")),
    "effect": ("coding", Bilingual("Effect on enrolment", "对入组的影响")),
    "text-en": ("string", Bilingual("In words (English)", "说明（英文）")),
    "text-zh": ("string", Bilingual("In words (Chinese)", "说明（中文）")),
    "value": ("quantity", Bilingual("Value", "数值")),
    "limit": ("quantity", Bilingual("Limit", "限值")),
    "margin": ("quantity", Bilingual("Margin on the allowing side of the limit", "距限值的余量")),
}
#: Part of one piece of evidence -> likewise.
EVIDENCE: Final[Mapping[str, tuple[str, Bilingual]]] = {
    "raw": ("string", Bilingual("As sent", "原始值")),
    "time": ("string", Bilingual("Time, as far as it is known", "时间（已知部分）")),
    "converted": ("quantity", Bilingual("Converted", "换算值")),
    "factor": ("decimal", Bilingual("Conversion factor", "换算系数")),
}
#: Part of the summary -> likewise; the value set of a coding is the code system of that name.
SUMMARY: Final[Mapping[str, tuple[str, Bilingual]]] = {
    "at": ("dateTime", Bilingual("Screened as of", "筛选时点")),
    "known-at": ("dateTime", Bilingual("With what was known by", "已知信息截止")),
    "decision": ("coding", Bilingual("Decision", "结论")),
    **{
        f"cohort.{cohort}": ("coding", Bilingual(f"Decision: {name.en}", f"结论：{name.zh}"))
        for cohort, name in COHORTS.items()
    },
    "eligible-from": ("date", Bilingual("Eligible from", "符合条件起始日")),
    "eligible-until": ("date", Bilingual("Eligible until", "符合条件截止日")),
    "setting": ("string", Bilingual("Setting", "设置")),
}
#: What a coded part is chosen from.
CHOSEN_FROM: Final = {
    "reason": "finding-reason",
    "effect": "finding-effect",
    "decision": "decision",
    "cohort.LN": "cohort",
    "cohort.ITP": "cohort",
}


def questionnaire(release: Release, base: str) -> Resource:
    """Return the checklist as the release has it."""
    return metadata("Questionnaire", "eligibility-checklist", f"Eligibility for {STUDY}", base) | {
        "description": "Does the sentence of the clause hold for this patient? An answer of met or not-met by a "
        "practitioner is an attestation; the other answers leave the clause as it was found.",
        "subjectType": ["Patient"],
        "item": [_summary(release, base), *(_question(clause, release, base) for clause in CLAUSES)],
    }


def _item(name: str, kind: str, text: Bilingual, release: Release) -> Resource:
    kind = "choice" if kind == "coding" and release == "R4" else kind
    return {"linkId": name, "text": text.en, "_text": translated(text), "type": kind}


def _parts(stem: str, parts: Mapping[str, tuple[str, Bilingual]], release: Release, base: str) -> Iterator[Resource]:
    """Yield the questions that only the adapter answers."""
    for name, (kind, text) in parts.items():
        item = _item(f"{stem}.{name}", kind, text, release) | {"readOnly": True}
        yield item | ({"answerValueSet": f"{base}/ValueSet/{CHOSEN_FROM[name]}"} if kind == "coding" else {})


def _summary(release: Release, base: str) -> Resource:
    parts = [
        item | ({"repeats": True} if item["linkId"] == "screening.setting" else {})
        for item in _parts("screening", SUMMARY, release, base)
    ]
    return _item("screening", "group", Bilingual("Screening", "筛选"), release) | {"readOnly": True, "item": parts}


def _question(clause: Clause, release: Release, base: str) -> Resource:
    evidence = _item(f"{clause.id}.evidence", "reference", Bilingual("Evidence", "依据"), release)
    evidence |= {"repeats": True, "readOnly": True}
    evidence["item"] = list(_parts(f"{clause.id}.evidence", EVIDENCE, release, base))
    items = [_sle_item(item, release, base) for item in SLE_ITEMS] if clause.id == "I02" else []
    asked = _item(clause.id, "coding", clause.asks, release)
    return {
        "linkId": clause.id,
        "code": [coding(f"{base}/CodeSystem/clause", clause.id)],
        "prefix": clause.id,
        **asked,
        "answerOption": _states(base),
        "item": [*_parts(clause.id, PARTS, release, base), evidence, *items],
    }


def _sle_item(item: str, release: Release, base: str) -> Resource:
    """Return the question whether an item of the classification counts: only people answer it."""
    name = SLE_ITEMS[item]
    text = Bilingual(
        f"EULAR/ACR 2019: {name.en}, with no more likely explanation than lupus",
        f"EULAR/ACR 2019：{name.zh}，且无比狼疮更可能的解释",
    )
    return _item(f"I02.{item}", "coding", text, release) | {"answerOption": _states(base)}


def _states(base: str) -> list[Resource]:
    system = f"{base}/CodeSystem/finding-state"
    return [{"valueCoding": coding(system, state, STATES[state].en)} for state in get_args(State)]
