"""Writing to a folder: whole files or none, and never over what is not ours."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from adapter.target import OURS, TargetError, made, write_folder
from mappings.site import Site

SUBJECT = b'{"resourceType":"ResearchSubject","id":"s%d"}\n'


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_each_type_has_a_file_and_the_number_is_told(tmp_path: Path) -> None:
    """One NDJSON file a type, the trial's own resources first, and the number of all of them."""
    written = write_folder(str(tmp_path / "a" / "b"), [SUBJECT % 1, SUBJECT % 2], [], "R4", Site())
    files = {path.stem: path.read_bytes().splitlines() for path in (tmp_path / "a" / "b").glob("*.ndjson")}
    assert [json.loads(line)["id"] for line in files["ResearchSubject"]] == ["s1", "s2"]
    assert written.resources == sum(map(len, files.values()))
    assert (tmp_path / "a" / "b" / OURS).read_text().split() == sorted(f"{kind}.ndjson" for kind in files)


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    """Unfinished files of a run that was killed are neither kept nor gone on with."""
    (tmp_path / ".ResearchSubject.ndjson.part").write_bytes(b"half a line")
    write_folder(str(tmp_path), [], [], "R4", Site())
    assert not [name for name in names(tmp_path) if "ResearchSubject" in name]


def test_what_a_stopped_run_had_put_in_place_is_known_again(tmp_path: Path) -> None:
    """A run that ends while its files take their names leaves none that the next run takes for somebody else's."""
    (tmp_path / OURS).write_text("Provenance.ndjson\n")
    (tmp_path / "Provenance.ndjson").mkdir()  # which no file can take the name of
    lines = [b'{"resourceType":"Provenance","id":"p"}\n']
    with pytest.raises(TargetError, match="Is a directory"):
        write_folder(str(tmp_path), lines, [], "R4", Site())
    assert "ValueSet.ndjson" in names(tmp_path)
    (tmp_path / "Provenance.ndjson").rmdir()
    write_folder(str(tmp_path), lines, [], "R4", Site())
    assert (tmp_path / "Provenance.ndjson").is_file()


@pytest.mark.parametrize("name", ["ResearchSubject.ndjson", "ValueSet.ndjson"])
def test_a_file_of_somebody_else_is_refused(tmp_path: Path, name: str) -> None:
    """A file under a name that we need, which no run of ours has noted, stays; so does a link that leads nowhere."""
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(TargetError, match=f"{name} was not written by this program"):
        write_folder(str(tmp_path), [SUBJECT % 1], [], "R4", Site())
    assert names(tmp_path) == {name}
    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to("nowhere")
    with pytest.raises(TargetError, match=f"{name} was not written by this program"):
        write_folder(str(tmp_path), [SUBJECT % 1], [], "R4", Site())


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file in place of the folder is told with place and reason, and stays as it is."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(TargetError, match="file: File exists"):
        made(str(tmp_path / "file"))
    with pytest.raises(TargetError, match="Not a directory"):
        write_folder(str(tmp_path / "file" / "out"), [], [], "R4", Site())
    assert (tmp_path / "file").read_text() == "mine"


def test_a_full_disk_leaves_the_earlier_files(tmp_path: Path) -> None:
    """When the disk is full half-way, the files of the earlier run stand, whole, and nothing half-written is left."""
    write_folder(str(tmp_path), [SUBJECT % 1], [], "R4", Site())
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}
    code = (
        "import sys; from adapter.target import write_folder, TargetError; from mappings.site import Site\n"
        "try: write_folder(sys.argv[1], [], [], 'R4', Site())\n"
        "except TargetError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, preexec_fn=_small_files,
        cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.stdout == f"{tmp_path}: File too large\n"
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before


def _small_files() -> None:
    """Let no file grow beyond 10 kB: a disk that is full, for a process that cannot have one of its own."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
