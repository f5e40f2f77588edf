"""What an export lacks is told by type, number and reason, and is never taken for the whole."""

import gzip
import json
import logging
import traceback

import pytest

from adapter.fhir import errors
from adapter.fhir.bulk import Loaded
from adapter.fhir.transport import Transport
from tests.unit.fhir.bulky import Bulk, broken_off, ndjson
from tests.unit.fhir.conftest import QUICK
from tests.unit.fhir.faulty import outcome, raw, serving, status
from tests.unit.fhir.test_bulk import bulk, exported, lacking

__all__ = ["bulk"]

WHOLE = ndjson("Observation", 4)


def line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


@pytest.mark.parametrize(
    ("body", "count", "reason"),
    [
        (WHOLE[:-10], None, "the last line is cut"),
        (WHOLE[:-1], 5, "holds 4 resources, 5 were announced"),
        (WHOLE, 3, "holds 4 resources, 3 were announced"),
        (b"", 1, "holds 0 resources, 1 were announced"),
        (b"<html>\n" + WHOLE, None, "line 1 is no FHIR JSON"),
        (WHOLE + b"\n\n[]\n", None, "line 7 is no FHIR JSON"),
        (WHOLE + ndjson("Patient", 1), None, "line 5 is no Observation"),
        (WHOLE + b'{"resourceType":"Observation","x":' + b"[" * 100_000 + b"\n", None, "line 5 is no FHIR JSON"),
        (WHOLE + b"\0\0", None, "line 5 is no FHIR JSON"),
    ],
)
def test_a_file_that_is_not_what_was_announced(bulk, tmp_path, body, count, reason):
    """A short file, a cut line, and what is no resource of the type: one type lacks, and the others do not.

    It is fetched twice; what is the same then will not come from this export, so that the next call begins anew.
    """
    bulk.holds("a", "Observation", WHOLE, count=4)
    bulk.holds("b", "Observation", body, count=count)
    bulk.holds("c", "Patient", ndjson("Patient", 1))
    assert lacking(bulk, tmp_path) == (f"Observation file 2: {reason}",)
    found = exported(bulk, tmp_path, tolerant=True)
    assert (found.complete, found.lacking, len(found.files)) == (False, (f"Observation file 2: {reason}",), 2)
    assert found.loaded == (Loaded("Observation", 4, complete=False), Loaded("Patient", 1, complete=True))
    assert (found.source.name, bulk.ended, len(bulk.asked("b"))) == ("incomplete", 2, 4)
    bulk.files["b"].body = ndjson("Observation", count or 4, 4)
    assert exported(bulk, tmp_path).complete


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (status(404), "status 404"),
        (status(403), "status 403"),
        (status(410), "status 410"),
        (status(500), "status 500"),
        (status(503), "later (status 503)"),
    ],
)
def test_a_file_that_cannot_be_had(bulk, tmp_path, act, reason):
    """A file that lacks is told without its address, and tried for again by the next call."""
    bulk.holds("a", "Patient", ndjson("Patient", 1))
    bulk.holds("canary", "Observation", WHOLE).acts.extend([act] * (QUICK.retries + 1))
    assert lacking(bulk, tmp_path) == (f"Observation file 1: {reason}",)
    assert bulk.ended == 0
    bulk.files["canary"].acts.clear()
    found = exported(bulk, tmp_path)
    assert (found.complete, bulk.ended, len(bulk.started)) == (True, 1, 1)
    assert len(bulk.asked("a")) == 1


