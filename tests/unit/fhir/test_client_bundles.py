"""Batches and transactions: each entry is answered, none is lost, none is done twice."""

import json

import pytest

from adapter.fhir import errors
from adapter.fhir.client import Entry
from tests.unit.fhir.faulty import Exchange, cut, drop_after_reading, html, json_, outcome, status

FINE = 201


def entry(n: int, **more: str) -> Entry:
    """A conditional create, repeatable."""
    body = json.dumps({"resourceType": "Basic", "n": n}).encode()
    return Entry("POST", "Basic", body, **{"if_none_exist": f"identifier={n}", **more})


def plain(n: int) -> Entry:
    return Entry("POST", "Basic", json.dumps({"resourceType": "Basic", "n": n}).encode())


def referring(n: int, *urns: str, **more: str) -> Entry:
    references = [{"reference": urn} for urn in urns]
    body = json.dumps({"resourceType": "Basic", "n": n, "refers": references}).encode()
    return Entry("POST", "Basic", body, **{"if_none_exist": f"identifier={n}", **more})


class Fake:
    """A server that answers Bundles entry by entry, with the statuses it is told to give; ids are ``b<n>``."""

    def __init__(self, most: int = 8) -> None:
        self.most = most
        self.statuses: dict[int, list[int]] = {}
        self.headers: dict[str, str] = {}
        self.done: list[int] = []
        self.sizes: list[int] = []
        self.bodies: dict[int, dict] = {}

    def __call__(self, exchange: Exchange) -> None:
        asked = json.loads(exchange.asked().body)
        entries = asked["entry"]
        self.sizes.append(len(entries))
        if len(entries) > self.most and any("ifNoneExist" in each["request"] for each in entries):
            exchange.answer(400, json.dumps(outcome("invalid", text="too many entries")).encode(), {})
            return
        answers = [self.one(each["resource"]) for each in entries]
        made = {"resourceType": "Bundle", "type": f"{asked['type']}-response", "entry": answers}
        exchange.answer(200, json.dumps(made).encode(), self.headers)

    def one(self, resource: dict) -> dict:
        n = resource["n"]
        self.bodies[n] = resource
        code = self.statuses[n].pop(0) if self.statuses.get(n) else FINE
        if code != FINE:
            return {"response": {"status": str(code), "outcome": outcome("throttled")}}
        self.done.append(n)
        return {
            "response": {
                "status": "201 Created",
                "etag": f'W/"0b6e2f64-{n}"',
                "location": f"Basic/b{n}/_history/0b6e2f64-{n}",
                "lastModified": "2025-06-01T09:00:00Z",
            }
        }


@pytest.fixture
def fake(faulty) -> Fake:
    fake = Fake()
    faulty.otherwise = fake
    return fake


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_each_entry_is_answered_in_order(fake, faulty, client, kind):
    """Status, ETag, Location and time of each entry come back in the order of the entries."""
    found = getattr(client, kind)([entry(1), entry(2)])
    assert [(each.status, each.etag, each.location, each.done) for each in found] == [
        (201, f'W/"0b6e2f64-{n}"', f"Basic/b{n}/_history/0b6e2f64-{n}", True) for n in (1, 2)
    ]
    assert found[0].last_modified == "2025-06-01T09:00:00Z"
    asked = faulty.asked[0]
    assert (asked.method, asked.path, asked.headers["prefer"]) == ("POST", "/fhir", "return=representation")


def test_entries_are_sent_as_they_are(fake, faulty, client):
    """Resources go out byte for byte, with every condition of their entry."""
    client.transaction(
        [
            Entry("PUT", "Basic/a", b'{"resourceType":"Basic",  "n":7.300}', if_match='W/"1"'),
            Entry("POST", "Basic", b'{"resourceType":"Basic","n":1E+2}', "urn:uuid:1", if_none_exist="identifier=x"),
        ]
    )
    assert faulty.asked[0].body == (
        b'{"resourceType":"Bundle","type":"transaction","entry":['
        b'{"resource":{"resourceType":"Basic",  "n":7.300},"request":{"method":"PUT","url":"Basic/a","ifMatch":"W/\\"1\\""}},'
        b'{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Basic","n":1E+2},'
        b'"request":{"method":"POST","url":"Basic","ifNoneExist":"identifier=x"}}]}'
    )


def test_nothing_is_asked_for_nothing(faulty, client):
    """No entries are no request."""
    assert (client.batch([]), client.transaction([]), faulty.asked) == ([], [], [])


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_success_as_a_whole_says_nothing(fake, client, kind):
    """200 with entries that failed is told entry by entry, a transaction that was none included."""
    fake.statuses = {2: [400]}
    found = getattr(client, kind)([entry(1), entry(2), entry(3)])
    assert [(each.status, each.done) for each in found] == [(201, True), (400, False), (201, True)]
    assert found[1].outcome.told() == "error throttled"


def test_batches_are_split(fake, client):
    """A batch goes out in parts that a server with small limits takes, and comes back whole."""
    assert [each.location for each in client.batch([entry(n) for n in range(20)])] == [
        f"Basic/b{n}/_history/0b6e2f64-{n}" for n in range(20)
    ]
    assert fake.sizes == [8, 8, 4]


