"""What bad JSON and XML documents get, through the real command."""

import gzip
import json
import os
import threading
from pathlib import Path

import pytest

from tests.cli.command import finding, haemoglobin, patient, screened, written

NAMESPACE = 'xmlns="http://hl7.org/fhir"'
DEEP = 5000
SECRET = "the-content-of-a-file-of-this-machine"

DOCUMENTS = {
    "empty.json": (b"{}", "not-fhir"),
    "half.json": (patient()[:40], "not-json"),
    "nan.json": (haemoglobin("NaN"), "not-json"),
    "utf8.json": (patient().replace(b"female", b"fem\xffale"), "not-utf8"),
    "deep.json": (b'{"resourceType":"Patient","id":"d","x":' + b"[" * DEEP + b"]" * DEEP + b"}", "too-deep"),
    "half.xml": (f"<Patient {NAMESPACE}><id".encode(), "not-xml"),
    "other.xml": (b"<html><body/></html>", "not-fhir"),
    "utf8.xml": (f'<Patient {NAMESPACE}><id value="'.encode() + b'\xff"/></Patient>', "not-utf8"),
    "deep.xml": (
        f"<Patient {NAMESPACE}>{'<extension url=a>' * DEEP}".replace("url=a", 'url="a"').encode()
        + b"</extension>" * DEEP
        + b"</Patient>",
        "too-deep",
    ),
    "dtd.xml": (f"<!DOCTYPE Patient><Patient {NAMESPACE}/>".encode(), "doctype"),
    "entity.xml": (
        f'<!DOCTYPE p [<!ENTITY e SYSTEM "file:///etc/hostname">]><Patient {NAMESPACE}><id value="&e;"/></Patient>'.encode(),
        "doctype",
    ),
    "laughs.xml": (
        (
            "<!DOCTYPE p ["
            + '<!ENTITY a0 "lol">'
            + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
            + f']><Patient {NAMESPACE}><id value="&a11;"/></Patient>'
        ).encode(),
        "doctype",
    ),
    "element.xml": (f'<Patient {NAMESPACE}><soul value="old"/></Patient>'.encode(), "unknown-element"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_cannot_be_used_is_set_aside_with_its_reason(tmp_path: Path, name: str) -> None:
    """The document is told by file and reason, and the others are used. Unless it is a file of another kind, absence
    then proves nothing about anybody.
    """
    data, reason = DOCUMENTS[name]
    written(tmp_path / name, data)
    written(tmp_path / "good.json", patient())
    done = screened(tmp_path, "--coverage", "full")
    assert done.status == 0
    assert [one["patient"] for one in done.patients] == ["Patient/good"]
    assert f"set aside: {tmp_path / name} " in done.err
    assert reason in done.err
    assert finding(done.patients[0], "E09")["reason"] == ("absent" if reason == "not-fhir" else "not-understood")


def test_an_external_entity_is_never_read(tmp_path: Path) -> None:
    """An entity that points to a file of the machine brings nothing of that file into any output."""
    written(tmp_path / "secret.txt", SECRET.encode())
    entity = f'<!DOCTYPE p [<!ENTITY e SYSTEM "file://{tmp_path}/secret.txt">]>'
    source = written(tmp_path / "a.xml", f'{entity}<Patient {NAMESPACE}><id value="&e;"/></Patient>'.encode())
    done = screened(source)
    assert SECRET not in done.out + done.err


def test_a_good_xml_document_beside_bad_entries_is_used(tmp_path: Path) -> None:
    """In an XML Bundle one entry that cannot be read is told with its path, and the others are used."""
    entries = "".join(
        f"<entry><resource>{inner}</resource></entry>"
        for inner in ('<Patient><id value="good"/></Patient>', '<Patient><soul value="x"/></Patient>')
    )
    done = screened(written(tmp_path / "a.xml", f"<Bundle {NAMESPACE}>{entries}</Bundle>".encode()))
    assert [one["patient"] for one in done.patients] == ["Patient/good"]
    assert "Bundle.entry[1].resource.?(line 1) unknown-element" in done.err


def test_an_array_of_resources_is_read(tmp_path: Path) -> None:
    """A JSON array of resources, which is no FHIR, is what some systems send: its resources are used."""
    data = b"[" + patient().rstrip() + b"," + haemoglobin().rstrip() + b', "x"]'
    done = screened(written(tmp_path / "a.json", data))
    assert finding(done.patients[0], "I03-2")["effect"] == "allows"
    assert "a.json [2] not-fhir" in done.err


def test_standard_input_is_a_source(tmp_path: Path) -> None:
    """Documents and lines are read from standard input too, with - as their place."""
    bundle = {"resourceType": "Bundle", "entry": [{"resource": json.loads(patient())}, {"resource": {}}]}
    done = screened("-", stdin=json.dumps(bundle).encode())
    assert len(done.patients) == 1
    assert "set aside: - Bundle.entry[1].resource not-fhir" in done.err
    assert len(screened("-", stdin=patient() + haemoglobin()).patients) == 1


@pytest.mark.parametrize("data", [patient() + haemoglobin(), gzip.compress(patient() + haemoglobin(), mtime=0)])
def test_a_named_pipe_is_a_source(tmp_path: Path, data: bytes) -> None:
    """A named pipe, as a shell makes for ``<(...)``, is read once from its start, packed or not."""
    os.mkfifo(tmp_path / "feed")
    feeder = threading.Thread(target=(tmp_path / "feed").write_bytes, args=(data,))
    feeder.start()
    done = screened(tmp_path / "feed")
    feeder.join()
    assert finding(done.patients[0], "I03-2")["effect"] == "allows"
