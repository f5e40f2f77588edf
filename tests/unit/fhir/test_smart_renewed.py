"""Tokens are renewed in time, by one thread, and once where a server refuses one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

from adapter.fhir import errors
from adapter.fhir.smart import BackendServices
from tests.unit.fhir.faulty import drop_after_reading, json_, status
from tests.unit.fhir.test_smart import authority, clock, keys, reading, services

T = TypeVar("T")

__all__ = ["authority", "clock", "keys"]


def test_a_token_is_kept_until_shortly_before_its_end(authority, keys, clock):
    """One token serves until the last part of its time; then there is a new one before the old one ends."""
    tokens = services(authority, keys, clock=clock)
    assert tokens.header() == "Bearer token-canary-0"
    clock.now += 269
    assert tokens.header() == "Bearer token-canary-0"
    clock.now += 2
    assert tokens.header() == "Bearer token-canary-1"


@pytest.mark.parametrize(
    ("lasts", "until"), [(300, 270), (3600, 3570), (60, 45), ("60", 45), (None, 270), (0, 0), (-5, 0)]
)
def test_how_long_a_token_lasts(authority, keys, clock, lasts, until):
    """``expires_in`` is honoured, as a number or a text; where it is not said a token lasts five minutes."""
    authority.lasts = lasts
    tokens = services(authority, keys, clock=clock)
    tokens.header()
    clock.now += max(until - 0.5, 0)
    tokens.header()
    assert len(authority.tokens) == (1 if until else 2)
    clock.now += 1
    tokens.header()
    assert len(authority.tokens) == (2 if until else 3)


def test_the_time_that_asking_takes_counts(authority, keys):
    """A token lasts from when it was asked for, not from when the answer arrived."""
    authority.lasts, authority.pause = 0.2, 0.25
    tokens = services(authority, keys)
    tokens.header()
    tokens.header()
    assert len(authority.requests) == 2


def together(action: Callable[[], T], threads: int = 32) -> list[T]:
    """What so many threads get that begin at the same moment."""
    barrier = Barrier(threads)

    def begin(_: int) -> T:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(begin, range(threads)))


def failure_of(tokens: BackendServices) -> errors.FhirError:
    with pytest.raises(errors.FhirError) as caught:
        tokens.header()
    return caught.value


def test_one_thread_asks_and_the_others_wait(authority, keys):
    """32 threads without a token make one request for one."""
    authority.pause = 0.1
    assert set(together(services(authority, keys).header)) == {"Bearer token-canary-0"}
    assert len(authority.requests) == 1


def test_one_thread_renews_and_the_others_go_on(authority, keys, clock):
    """Near the end of a token one of 32 threads asks for the next, and the others do not wait for it."""
    tokens = services(authority, keys, clock=clock)
    tokens.header()
    clock.now += 280
    authority.pause = 0.3
    found = together(tokens.header)
    assert sorted(set(found)) == ["Bearer token-canary-0", "Bearer token-canary-1"]
    assert found.count("Bearer token-canary-1") == 1
    assert len(authority.requests) == 2


def test_32_threads_whose_token_was_revoked(authority, keys):
    """32 requests that are all refused with a token make one new one, and are all repeated with it."""
    transport = reading(authority, keys)
    transport.send("GET", "Patient/p")
    authority.valid.clear()
    assert set(together(lambda: transport.send("GET", "Patient/p").status)) == {200}
    assert len(authority.requests) == 2


def test_waiting_threads_share_a_failure(authority, keys):
    """Where the server refuses, those who waited do not ask again, and each gets an error of its own."""
    authority.pause, authority.acts = 0.3, [json_({"error": "invalid_client"}, 400)] * 32
    tokens = services(authority, keys)
    found = together(lambda: failure_of(tokens))
    assert len(authority.requests) == 1
    assert {(type(each), str(each)) for each in found} == {
        (errors.Forbidden, "POST token: no token is given: invalid_client")
    }
    assert len({id(each) for each in found}) == 32


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (status(429, Retry_After="7"), errors.Throttled),
        (status(500), errors.Unreachable),
        (drop_after_reading, errors.Unreachable),
    ],
)
def test_a_shared_failure_may_be_repeated_where_the_first_may(authority, keys, act, kind):
    """Those who waited learn whether, and when, it is worth another attempt."""
    authority.pause, authority.acts = 0.3, [act] * 4
    tokens = services(authority, keys)
    found = together(lambda: failure_of(tokens), 4)
    assert len(authority.requests) == 1
    assert [type(each) for each in found].count(kind) >= 3
    assert not any(each.perhaps_done for each in found)
    assert {getattr(each, "retry_after", 7) for each in found} == {7}


def test_a_good_token_serves_while_no_new_one_is_to_be_had(authority, keys, clock):
    """A renewal that fails is tried again later, as long as the old token is good; then the failure is told."""
    tokens = services(authority, keys, clock=clock)
    tokens.header()
    authority.acts = [status(503)] * 9
    clock.now += 280
    for _ in range(3):
        assert tokens.header() == "Bearer token-canary-0"
    assert len(authority.requests) == 2
    clock.now += 6
    assert tokens.header() == "Bearer token-canary-0"
    assert len(authority.requests) == 3
    clock.now += 20
    with pytest.raises(errors.Throttled):
        tokens.header()


def test_a_401_between_pages_renews_once_and_repeats_the_page(authority, keys):
    """The requests of a pull share the token, and the one that is refused is repeated."""
    transport = reading(authority, keys)
    transport.send("GET", "Patient?page=1")
    authority.valid.clear()
    assert transport.send("GET", "Patient?page=2").status == 200
    paths = [asked.path for asked in authority.server.asked if asked.path.startswith("/fhir/Patient")]
    assert paths == ["/fhir/Patient?page=1", "/fhir/Patient?page=2", "/fhir/Patient?page=2"]
    assert len(authority.tokens) == 2


def test_a_token_that_is_never_good_is_renewed_once(authority, keys):
    """A server that refuses new tokens as well is not asked for ever."""
    transport = reading(authority, keys)
    transport.send("GET", "Patient/p")
    authority.server.otherwise = lambda exchange: (
        status(401)(exchange) if exchange.path.startswith("/fhir/Patient") else authority(exchange)
    )
    with pytest.raises(errors.Unauthorised):
        transport.send("GET", "Patient/p")
    assert len(authority.tokens) == 2


def test_a_thread_that_comes_late_to_a_renewal(authority, keys, clock):
    """Who saw the old token, and finds a new one when its turn comes, takes that."""
    tokens = services(authority, keys, clock=clock)
    tokens.header()
    old = tokens._token
    clock.now += 280
    tokens.header()
    assert tokens._renewed_early(old) is tokens._token
    assert len(authority.requests) == 2