@pytest.mark.parametrize(
    ("severity", "code", "whole"),
    [
        ("fatal", "exception", False),
        ("error", "not-supported", False),
        ("Canary", "Canary", False),
        ("warning", "incomplete", False),
        ("information", "suppressed", False),
        ("warning", "not-supported", True),
        ("information", "informational", True),
    ],
)
@pytest.mark.parametrize("listed", ["error", "outcome"])
def test_what_the_server_says_of_the_export(bulk, tmp_path, severity, code, whole, listed):
    """An error, and whatever says that something was left out, makes every type incomplete; the rest is told.

    What lacks for that reason will not come, so that the next call begins a new export.
    """
    bulk.holds("a", "Patient", ndjson("Patient", 1))
    bulk.holds("e", "OperationOutcome", line(outcome(code, severity, "Canary")), list_as=listed, count=1)
    found = exported(bulk, tmp_path, tolerant=True)
    said = f"{severity} {code}" if severity != "Canary" else "? ?"
    assert (found.lacking if not whole else found.warnings) == (f"outcomes file 1: {said}",)
    assert (found.complete, found.loaded) == (whole, (Loaded("Patient", 1, complete=whole),))
    assert bulk.ended == 1
    if not whole:
        assert lacking(bulk, tmp_path) == found.lacking
        del bulk.files["e"]
        assert exported(bulk, tmp_path).complete
        assert len(bulk.started) == 3


def test_an_outcome_that_says_nothing(bulk, tmp_path):
    """An outcome without an issue is no reassurance."""
    bulk.holds("e", "OperationOutcome", line({"resourceType": "OperationOutcome"}), list_as="error")
    assert lacking(bulk, tmp_path) == ("outcomes file 1: an outcome without an issue",)


def test_an_outcome_file_that_cannot_be_had(bulk, tmp_path):
    """What the server says is part of the export: without it no type is known to be whole."""
    bulk.holds("a", "Patient", ndjson("Patient", 1))
    bulk.holds("e", "OperationOutcome", b"", list_as="error").acts.extend([status(404)] * 2)
    found = exported(bulk, tmp_path, tolerant=True)
    assert found.lacking == ("outcomes file 1: status 404",)
    assert found.loaded == (Loaded("Patient", 1, complete=False),)


def test_a_type_without_a_file_and_a_server_that_warns(bulk, tmp_path):
    """A type that was asked for and has no file may have been passed over where the server warns of something."""
    bulk.holds("a", "Patient", ndjson("Patient", 1))
    bulk.holds("e", "OperationOutcome", line(outcome("not-supported", "warning")), list_as="error")
    found = exported(bulk, tmp_path, types=["Patient", "Condition"], tolerant=True)
    assert found.lacking == ("Condition: no file, and the server warns",)
    assert found.loaded == (Loaded("Condition", 0, complete=False), Loaded("Patient", 1, complete=True))


def deletion(*urls: str, method: str = "DELETE") -> bytes:
    entries = [{"request": {"method": method, "url": url}} for url in urls]
    return line({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def test_what_was_deleted(bulk, tmp_path):
    """The deletions since the last export are told by type and id."""
    bulk.holds("d", "Bundle", deletion("Patient/1", "Observation/a-2") + deletion("Patient/1"), list_as="deleted")
    assert exported(bulk, tmp_path, since="2026-01-01T00:00:00Z").deleted == ("Patient/1", "Observation/a-2")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (deletion("Patient/1") + deletion("Patient/2", method="PUT"), "line 2 holds something else than deletions"),
        (deletion("Patient?x=1"), "line 1 holds something else than deletions"),
        (deletion(), "line 1 holds no deletion"),
        (line({"resourceType": "Bundle", "type": "transaction", "entry": 5}), "line 1 holds no deletion"),
        (line({"resourceType": "Patient"}), "line 1 is no Bundle"),
    ],
)
def test_deletions_that_are_none(bulk, tmp_path, body, reason):
    """What was deleted must be known, or what is kept would be wrong."""
    bulk.holds("d", "Bundle", body, list_as="deleted")
    assert lacking(bulk, tmp_path) == (f"deletions file 1: {reason}",)


