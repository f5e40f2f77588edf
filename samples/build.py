"""Writes the sample hospital: ``python -m samples.build``, with ``--check`` only compares and fails on a difference."""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from samples.patients import EXPECTED
from samples.resources import DRUGS, LOCAL_DRUG, LOCAL_LAB, Hospital, Resource, concept, diagnosis, moment
from samples.stories import stories

HERE = Path(__file__).parent
#: Local code -> (the standard code, its name here).
LAB_MAP = {"XCG-PLT": ("777-3", "血小板计数"), "SH-ALB": ("1751-7", "白蛋白")}
DRUG_MAP = {"XY-0417": ("L04AD02", "他克莫司胶囊")}


def files() -> dict[str, str]:
    """Return every file of the sample hospital by name."""
    hospital = Hospital()
    for story in stories():
        story.tell(hospital)
    _institution(hospital)
    made = {f"hospital/{kind}.ndjson": _lines(found) for kind, found in sorted(hospital.exported.items())}
    made["local-labs.json"] = _pretty(_concept_map("local-labs", LOCAL_LAB, "http://loinc.org", LAB_MAP))
    made["local-drugs.json"] = _pretty(_concept_map("local-drugs", LOCAL_DRUG, "http://www.whocc.no/atc", DRUG_MAP))
    made["expected.json"] = _pretty(EXPECTED)
    made["README.md"] = _readme()
    return made


def _institution(hospital: Hospital) -> None:
    """Add what belongs to no patient of ours: people, drugs, another study, a merged record, a stray result."""
    hospital.exported["Practitioner"].append({"resourceType": "Practitioner", "id": "dr-li", "name": [{"text": "李医生"}]})
    hospital.exported["Medication"].append(
        {"resourceType": "Medication", "id": "tacrolimus", "code": concept(*DRUGS["tacrolimus"])}
    )
    number = {"system": "https://clinicaltrials.gov", "value": "NCT00000000"}
    hospital.exported["ResearchStudy"].append(
        {"resourceType": "ResearchStudy", "id": "other-1", "identifier": [number], "title": "另一项药物试验", "status": "active"}
    )
    old: Resource = {"resourceType": "Patient", "id": "odd-moved-old", "meta": {"versionId": "9", "lastUpdated": moment(12)}}
    old |= {"active": False, "link": [{"other": {"reference": "Patient/odd-moved"}, "type": "replaced-by"}]}
    hospital.exported["Patient"].append(old)
    diagnosis(hospital, "odd-moved-old", "I10.x00", "高血压", "2020-02-02")
    diagnosis(hospital, "nobody", "I10.x00", "高血压", "2020-02-02")


def _concept_map(name: str, source: str, target: str, codes: dict[str, tuple[str, str]]) -> Resource:
    element = [
        {"code": local, "display": title, "target": [{"code": code, "display": title, "equivalence": "equivalent"}]}
        for local, (code, title) in codes.items()
    ]
    url = f"http://hospital.example.cn/ConceptMap/{name}"
    group = [{"source": source, "target": target, "element": element}]
    return {"resourceType": "ConceptMap", "id": name, "url": url, "status": "active", "group": group}


_ENCODER = msgspec.json.Encoder()


def _lines(found: list[Resource]) -> str:
    return "".join(_line(one) + "\n" for one in found)


def _line(one: Resource) -> str:
    return _ENCODER.encode(_with_numbers(one)).decode()


def _with_numbers(part: Any) -> Any:
    """Return ``part`` with the numbers kept as text written as numbers, digit for digit."""
    if type(part).__name__ == "_Number":
        try:
            msgspec.json.decode(str(part))
        except msgspec.DecodeError:
            return str(part)
        return msgspec.Raw(str(part).encode())
    if isinstance(part, dict):
        return {key: _with_numbers(value) for key, value in part.items()}
    return [_with_numbers(value) for value in part] if isinstance(part, list) else part


def _pretty(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _readme() -> str:
    rows = [
        f"| {one.name} | {one.why} | {EXPECTED[one.name]['decision']} | {' '.join(EXPECTED[one.name]['barred_by'])} "
        f"| {' '.join(EXPECTED[one.name]['open'])} |"
        for one in stories()
    ]
    return "\n".join(
        [
            "# The sample hospital",
            "",
            "Synthetic patients, written by `python -m samples.build` from `stories.py`; no person stands behind any.",
            "Screened at 2025-06-01T09:00:00+08:00 with `site.toml`, they must come out as this table says.",
            "",
            "| patient | story | decision | barred by | open |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def main(arguments: list[str]) -> int:
    """Write or check every file; return the exit status."""
    stale = []
    for name, text in files().items():
        path = HERE / name
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(name)
            if "--check" not in arguments:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, "utf-8")
    if stale and "--check" in arguments:
        sys.stderr.write(f"not current, run python -m samples.build: {', '.join(stale)}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