def test_a_batch_that_is_refused_whole_is_halved(fake, client):
    """A server that takes less than was thought is met by halves, until it takes them."""
    fake.most = 3
    assert all(each.done for each in client.batch([entry(n) for n in range(8)]))
    assert (fake.sizes, sorted(fake.done)) == ([8, 4, 2, 2, 4, 2, 2], [*range(8)])


def test_one_entry_that_a_server_cannot_bear(faulty, client):
    """Where one entry makes the server refuse the whole batch, that entry alone is refused, and the others are done."""
    fake = Fake()

    def choosy(exchange: Exchange) -> None:
        body = exchange.rfile.peek()
        (json_(outcome("structure"), 422) if b'"n": 5}' in body else fake)(exchange)

    faulty.otherwise = choosy
    found = client.batch([entry(n) for n in range(8)])
    assert [each.status for each in found] == [422 if n == 5 else 201 for n in range(8)]
    assert found[5].outcome.told() == "error structure"


@pytest.mark.parametrize("code", [429, 503, 500])
def test_entries_that_came_too_early_are_sent_again(fake, client, code):
    """Only the entries for which the server had no time are sent again, and the others are not done twice."""
    fake.statuses = {1: [code], 3: [code, code]}
    found = client.batch([entry(n) for n in range(4)])
    assert [each.status for each in found] == [201] * 4
    assert (sorted(fake.done), fake.sizes) == ([0, 1, 2, 3], [4, 2, 1])


def test_a_plain_create_among_them_is_sent_again_after_429_alone(fake, client):
    """429 says that it was not done; after 503 nobody knows."""
    fake.statuses = {0: [429], 1: [503]}
    assert [each.status for each in client.batch([plain(0), plain(1)])] == [201, 503]
    assert fake.done == [0]


def test_entries_that_always_come_too_early(fake, client):
    """Repetitions are bounded, and the entry tells its last status."""
    fake.statuses = {0: [429] * 100}
    assert [each.status for each in client.batch([entry(0), entry(1)])] == [429, 201]
    assert fake.sizes == [2, 1, 1, 1, 1, 1]


def test_a_wait_that_is_too_long_is_left_to_the_caller(fake, client):
    """A server that asks for an hour gets no repetition."""
    fake.statuses, fake.headers = {0: [429]}, {"Retry-After": "3600"}
    assert [each.status for each in client.batch([entry(0)])] == [429]
    assert fake.sizes == [1]


def test_a_transaction_is_one_bundle(fake, client):
    """A transaction that is too large for the server is refused, since its parts would not be done together."""
    with pytest.raises(errors.Invalid):
        client.transaction([entry(n) for n in range(9)])
    assert fake.done == []


def test_a_divisible_transaction_writes_what_is_referred_to_first(fake, client):
    """Parts follow each other by reference, and later parts name what earlier ones made."""
    entries = [referring(0, *[f"urn:uuid:{n}" for n in range(1, 10)])]
    entries += [entry(n, full_url=f"urn:uuid:{n}") for n in range(1, 10)]
    found = client.transaction(entries, divisible=True)
    assert [each.location for each in found] == [f"Basic/b{n}/_history/0b6e2f64-{n}" for n in range(10)]
    assert fake.sizes == [8, 2]
    named = [each["reference"] for each in fake.bodies[0]["refers"]]
    assert named == [f"Basic/b{n}" for n in range(1, 9)] + ["urn:uuid:9"]


def test_what_refers_to_something_that_was_not_done_is_not_sent(fake, client):
    """A reference to nothing is not written, and neither is what refers to its writer."""
    fake.statuses = {3: [422]}
    entries = [entry(n, full_url=f"urn:uuid:{n}") for n in range(8)]
    entries += [
        referring(8, "urn:uuid:3", full_url="urn:uuid:8"),
        referring(9, "urn:uuid:8"),
        referring(10, "urn:uuid:4"),
    ]
    found = client.transaction(entries, divisible=True)
    assert [each.status for each in found] == [*[201] * 3, 422, *[201] * 4, 424, 424, 201]
    assert 8 not in fake.bodies


def test_only_references_are_renamed(fake, client):
    """An identifier that happens to be a urn stays what it is."""
    entries = [entry(n, full_url=f"urn:uuid:{n}") for n in range(8)]
    body = b'{"resourceType":"Basic","n":8,"identifier":"urn:uuid:1","x":{"reference" : "urn:uuid:1"},"y":1.0}'
    client.transaction([*entries, Entry("POST", "Basic", body, if_none_exist="identifier=8")], divisible=True)
    assert (fake.bodies[8]["identifier"], fake.bodies[8]["x"]["reference"]) == ("urn:uuid:1", "Basic/b1")


def test_a_part_that_is_refused_is_told(fake, client):
    """The entries of a part that the server refuses say so, and the other parts are done."""
    fake.most = 4
    found = client.transaction([entry(n) for n in range(12)], divisible=True)
    assert [each.status for each in found] == [400] * 8 + [201] * 4


