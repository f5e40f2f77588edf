"""A mistake in the site file, through the real command: the place, the reason, and status 2."""

from pathlib import Path

import pytest

from tests.cli.command import AT, patient, written, yts109

MISTAKES = {
    "colour = 1": "colour: there is no such setting; there are time_zone, ",
    "a = [": "Invalid value (at end of document)",
    'time_zone = "Mars/Phobos"': "time_zone: there is no time zone 'Mars/Phobos'",
    '[coverage]\nCondition = "yesterday"': "coverage.Condition: neither a day",
    '[coverage]\nCondtion = "all"': "coverage.Condtion: FHIR has no such resource type",
    '[normal_ranges."lab.atl"]\nunit = "U/L"\nhigh = 40': 'normal_ranges."lab.atl": there is no such concept',
    '[normal_ranges."lab.alt"]\nunit = "g/L"\nhigh = 40': "normal_ranges.\"lab.alt\".unit: 'g/L' cannot be converted to U/L",
    "[limits]\nresult_windw = 30": "limits.result_windw: there is no such limit",
    "[limits]\nupcr_minimum = 0.5": "limits.upcr_minimum: set by the registered protocol (I02-LN-2)",
    '[interpretations]\ncns_disorders = "never"': "interpretations.cns_disorders: one of 'unset', ",
    'concept_maps = ["gone.json"]': "gone.json: No such file or directory",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_ends_the_command_with_its_place(tmp_path: Path, text: str) -> None:
    """Every kind of mistake is told with the file, the setting and the reason, and nothing is screened under it."""
    site, source = written(tmp_path / "site.toml", text.encode()), written(tmp_path / "a.ndjson", patient())
    for command in ("screen", "doctor"):
        done = yts109(command, source, "--site", site, "--at", AT)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(f"yts109: {tmp_path}/")
        assert MISTAKES[text] in done.err
