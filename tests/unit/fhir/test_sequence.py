"""Resources that refer to each other, in parts."""

import pytest

from adapter.fhir.sequence import in_parts, named, referred, renamed


def referring(*urns: str) -> bytes:
    return b'{"x":[%s]}' % b",".join(b'{"reference" : "%s"}' % urn.encode() for urn in urns)


def test_references_to_urns_are_found():
    """Only references count, and only those to a urn."""
    assert referred(referring("urn:uuid:a", "urn:oid:1.2", "Patient/p", "urn:other:x") + b'{"value":"urn:uuid:b"}') == {
        "urn:uuid:a",
        "urn:oid:1.2",
    }
    assert referred(None) == set()


def test_renaming_changes_no_other_byte():
    """A urn that has no new name stays, and so does everything around."""
    resource = b'{ "a":7.300,"r":{"reference":\n"urn:uuid:a"},"s":{"reference":"urn:uuid:ab"},"v":"urn:uuid:a"}'
    assert renamed(resource, {"urn:uuid:a": "Basic/1"}) == resource.replace(b'\n"urn:uuid:a"', b'\n"Basic/1"')
    assert renamed(resource, {}) is resource


def test_half_a_name_is_no_name():
    """A reference that begins like another urn, and goes on in escapes, is not that urn."""
    resource = rb'{"reference":"urn:uuid:a\u0062"}'
    assert (renamed(resource, {"urn:uuid:a": "Basic/1"}), referred(resource)) == (resource, set())


@pytest.mark.parametrize(
    ("location", "resource", "url", "name"),
    [
        ("http://h/fhir/Basic/b/_history/3", None, "Basic", "Basic/b"),
        ("Basic/b", b'{"resourceType":"Basic","id":"c"}', "Basic", "Basic/b"),
        ("http://h/fhir/", b'{"resourceType":"Basic","id":"c"}', "Basic", "Basic/c"),
        (None, b'{"resourceType":"Basic","id":"c"}', "Basic", "Basic/c"),
        (None, b'{"resourceType":"Basic"}', "Basic/d", "Basic/d"),
        (None, b"broken", "Basic/d", "Basic/d"),
        (None, None, "Basic/d", "Basic/d"),
        (None, None, "Basic?identifier=Basic/d", None),
        (None, None, "Basic", None),
    ],
)
def test_what_was_written_has_a_name(location, resource, url, name):
    """By its Location, by itself, or by the address it was put to; a condition is no address."""
    assert named(location, resource, url) == name


def test_few_entries_stay_together():
    """What fits into one part keeps its order, references or not."""
    assert in_parts([referring("urn:uuid:b"), b"{}"], [None, "urn:uuid:b"], 2) == [[0, 1]]
    assert in_parts([], [], 2) == []


def test_what_is_referred_to_comes_first():
    """A chain of references is written from its end, and what has none keeps its order."""
    urls = [f"urn:uuid:{n}" for n in range(5)]
    resources = [referring(urls[3]), b"{}", referring(urls[0]), referring(urls[4]), None]
    assert in_parts(resources, urls, 2) == [[4, 3], [0, 1], [2]]


def test_circles_end():
    """Resources that refer to each other are all written once, whatever the order."""
    urls = [f"urn:uuid:{n}" for n in range(4)]
    resources = [referring(urls[1]), referring(urls[2]), referring(urls[0]), referring(urls[3])]
    assert sorted(index for part in in_parts(resources, urls, 2) for index in part) == [0, 1, 2, 3]


def test_a_long_chain_is_no_trouble():
    """Ten thousand resources, each referring to the next, do not exhaust the stack."""
    urls = [f"urn:uuid:{n}" for n in range(10_000)]
    resources = [referring(urls[n + 1]) if n + 1 < len(urls) else b"{}" for n in range(len(urls))]
    order = [index for part in in_parts(resources, urls, 8) for index in part]
    assert order == [*reversed(range(10_000))]
