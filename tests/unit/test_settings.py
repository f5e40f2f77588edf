"""The site file and its ConceptMaps: what they may say, and what they may not."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapter.fhir.formats import ReadingLimits
from adapter.kept import STORE
from adapter.server import Servers
from adapter.settings import SettingsError, definitions_of, limits_of, load_concept_map, load_site
from mappings.codes import LOINC, SNOMED_CT, Code
from mappings.definitions import DEFINITIONS
from mappings.site import EVER, NormalRange, Site

LOCAL = "urn:local:labs"


def site_of(folder: Path, text: str | bytes) -> Site:
    path = folder / "site.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_site(path)[0]


def refusal(folder: Path, text: str | bytes) -> str:
    with pytest.raises(SettingsError) as refused:
        site_of(folder, text)
    return str(refused.value).removeprefix(f"{folder}/site.toml: ")


def concept_map(folder: Path, *groups: dict[str, Any], name: str = "map.json") -> Path:
    path = folder / name
    path.write_text(json.dumps({"resourceType": "ConceptMap", "group": groups}))
    return path


def group(code: str, target: str, meaning: str = "equivalent", system: str = LOINC, **more: Any) -> dict[str, Any]:
    key = more.pop("key", "equivalence")
    element = {"code": code, "target": [{"code": target, "display": "x", key: meaning}]}
    return {"source": LOCAL, "target": system, "element": [element], **more}


def test_everything_has_a_default(tmp_path: Path) -> None:
    """Without a site file, and with an empty one, the defaults hold."""
    assert load_site(None) == (Site(), {}, ReadingLimits(), Servers(), STORE)
    assert site_of(tmp_path, "") == Site()


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("outbox.db", "{folder}/outbox.db"),
        ("sqlite:///outbox.db", "{folder}/outbox.db"),
        ("sqlite:////var/outbox.db", "/var/outbox.db"),
        ("postgresql://me@host/trial", "postgresql://me@host/trial"),
    ],
)
def test_a_store_is_a_file_beside_the_site_file_or_a_database(tmp_path: Path, url: str, place: str) -> None:
    """Wherever the command is run, it is the same store."""
    file = tmp_path / "site.toml"
    file.write_text(f'[store]\nurl = "{url}"\n')
    assert load_site(file).store == place.format(folder=tmp_path)


@pytest.mark.parametrize("said", ['url = ""', 'url = ":memory:"', "url = 1", 'place = "x"'])
def test_a_store_that_is_none_is_refused(tmp_path: Path, said: str) -> None:
    """A mistake is told by its place."""
    file = tmp_path / "site.toml"
    file.write_text(f"[store]\n{said}\n")
    with pytest.raises(SettingsError, match="store"):
        load_site(file)


def test_what_one_source_may_cost_is_a_setting(tmp_path: Path) -> None:
    """Each reading limit can be set, to something that works."""
    (tmp_path / "site.toml").write_text("[reading]\nline_bytes = 1000\ndepth = 20\n")
    assert load_site(tmp_path / "site.toml").reading == ReadingLimits(line_bytes=1000, depth=20)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("reading = 7", "reading: Expected a table, got an integer"),
        (
            "[reading]\nlines = 7",
            "reading.lines: there is no such setting; there are line_bytes, document_bytes, depth",
        ),
        ("[reading]\nentries = 0", "reading.entries: less than 1"),
        ("[reading]\ndepth = 101", "reading.depth: more than 100"),
        ('[reading]\ndepth = "deep"', "reading.depth: Expected an integer, got a string"),
    ],
)
def test_a_reading_limit_that_cannot_work_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """With its place and the reason."""
    path = tmp_path / "site.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=re.escape(f"{path}: {message}")):
        load_site(path)


def test_coverage_is_a_day_or_all(tmp_path: Path) -> None:
    """A day may be a TOML date or a string; "all" is since ever."""
    site = site_of(tmp_path, '[coverage]\nCondition = "all"\nProcedure = 2015-01-01\nObservation = "2016-02-29"\n')
    assert site.coverage == {"Condition": EVER, "Procedure": date(2015, 1, 1), "Observation": date(2016, 2, 29)}


@pytest.mark.parametrize("day", ["true", "20150101", "2015-01-01T00:00:00", '"2015"', '"ALL"', "[]", "1.5"])
def test_coverage_is_nothing_else(tmp_path: Path, day: str) -> None:
    """Anything that is no day is refused by the name of its type, and never taken for "all"."""
    assert refusal(tmp_path, f"[coverage]\nCondition = {day}").startswith("coverage.Condition: neither a day")


def test_a_normal_range_is_held_in_the_unit_of_its_concept(tmp_path: Path) -> None:
    """A range in another unit of the same kind is converted exactly, so that it is never passed over for its unit."""
    text = '[normal_ranges."lab.alt"]\nunit = "ukat/L"\nlow = 0.1\nhigh = 0.70\n'
    [held] = site_of(tmp_path, text).normal_ranges.values()
    assert held == NormalRange("U/L", Decimal("6.0"), Decimal("42.00"))


@pytest.mark.parametrize(
    ("concept", "text", "reason"),
    [
        ("lab.alt", 'unit = "g/L"\nhigh = 1', "'g/L' cannot be converted"),
        ("lab.alt", 'unit = ""\nhigh = 1', "'' cannot be converted"),
        ("lab.alt", 'unit = "U/L"', "needs low, high or both"),
        ("lab.alt", 'unit = "U/L"\nlow = 9\nhigh = 1', "low not above high"),
        ("lab.alt", 'unit = "U/L"\nhigh = nan', "as numbers"),
        ("lab.alt", 'unit = "U/L"\nhigh = inf', "as numbers"),
        ("lab.alt", 'unit = "U/L"\nhigh = -1', "as numbers"),
        ("dx.sle", 'unit = "1"\nhigh = 1', "no such concept that is measured in numbers"),
        ("1742-6", 'unit = "U/L"\nhigh = 1', "no such concept that is measured in numbers"),
        ("lab.alt", "high = 1", "missing required field `unit`"),
        ("lab.alt", 'unit = "U/L"\nhihg = 1', "hihg: there is no such setting; there are unit, low, high"),
        ("lab.alt", 'unit = "U/L"\nhigh = "x"', 'normal_ranges."lab.alt".high: Invalid decimal'),
    ],
)
def test_a_normal_range_that_cannot_be_used_is_refused(tmp_path: Path, concept: str, text: str, reason: str) -> None:
    """A range of an unknown concept, in a foreign unit, or that is none, is an error: silently unused it would mislead."""
    assert reason in refusal(tmp_path, f'[normal_ranges."{concept}"]\n{text}')


@pytest.mark.parametrize("name", ["", "Asia", "Shanghai", "localtime", "../zone", "/etc/passwd", "UTC+8", "亚洲/上海"])
def test_a_time_zone_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    """Only names of the time zone database count, and none that means another zone on another machine."""
    assert refusal(tmp_path, f'time_zone = "{name}"').startswith("time_zone: there is no time zone")


@pytest.mark.parametrize("base", ["", "hospital", "ftp://x.example.org", "https://x.example.org/", "https://x y"])
def test_a_canonical_base_is_an_address(tmp_path: Path, base: str) -> None:
    """Our urls are built on it, so that it has to be an http address without a slash at its end."""
    assert refusal(tmp_path, f'canonical_base = "{base}"').startswith("canonical_base:")
    assert site_of(tmp_path, 'canonical_base = "http://a.example.org:8080/fhir"').canonical_base


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("result_window = nan", "not a number from 0 to 36500"),
        ("result_window = -1", "not a number from 0 to 36500"),
        ("result_window = 1e99999", "not a number from 0 to 36500"),
        ("result_window = 28.5", "not a whole number"),
        ("hcg_window = 14", "set by the registered protocol (I04-2)"),
        ('result_window = "14 days"', "needs a bare number, in days"),
        ("result_window = 2025-01-01", "needs a bare number, in days"),
        ("result_window = true", "needs a bare number, in days"),
        ('ejection_fraction_minimum = "x"', "needs a bare number, in %"),
        ('acute_decline_ratio = "x"', "needs a bare number"),
    ],
)
def test_a_limit_that_cannot_be_set_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    """A site sets what the registered record leaves open, to a number that can be meant."""
    assert refusal(tmp_path, f"[limits]\n{text}") == f"limits.{text.split()[0]}: {reason}" + (
        ", not by a site" if "registered" in reason else ""
    )


@pytest.mark.parametrize("name", ["nonsense", "__class__"])
def test_a_limit_that_there_is_none_of_is_refused(tmp_path: Path, name: str) -> None:
    """With the limits that a site can set, of which those of the registered record are none."""
    told = refusal(tmp_path, f"[limits]\n{name} = 1")
    assert told.startswith(f"limits.{name}: there is no such limit; a site can set result_window, attestation_window")
    assert "leukopenia" in told
    assert "upcr_minimum" not in told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('timezone = "UTC"', "timezone: there is no such setting; there are time_zone, canonical_base, coverage, "),
        ('[interpretations]\nsyphilis = "x"', "interpretations.syphilis: one of 'treponemal', 'any-test'"),
        ("[interpretations]\nsyphilis = 1", "interpretations.syphilis: one of 'treponemal', 'any-test'"),
        ('[interpretations]\nlues = "x"', "interpretations.lues: there is no such setting; there are cns_disorders, "),
        ("interpretations = 1", "interpretations: Expected a table, got an integer"),
        ("coverage = 1", "coverage: not a table; it begins with [coverage]"),
        ("limits = [1]", "limits: not a table; it begins with [limits]"),
        ("time_zone = 3", "time_zone: Expected a string, got an integer"),
        ("concept_maps = [3]", "concept_maps[0]: Expected a string, got an integer"),
    ],
)
def test_a_mistake_is_told_by_its_setting(tmp_path: Path, text: str, message: str) -> None:
    """By the name of the setting as the file has it, and with what it may be instead."""
    assert refusal(tmp_path, text).startswith(message)


def test_a_limit_that_may_be_set_is_in_force(tmp_path: Path) -> None:
    """The changed limit keeps its unit and clause, and the others stay."""
    limits = limits_of(site_of(tmp_path, "[limits]\nresult_window = 14\nejection_fraction_minimum = 45.5\n"))
    assert (limits.result_window.days, limits.result_window.unit) == (14, "d")
    assert limits.ejection_fraction_minimum.value == Decimal("45.5")
    assert limits.upcr_minimum.value == Decimal("1.0")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("renal_response.upcr = nan", "not a number from 0 to 36500"),
        ("renal_response.upcr = -0.1", "not a number from 0 to 36500"),
        ("renal_response.upcr = 36500.1", "not a number from 0 to 36500"),
        ("renal_response.filtration_share = 100.1", "not a number from 0 to 100"),
        ("dlt.gvhd_grade = 0", "not a number from 1 to 5"),
        ("dlt.gvhd_grade = 6", "not a number from 1 to 5"),
        ("dlt.gvhd_grade = 2.5", "not a whole number"),
        ("dlt.crs_hours = 71.5", "not a whole number"),
        ("dynamics.recovery_counts = 0", "not a number from 1 to 100"),
        ("kinetics.terminal_points = 1", "not a number from 2 to 100"),
        ("treatment.week_8_window = 56", "reaches back to Day 0"),
        ("treatment.dose_tolerance = 33.4", "so wide that a dose may be of either level"),
        ("platelet_response.confirmation_least = 29", "more than confirmation_most"),
        ("treatment.week_12 = 90", "set by the registered protocol (S1), not by a site"),
        ("treatment.dose_level_1 = 1e6", "set by the registered protocol (P1), not by a site"),
        ('renal_response.upcr = "0.7 g/g"', "needs a bare number, in g/g"),
        ("renal_response.upcr = true", "needs a bare number, in g/g"),
        ('renal_response.filtration = "ninety"', "one of 'share-of-baseline', 'sixty-or-no-fall'"),
        ("adverse_events.version = 6.0", "one of '5.0', '6.0'"),
        ("renal_response.filtration = []", "one of 'share-of-baseline', 'sixty-or-no-fall'"),
    ],
)
def test_a_parameter_that_cannot_be_set_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    """A site sets what the record leaves open, to what can be meant: finite, within bounds, whole, one of the words."""
    group, _, setting = text.partition(".")
    told = refusal(tmp_path, f"[definitions.{group}]\n{setting}")
    assert told == f"definitions.{group}.{setting.split()[0]}: {reason}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("definitions = 1", "definitions: not a table; it begins with [definitions]"),
        ("[definitions]\ndlt = 1", "definitions.dlt: not a table; it begins with [definitions.dlt]"),
        (
            "[definitions.DLT_v1]",
            "definitions.DLT_v1: there is no such definition; there are treatment, adverse_events, ",
        ),
        (
            "[definitions.treatment]\n__class__ = 1",
            "definitions.treatment.__class__: there is no such parameter; a site can set dose_tolerance, ",
        ),
    ],
)
def test_a_parameter_that_there_is_none_of_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """By its name as the file has it, with those that there are, of which the registered ones are none."""
    told = refusal(tmp_path, text)
    assert told.startswith(message)
    assert "dose_level_1" not in told


@pytest.mark.parametrize(
    "text",
    [
        "renal_response.filtration_share = 100",
        "renal_response.upcr = 0",
        'renal_response.upcr = "0.7"',
        "dlt.gvhd_grade = 5",
        "treatment.week_8_window = 55",
        "treatment.dose_tolerance = 33.3",
        "platelet_response.confirmation_least = 28",
    ],
)
def test_a_parameter_may_be_set_up_to_its_bounds(tmp_path: Path, text: str) -> None:
    """The bounds themselves can be meant, and a number in quotes is one."""
    assert site_of(tmp_path, f"[definitions]\n{text}").definitions


def test_a_parameter_that_is_set_is_in_force(tmp_path: Path) -> None:
    """The changed ones keep their unit and clause, the others stay, and without a file all are the defaults."""
    text = '[definitions.renal_response]\nupcr = 0.7\nfiltration = "sixty-or-no-fall"\n[definitions.dlt]\nwindow = 42\n'
    found = definitions_of(site_of(tmp_path, text))
    assert (found.renal_response.upcr.value, found.renal_response.upcr.unit) == (Decimal("0.7"), "g/g")
    assert (found.renal_response.filtration.value, found.dlt.window.days) == ("sixty-or-no-fall", 42)
    assert found.platelet_response == DEFINITIONS.platelet_response
    assert definitions_of(Site()) == DEFINITIONS


@pytest.mark.parametrize("text", [b"\xff", b"a = " + b"[" * 10_000, b"a = 1\na = 2", b"time_zone = 3", b"coverage = 1"])
def test_a_file_that_is_no_site_file_is_refused(tmp_path: Path, text: bytes) -> None:
    """Bytes that are no TOML, and values of the wrong type, are errors of the file, whatever they are."""
    assert refusal(tmp_path, text)


def test_a_folder_is_no_site_file(tmp_path: Path) -> None:
    """A path that cannot be read as a file is told with the reason of the system."""
    with pytest.raises(SettingsError, match="Is a directory"):
        load_site(tmp_path)


@pytest.mark.parametrize(
    ("key", "meaning", "used"),
    [
        ("equivalence", "equivalent", True),
        ("equivalence", "equal", True),
        ("equivalence", "wider", True),
        ("equivalence", "narrower", False),
        ("equivalence", "inexact", False),
        ("equivalence", "unmatched", False),
        ("relationship", "equivalent", True),
        ("relationship", "source-is-narrower-than-target", True),
        ("relationship", "source-is-broader-than-target", False),
        ("relationship", "not-related-to", False),
    ],
)
def test_a_local_code_stands_for_what_it_means_no_less_than(tmp_path: Path, key: str, meaning: str, used: bool) -> None:
    """R4 and R5 maps: only a local code that means its target, or something narrower, stands for it."""
    found = load_concept_map(concept_map(tmp_path, group("ALT", "1742-6", meaning, key=key)))
    assert found == ({(LOCAL, "ALT"): Code(LOINC, "1742-6", "x")} if used else {})


def test_systems_may_have_a_version_and_other_names(tmp_path: Path) -> None:
    """R5 names versions in the address, and a target system may be named by its OID."""
    found = load_concept_map(
        concept_map(tmp_path, group("ALT", "1742-6", system="urn:oid:2.16.840.1.113883.6.1", source=f"{LOCAL}|2.0"))
    )
    assert found == {(LOCAL, "ALT"): Code(LOINC, "1742-6", "x")}


def test_a_local_code_cannot_stand_for_two_things(tmp_path: Path) -> None:
    """Two meanings in one map, or in two, are refused with their place; two codes for one meaning are fine."""
    alt, ast = group("GPT", "1742-6"), group("GPT", "1920-8")
    with pytest.raises(SettingsError, match=r"map.json: group\[1\].element\[0\]: GPT of urn:local:labs already stands"):
        load_concept_map(concept_map(tmp_path, alt, ast))
    concept_map(tmp_path, alt, name="one.json")
    concept_map(tmp_path, ast, name="two.json")
    assert "two.json: group[0].element[0]" in refusal(tmp_path, 'concept_maps = ["one.json", "two.json"]')
    assert len(load_concept_map(concept_map(tmp_path, alt, alt))) == 1


def test_codes_for_one_meaning_may_be_of_two_systems(tmp_path: Path) -> None:
    """A local code may be mapped to LOINC and to another system, when neither or both stand for the same of ours."""
    one, other = group("X", "not-ours"), group("X", "also-not-ours", system=SNOMED_CT)
    assert load_concept_map(concept_map(tmp_path, one, other)) == {(LOCAL, "X"): Code(LOINC, "not-ours", "x")}


@pytest.mark.parametrize("meaning", ["", "sameish"])
def test_a_map_without_a_meaning_is_refused(tmp_path: Path, meaning: str) -> None:
    """A target without a known equivalence says nothing, and is not taken for the same."""
    with pytest.raises(SettingsError, match="needs a FHIR equivalence or relationship"):
        load_concept_map(concept_map(tmp_path, group("ALT", "1742-6", meaning)))


@pytest.mark.parametrize(
    "text", ["", "[]", '{"resourceType":"ValueSet"}', '{"resourceType":"ConceptMap","group":[{}]}', "[" * 10_000]
)
def test_a_file_that_is_no_concept_map_is_refused(tmp_path: Path, text: str) -> None:
    """Anything else than a ConceptMap is refused with its file."""
    path = tmp_path / "map.json"
    path.write_text(text)
    with pytest.raises(SettingsError, match=r"map\.json: "):
        load_concept_map(path)
