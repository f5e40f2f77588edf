"""Pages of a search: every match comes, or the pull says that it lacks something."""

import json

import pytest

from adapter.fhir import errors
from tests.unit.fhir.faulty import (
    cut,
    drop_after_reading,
    gzipped,
    html,
    json_,
    outcome,
    raw,
    searchset,
    serving,
    status,
)


def patient(name: str, version: str = "1") -> dict[str, object]:
    return {"resourceType": "Patient", "id": name, "meta": {"versionId": version}}


def ids(pages) -> list[str]:
    return [json.loads(each)["id"] for page in pages for each in page.resources]


def paths(server) -> list[str]:
    return [asked.path for asked in server.asked]


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("{base}?_getpages=x%7Cy&n=2", "/fhir?_getpages=x%7Cy&n=2"),
        ("{base}/Patient?page=2", "/fhir/Patient?page=2"),
        ("Patient?page=2", "/fhir/Patient?page=2"),
        ("/fhir/Patient?page=2", "/fhir/Patient?page=2"),
        ("/elsewhere/2", "/elsewhere/2"),
        ("?page=2", "/fhir/Patient?page=2"),
        ("HTTP://{upper}/fhir/Patient?page=2", "/fhir/Patient?page=2"),
    ],
    ids=["opaque", "absolute", "relative", "rooted", "beside the base", "query alone", "letters"],
)
def test_the_server_s_own_links_are_followed(faulty, client, link, path):
    """A link to the next page is followed as it is, however it is written."""
    link = link.format(base=faulty.base, upper=faulty.root.removeprefix("http://").upper())
    faulty.then(json_(searchset(patient("a"), next_=link)), json_(searchset(patient("b"))))
    assert ids(client.search("Patient", {"_count": "1"})) == ["a", "b"]
    assert paths(faulty) == ["/fhir/Patient?_count=1", path]


def test_a_query_alone_after_a_search_by_post(faulty, client):
    """A relative link of a search by POST is relative to the base, not to the place of the search."""
    faulty.then(json_(searchset(patient("a"), next_="Patient?page=2")), json_(searchset(patient("b"))))
    assert ids(client.search("Patient", {"identifier": "x"})) == ["a", "b"]
    assert paths(faulty) == ["/fhir/Patient/_search", "/fhir/Patient?page=2"]


@pytest.mark.parametrize("link", ["{base}/Patient?page=1", "{base}/Patient", "{base}/Patient?_count=1"])
def test_a_circle_of_links_is_no_end(faulty, client, link):
    """Links that lead back end the pull as incomplete, also when they lead to the first page."""
    link = link.format(base=faulty.base)
    faulty.then(json_(searchset(patient("a"), next_=f"{faulty.base}/Patient?page=1")))
    faulty.then(json_(searchset(patient("b"), next_=f"{faulty.base}/Patient")))
    faulty.then(json_(searchset(patient("c"), next_=link)))
    with pytest.raises(errors.Incomplete) as caught:
        ids(client.search("Patient", {"_count": "1"}))
    assert caught.value.lacking == ("the pages after it",)


def test_a_circle_of_links_that_are_sent_otherwise(faulty, client):
    """A link whose characters are encoded on the way is known again when it comes back as it was."""
    pages = (json_(searchset(patient(f"p{n}"), next_="Patient?page=a|b")) for n in range(10))
    faulty.then(*pages)
    with pytest.raises(errors.Incomplete) as caught:
        ids(client.search("Patient", {}))
    assert caught.value.reason == "the links to the next page run in a circle"
    assert len(faulty.asked) == 2


def test_links_without_end(faulty, client):
    """A server that always has another page is not followed for ever."""
    number = iter(range(1000))

    def another(exchange):
        n = next(number)
        json_(searchset(patient(f"p{n}"), next_=f"Patient?page={n}"))(exchange)

    faulty.otherwise = another
    with pytest.raises(errors.Incomplete) as caught:
        ids(client.search("Patient", {"_count": "1"}))
    assert caught.value.reason == "more pages than are allowed"
    assert len(faulty.asked) == 21


def test_the_same_page_under_new_links(faulty, client):
    """A server that ignores its own links sends the same page for ever, and is found out."""
    faulty.then(*[json_(searchset(patient("a"), next_=f"Patient?page={n}")) for n in range(5)])
    with pytest.raises(errors.Incomplete) as caught:
        ids(client.search("Patient", {"_count": "1"}))
    assert caught.value.reason == "the server sent the same page again"


def test_empty_pages_are_pages(faulty, client):
    """A page may be empty, in the middle and at the end."""
    faulty.then(json_(searchset(next_="Patient?p=2")), json_(searchset(next_="Patient?p=3")))
    faulty.then(json_(searchset(patient("a"), next_="Patient?p=4")), json_(searchset(total=1)))
    assert ids(client.search("Patient", {})) == ["a"]


