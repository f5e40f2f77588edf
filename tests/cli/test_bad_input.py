"""What bad input gets, through the real command: place and reason, the good part used, never a patient's value."""

import gzip
import json
import os
from pathlib import Path

import pytest
import zstandard

from tests.cli.command import finding, haemoglobin, patient, screened, written

UNREADABLE = {
    "missing": (None, "No such file or directory"),
    "binary.ndjson": (bytes(range(256)) * 20, "not FHIR"),
    "binary": (b"\x89PNG\r\n\x1a\n" + bytes(200), "not FHIR"),
    "letter.txt": (b"Dear colleague,\n", "not FHIR"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_source_that_is_no_source_ends_with_status_2(tmp_path: Path, name: str) -> None:
    """A missing or foreign file that was named is an error with its place and reason, and nothing is printed."""
    data, reason = UNREADABLE[name]
    path = tmp_path / name if data is None else written(tmp_path / name, data)
    done = screened(path)
    assert (done.status, done.out) == (2, "")
    assert str(path) in done.err
    assert reason in done.err


def test_an_empty_directory_is_told(tmp_path: Path) -> None:
    """A directory without a file, or only with files of other kinds, is an error and not a hospital without patients."""
    assert "the directory is empty" in screened(tmp_path).err
    written(tmp_path / "notes.txt", b"nothing")
    done = screened(tmp_path)
    assert (done.status, "no FHIR file" in done.err) == (2, True)


def test_links_in_a_circle_are_no_trap(tmp_path: Path) -> None:
    """A link to itself is an error, a folder that links to itself is read once, and a broken link is set aside."""
    (tmp_path / "self").symlink_to("self")
    assert screened(tmp_path / "self").status == 2
    written(tmp_path / "hospital" / "a.ndjson", patient())
    (tmp_path / "hospital" / "again").symlink_to(tmp_path / "hospital")
    (tmp_path / "hospital" / "nowhere.ndjson").symlink_to("gone")
    done = screened(tmp_path / "hospital")
    assert (done.status, len(done.patients)) == (0, 1)
    assert "nowhere.ndjson not-fhir" in done.err


def test_a_linked_folder_is_read(tmp_path: Path) -> None:
    """A folder of the export that is a link to another place is part of the export."""
    written(tmp_path / "elsewhere" / "labs.ndjson", haemoglobin())
    written(tmp_path / "hospital" / "patients.ndjson", patient())
    (tmp_path / "hospital" / "labs").symlink_to(tmp_path / "elsewhere")
    [found] = screened(tmp_path / "hospital").patients
    assert finding(found, "I03-2")["evidence"]


def test_a_pipe_in_a_directory_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe in a directory is set aside; a directory in place of a file is read as a directory."""
    os.mkfifo(tmp_path / "feed.ndjson")
    written(tmp_path / "inner.ndjson" / "a.ndjson", patient())
    done = screened(tmp_path)
    assert len(done.patients) == 1
    assert "feed.ndjson not-fhir" in done.err


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_truncated_compressed_data_is_used_up_to_the_damage(tmp_path: Path, packing: str) -> None:
    """What came before the damage is used, the damage is told with its line, and nobody counts as complete after it."""
    pack = gzip.compress if packing == "gz" else zstandard.compress
    first, second = pack(patient()), pack(b"".join(patient(f"p{n}", active=bool(n % 2)) for n in range(5000)))
    done = screened(written(tmp_path / f"a.ndjson.{packing}", first + second[: len(second) // 2]), "--coverage", "full")
    assert done.status == 0
    assert "Patient/good" in {one["patient"] for one in done.patients}
    assert f"a.ndjson.{packing}:" in done.err
    assert "truncated" in done.err
    assert all(finding(one, "E09")["reason"] == "not-understood" for one in done.patients)


ONE_BAD_LINE = {
    "not JSON": b'{"resourceType":"Observation","id":"hb","subject"',
    "NaN": haemoglobin("NaN").rstrip(),
    "Infinity": haemoglobin("-Infinity").rstrip(),
    "invalid UTF-8": haemoglobin("1").replace(b'"final"', b'"fin\xffal"').rstrip(),
    "half a surrogate pair": haemoglobin("1").replace(b'"final"', b'"\\ud800"').rstrip(),
    "nested too deeply": haemoglobin("1").replace(b'"status"', b'"x": ' + b"[" * 5000 + b"]" * 5000 + b', "status"'),
    "two resources": haemoglobin("1").rstrip() + haemoglobin("2").rstrip(),
    "broken over two lines": haemoglobin("1").replace(b'"status"', b'\n"status"').rstrip(),
    "an array": b"[" + haemoglobin("1").rstrip() + b"]",
    "a number": b"12",
    "null": b"null",
    "an unknown type": b'{"resourceType":"Horoscope","id":"h","subject":{"reference":"Patient/good"}}',
    "no type": b'{"id":"h"}',
    "a type that is a number": b'{"resourceType":7}',
    "junk in contained": haemoglobin("1", contained=[5]).rstrip(),
    "a key twice beside contained": haemoglobin("1", contained=[{"resourceType": "Device"}]).replace(
        b'"status"', b'"id": "other", "status"'
    ),
    "an id with a line break": haemoglobin("1", subject="go\nod").rstrip(),
}


@pytest.mark.parametrize("what", ONE_BAD_LINE)
def test_one_bad_line_is_set_aside_and_the_others_are_used(tmp_path: Path, what: str) -> None:
    """One line that cannot be used costs that line only: it is told with its place or at its patient, and never used."""
    line = ONE_BAD_LINE[what].rstrip(b"\n")
    source = written(tmp_path / "a.ndjson", patient() + line + b"\n" + patient("other"))
    done = screened(source, "--strict", "--coverage", "full")
    assert done.status == 1
    assert [one["patient"] for one in done.patients] == ["Patient/good", "Patient/other"]
    assert f"{source}:2 " in done.err or done.patients[0]["set_aside"]
    assert finding(done.patients[0], "I03-2")["effect"] == "open"


@pytest.mark.parametrize("value", ["1E999999999", "9" * 5000, "-1E-999999999", "1e400", "0." + "0" * 400 + "1"])
def test_an_absurd_number_settles_nothing(tmp_path: Path, value: str) -> None:
    """A number beyond all measure costs no memory, and clears nobody."""
    source = written(tmp_path / "a.ndjson", patient() + haemoglobin(value))
    done = screened(source)
    [found] = done.patients
    assert finding(found, "I03-2")["effect"] != "allows"
    assert len(done.out) < 200_000


def test_line_ends_byte_order_marks_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    """Windows line ends, a byte order mark, blank lines and a carriage return between elements are all fine."""
    data = b"\xef\xbb\xbf" + patient().replace(b"\n", b"\r\n") + b"\r\n  \r\n\n" + haemoglobin().replace(b"\n", b"\r\n")
    split = patient("other").replace(b'"gender"', b'\r"gender"')
    done = screened(written(tmp_path / "a.ndjson", data + split), "--strict")
    assert (done.status, len(done.patients)) == (0, 2)
    assert finding(done.patients[0], "I03-2")["effect"] == "allows"


def test_duplicate_keys_are_never_trusted(tmp_path: Path) -> None:
    """An object that has a key twice means one thing to one parser and another to the next: a document's is set aside."""
    twice = haemoglobin().replace(b'"status"', b'"id": "other", "status"')
    bundle = b'{"resourceType":"Bundle","entry":[{"resource":%s},{"resource":%s}]}' % (patient(), twice)
    done = screened(written(tmp_path / "a.json", bundle))
    assert "Bundle.entry[1].resource duplicate-key" in done.err
    assert finding(done.patients[0], "I03-2")["effect"] == "open"


@pytest.mark.parametrize("form", ["document", "line"])
def test_a_bundle_in_a_bundle_is_unpacked(tmp_path: Path, form: str) -> None:
    """Bundles nest, as documents and as lines among other lines, and every resource in them is used."""
    inner = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": json.loads(haemoglobin())}]}
    outer = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": inner}]}
    if form == "document":
        outer["entry"].append({"resource": json.loads(patient())})  # type: ignore[attr-defined]  # a list it is
        source = written(tmp_path / "a.json", json.dumps(outer).encode())
    else:
        source = written(tmp_path / "a.ndjson", patient() + json.dumps(outer).encode() + b"\n")
    [found] = screened(source).patients
    assert finding(found, "I03-2")["effect"] == "allows"


def test_a_bad_entry_in_a_line_is_told_with_line_and_path(tmp_path: Path) -> None:
    """In a Bundle that is one line of many, a bad entry has the line and the path inside it as its place."""
    bundle = {"resourceType": "Bundle", "entry": [{"resource": {"id": "x"}}, {"resource": json.loads(haemoglobin())}]}
    source = written(tmp_path / "a.ndjson", patient() + json.dumps(bundle).encode() + b"\n")
    done = screened(source)
    assert f"{source}:2 Bundle.entry[0].resource not-fhir" in done.err
    assert finding(done.patients[0], "I03-2")["evidence"]


def test_circles_of_references_end(tmp_path: Path) -> None:
    """Patients who replace each other, contained resources that refer to each other and to themselves: all end."""
    circle = [("a", "b"), ("b", "a"), ("c", "c")]
    patients = b"".join(
        patient(one, link=[{"other": {"reference": f"Patient/{other}"}, "type": "replaced-by"}])
        for one, other in circle
    )
    inner = [{"resourceType": "Observation", "id": one, "hasMember": [{"reference": other}]} for one, other in
             (("k", "#m"), ("m", "#k"))]  # fmt: skip
    knot = haemoglobin(contained=inner, hasMember=[{"reference": "#k"}, {"reference": "Observation/hb"}])
    done = screened(written(tmp_path / "a.ndjson", patients + patient() + knot))
    assert done.status == 0
    assert "Patient/good" in {one["patient"] for one in done.patients}


@pytest.mark.parametrize("birth", [None, "", "199", "1990-13-45", "0000", "9999-12-31", "0001-01-01", 1990])
def test_a_patient_without_a_usable_birth_date_has_no_age(tmp_path: Path, birth: object) -> None:
    """Without a birth date that can be true the age is not known, so that its clause is open, or bars where it is."""
    line = patient(birthDate=birth) if birth is not None else patient().replace(b'"birthDate"', b'"x"')
    done = screened(written(tmp_path / "a.ndjson", line + patient("other")))
    assert "Patient/other" in {one["patient"] for one in done.patients}
    for found in done.patients[:-1]:
        assert finding(found, "I01")["effect"] in ("open", "bars")


def test_an_identifier_of_two_patients_names_neither(tmp_path: Path) -> None:
    """A result that names its patient by an identifier which two patients carry is given to neither of them."""
    named = [{"system": "urn:mrn", "value": "1"}]
    result = haemoglobin(subject="?").replace(
        b'{"reference": "Patient/?"}', b'{"identifier": {"system": "urn:mrn", "value": "1"}}'
    )
    one = screened(written(tmp_path / "one.ndjson", patient(identifier=named) + result))
    assert finding(one.patients[0], "I03-2")["effect"] == "allows"
    two = screened(
        written(tmp_path / "two.ndjson", patient(identifier=named) + patient("b", identifier=named) + result)
    )
    assert {finding(each, "I03-2")["effect"] for each in two.patients} == {"open"}
