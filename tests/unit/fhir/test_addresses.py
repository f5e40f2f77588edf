"""Addresses at one server."""

import pytest

from adapter.fhir.addresses import Base
from adapter.fhir.errors import ForeignHost


@pytest.mark.parametrize(
    "url",
    [
        "",
        "fhir.example.org/fhir",
        "ftp://example.org/fhir",
        "http://",
        "http:///fhir",
        "https://user:secret@example.org/fhir",
        "https://user@example.org/fhir",
        "https://example.org/fhir?token=secret",
        "https://example.org/fhir#part",
        "https://example.org:port/fhir",
        "https://example.org:99999/fhir",
        "https://exam ple.org/fhir",
        "https://good.org\\@evil.org/fhir",
        "https://[::1/fhir",
        "https://example%2eorg/fhir",
    ],
)
def test_a_base_is_a_plain_address(url):
    """Credentials, queries and half addresses are refused, and the refusal does not repeat them."""
    with pytest.raises(ValueError, match="the base of a FHIR server") as caught:
        Base(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("base", "link", "resolved"),
    [
        ("https://h/fhir", "Patient/1", "https://h/fhir/Patient/1"),
        ("https://h/fhir/", "Patient/1", "https://h/fhir/Patient/1"),
        ("https://h", "Patient/1", "https://h/Patient/1"),
        ("https://h/a/b", "", "https://h/a/b"),
        ("https://h/fhir", "Observation?code=http://loinc.org|1", "https://h/fhir/Observation?code=http://loinc.org|1"),
        ("https://h/fhir", "/fhir/Patient?page=2", "https://h/fhir/Patient?page=2"),
        ("https://h/fhir", "https://h/fhir?_getpages=a%7Cb%2Fc+d", "https://h/fhir?_getpages=a%7Cb%2Fc+d"),
        ("https://h/fhir", "HTTPS://H:443/fhir?p=2", "https://h/fhir?p=2"),
        ("https://H.example:443/fhir", "https://h.example/fhir?p=2", "https://H.example:443/fhir?p=2"),
        ("http://h:80/fhir", "http://h/fhir?p", "http://h:80/fhir?p"),
        ("http://[::1]:8080/fhir", "http://[::1]:8080/fhir?p=2", "http://[::1]:8080/fhir?p=2"),
        ("https://h/fhir", "https://h./fhir?p=2", "https://h/fhir?p=2"),
        ("https://h/fhir", "https://h/other/place", "https://h/other/place"),
        ("https://h/fhir", "https://h/fhir?p=2#top", "https://h/fhir?p=2"),
    ],
)
def test_links_within_the_server(base, link, resolved):
    """Relative, absolute and rooted links lead to the server as it was named; queries stay as they are."""
    assert Base(base).resolve(link, "GET") == resolved


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.org/fhir/Patient",
        "//evil.org/fhir",
        "http://h/fhir/Patient",
        "http://h:443/fhir/Patient",
        "https://h:8443/fhir",
        "https://h.evil.org/fhir",
        "https://h@evil.org/fhir",
        "https://evil.org@h/fhir",
        "https://h:secret@h/fhir",
        "https://h\\@evil.org/fhir",
        "https://evil.org\\.h/fhir",
        "https://h%2eevil.org/fhir",
        "file:///etc/passwd",
        "urn:uuid:4c1e",
        "https://[::1",
        "https://h:port/fhir",
        "https://h:443:443/fhir",
    ],
)
def test_links_to_other_servers(link):
    """Another scheme, host or port is another server, however it is spelt, and so is one with credentials."""
    with pytest.raises(ForeignHost) as caught:
        Base("https://h/fhir").resolve(link, "GET Patient")
    assert str(caught.value) == "GET Patient: a link leads to another server"


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("Patient", "GET Patient"),
        ("Patient/Zhang", "GET Patient"),
        ("Patient/Zhang/$everything", "GET Patient/$everything"),
        ("Patient/Zhang/_history/Li", "GET Patient/_history"),
        ("Patient?name=Zhang", "GET Patient"),
        ("metadata", "GET metadata"),
        ("", "GET"),
        ("https://h/fhir/Observation/Zhang", "GET Observation"),
        ("https://h/fhir?_getpages=Zhang", "GET"),
        ("https://h/fhir/page/Zhang", "GET"),
        ("$export", "GET $export"),
    ],
)
def test_places_hold_no_ids(url, place):
    """The place of an error is made of the method, the type and the operation."""
    assert Base("https://h/fhir").place("GET", url) == place