def test_a_link_to_another_server(faulty, client):
    """The next page of another server is not asked for."""
    with serving(json_(searchset(patient("b")))) as other:
        faulty.then(json_(searchset(patient("a"), next_=f"{other.base}/Patient?page=2")))
        with pytest.raises(errors.ForeignHost):
            ids(client.search("Patient", {}))
        assert other.asked == []


@pytest.mark.parametrize("links", [[("next", "")], [("next", "a"), ("next", "b")]])
def test_links_that_say_nothing(faulty, client, links):
    """A link without an address, or two of them, leave open where the next page is."""
    page = searchset(patient("a")) | {"link": [{"relation": name, "url": url} for name, url in links]}
    faulty.then(json_(page))
    with pytest.raises(errors.Incomplete):
        ids(client.search("Patient", {}))


@pytest.mark.parametrize(("total", "whole"), [(None, True), (0, True), (2, True), (3, False), (1, True)])
def test_totals_are_checked(faulty, client, total, whole):
    """Fewer matches than the server counted are not all of them; more are no harm."""
    faulty.then(json_(searchset(patient("a"), next_="Patient?p=2", total=9)))
    faulty.then(json_(searchset(patient("b"), total=2 if total is None else total)))
    pages = client.search("Patient", {})
    if whole:
        assert ids(pages) == ["a", "b"]
    else:
        with pytest.raises(errors.Incomplete) as caught:
            ids(pages)
        assert caught.value.lacking == ("1 of 3 matches",)


def test_the_total_of_the_first_page_holds(faulty, client):
    """Where only the first page has a total, that is the total; a missing link is found out by it."""
    faulty.then(json_(searchset(patient("a"), total=2)))
    with pytest.raises(errors.Incomplete):
        ids(client.search("Patient", {}))
    faulty.then(json_(searchset(patient("a"), next_="Patient?p=2", total=3)), json_(searchset(patient("b"))))
    with pytest.raises(errors.Incomplete):
        ids(client.search("Patient", {}))


def test_a_match_that_came_twice_counts_once(faulty, client):
    """A match on two pages, in two versions even, does not stand for one that did not come."""
    faulty.then(json_(searchset(patient("a"), patient("b"), next_="Patient?p=2", total=3)))
    faulty.then(json_(searchset(patient("b", "2"), total=3)))
    with pytest.raises(errors.Incomplete):
        ids(client.search("Patient", {}))


@pytest.mark.parametrize("params", [{"_summary": "count"}, {"_count": "0"}, {"_total": "estimate"}])
def test_totals_that_promise_nothing(faulty, client, params):
    """A count alone, or an estimate, is no promise of matches."""
    faulty.then(json_(searchset(total=7)))
    assert [page.total for page in client.search("Patient", params)] == [7]


def test_what_came_along_is_no_match(faulty, client):
    """Includes and warnings are kept apart from matches, and the total counts matches alone."""
    page = searchset(patient("a"), total=1)
    page["entry"] += [
        {"resource": {"resourceType": "Organization", "id": "o"}, "search": {"mode": "include"}},
        {"resource": outcome("informational", "warning"), "search": {"mode": "outcome"}},
        {"resource": {"resourceType": "Practitioner", "id": "r"}},
    ]
    faulty.then(json_(page))
    (found,) = client.search("Patient", {"_include": "Patient:organization"})
    assert ids([found]) == ["a"]
    assert [json.loads(each)["id"] for each in found.included] == ["o", "r"]
    assert [each.told() for each in found.warnings] == ["warning informational"]


def test_the_bytes_of_a_resource_are_passed_on(faulty, client):
    """Numbers keep their digits, and keys their order and white space."""
    resource = b'{"resourceType": "Observation",  "id":"o", "valueQuantity":{"value":7.300, "x":1E+2,"y":0.10e-7}}'
    faulty.then(
        raw(b'{"resourceType":"Bundle","type":"searchset","entry":[{"resource":' + resource + b"}]}"),
        raw(b'\xef\xbb\xbf{"resourceType":"Bundle","type":"searchset","entry":[{"resource":' + resource + b"}]}"),
    )
    for _ in range(2):
        (page,) = client.search("Observation", {})
        assert page.resources == (resource,)


@pytest.mark.parametrize(
    "fault",
    [drop_after_reading, cut(b'{"resourceType":"Bundle","type":"sea', 20, told=False), status(503), status(401)],
)
def test_a_page_is_asked_for_again(faulty, client, fault):
    """A fault in the middle of the pages repeats that page and loses none."""
    client.transport._authoriser = Renewing()
    faulty.then(json_(searchset(patient("a"), next_="Patient?p=2", total=2)), fault, json_(searchset(patient("b"))))
    assert ids(client.search("Patient", {})) == ["a", "b"]
    assert paths(faulty) == ["/fhir/Patient", "/fhir/Patient?p=2", "/fhir/Patient?p=2"]


