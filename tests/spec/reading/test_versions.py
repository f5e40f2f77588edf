"""Several copies of one resource: which is the newest."""

from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from mappings.reading.versions import newest
from tests.spec.reading.fragments import view

title = "Versions"
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("metas", "expected"),
    [
        ([("1", ""), ("2", "")], 1),
        ([("9", ""), ("10", ""), ("2", "")], 1),
        ([("1", "2025-01-01T00:00:00Z"), ("2", "2025-01-02T00:00:00Z")], 1),
        ([("1", "2025-01-01T00:00:00Z"), ("2", "2025-01-01T00:00:00Z")], 1),
        ([("", "2025-01-01T00:00:00Z"), ("", "2025-01-02T00:00:00Z")], 1),
        ([("", "2025-01-01T08:00:00+08:00"), ("", "2025-01-01T00:30:00Z")], 1),
        ([("a7", "2025-01-01T00:00:00Z"), ("3f", "2025-01-02T00:00:00Z")], 1),
        ([("7", "2025-01-01T00:00:00Z"), ("3f", "2025-01-02T00:00:00Z")], 1),
        ([("1", "昨天"), ("2", "")], 1),
        ([("", ""), ("", "")], None),
        ([("", ""), ("2", "")], None),
        ([("a7", ""), ("3f", "")], None),
        ([("2", ""), ("2", "")], None),
        ([("2", "2025-01-01T00:00:00Z"), ("2", "2025-01-02T00:00:00Z")], None),
        ([("a7", "2025-01-01T00:00:00Z"), ("a7", "2025-01-02T00:00:00Z")], None),
        ([("1", "2025-01-02T00:00:00Z"), ("2", "2025-01-01T00:00:00Z")], None),
        ([("", "2025-01-01T00:00:00Z"), ("", "2025-01-01T08:00:00+08:00")], None),
        ([("1", ""), ("2", ""), ("2", "")], None),
        ([("1", ""), ("1", ""), ("2", "")], 2),
        ([("9" * 30, ""), ("1", "")], None),
    ],
)
def test_the_newest_is_the_one_that_is_newer_than_every_other(
    metas: list[tuple[str, str]], expected: int | None
) -> None:
    """By the server's number and its clock where they agree; copies that nothing tells apart are in dispute."""
    copies = [
        view("Observation", id=str(index), meta={"versionId": version, "lastUpdated": updated})
        for index, (version, updated) in enumerate(metas)
    ]
    for order in permutations(copies):
        found = newest(order, ZONE)
        assert (None if found is None else int(found.id)) == expected


def test_a_copy_without_meta_is_in_dispute_with_any_other() -> None:
    """Nobody knows which of the two is the older."""
    assert newest([view("Observation"), view("Observation", meta={"versionId": "2"})], ZONE) is None
