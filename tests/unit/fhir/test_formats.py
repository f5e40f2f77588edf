"""Sources read as blocks of NDJSON lines."""

import contextlib
import gzip
import hashlib
import io
import json
import pickle
import tempfile
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter.fhir import formats
from adapter.fhir.formats import Block, Place, ReadingLimits, SetAside, SourceError, read, read_all, segments

LIMITS = ReadingLimits()
A, B, C = (b'{"resourceType":"Patient","id":"%s"}' % name for name in (b"a", b"b", b"c"))
XML = b'<Patient xmlns="http://hl7.org/fhir"><id value="a"/></Patient>'
PACKINGS = [(".gz", gzip.compress), (".zst", zstandard.compress)]


def got(*sources: Path | str, limits: ReadingLimits = LIMITS) -> tuple[list[tuple[bytes, Place]], list[SetAside]]:
    """The non-blank lines with their places, and what was set aside."""
    lines, aside = [], []
    for each in read_all([str(source) for source in sources], limits):
        if isinstance(each, SetAside):
            aside.append(each)
            continue
        assert each.data.endswith(b"\n")
        lines += [(line, each.place(n)) for n, line in enumerate(each.data.splitlines()) if line.strip()]
    return lines, aside


def reasons(aside: list[SetAside]) -> list[tuple[str, int | None, str]]:
    return [(each.reason, each.place.line, each.place.path) for each in aside]


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
@pytest.mark.parametrize(
    "data", [A + b"\n" + B + b"\n", A + b"\r\n\r\n" + B, b"\xef\xbb\xbf" + A + b"\n  \n" + B + b"\n\n\n"]
)
def test_ndjson_passes_through(tmp_path, data, packing):
    """Line ends of both kinds, blank lines, a BOM and a missing last newline are all fine, packed or not."""
    pack = dict(PACKINGS).get(packing, bytes)
    lines, aside = got(written(tmp_path / f"x.ndjson{packing}", pack(data)))
    assert [line.strip() for line, _ in lines] == [A, B]
    assert [place.line for _, place in lines] == [1, 2 if data[len(A) + 1 : len(A) + 2] == b"{" else 3]
    assert aside == []


@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
def test_blocks_stay_small(tmp_path, packing):
    """A long file comes in blocks of some hundred KiB, with nothing lost and the right line numbers."""
    data = b"".join(b'{"resourceType":"Patient","id":"%d"}\n' % number for number in range(60_000))
    path = written(tmp_path / f"x.ndjson{packing}", dict(PACKINGS).get(packing, bytes)(data))
    blocks = [each for each in read_all([str(path)], LIMITS) if isinstance(each, Block)]
    assert b"".join(block.data for block in blocks) == data
    assert max(len(block.data) for block in blocks) < 512 * 1024
    number = json.loads(blocks[-1].data.split(b"\n")[3])["id"]
    assert blocks[-1].place(3) == Place(str(path), int(number) + 1, "")


def test_workers_share_a_file(tmp_path, monkeypatch):
    """Byte ranges begin at line starts, can be pickled, and together give the file and its line numbers."""
    monkeypatch.setattr(formats, "SHARE", 100)
    data = b"".join(b'{"resourceType":"Patient","id":"%d"}\n' % number for number in range(50)) + A
    path = written(tmp_path / "x.ndjson", data)
    work = pickle.loads(pickle.dumps(segments([str(path)], 2, LIMITS)))
    assert len(work) > 10
    blocks = [each for segment in work for each in read(segment, LIMITS)]
    assert b"".join(block.data for block in blocks) == data + b"\n"
    assert [block.place(0).line for block in blocks][:3] == [1, 4, 7]
    assert len(segments([str(path)], 1, LIMITS)) == 1


@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
def test_a_line_too_long_is_left_out(tmp_path, packing):
    """A line above the limit is set aside with its number wherever it stands, and the others are read."""
    long = b'{"x":"' + b"x" * 200 + b'"}'
    limits = ReadingLimits(line_bytes=50)
    data = b"\n".join([A, long, B, long, long, C, long])
    lines, aside = got(
        written(tmp_path / f"x.ndjson{packing}", dict(PACKINGS).get(packing, bytes)(data)), limits=limits
    )
    assert [(line, place.line) for line, place in lines] == [(A, 1), (B, 3), (C, 6)]
    assert reasons(aside) == [("too-long", number, "") for number in (2, 4, 5, 7)]


def test_a_line_of_a_gigabyte_costs_no_memory(monkeypatch):
    """A line of 1 GB is skipped without being held."""
    chunk = b"x" * formats.MIB
    stream = iter([A + b'\n{"x":"', *[chunk] * 1024, b'"}\n' + B + b"\n"])
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=SimpleNamespace(read1=lambda _: next(stream, b""))))
    tracemalloc.start()
    lines, aside = got("-")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(line, place.line) for line, place in lines] == [(A, 1), (B, 3)]
    assert reasons(aside) == [("too-long", 2, "")]
    assert peak < 40 * formats.MIB


