"""How a command ends that cannot write, that is stopped, or whose reader goes away."""

import contextlib
import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.command import AT, COMMAND, HOSPITAL, SITE, environment, patient, screened, written, yts109


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """So many patients that their results fill every pipe."""
    return written(tmp_path / "many.ndjson", b"".join(patient(f"p{number:04}") for number in range(400)))


@pytest.mark.parametrize("form", ["ndjson", "table", "csv", "json", "fhir"])
def test_a_reader_that_goes_away_is_no_error(many: Path, form: str) -> None:
    """``yts109 screen ... | head -1`` ends quietly with status 0."""
    with subprocess.Popen(
        [*COMMAND, "screen", str(many), "--at", AT, "--format", form],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    ) as process:  # fmt: skip
        pipes = (process.stdout, process.stderr)
        pipes[0].readline()  # type: ignore[union-attr]  # both are pipes
        pipes[0].close()  # type: ignore[union-attr]
        err = pipes[1].read()  # type: ignore[union-attr]
        assert (process.wait(60), err) == (0, b"")


@pytest.mark.parametrize("command", [("screen", "--format", "csv"), ("screen",), ("doctor",), ("explain", "p0001")])
def test_a_full_disk_behind_standard_output_is_told(many: Path, command: tuple[str, ...]) -> None:
    """When standard output cannot take the results, the command says so and ends with status 3."""
    name, *options = command
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, name, str(many), *options, "--at", AT], stdout=full, stderr=subprocess.PIPE, env=environment()
        )
    assert (done.returncode, done.stderr) == (3, b"yts109: standard output: No space left on device\n")


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("/dev/full", "No space left on device"),
        ("/proc/result", ""),
        ("no/such/folder/result", "No such file or directory"),
        (".", "Is a directory"),
    ],
)
def test_an_output_that_cannot_be_written_is_told(tmp_path: Path, output: str, reason: str) -> None:
    """A file that cannot be written ends with status 3, its place and its reason, and leaves nothing half-written."""
    source = written(tmp_path / "a.ndjson", patient())
    done = screened(source, "--output", tmp_path / output)
    assert (done.status, done.out) == (3, "")
    assert done.err.startswith(f"yts109: {tmp_path / output}: {reason}")
    assert list(tmp_path.iterdir()) == [source]


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """A link is followed and a device stays a device: the results go where it leads."""
    source = written(tmp_path / "a.ndjson", patient())
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert screened(source, "--output", tmp_path / "link").status == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes().startswith(b'{"patient"')
    assert screened(source, "--output", "/dev/null").status == 0
    assert not Path("/dev/null").is_file()


def test_a_source_that_ends_the_command_leaves_no_output(tmp_path: Path) -> None:
    """When the source cannot be read, a result of an earlier screening stays as it was."""
    target = written(tmp_path / "result", b"earlier")
    assert screened(tmp_path / "missing", "--output", target).status == 2
    assert list(tmp_path.iterdir()) == [target]
    assert target.read_bytes() == b"earlier"


def test_no_room_for_temporary_files_is_told(tmp_path: Path) -> None:
    """Where temporary files cannot be made, the command says where and ends with status 3."""
    source = written(tmp_path / "a.ndjson", patient())
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (9, 9)); import signal; " \
           "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); from adapter.__main__ import main; main()"  # fmt: skip
    arguments = [COMMAND[0], "-c", code, "screen", str(source), "--at", AT]
    done = subprocess.run(arguments, capture_output=True, env=environment({"TMPDIR": str(tmp_path)}))
    assert done.returncode == 3
    assert done.stderr.startswith(f"yts109: temporary files in {tmp_path}: ".encode())
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_command_ends_at_once_and_leaves_nothing(
    tmp_path: Path, workers: str, number: signal.Signals, status: int
) -> None:
    """An interrupt or a polite kill ends the command and its workers without a traceback and without temporary files."""
    os.mkfifo(tmp_path / "feed")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    source = written(tmp_path / "a.ndjson", patient())
    arguments = [*COMMAND, "screen", str(source), str(tmp_path / "feed"), "--workers", workers]
    process = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment({"TMPDIR": str(temporary)}), start_new_session=True,
    )  # fmt: skip
    with (tmp_path / "feed").open("wb", buffering=0) as feed:  # opens once the command reads, which then waits for more
        feed.write(patient("other"))
        time.sleep(0.3)
        if number is signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does: to every process of the command
        else:
            process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == status
    assert (out, err) == (b"", b"")
    assert list(temporary.iterdir()) == []


def test_a_worker_that_is_killed_is_told(tmp_path: Path) -> None:
    """When the machine kills a worker, the command does not wait for it for ever: it says so and ends with status 2."""
    os.mkfifo(tmp_path / "feed")
    source = written(tmp_path / "a.ndjson", patient())
    arguments = [*COMMAND, "screen", str(source), str(tmp_path / "feed"), "--workers", "2"]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    with (tmp_path / "feed").open("wb", buffering=0):  # opens once a worker reads, which then waits
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        out, err = process.communicate(timeout=60)
    assert len(children) == 2
    assert (process.returncode, out) == (2, b"")
    assert err == b"yts109: a worker was ended from outside, perhaps for want of memory\n"


def test_colour_is_for_terminals(tmp_path: Path) -> None:
    """On a terminal the decisions have colours and no line is wider than the terminal."""
    out, err = _on_a_terminal(["screen", str(HOSPITAL), "--site", str(SITE), "--at", AT], tmp_path, columns=100)
    assert "\x1b[32meligible" in out
    assert "\x1b[31mineligible" in out
    assert max(len(line) for line in _plain(out).splitlines()) <= 100
    assert "\x1b" not in _on_a_terminal(["screen", str(HOSPITAL)], tmp_path, columns=100, term="dumb")[0]
    assert "\x1b" not in err


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def _on_a_terminal(arguments: list[str], folder: Path, columns: int, term: str = "xterm") -> tuple[str, str]:
    """Standard output of a command that has a terminal there, and its messages."""
    leader, follower = pty.openpty()
    with (folder / "err").open("w+b") as err:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdout=follower,
            stderr=err,
            env=environment({"COLUMNS": str(columns), "TERM": term}),
        )
        os.close(follower)
        shown = _read_to_the_end(leader)
        assert process.wait(60) == 0
        err.seek(0)
        return shown, err.read().decode()


def _read_to_the_end(terminal: int) -> str:
    shown = bytearray()
    with contextlib.suppress(OSError):  # what a terminal says when its other side is closed
        while chunk := os.read(terminal, 65536):
            shown += chunk
    os.close(terminal)
    return shown.decode()


def test_progress_is_for_terminals(tmp_path: Path) -> None:
    """Long work shows progress on a terminal, on standard error, and nothing on a pipe."""
    leader, follower = pty.openpty()
    source = written(tmp_path / "a.ndjson", b"".join(patient(f"p{number}") for number in range(2000)))
    arguments = ["screen", str(source), "--format", "ndjson", "--at", AT]
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=follower, env=environment({"TERM": "xterm"})
    )
    os.close(follower)
    shown = _read_to_the_end(leader)
    assert process.wait(60) == 0
    assert "screening" in shown
    assert "screening" not in yts109(*arguments, env={"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1"}).err
