"""The client against a real server that nobody here wrote: sekmet-fhir, started for these tests."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapter.fhir import errors
from adapter.fhir.client import Client, Entry
from adapter.fhir.transport import Limits, Transport
from tests.live.servers import sekmet

SYSTEM = "https://example.org/subjects"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sekmet(tmp_path_factory.mktemp("sekmet")) as address:
        yield address


@pytest.fixture
def client(base: str) -> Client:
    return Client(Transport(base, limits=Limits(backoff_seconds=0.01)))


def patient(value: str, **more: object) -> bytes:
    return json.dumps({"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": value}], **more}).encode()


def subject(name: str, individual: str, status: str = "candidate") -> bytes:
    made = {
        "resourceType": "ResearchSubject",
        "identifier": [{"system": SYSTEM, "value": name}],
        "status": status,
        "study": {"reference": "ResearchStudy/yts109"},
        "individual": {"reference": individual},
    }
    return json.dumps(made).encode()


def count(client: Client, kind: str, name: str) -> int:
    return sum(len(page.resources) for page in client.search(kind, {"identifier": f"{SYSTEM}|{name}"}))


def test_it_says_what_it_can_do(client):
    """The statement of a real server is understood."""
    found = client.capabilities()
    assert (found.release, found.json, found.secured) == ("R4", True, False)
    assert found.supports("ResearchSubject", "create")
    assert found.system("transaction")
    assert found.conditional_create("ResearchSubject")
    assert found.update_create("Patient")
    assert {"identifier", "_lastUpdated"} <= found.search_params("ResearchSubject")


def test_a_life_of_a_resource(client):
    """Created, read, changed, read again in each version, deleted: and each version has its own ETag."""
    made = client.create(patient("life"))
    kind, name = made.reference.split("/")
    read = client.read(kind, name)
    assert (made.status, read.etag, read.last_modified is None) == (201, made.etag, False)
    changed = json.loads(read.resource) | {"active": True}
    second = client.update(json.dumps(changed).encode(), if_match=read.etag)
    assert second.etag != read.etag
    assert "active" not in json.loads(client.vread(kind, name, "1").resource)
    assert json.loads(client.vread(kind, name, "2").resource)["active"] is True
    client.transport.send("DELETE", f"{kind}/{name}")
    with pytest.raises(errors.Gone):
        client.read(kind, name)
    pages = list(client.history(kind, name))
    assert sum(len(page.resources) for page in pages) >= 2
    assert [each for page in pages for each in page.deleted] in ([f"{kind}/{name}"], [])


def test_an_old_version_is_not_replaced_twice(client):
    """A second writer who holds the old version is told so, and what the first wrote stays."""
    first = client.create(patient("twice"))
    body = json.loads(first.resource)
    client.update(json.dumps(body | {"active": True}).encode(), if_match=first.etag)
    with pytest.raises(errors.PreconditionFailed) as caught:
        client.update(json.dumps(body | {"active": False}).encode(), if_match=first.etag)
    assert caught.value.status == 412
    assert json.loads(client.read(*first.reference.split("/")).resource)["active"] is True


def test_a_conditional_create_makes_one(client):
    """The second create finds what the first made."""
    condition = f"identifier={SYSTEM}|one"
    first = client.create(patient("one"), if_none_exist=condition)
    second = client.create(patient("one"), if_none_exist=condition)
    assert (first.status, second.status, second.reference) == (201, 200, first.reference)
    assert count(client, "Patient", "one") == 1


def test_a_conditional_update_makes_one_and_changes_it(client):
    """PUT by a search creates at first and changes then."""
    query = f"identifier={SYSTEM}|put"
    first = client.update(patient("put"), query=query)
    second = client.update(patient("put", active=True), query=query)
    assert (first.status, second.status, second.reference) == (201, 200, first.reference)


@pytest.mark.parametrize("post", [True, False])
def test_pages_bring_every_match_once(client, post):
    """A search over many pages, by GET and by POST, brings each match, and they are as many as the server says."""
    family = f"Pages{post}"
    answers = client.batch(
        [Entry("POST", "Patient", patient(f"{family}{n}", name=[{"family": family}])) for n in range(23)]
    )
    assert all(each.done for each in answers)
    pages = list(client.search("Patient", {"family": family, "_count": "5"}, post=post))
    ids = [json.loads(each)["id"] for page in pages for each in page.resources]
    assert (len(ids), len({*ids}), len(pages)) == (23, 23, 5)
    assert {page.total for page in pages} == {23}


def test_an_unknown_parameter_is_refused(client):
    """A parameter that the server does not know is not passed over in silence."""
    with pytest.raises(errors.Invalid):
        list(client.search("Patient", {"shoe-size": "43"}))


def test_includes_are_no_matches(client):
    """What comes along is kept apart."""
    who = client.create(patient("included")).reference
    client.create(subject("included", who))
    (page,) = client.search(
        "ResearchSubject", {"identifier": f"{SYSTEM}|included", "_include": "ResearchSubject:individual"}
    )
    assert (len(page.resources), len(page.included)) == (1, 1)


def test_everything_about_a_patient(client):
    """$everything brings the patient and what refers to them."""
    who = client.create(patient("everything")).reference
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "subject": {"reference": who},
        "valueQuantity": {"value": 7.5},
    }
    client.create(json.dumps(observation).encode())
    kinds = [
        json.loads(each)["resourceType"] for page in client.everything(who.split("/")[1]) for each in page.resources
    ]
    assert sorted(kinds) == ["Observation", "Patient"]


def test_a_transaction_is_whole(client):
    """References between entries are resolved, and a second run changes nothing."""
    entries = [
        Entry("POST", "Patient", patient("whole"), "urn:uuid:aa", if_none_exist=f"identifier={SYSTEM}|whole"),
        Entry(
            "POST",
            "ResearchSubject",
            subject("whole", "urn:uuid:aa"),
            "urn:uuid:bb",
            if_none_exist=f"identifier={SYSTEM}|whole",
        ),
    ]
    first, second = client.transaction(entries), client.transaction(entries)
    assert [each.status for each in first + second] == [201, 201, 200, 200]
    assert [each.etag for each in first] == [each.etag for each in second]
    kind, name, *_ = first[1].location.rsplit("/_history")[0].split("/")[-2:]
    written = json.loads(client.read(kind, name).resource)
    assert written["individual"]["reference"].startswith("Patient/")


def test_a_transaction_that_fails_leaves_nothing(client):
    """One bad entry undoes the others."""
    entries = [
        Entry("POST", "Patient", patient("undone"), if_none_exist=f"identifier={SYSTEM}|undone"),
        Entry(
            "POST", "Patient", b'{"resourceType":"Patient","birthDate":"not a date"}', if_none_exist="identifier=x|y"
        ),
    ]
    with pytest.raises(errors.Invalid) as caught:
        client.transaction(entries)
    assert "not a date" not in str(caught.value)
    assert count(client, "Patient", "undone") == 0


def test_a_divisible_transaction_is_linked(client):
    """In parts of eight too, what refers to another entry refers to what was made of it."""
    who = Entry("POST", "Patient", patient("parts"), "urn:uuid:p", if_none_exist=f"identifier={SYSTEM}|parts")
    subjects = [
        Entry(
            "POST", "ResearchSubject", subject(f"parts{n}", "urn:uuid:p"), if_none_exist=f"identifier={SYSTEM}|parts{n}"
        )
        for n in range(20)
    ]
    answers = client.transaction([*subjects, who], divisible=True)
    assert [each.status for each in answers] == [201] * 21
    made = json.loads(answers[-1].resource)["id"]
    assert {json.loads(each.resource)["individual"]["reference"] for each in answers[:-1]} == {f"Patient/{made}"}


def test_a_batch_tells_each_entry(client):
    """Failures among the entries are told one by one, and the others are done."""
    found = client.batch(
        [
            Entry("GET", "Patient/nobody"),
            Entry("POST", "Patient", patient("batch"), if_none_exist=f"identifier={SYSTEM}|batch"),
            Entry("PUT", "Patient/a", b'{"resourceType":"Patient","id":"b"}'),
        ]
    )
    assert [each.status for each in found] == [404, 201, 400]
    assert found[0].outcome.has("not-found")
    assert json.loads(found[1].resource)["resourceType"] == "Patient"


def test_validation(client):
    """What is valid and what is not is told by an outcome."""
    assert not client.validate(patient("valid")).failed
    assert client.validate(b'{"resourceType":"Patient","birthDate":"tomorrow"}').failed


def test_one_of_many_writers_wins(client):
    """Of thirty-two threads that replace the same version by the same transport one succeeds; the others are told so."""
    first = client.create(patient("race"))
    body = json.loads(first.resource)

    def write(number: int) -> int:
        try:
            return client.update(
                json.dumps(body | {"multipleBirthInteger": number}).encode(), if_match=first.etag
            ).status
        except errors.PreconditionFailed as refused:
            return refused.status or 0

    with ThreadPoolExecutor(32) as pool:
        statuses = sorted(pool.map(write, range(32)))
    assert statuses == [200] + [412] * 31
    assert client.read(*first.reference.split("/")).etag == 'W/"2"'


def test_a_server_that_asks_for_a_token(tmp_path):
    """Without a token a real server refuses, and with one it answers."""

    class Token:
        def header(self) -> str:
            return "Bearer let-me-in"

        def renew(self) -> None:
            """There is only the one."""

    with sekmet(tmp_path, {"server_auth": {"types": ["bearer"], "tokens": ["let-me-in"]}}) as base:
        with pytest.raises(errors.Unauthorised):
            list(Client(Transport(base)).search("Patient", {}))
        assert len(list(Client(Transport(base, authoriser=Token())).search("Patient", {}))) == 1
