"""``yts109 follow`` and its part in ``run``: every form tells the same, nothing is told of who was not treated."""

import csv
import io
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from tests.cli.command import AT, HOSPITAL, ROOT, SITE, Done, yts109

TREATED = ROOT / "samples" / "treated"
GIVEN = ("--site", SITE, "--at", AT)


@cache
def followed(*arguments: str | Path) -> Done:
    """Follow at the instant of the samples; the same twice is done once, so what it writes stays where it is."""
    return yts109("follow", *arguments, *GIVEN)


def participants(done: Done) -> dict[str, dict[str, Any]]:
    """The participants on standard output, by reference."""
    return {one["patient"]: one for one in done.patients}


def test_who_was_not_treated_is_not_followed() -> None:
    """A hospital without an infusion has no participants, and that is no error."""
    done = followed(HOSPITAL, "--format", "json")
    assert (done.status, done.patients) == (0, [])
    assert "0 treated participants" in followed(HOSPITAL).out


def test_every_form_tells_of_the_same_participants() -> None:
    """JSON, NDJSON, CSV and table name the same participants, and every event of one stands in its rows."""
    whole = participants(followed(TREATED, "--format", "json"))
    lines = participants(followed(TREATED, "--format", "ndjson"))
    rows = list(csv.DictReader(io.StringIO(followed(TREATED, "--format", "csv").out)))
    table = followed(TREATED).out
    assert whole == lines
    assert list(whole) == sorted(whole)
    for name, one in whole.items():
        assert name.removeprefix("Patient/") in table
        events = [row["name"] for row in rows if row["patient"] == name and row["kind"] == "adverse-event"]
        assert events == [event["term"] for event in one["adverse_events"]]


def test_the_interface_is_what_was_agreed() -> None:
    """Every participant has the members of the contract, in the words of the contract."""
    for one in followed(TREATED, "--format", "json").patients:
        assert {
            "patient",
            "study",
            "at",
            "day0",
            "dose",
            "adverse_events",
            "dlt",
            "endpoints",
            "pk",
            "pd",
            "set_aside",
        } <= set(one)
        assert one["dlt"]["state"] in ("open", "none", "dlt", "data-gap")
        assert one["endpoints"]["crr_week12"]["result"] in ("CRR", "PRR", "NR", "not-evaluable", "not-applicable")
        assert one["endpoints"]["itp_week12"]["result"] in (
            "CR", "PR", "NR", "unconfirmed-CR", "unconfirmed-PR", "not-evaluable", "not-applicable",
        )  # fmt: skip
        for event in one["adverse_events"]:
            assert event["source"] in ("reported", "derived")
            assert event["emergent"] in (True, False, None)
            assert event["confirmed"] in (True, False, None)
            assert event["evidence"], "no event rests on nothing"


def test_the_tables_count_every_event_once(tmp_path: Path) -> None:
    """The sum over the terms of the table of adverse events is the number of events that may have come with treatment."""
    whole = participants(followed(TREATED, "--format", "ndjson", "--tables", tmp_path))
    rows = list(csv.DictReader((tmp_path / "adverse-events.csv").read_text("utf-8").splitlines()))
    counted = sum(int(row["events"]) + int(row["events_unknown"]) for row in rows if row["kind"] == "term")
    events = [event for one in whole.values() for event in one["adverse_events"]]
    assert counted == sum(event["emergent"] is not False and event["confirmed"] is not False for event in events)
    limiting = list(csv.DictReader((tmp_path / "dose-limiting-toxicities.csv").read_text("utf-8").splitlines()))
    assert sum(int(row["treated"]) for row in limiting) == len(whole)
    assert sum(int(row["with_dlt"]) for row in limiting) == sum(one["dlt"]["state"] == "dlt" for one in whole.values())


def test_a_picture_of_each_participant_is_drawn(tmp_path: Path) -> None:
    """There is one well-formed picture for each participant, and the next run draws the same bytes."""
    few = tmp_path / "few.ndjson"
    lines = (line for file in sorted(TREATED.iterdir()) for line in file.read_bytes().splitlines(keepends=True))
    few.write_bytes(b"".join(line for line in lines if re.search(rb'/?t-(crr-1|itp-cr|two-infusions)"', line)))
    whole = participants(followed(few, "--format", "ndjson", "--plots", tmp_path / "first"))
    followed(few, "--format", "ndjson", "--plots", tmp_path / "second", "--workers", "2")
    names = {f"{name.removeprefix('Patient/')}.svg" for name in whole}
    assert len(names) == 3
    assert {file.name for file in (tmp_path / "first").iterdir()} == names
    for name in names:
        content = (tmp_path / "first" / name).read_bytes()
        assert etree.fromstring(content).tag == "{http://www.w3.org/2000/svg}svg"
        assert content == (tmp_path / "second" / name).read_bytes()


def test_order_and_division_of_the_source_change_nothing(tmp_path: Path) -> None:
    """Lines in another order, spread over other files and read by two workers, come out as the same bytes."""
    lines = [line for file in sorted(TREATED.iterdir()) for line in file.read_bytes().splitlines(keepends=True)]
    for number in range(3):
        (tmp_path / f"{number}.ndjson").write_bytes(b"".join(reversed(lines[number::3])))
    for form in ("json", "csv", "fhir"):
        assert followed(TREATED, "--format", form).out == followed(tmp_path, "--format", form, "--workers", "2").out


def test_a_screening_is_the_same_with_and_without_following(tmp_path: Path) -> None:
    """What ``run`` writes of a screening is what ``screen`` says, although it reads more of every patient."""
    sources = (HOSPITAL, TREATED)
    told = yts109("screen", *sources, *GIVEN, "--format", "fhir")
    done = yts109("run", *sources, *GIVEN, "--to", tmp_path)
    assert (told.status, done.status) == (0, 0)
    of_screening = [json.loads(line) for line in told.out.splitlines()]
    written = [json.loads(line) for file in tmp_path.glob("*.ndjson") for line in file.read_text("utf-8").splitlines()]
    by_id = {(one["resourceType"], one["id"]): one for one in written}
    for one in of_screening:
        there = by_id[one["resourceType"], one["id"]]
        if one["resourceType"] == "ResearchSubject":
            there["extension"] = [each for each in there["extension"] if not each["url"].endswith("/milestone")]
        assert there == one


def test_no_value_of_a_patient_is_in_a_message() -> None:
    """Standard error names counts, reasons and places, and nothing else."""
    done = followed(TREATED, "--format", "ndjson")
    assert re.fullmatch(
        r"(\d+ patients?, \d+ resources?; set aside: [a-z0-9, -]+(; \d+ of types this protocol does not use)?\n)",
        done.err,
    )


def test_who_is_on_study_without_an_infusion_is_told_of() -> None:
    """Without the site's ConceptMaps the hospital's own code of the cells says nothing: that is told, and is no silence."""
    done = yts109("follow", TREATED, "--at", AT, "--format", "ndjson")
    assert done.status == 0
    told = re.search(r"^(\d+) patients on study without an infusion of the cells on record", done.err, re.MULTILINE)
    assert told
    assert int(told[1]) + len(done.patients) == (TREATED / "Patient.ndjson").read_text("utf-8").count("\n")
