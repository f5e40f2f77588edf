"""An export goes on where it broke off, in the same process and in another one."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from adapter.fhir import errors
from adapter.fhir.bulk import ExportFolderError, cancel, export
from adapter.fhir.export_folder import ExportFolder, opened
from adapter.fhir.transport import Transport
from tests.cli.command import ROOT, environment
from tests.unit.fhir.bulky import broken_off, ndjson
from tests.unit.fhir.conftest import QUICK
from tests.unit.fhir.faulty import raw, status
from tests.unit.fhir.test_bulk import bulk, exported, lacking

__all__ = ["bulk"]

WHOLE = ndjson("Observation", 400)


def ranges(bulk, name="a"):
    return [each.get("range") for each in bulk.asked(name)]


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_breaks_off(bulk, tmp_path, packed):
    """It goes on from the byte that came last, of the same version of the file, compressed or not."""
    file = bulk.holds("a", "Observation", WHOLE, count=400, gzip=packed)
    file.acts.append(broken_off(file, 100))
    assert exported(bulk, tmp_path).complete
    assert ranges(bulk) == [None, "bytes=100-"]
    assert bulk.asked("a")[1]["if-range"] == '"one"'


def test_a_file_that_breaks_off_again_and_again(bulk, tmp_path):
    """As long as more of it comes each time, it is gone on with."""
    file = bulk.holds("a", "Observation", WHOLE, count=400)

    def piece(exchange):
        start = int(exchange.headers.get("Range", "bytes=0-")[6:-1])
        exchange.asked()
        exchange.close_connection = True
        exchange.send_response(206 if start else 200)
        exchange.send_header("Content-Length", str(len(WHOLE) - start))
        exchange.send_header("Content-Range", f"bytes {start}-{len(WHOLE) - 1}/{len(WHOLE)}")
        exchange.send_header("ETag", '"one"')
        exchange.end_headers()
        exchange.wfile.write(WHOLE[start : start + 1000])

    file.acts.extend([piece] * 20)
    found = exported(bulk, tmp_path)
    assert found.files[0].read_bytes() == WHOLE
    assert len(ranges(bulk)) == len(WHOLE) // 1000 + 1


def test_a_rest_that_comes_in_parts(bulk, tmp_path):
    """A server may send less of the rest than there is: what it says of the whole decides whether that is the end."""
    file = bulk.holds("a", "Observation", WHOLE, count=400)
    file.acts.append(broken_off(file, 100))
    for start, end in ((100, 8000), (8000, 9000)):
        file.acts.append(raw(WHOLE[start:end], 206, Content_Range=f"bytes {start}-{end - 1}/{len(WHOLE)}"))
    assert exported(bulk, tmp_path).files[0].read_bytes() == WHOLE
    assert ranges(bulk) == [None, "bytes=100-", "bytes=8000-", "bytes=9000-"]


@pytest.mark.parametrize("why", ["no ranges", "no validator", "weak validator", "changed", "another part"])
def test_a_file_that_cannot_be_gone_on_with(bulk, tmp_path, why):
    """Where the rest may not be the rest of the same, the file comes anew."""
    file = bulk.holds("a", "Observation", WHOLE, count=400)
    file.ranges = why != "no ranges"
    file.etag = {"no validator": None, "weak validator": 'W/"one"'}.get(why, '"one"')
    file.acts.append(broken_off(file, 100, etag='"two"' if why == "changed" else None))
    if why == "another part":
        file.acts.append(raw(WHOLE[200:], 206, Content_Range=f"bytes 200-{len(WHOLE) - 1}/{len(WHOLE)}"))
    assert exported(bulk, tmp_path).files[0].read_bytes() == WHOLE
    asked = [None, None] if "validator" in why else [None, "bytes=100-"]
    assert ranges(bulk) == ([*asked, None] if why == "another part" else asked)


def test_a_file_of_which_nothing_is_left_to_come(bulk, tmp_path):
    """All bytes came, and the process ended before they were counted: the server has no more, and the file comes anew."""
    file = bulk.holds("a", "Observation", WHOLE, count=400)
    file.acts.append(broken_off(file, len(WHOLE) - 1))
    file.acts.append(status(416))
    assert exported(bulk, tmp_path).complete
    assert ranges(bulk) == [None, f"bytes={len(WHOLE) - 1}-", None]


def test_a_file_that_never_ends(bulk, tmp_path):
    """A file that always breaks off at the same place is given up, and what came of it is kept for the next call."""
    file = bulk.holds("a", "Observation", WHOLE, count=400)
    file.ranges = False
    file.acts.extend([broken_off(file, 100)] * 20)
    (said,) = lacking(bulk, tmp_path)
    assert said.startswith("Observation file 1: ")
    assert len(ranges(bulk)) <= QUICK.retries + 2
    file.acts.clear()
    assert exported(bulk, tmp_path).complete
    assert ranges(bulk)[-1] == "bytes=100-"


def test_only_what_lacks_is_fetched_again(bulk, tmp_path):
    """The next call fetches the files that lack, and those that are not as they were any more."""
    for name in ("a", "b", "c"):
        bulk.holds(name, "Observation", WHOLE)
    bulk.files["b"].acts.append(status(404))
    found = exported(bulk, tmp_path, tolerant=True)
    damaged = next(path for path in found.files)
    damaged.write_bytes(WHOLE[:-40] + b" " * 40)
    assert exported(bulk, tmp_path).complete
    assert sorted(len(bulk.asked(name)) for name in ("a", "b", "c")) == [1, 2, 2]
    assert damaged.name in {path.name for path in (tmp_path / "ndjson").iterdir()}


def test_a_file_that_was_changed_afterwards(bulk, tmp_path):
    """What was whole and is no more is told: the server has forgotten the export, so that the next call begins anew."""
    bulk.holds("a", "Observation", WHOLE)
    found = exported(bulk, tmp_path)
    found.files[0].unlink()
    assert lacking(bulk, tmp_path) == ("Observation file 1: was changed or removed since",)
    assert exported(bulk, tmp_path).complete
    assert len(bulk.started) == 2


def test_addresses_that_do_not_last(bulk, tmp_path):
    """Where a signed address has run out, a new manifest has a new one, and what was fetched stays."""
    bulk.manifest["requiresAccessToken"] = False
    for name in ("a", "b"):
        bulk.holds(name, "Observation", WHOLE)
    bulk.signature = "?signature=one"

    def expired(exchange):
        bulk.signature = "?signature=two"
        status(403)(exchange)

    bulk.files["b"].acts.append(expired)
    assert exported(bulk, tmp_path).complete
    assert [each.path[-3:] for each in bulk.server.asked if "/files/b" in each.path] == ["one", "two"]
    assert len(bulk.asked("a")) == 1


def test_files_that_move(bulk, tmp_path):
    """Where a new manifest has other addresses altogether, nothing of the old ones stays."""
    for name in ("a", "b"):
        bulk.holds(name, "Observation", WHOLE)

    def moved(exchange):
        bulk.files_at = f"{bulk.server.base}/elsewhere/"
        status(410)(exchange)

    bulk.files["b"].acts.append(moved)
    found = exported(bulk, tmp_path)
    assert (found.complete, found.loaded[0].resources) == (True, 800)
    assert sorted(found.files) == sorted((tmp_path / "ndjson").iterdir())


def test_files_that_only_the_query_tells_apart(bulk, tmp_path):
    """Two addresses with one path are two files."""
    bulk.files_at = f"{bulk.server.base}/files?name=/"
    bulk.holds("a", "Patient", ndjson("Patient", 1))
    bulk.holds("b", "Patient", ndjson("Patient", 1, 1))
    bulk.server.otherwise = lambda exchange: (
        bulk.file(exchange, exchange.path) if "/files?" in exchange.path else bulk(exchange)
    )
    assert [each.resources for each in exported(bulk, tmp_path).loaded] == [2]


def test_an_export_that_expired_meanwhile(bulk, tmp_path):
    """The next call cannot go on with a job that the server knows no more, and begins anew, with nothing of the old one."""
    bulk.holds("a", "Observation", WHOLE)
    bulk.looks.append(status(202, Retry_After="61"))
    lacking(bulk, tmp_path, patience_seconds=60)
    bulk.gone = True
    assert exported(bulk, tmp_path).complete
    assert len(bulk.started) == 2


def test_an_export_that_expires_between_its_files(bulk, tmp_path):
    """What lacks is told, and the next call begins anew."""
    bulk.holds("a", "Observation", WHOLE)

    def gone(exchange):
        bulk.gone = True
        status(404)(exchange)

    bulk.holds("b", "Observation", WHOLE).acts.append(gone)
    assert lacking(bulk, tmp_path) == ("Observation file 2: status 404",)
    bulk.manifest["transactionTime"] = "2026-05-01T00:00:00Z"
    found = exported(bulk, tmp_path)
    assert (found.complete, found.transaction_time, len(bulk.started)) == (True, "2026-05-01T00:00:00Z", 2)
    assert len(bulk.asked("a")) == 2


def test_an_export_that_expires_at_once(bulk, tmp_path):
    """A job that this call began is not begun for ever."""
    bulk.looks.extend([status(410)] * 2)
    with pytest.raises(errors.Gone):
        exported(bulk, tmp_path)
    assert len(bulk.started) == 1


def test_a_server_that_exports_anew_by_itself(bulk, tmp_path):
    """Files of two exports are never put together."""
    bulk.holds("a", "Observation", WHOLE)

    def other(exchange):
        bulk.manifest["transactionTime"] = "2026-05-01T00:00:00Z"
        status(404)(exchange)

    bulk.holds("b", "Observation", WHOLE).acts.append(other)
    assert lacking(bulk, tmp_path) == ("everything: begun anew",)
    found = exported(bulk, tmp_path)
    assert (found.transaction_time, len(bulk.asked("a"))) == ("2026-05-01T00:00:00Z", 2)


def test_a_folder_for_one_export(bulk, tmp_path):
    """Another export, other things, and another process do not share a folder."""
    exported(bulk, tmp_path / "x")
    with pytest.raises(ExportFolderError, match="holds another export"):
        exported(bulk, tmp_path / "x", types=["Patient"])
    (tmp_path / "y").mkdir()
    (tmp_path / "y" / "mine").write_text("x")
    with pytest.raises(ExportFolderError, match="not empty"):
        exported(bulk, tmp_path / "y")
    with opened(tmp_path / "z"), pytest.raises(ExportFolderError, match="another process"):
        exported(bulk, tmp_path / "z")
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "export.json").write_text("{}")
    with pytest.raises(ExportFolderError, match="was not written by an export"):
        exported(bulk, tmp_path / "w")
    with pytest.raises(ExportFolderError, match="no export from this server"):
        cancel(Transport(bulk.server.base), tmp_path / "v")


PROCESS = """
import sys
from pathlib import Path
from adapter.fhir.bulk import export
from adapter.fhir.transport import Limits, Transport
limits = Limits(read_seconds=30, backoff_seconds=0.01)
print(len(export(Transport(sys.argv[1], limits=limits), folder=Path(sys.argv[2]), connections=1).files))
"""


def test_a_process_that_is_killed(bulk, tmp_path):
    """kill -9 in the middle of a file: another process goes on with the same job, the same file, from the same byte."""
    bulk.holds("a", "Observation", WHOLE, count=400)
    file = bulk.holds("b", "Observation", WHOLE, count=400)

    def stuck(exchange):
        exchange.asked()
        exchange.send_response(200)
        exchange.send_header("Content-Length", str(len(WHOLE)))
        exchange.send_header("ETag", '"one"')
        exchange.end_headers()
        exchange.wfile.write(WHOLE[:5000])
        exchange.wfile.flush()
        time.sleep(20)

    file.acts.append(stuck)
    command = [sys.executable, "-c", PROCESS, bulk.server.base, str(tmp_path)]
    with subprocess.Popen(command, env=environment(), cwd=ROOT) as process:
        partial = tmp_path / "partial"
        latest = time.monotonic() + 30
        while not any(each.stat().st_size == 5000 for each in partial.glob("*.part")):
            assert time.monotonic() < latest, "the file did not begin to come"
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
    found = export(Transport(bulk.server.base, limits=QUICK), folder=tmp_path)
    assert (found.complete, len(bulk.started)) == (True, 1)
    assert (ranges(bulk, "a"), ranges(bulk, "b")) == ([None], [None, "bytes=5000-"])
    assert {path.read_bytes() for path in found.files} == {WHOLE}
    assert json.loads((tmp_path / "export.json").read_bytes())["ended"] is True


def test_a_full_disk_stops_everything(bulk, tmp_path, monkeypatch):
    """What cannot be written ends the call at once; the other files stop, and the next call goes on with them."""
    bulk.holds("a", "Observation", WHOLE, count=400)
    file = bulk.holds("b", "Patient", ndjson("Patient", 4000), count=4000)

    def slowly(exchange):
        exchange.asked()
        exchange.send_response(200)
        exchange.send_header("Content-Length", str(len(file.body)))
        exchange.send_header("ETag", '"one"')
        exchange.end_headers()
        for at in range(0, len(file.body), 1000):
            exchange.wfile.write(file.body[at : at + 1000])
            exchange.wfile.flush()
            time.sleep(0.05)

    file.acts.append(slowly)
    receive = ExportFolder.receive

    def full(self, file, **more):
        if file.type == "Observation":
            raise OSError(28, "No space left on device")
        return receive(self, file, **more)

    monkeypatch.setattr(ExportFolder, "receive", full)
    began = time.monotonic()
    with pytest.raises(OSError, match="No space left"):
        exported(bulk, tmp_path)
    assert time.monotonic() - began < 3
    monkeypatch.undo()
    assert exported(bulk, tmp_path).complete
    assert ranges(bulk, "b")[0] is None
    assert ranges(bulk, "b")[1].startswith("bytes=")