def test_files_of_several_types(bulk, tmp_path):
    """Files without a type, as with organizeOutputBy, are counted by what they hold."""
    bulk.holds("a", None, ndjson("Patient", 1) + ndjson("Observation", 2), count=3)
    assert exported(bulk, tmp_path).loaded == (
        Loaded("Observation", 2, complete=True),
        Loaded("Patient", 1, complete=True),
    )
    bulk.holds("b", None, b"").acts.append(status(404))
    found = exported(bulk, tmp_path / "again", tolerant=True)
    assert found.lacking == ("mixed file 2: status 404",)
    assert not any(each.complete for each in found.loaded)


def test_nothing_says_that_a_file_is_whole(bulk, tmp_path):
    """A file without a length, a count or an end of its own may have been cut between two lines."""
    file = bulk.holds("a", "Observation", WHOLE)
    file.acts.extend([broken_off(file, len(WHOLE), told=False)] * 2)
    assert lacking(bulk, tmp_path) == ("Observation file 1: nothing says that it is whole",)
    file.acts.append(broken_off(file, len(WHOLE), told=False))
    file.count = 4
    assert exported(bulk, tmp_path / "counted").complete


@pytest.mark.parametrize("name", ["compressed on the way", "compressed file"])
def test_gzip(bulk, tmp_path, name):
    """Compressed files are kept as they are, can be read as a source, and are known to be cut where they are."""
    if name == "compressed file":
        bulk.holds("a", "Observation", gzip.compress(WHOLE), count=4)
        bulk.holds("b", "Observation", gzip.compress(WHOLE)[:-9])
    else:
        bulk.holds("a", "Observation", WHOLE, count=4, gzip=True)
        bulk.holds("b", "Observation", WHOLE).acts.extend([raw(gzip.compress(WHOLE)[:-9], Content_Encoding="gzip")] * 2)
    found = exported(bulk, tmp_path, tolerant=True)
    assert found.lacking == ("Observation file 2: the compressed file is cut or damaged",)
    assert gzip.decompress(found.files[0].read_bytes()) == WHOLE
    assert found.files[0].name.endswith(".ndjson.gz")


def guarded(bulk: Bulk, tokens: list[str]) -> Transport:
    class Tokens:
        def header(self) -> str:
            tokens.append("asked")
            return "Bearer canary"

        def renew(self) -> None:
            tokens.append("renewed")

    bulk.token = "canary"
    return Transport(bulk.server.base, limits=QUICK, authoriser=Tokens())


@pytest.mark.parametrize("needs", [True, None])
def test_files_that_need_the_token(bulk, tmp_path, needs):
    """The token goes along where the manifest asks for it, and where it does not say."""
    from adapter.fhir.bulk import export

    if needs is None:
        del bulk.manifest["requiresAccessToken"]
    bulk.holds("a", "Patient", ndjson("Patient", 1))
    assert export(guarded(bulk, []), folder=tmp_path).complete
    assert [each.get("authorization") for each in bulk.asked("a")] == ["Bearer canary"]


def test_files_that_need_no_token_get_none(bulk, tmp_path):
    """An address that is itself a secret gets no token, at the server itself and elsewhere."""
    from adapter.fhir.bulk import export

    bulk.manifest["requiresAccessToken"] = False
    bulk.holds("signed-a", "Patient", ndjson("Patient", 1))
    with serving(raw(ndjson("Observation", 2))) as other:
        page = bulk.page(0)
        page["output"].append({"type": "Observation", "url": f"{other.root}/bucket/b?signature=canary"})
        bulk.looks.append(lambda exchange: raw(json.dumps(page).encode())(exchange))
        found = export(guarded(bulk, []), folder=tmp_path)
        assert [each.path for each in other.asked] == ["/bucket/b?signature=canary"]
        assert "authorization" not in other.asked[0].headers
    assert [each.get("authorization") for each in bulk.asked("signed-a")] == [None]
    assert found.complete


