"""Where bytes come from: files named twice, folders that are links, pipes, and documents with nothing in them."""

import os
from pathlib import Path

import pytest

from adapter.fhir.formats import Block, ReadingLimits, SetAside, SourceError, read_all, segments

PATIENT = b'{"resourceType":"Patient","id":"a"}\n'
LIMITS = ReadingLimits()


def written(path: Path, data: bytes = PATIENT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def paths(*sources: Path, workers: int = 1) -> list[str]:
    return [segment.path for segment in segments([str(source) for source in sources], workers, LIMITS)]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    """By the same name, by another spelling, by a link, or by its folder: the first name stands."""
    one, two = written(tmp_path / "in" / "1.ndjson"), written(tmp_path / "in" / "2.ndjson")
    (tmp_path / "link").symlink_to(two)
    assert paths(two, one, two, tmp_path / "in" / ".." / "in" / "1.ndjson", tmp_path / "link", tmp_path / "in") == [
        str(two), str(one),
    ]  # fmt: skip


def test_shares_of_one_file_are_all_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is shared out among workers is one file in several parts, each of which is read."""
    monkeypatch.setattr("adapter.fhir.formats.SHARE", 100)
    file = written(tmp_path / "a.ndjson", PATIENT * 50)
    found = segments([str(file), str(file)], 2, LIMITS)
    assert len(found) == len({(each.start, each.end) for each in found}) > 5


def test_linked_folders_are_entered_once(tmp_path: Path) -> None:
    """A folder that is a link is part of the source, even when it leads back to where it came from."""
    written(tmp_path / "elsewhere" / "b.ndjson")
    written(tmp_path / "in" / "a.ndjson")
    (tmp_path / "in" / "more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in")
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path / "in")
    found = paths(tmp_path / "in")
    assert sorted(os.path.basename(path) for path in found) == ["a.ndjson", "b.ndjson"]


def test_a_file_that_goes_missing_is_named(tmp_path: Path) -> None:
    """The message names the very file, not only the folder that was asked for."""
    written(tmp_path / "in" / "a.ndjson")
    (tmp_path / "in" / "loop").mkdir()
    (tmp_path / "in" / "loop" / "b").symlink_to("b")
    assert [each.kind for each in segments([str(tmp_path / "in")], 1, LIMITS)] == ["lines", "foreign"]
    with pytest.raises(SourceError, match=r"gone\.ndjson: No such file"):
        segments([str(tmp_path / "in"), str(tmp_path / "gone.ndjson")], 1, LIMITS)


@pytest.mark.parametrize(
    "data", [b'{"resourceType":"Bundle","type":"searchset","total":0}', b"[]", b'{"resourceType":"Bundle","entry":[]}']
)
def test_a_document_with_nothing_in_it_says_so(tmp_path: Path, data: bytes) -> None:
    """An empty Bundle or array is no error, and is not passed over in silence."""
    [found] = read_all([str(written(tmp_path / "a.json", data))], LIMITS)
    assert isinstance(found, SetAside)
    assert (found.reason, found.place.path) == ("empty", "")


def test_a_document_at_its_limit_is_read(tmp_path: Path) -> None:
    """The limit of a document is a size that is still allowed, and one byte more is not."""
    file = written(tmp_path / "a.json", PATIENT)
    at, below = ReadingLimits(document_bytes=len(PATIENT)), ReadingLimits(document_bytes=len(PATIENT) - 1)
    assert [type(each) for each in read_all([str(file)], at)] == [Block]
    [refused] = read_all([str(file)], below)
    assert isinstance(refused, SetAside)
    assert refused.reason == "too-long"
