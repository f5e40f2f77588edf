"""What is read, and what others wrote, is never written over."""

from pathlib import Path

import pytest

from tests.cli.command import AT, haemoglobin, patient, screened, written, yts109

PRECIOUS = b'{"resourceType":"ValueSet","id":"of-somebody-else"}\n'


def _bytes_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def hospital(tmp_path: Path) -> Path:
    """A folder to read, a file elsewhere that it links to, and a folder elsewhere that it links to."""
    written(tmp_path / "hospital" / "Patient.ndjson", patient())
    written(tmp_path / "elsewhere" / "labs.ndjson", haemoglobin())
    written(tmp_path / "linked" / "more.ndjson", patient("more"))
    (tmp_path / "hospital" / "labs.ndjson").symlink_to(tmp_path / "elsewhere" / "labs.ndjson")
    (tmp_path / "hospital" / "linked").symlink_to(tmp_path / "linked")
    return tmp_path


@pytest.mark.parametrize(
    "target",
    [
        "hospital/Patient.ndjson",
        "hospital/table.txt",
        "hospital/new/../table.txt",
        "elsewhere/labs.ndjson",
        "linked/table.txt",
        "site.toml",
    ],
)
def test_an_output_is_no_part_of_what_is_read(hospital: Path, target: str) -> None:
    """Neither a file that is read nor one that would be read the next time can be the output, under any name."""
    site = written(hospital / "site.toml", b"")
    before = _bytes_in(hospital)
    done = screened(hospital / "hospital", "--site", site, "--output", hospital / target)
    assert (done.status, done.out) == (2, "")
    assert "is read, and what is read is not written over" in done.err
    assert _bytes_in(hospital) == before


def test_an_output_beside_what_is_read_is_written(hospital: Path) -> None:
    """A file beside a source, in a folder that is not read, is no danger to it."""
    single = hospital / "elsewhere" / "labs.ndjson"
    assert screened(single, "--output", hospital / "elsewhere" / "table.txt").status == 0
    assert screened(hospital / "hospital", "--output", hospital / "table.txt").status == 0


@pytest.mark.parametrize("target", ["hospital", "hospital/out", "elsewhere", "linked"])
def test_a_folder_that_is_read_is_not_written_to(hospital: Path, target: str) -> None:
    """A run writes neither to a folder that is read, nor into one, nor where a file lies that is read."""
    before = _bytes_in(hospital)
    done = yts109("run", hospital / "hospital", "--at", AT, "--to", hospital / target)
    assert (done.status, done.out) == (2, "")
    assert _bytes_in(hospital) == before


def test_a_folder_around_the_one_that_is_read_may_be_written_to(hospital: Path) -> None:
    """The folder that holds the source's folder is not read, so that results may go there."""
    assert yts109("run", hospital / "hospital", "--at", AT, "--to", hospital).status == 0
    assert (hospital / "ResearchSubject.ndjson").exists()


def test_files_of_others_are_not_replaced(hospital: Path) -> None:
    """A file that an earlier run did not write ends the run with status 3, and nothing in the folder changes."""
    folder = hospital / "target"
    written(folder / "ValueSet.ndjson", PRECIOUS)
    done = yts109("run", hospital / "hospital", "--at", AT, "--to", folder)
    assert (done.status, done.out) == (3, "")
    assert f"{folder}: ValueSet.ndjson was not written by this program" in done.err
    assert _bytes_in(folder) == {"ValueSet.ndjson": PRECIOUS}