@pytest.mark.parametrize(("ending", "pack"), PACKINGS)
def test_a_decompression_bomb_costs_no_memory(tmp_path, ending, pack):
    """A packed line of 128 MiB of blanks is skipped while it is decompressed."""
    path = written(tmp_path / f"x.ndjson{ending}", pack(A + b"\n" + b" " * (128 * formats.MIB) + b"\n" + B))
    tracemalloc.start()
    lines, aside = got(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [line for line, _ in lines] == [A, B]
    assert reasons(aside) == [("too-long", 2, "")]
    assert peak < 160 * formats.MIB


@pytest.mark.parametrize(("ending", "pack"), PACKINGS)
@pytest.mark.parametrize("damage", [lambda data: data[:-20], lambda data: data[:-9] + b"\x07" * 9])
def test_damaged_compression_keeps_what_came_before(tmp_path, ending, pack, damage):
    """Of truncated or damaged data the whole lines are used and the rest is told once, with its line."""
    data = b"".join(
        b'{"resourceType":"Patient","id":"%d%s"}\n' % (n, hashlib.md5(b"%d" % n).hexdigest().encode())
        for n in range(50_000)
    )
    lines, aside = got(written(tmp_path / f"x.ndjson{ending}", damage(pack(data))))
    # The last one may be wrong: damage shows only after the bytes that it made.
    assert [line for line, _ in lines][:-1] == data.splitlines()[: len(lines)][:-1]
    assert len(lines) > (10_000 if ending == ".gz" else -1)
    assert reasons(aside) == [("truncated", len(lines) + 1, "")]


@pytest.mark.parametrize(("ending", "pack"), PACKINGS)
def test_members_of_packed_files_follow_each_other(tmp_path, ending, pack):
    """Files made of several compressed members are read to the end, padding included."""
    lines, aside = got(written(tmp_path / f"x.ndjson{ending}", pack(A + b"\n") + pack(B + b"\n") + b"\0" * 5))
    assert ([line for line, _ in lines], aside) == ([A, B], [])


@pytest.mark.parametrize(
    ("name", "data", "wanted"),
    [
        ("x.json", A + b"\n" + B + b"\n", [A, B]),
        ("x", A + b"\n" + B, [A, B]),
        ("x.json", json.dumps(json.loads(A), indent=2).encode(), [A]),
        ("x.ndjson", json.dumps(json.loads(A), indent=2).encode(), [A]),
        ("x.json", b'{"resourceType":"Bundle","entry":[\n{"resource":%s}]}' % A, [A]),
        ("x.ndjson", b'{"resourceType":"Bundle","entry":[{"resource":%s}]}' % A, [A]),
        ("x.ndjson", b'{"broken\n' + A, [b'{"broken', A]),
        ("x.ndjson", b"broken\n" + A, [b"broken", A]),
        ("x.ndjson", A + b"\n{\0}\n" + B, [A, b"{\0}", B]),
        ("x.json", b"[%s,%s]" % (A, B), [A, B]),
        ("x.json", b"\xef\xbb\xbf" + A, [A]),
        ("x.json", gzip.compress(A, mtime=0), [A]),
        ("x.json.zst", zstandard.compress(A), [A]),
        ("x.xml", XML, [A]),
        ("x.xml.gz", gzip.compress(XML, mtime=0), [A]),
        ("x.json", XML, [A]),
        ("x.txt", b"\n  " + XML, [A]),
        ("x.ndjson", b"", []),
    ],
)
def test_content_tells_the_format(tmp_path, monkeypatch, name, data, wanted):
    """Files and standard input are told apart by content where the name says nothing or lies."""
    lines, aside = got(written(tmp_path / name, data))
    assert ([line for line, _ in lines], aside) == (wanted, [])


@pytest.mark.parametrize(
    ("data", "wanted"), [(A + b"\n" + B, [A, B]), (A, [A]), (XML, [A]), (gzip.compress(A, mtime=0), [A])]
)
def test_standard_input_is_told_apart_by_content(monkeypatch, data, wanted):
    """Standard input may be NDJSON, JSON or XML, packed or not."""
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    assert [line for line, _ in got("-")[0]] == wanted


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("x.json", b'{"resourceType":"Patient","x":NaN}', "not-json"),
        ("x.json", b'{"resourceType":"Patient","x":"\xff"}', "not-utf8"),
        ("x.json", b'{"resourceType":"Patient","x":1,"x":2}', "duplicate-key"),
        ("x.json", b'{"resourceType":"Patient","x":' + b"[" * 70 + b"]" * 70 + b"}", "too-deep"),
        ("x.json", b'{"outcome":[]}', "not-fhir"),
        ("x.json", b"nothing", "not-json"),
        ("x.json", b" \n", "empty"),
        ("x.json.gz", gzip.compress(A, mtime=0)[:-4], "truncated"),
        ("x.xml", b"<html/>", "not-fhir"),
        ("x.xml", b"<!DOCTYPE a><a/>", "doctype"),
    ],
)
def test_odd_documents_are_set_aside(tmp_path, name, data, reason):
    """A document that cannot be used is set aside with the reason, and nothing is raised."""
    lines, aside = got(written(tmp_path / name, data))
    assert (lines, [each.reason for each in aside]) == ([], [reason])