@pytest.mark.parametrize("needs", [True, False])
def test_files_elsewhere(bulk, tmp_path, needs):
    """The token is for no other server; and what others could read on the way is not fetched."""
    from adapter.fhir.bulk import export

    bulk.manifest["requiresAccessToken"] = needs
    with serving(raw(ndjson("Patient", 1))) as other:
        bulk.holds("a", "Patient", b"")
        bulk.files_at = f"{other.root}/" if needs else "http://files.example.org/"
        with pytest.raises(errors.Incomplete) as caught:
            export(guarded(bulk, []), folder=tmp_path)
        assert other.asked == []
    reason = "which the token is not for" if needs else "which is no https"
    assert caught.value.lacking == (f"Patient file 1: it lies at another server, {reason}",)


def test_a_file_that_is_redirected_elsewhere(bulk, tmp_path):
    """A redirect does not take the token along."""
    with serving(raw(ndjson("Patient", 1))) as other:
        bulk.holds("a", "Patient", b"").acts.extend([status(302, Location=f"{other.root}/a")] * 2)
        assert lacking(bulk, tmp_path) == ("Patient file 1: a redirect leads to another server",)
        assert other.asked == []


def test_a_link_to_a_file_that_is_no_address(bulk, tmp_path):
    """What cannot be fetched is told, whatever stands there."""
    bulk.holds("a", "Patient", b"")
    for address in ("https://user:word@files.example.org/", "https://[::1/", "file:///etc/"):
        bulk.manifest["requiresAccessToken"] = False
        bulk.files_at = address
        (said,) = lacking(bulk, tmp_path / str(len(address)))
        assert said.startswith("Patient file 1: it")
        assert "word" not in said


def test_an_empty_file(bulk, tmp_path):
    """A file without a line is a file of no resources."""
    bulk.holds("a", "Patient", b"", count=0)
    assert exported(bulk, tmp_path).loaded == ()
    bulk.holds("e", "OperationOutcome", line(outcome("not-supported", "warning")), list_as="error")
    assert exported(bulk, tmp_path / "warned", types=["Patient"]).complete
    bulk.holds("a", "Patient", b"\n", count=0)
    assert exported(bulk, tmp_path / "x", types=["Patient"]).loaded == (Loaded("Patient", 0, complete=True),)


def test_a_file_that_was_cut_on_the_way(bulk, tmp_path):
    """What is whole when it comes again is whole."""
    bulk.holds("a", "Observation", WHOLE, count=4).acts.append(raw(ndjson("Observation", 3)))
    assert exported(bulk, tmp_path).complete
    assert len(bulk.started) == 1


def test_a_line_that_is_too_long(bulk, tmp_path, monkeypatch):
    """A line is not held without bound."""
    monkeypatch.setattr("adapter.fhir.download._LONGEST_LINE", 1000)
    bulk.holds("a", "Patient", ndjson("Patient", 1) + b'{"resourceType":"Patient","x":"' + b"x" * 300_000 + b'"}')
    assert lacking(bulk, tmp_path) == ("Patient file 1: line 2 is too long",)


def test_nothing_secret_is_told(bulk, tmp_path, caplog):
    """No address, signature, group or text of the server stands in a log, an error, or what lacks."""
    caplog.set_level(logging.DEBUG)
    bulk.signature = "?signature=Canary"
    bulk.holds("Canary-a", "Patient", ndjson("Patient", 1)).acts.extend([raw(b"Canary", 404)] * 2)
    bulk.holds("Canary-b", "Observation", b'{"resourceType":"Canary"}')
    bulk.holds("Canary-c", "Bundle", b"Canary", list_as="deleted")
    bulk.holds("Canary-e", "OperationOutcome", line(outcome("exception", "error", "Canary")), list_as="error")
    bulk.looks.append(status(202, X_Progress="Canary"))
    wanted = {"level": "group", "group": "Canary"}
    with pytest.raises(errors.Incomplete) as caught:
        exported(bulk, tmp_path, **wanted)
    assert len(caught.value.lacking) == 4
    told = ["".join(traceback.format_exception(caught.value)), *caught.value.lacking, caplog.text]
    assert not any("Canary" in each or "127.0.0.1" in each for each in told)