@pytest.mark.parametrize(
    "fault",
    [drop_after_reading, cut(b'{"resourceType":"Bundle","type":"batch-res', 30, told=False), status(503), status(500)],
)
def test_bundles_that_do_no_harm_twice_are_repeated(fake, faulty, client, fault):
    """A Bundle of conditional writes is sent again after a fault."""
    faulty.then(fault)
    assert [each.status for each in client.transaction([entry(0), entry(1)])] == [201, 201]


@pytest.mark.parametrize(
    "fault",
    [
        drop_after_reading,
        status(503),
        status(500),
        html(),
        json_(outcome()),
        json_({"resourceType": "Bundle", "type": "x"}),
    ],
)
def test_bundles_with_a_plain_create_are_not(fake, faulty, client, fault):
    """One plain create among the entries forbids it, and the error says that it was perhaps done."""
    faulty.then(fault)
    with pytest.raises(errors.FhirError) as caught:
        client.transaction([entry(0), plain(1)])
    assert (caught.value.perhaps_done, fake.done) == (True, [])


def test_an_answer_that_lacks_entries_is_none(faulty, client):
    """Fewer answers than entries cannot be told apart, and are not guessed at."""
    one = {"response": {"status": "201"}}
    for entries in ([one], [one, {}], [one, one, one]):
        faulty.then(json_({"resourceType": "Bundle", "type": "batch-response", "entry": entries}))
        with pytest.raises(errors.NotFhir) as caught:
            client.batch([entry(0), entry(1)])
        assert (caught.value.reason, caught.value.perhaps_done) == ("not every entry is answered", True)


def test_what_was_done_is_not_forgotten(faulty, client):
    """When the server goes away between two parts, the answers that came are kept and the others say that none came."""
    fake = Fake()
    faulty.then(fake, *[drop_after_reading] * 6)
    found = client.batch([entry(n) for n in range(10)])
    assert [each.status for each in found] == [201] * 8 + [0, 0]


def test_a_status_that_is_none(faulty, client):
    """An entry whose status cannot be read is not called done."""
    answers = [{"response": {"status": text}} for text in ("", "OK", "2", "20x", "204 No Content")]
    faulty.then(json_({"resourceType": "Bundle", "type": "batch-response", "entry": answers}))
    assert [each.status for each in client.batch([entry(n) for n in range(5)])] == [0, 0, 0, 0, 204]


def test_versions_come_from_wherever_they_are(faulty, client):
    """Without an ETag the version is that of the resource, or of the Location."""
    resource = {"resourceType": "Basic", "id": "b", "meta": {"versionId": "4"}}
    answers = [
        {"resource": resource, "response": {"status": "200"}},
        {"response": {"status": "201", "location": "http://h/fhir/Basic/b/_history/5"}},
        {"response": {"status": "200"}, "resource": outcome("informational", "information")},
    ]
    faulty.then(json_({"resourceType": "Bundle", "type": "batch-response", "entry": answers}))
    found = client.batch([Entry("GET", "Basic/b"), entry(1), entry(2)])
    assert [each.etag for each in found] == ['W/"4"', 'W/"5"', None]
    assert (json.loads(found[0].resource), found[2].resource) == (resource, None)
    assert found[2].outcome.told() == "information informational"


def test_no_value_of_an_entry_is_told(faulty, client):
    """The error about a Bundle says what kind it was, and nothing of its entries."""
    faulty.then(json_(outcome("invariant", text="Zhang"), 422))
    with pytest.raises(errors.Unprocessable) as caught:
        client.transaction([Entry("PUT", "Patient/Zhang", b'{"resourceType":"Patient","id":"Zhang"}')])
    assert str(caught.value) == "POST transaction: status 422 (error invariant)"


@pytest.mark.parametrize(
    ("fault", "known"),
    [(drop_after_reading, 0), (status(500), 0), (status(400), 400), (status(429), 429)],
    ids=["dropped", "500", "400", "429"],
)
def test_what_was_done_first_is_told_when_the_second_sending_fails(faulty, client, fault, known):
    """A fault while entries are sent again takes nothing from the answers of those that were done."""
    fake = Fake()
    fake.statuses = {1: [429]}
    faulty.then(fake, *[fault] * 6)
    found = client.transaction([entry(0), entry(1), entry(2)])
    assert [each.status for each in found] == [201, known, 201]


@pytest.mark.parametrize("code", [404, 409, 410, 412, 422])
def test_a_part_of_a_transaction_that_cannot_be_done_stops_no_other(faulty, client, code):
    """What stands against one part is told on its entries, and the next part is written."""
    fake = Fake()
    faulty.then(json_(outcome("conflict"), code), fake)
    found = client.transaction([entry(n) for n in range(10)], divisible=True)
    assert [each.status for each in found] == [code] * 8 + [201] * 2


@pytest.mark.parametrize("code", [401, 403])
def test_a_client_that_may_not_write_is_told_at_once(faulty, client, code):
    """Who may not write at all is not asked to try each part."""
    faulty.otherwise = status(code)
    with pytest.raises((errors.Unauthorised, errors.Forbidden)):
        client.transaction([entry(n) for n in range(20)], divisible=True)
    assert len(faulty.asked) == 1