def test_documents_have_a_limit(tmp_path):
    """A document above its limit, packed or not, is set aside."""
    limits = ReadingLimits(document_bytes=100)
    for name, data in (("x.json", b" " * 101 + A), ("y.json.gz", gzip.compress(b" " * 10_000_000 + A))):
        assert [each.reason for each in got(written(tmp_path / name, data), limits=limits)[1]] == ["too-long"]
    limits = ReadingLimits(line_bytes=20)
    assert [each.reason for each in got(written(tmp_path / "z.xml", XML), limits=limits)[1]] == ["too-long"]


def test_a_bundle_becomes_lines_with_paths(tmp_path):
    """Resources of a document are lines that keep digits, contained ones apart, bad ones aside, with paths."""
    bundle = (
        b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Observation","id":"o",'
        b'"v":7.300,"contained":[{"resourceType":"Basic","id":"c"}]}},{"resource":{}}]}'
    )
    path = written(tmp_path / "x.json", bundle)
    lines, aside = got(path)
    assert lines == [
        (b'{"resourceType":"Observation","id":"o","v":7.300}', Place(str(path), None, "Bundle.entry[0].resource")),
        (b'{"resourceType":"Basic","id":"o.c"}', Place(str(path), None, "Bundle.entry[0].resource")),
    ]
    assert reasons(aside) == [("not-fhir", None, "Bundle.entry[1].resource")]


def test_blocks_of_a_large_bundle_stay_small(tmp_path):
    """A large document comes in several blocks too."""
    entries = ",".join(['{"resource":{"resourceType":"Basic","x":"' + "x" * 2000 + '"}}'] * 1000)
    path = written(tmp_path / "x.json", b'{"resourceType":"Bundle","entry":[%s]}' % entries.encode())
    blocks = [each for each in read_all([str(path)], LIMITS) if isinstance(each, Block)]
    assert sum(block.data.count(b"\n") for block in blocks) == 1000
    assert max(len(block.data) for block in blocks) < 512 * 1024


def test_a_directory_is_read_in_order(tmp_path):
    """Directories are read below and sorted; what is no FHIR in them is set aside and stops nothing."""
    (tmp_path / "sub").mkdir()
    written(tmp_path / "sub" / "b.ndjson", B)
    written(tmp_path / "a.json", A)
    written(tmp_path / "z.xml", XML)
    foreign = ["README.md", "export.log", "rows.csv", "image.ndjson", "other"]
    for name in foreign:
        written(tmp_path / name, b"\0\1\2" if name == "image.ndjson" else b"text")
    lines, aside = got(tmp_path)
    assert [line for line, _ in lines] == [A, B, A]
    assert sorted(Path(each.place.file).name for each in aside) == sorted(foreign)
    assert {each.reason for each in aside} == {"not-fhir"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.bin", b"\0\1"),
        ("x.ndjson", b"\x7fELF\0"),
        ("README.md", b"# Title"),
        ("x.gz", gzip.compress(b"\0", mtime=0)),
    ],
)
def test_a_named_file_must_be_fhir(tmp_path, name, data):
    """A binary or other file named as a source is an error with its name."""
    with pytest.raises(SourceError, match=name):
        got(written(tmp_path / name, data))


def test_sources_must_be_there(tmp_path):
    """A missing file, an empty directory and one without FHIR are errors."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    written(tmp_path / "other" / "notes.txt", b"text")
    for name in ("missing.ndjson", "empty", "other"):
        with pytest.raises(SourceError, match=name):
            got(tmp_path / name)
    path = written(tmp_path / "x.ndjson", A)
    (work,) = segments([str(path)], 1, LIMITS)
    path.unlink()
    with pytest.raises(SourceError, match=r"x\.ndjson"):
        list(read(work, LIMITS))


FRAGMENTS = st.sampled_from(
    [b"{", b"}", b"[", b"]", b'"', b"\n", b"\\", b"<", b">", A, XML, b'{"resourceType":"Bundle","entry":[', b'{"resource":',
     b'"contained":[', b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\xff", b"\0", b"\xef\xbb\xbf", b",", b":", b"NaN", b"1e999"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.binary() | st.lists(FRAGMENTS, max_size=12).map(b"".join),
    st.sampled_from([".ndjson", ".json", ".xml", "", ".gz"]),
    st.sampled_from([bytes, gzip.compress, zstandard.compress, lambda data: gzip.compress(data)[:-5]]),
)
def test_no_content_raises(data, ending, pack):
    """Whatever bytes a file holds, reading ends, and raises nothing but SourceError."""
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(SourceError):
        path = written(Path(folder) / f"x{ending}", pack(data))
        for each in read_all([str(path)], ReadingLimits(line_bytes=200)):
            assert isinstance(each, SetAside) or each.place(0).file == str(path)
            assert msgspec.json.encode(each.reason if isinstance(each, SetAside) else "")