class Renewing:
    def header(self) -> str:
        return "Bearer x"

    def renew(self) -> None:
        """There is always another token."""


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (html(), "the answer is no FHIR JSON"),
        (raw(b""), "the answer is no FHIR JSON"),
        (raw(b"[]"), "the answer is no FHIR JSON"),
        (raw(b"\xff\xfe"), "the answer is no FHIR JSON"),
        (raw(b'<Bundle xmlns="http://hl7.org/fhir"/>'), "the answer is no FHIR JSON"),
        (raw(b'{"resourceType":"Bundle","type":"searchset","entry":{}}'), "the answer is no FHIR JSON"),
        (raw(b'{"resourceType":"Bundle","type":"searchset","total":"2"}'), "the answer is no FHIR JSON"),
        (raw(b'{"resourceType":"Bundle","type":"searchset","entry":[{"resource":7}]}'), "the answer is no FHIR JSON"),
        (raw(b'{"resourceType":"Bundle","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), "the answer is no FHIR JSON"),
        (json_(patient("a")), "another resource was answered instead"),
        (json_(outcome("processing")), "an OperationOutcome was answered instead (error processing)"),
    ],
)
def test_what_is_no_page(faulty, client, act, told):
    """Anything but a Bundle of FHIR JSON is told for what it is, without its text."""
    faulty.then(act)
    with pytest.raises(errors.NotFhir) as caught:
        ids(client.search("Patient", {}))
    assert str(caught.value) == f"GET Patient: {told}"


def test_half_a_page_at_the_end_of_the_repetitions(faulty, client):
    """A page that always breaks off is unreachable, and never looks like the last."""
    body = json.dumps(searchset(patient("a"))).encode()
    for act in (cut(body, 40, told=False), gzipped(body, missing=10)):
        faulty.otherwise = act
        with pytest.raises(errors.Unreachable):
            ids(client.search("Patient", {}))


def test_an_entry_without_a_resource(faulty, client):
    """An entry of a search that holds nothing is something that did not come."""
    faulty.then(json_(searchset(patient("a")) | {"entry": [{"fullUrl": "http://h/fhir/Patient/a"}]}))
    with pytest.raises(errors.Incomplete):
        ids(client.search("Patient", {}))


def test_a_history_has_deletions(faulty, client):
    """Versions come as they are, deletions by name, and the total counts both."""
    entry = [
        {"request": {"method": "DELETE", "url": "Patient/a"}, "response": {"status": "204"}},
        {"resource": patient("a", "2"), "request": {"method": "PUT", "url": "Patient/a"}},
        {"resource": patient("a", "1"), "request": {"method": "POST", "url": "Patient"}},
    ]
    faulty.then(json_({"resourceType": "Bundle", "type": "history", "total": 3, "entry": entry}))
    (page,) = client.history("Patient", "a")
    assert (len(page.resources), page.deleted) == (2, ("Patient/a",))
    assert paths(faulty) == ["/fhir/Patient/a/_history"]


def test_a_history_that_lacks_a_version(faulty, client):
    """Versions are counted too."""
    faulty.then(json_({"resourceType": "Bundle", "type": "history", "total": 2, "entry": [{"resource": patient("a")}]}))
    with pytest.raises(errors.Incomplete):
        ids(client.history("Patient", "a"))


def test_everything_about_a_patient(faulty, client):
    """$everything is paged like a search, and its total counts whatever it brings."""
    page = searchset(patient("a"), {"resourceType": "Observation", "id": "o"}, total=3)
    page["entry"].append({"resource": {"resourceType": "Organization", "id": "g"}, "search": {"mode": "include"}})
    faulty.then(json_(page))
    (found,) = client.everything("a", {"_since": "2025-01-01T00:00:00Z"})
    assert (ids([found]), len(found.included)) == (["a", "o"], 1)
    assert paths(faulty) == ["/fhir/Patient/a/$everything?_since=2025-01-01T00%3A00%3A00Z"]


@pytest.mark.parametrize(
    ("self_", "ignored"),
    [
        (None, ()),
        ("http://h/fhir?_getpages=1", ()),
        ("http://h/fhir/Patient?name%3Aexact=x&birthdate=1990", ()),
        ("http://h/fhir/Patient?birthdate=1990&_count=10", ("name",)),
    ],
)
def test_parameters_that_the_server_did_not_use(faulty, client, self_, ignored):
    """The self link shows what was used; where it shows nothing of the search, it says nothing."""
    faulty.then(json_(searchset(self_=self_)))
    (page,) = client.search("Patient", {"name:exact": "x", "birthdate": "1990", "_count": "10"})
    assert (page.ignored, page.self_link) == (ignored, self_)


def test_a_search_can_be_read_twice(faulty, client):
    """Going through the pages again asks the server again, from the first page."""
    faulty.otherwise = json_(searchset(patient("a"), total=1))
    pages = client.search("Patient", {})
    assert (ids(pages), ids(pages), len(faulty.asked)) == (["a"], ["a"], 2)
