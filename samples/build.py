"""Writes the sample hospital: ``python -m samples.build``; with ``--check`` only compares, and fails on a difference."""

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from samples import SCREENED_AT
from samples.codebook import DRUG_MAP, DRUGS, LAB_MAP, LOCAL_DRUG, LOCAL_LAB, Named
from samples.participants import participants
from samples.patients import stories
from samples.resources import Hospital, Resource, concept, diagnosis, moment
from samples.story import Story
from samples.treatment import Treated

HERE = Path(__file__).parent
#: The export folders: the clinic, whose patients are screened, and the ward, whose participants are followed.
FOLDERS = ("hospital", "treated")
#: Decimals are written with their digits.
ENCODER = msgspec.json.Encoder(decimal_format="number")


def files() -> dict[str, str]:
    """Return every generated file of the sample hospital, by name."""
    told, hospital = stories(), Hospital()
    treated, ward = participants(), Hospital()
    for story in told:
        story.tell(hospital)
    _institution(hospital)
    for participant in treated:
        participant.tell(ward)
    _practitioners(ward)
    ward.put("Medication", "yts109", "2024-10-01T08:00:00+08:00", {"code": concept(DRUGS["yts109"])})
    made = {
        f"{folder}/{kind}.ndjson": _lines(found)
        for folder, told_of in zip(FOLDERS, (hospital, ward), strict=True)
        for kind, found in sorted(told_of.exported.items())
    }
    made["local-labs.json"] = _pretty(_concept_map("local-labs", LOCAL_LAB, LAB_MAP))
    made["local-drugs.json"] = _pretty(_concept_map("local-drugs", LOCAL_DRUG, DRUG_MAP))
    made["expected.json"] = _pretty({story.name: _expected(story) for story in told})
    made["expected-followed.json"] = _pretty({one.name: one.expected for one in treated})
    made["README.md"] = _readme(told) + _followed(treated)
    return made


def _practitioners(hospital: Hospital) -> None:
    """Add who works there: each folder can be read without the other."""
    for name, text in (("dr-li", "李卫东"), ("dr-wang", "王立新")):
        hospital.put("Practitioner", name, "2020-01-01T08:00:00+08:00", {"name": [{"text": text}]})


def _institution(hospital: Hospital) -> None:
    """Add what belongs to no patient of ours: practitioners, drugs, another study, a diagnosis of nobody we know."""
    _practitioners(hospital)
    for name in ("tacrolimus", "mmf"):
        hospital.put("Medication", name, "2020-01-01T08:00:00+08:00", {"code": concept(DRUGS[name])})
    number = {"system": "http://hospital.example.cn/study", "value": "BR-2024-017"}
    study = {"identifier": [number], "title": "另一项药物临床试验", "status": "active"}
    hospital.put("ResearchStudy", "other-1", moment(500), study)
    diagnosis(hospital, "nobody", "I10.x00", "特发性高血压", "2020-02-02")


def _concept_map(name: str, source: str, codes: Mapping[tuple[str, str], Named]) -> Resource:
    elements: dict[str, list[Resource]] = defaultdict(list)
    for (code, title), meant in codes.items():
        target = {"code": meant.code, "display": meant.name, "equivalence": "equivalent"}
        elements[meant.system].append({"code": code, "display": title, "target": [target]})
    url = f"http://hospital.example.cn/ConceptMap/{name}"
    group = [{"source": source, "target": system, "element": found} for system, found in elements.items()]
    return {"resourceType": "ConceptMap", "id": name, "url": url, "status": "active", "group": group}


def _expected(story: Story) -> dict[str, Any]:
    first, last = story.days
    days = {"eligible_from": first, "eligible_until": last} if first else {}
    return {"decision": story.decision, "barred_by": sorted(story.bars), "open": sorted(story.opens), **days}


def _lines(found: list[Resource]) -> str:
    return "".join(ENCODER.encode(one).decode() + "\n" for one in found)


def _pretty(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


INTRODUCTION = f"""# The sample hospital

Synthetic patients as a Chinese hospital would export them; no person stands behind any. `python -m samples.build`
writes every file here from `patients.py`, `barred.py` and `undetermined.py`; `--check` fails when one is not current.

Screened at {SCREENED_AT} with `site.toml`, each must come out as told here. A patient with nephritis is barred from
the other cohort by `I02-ITP-1` and `I02-ITP-2`, and one with thrombocytopenia from the other by `I02-LN-1` and
`I02-LN-2` (with `I02-LN-3` and `I02-LN-4` open): this is left out below, and stands in `expected.json`.

| patient | story | decision | what decides |
|---|---|---|---|
"""
#: What keeps a patient of one cohort out of the other.
USUAL = {"LN": {"I02-ITP-1", "I02-ITP-2"}, "ITP": {"I02-LN-1", "I02-LN-2", "I02-LN-3", "I02-LN-4"}}


def _readme(told: list[Story]) -> str:
    rows = [f"| {one.name} | {one.why} | {one.decision} | {_deciding(one)} |\n" for one in told]
    return INTRODUCTION + "".join(rows)


def _deciding(story: Story) -> str:
    usual, (first, last) = USUAL[story.disease], story.days
    parts = [
        ("barred by ", " ".join(sorted(story.bars - usual))),
        ("open ", " ".join(sorted(story.opens - usual))),
        ("eligible until " if story.decision == "eligible" else f"eligible {first} until ", last),
    ]
    return "; ".join(word + clauses for word, clauses in parts if clauses)


FOLLOWED = f"""
# The trial ward

`treated/` is the export of the ward of the same hospital: participants who were infused. They are told in
`participants.py` and `toxicities.py`; a test holds what is derived against `expected-followed.json`. Followed at {SCREENED_AT}
with `site.toml`, each must come out as told here: dose-limiting toxicity by the definition `DLT_v1`, renal response by
`CRR_v1`, response of platelets by `ITP_v1`.

| participant | story | Day 0 | dose level | window of 28 days | week 12 |
|---|---|---|---|---|---|
"""


def _followed(treated: list[Treated]) -> str:
    return FOLLOWED + "".join(map(_row, treated))


def _row(one: Treated) -> str:
    out = one.expected
    level = out["dose_level"] or ", ".join(out["problems"])
    window = " by ".join(filter(None, (out["dlt"]["state"], ", ".join(out["dlt"]["rules"]))))
    answer = out["crr_week12"] if one.disease == "LN" else out["itp_week12"]
    return f"| {one.name} | {one.why} | {out['day0'] or 'not sure'} | {level} | {window} | {answer} |\n"


def main(arguments: list[str]) -> int:
    """Write or check every file; return the exit status."""
    made = files()
    gone = [path for folder in FOLDERS for path in (HERE / folder).glob("*") if f"{folder}/{path.name}" not in made]
    stale = [name for name, text in made.items() if _read(HERE / name) != text.encode()]
    if "--check" in arguments:
        if stale or gone:
            names = ", ".join([*stale, *(f"{path.parent.name}/{path.name}" for path in gone)])
            sys.stderr.write(f"not current, run python -m samples.build: {names}\n")
        return 1 if stale or gone else 0
    for path in gone:
        path.unlink()
    for name in stale:
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_bytes(made[name].encode())
    return 0


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
