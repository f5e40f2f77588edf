"""Where two versions of a resource differ, by paths alone."""

from decimal import Decimal
from typing import Any

import pytest

from adapter.differing import differences


@pytest.mark.parametrize(
    ("ours", "there", "paths"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["a"]),
        ({"a": 1}, {}, ["a"]),
        ({}, {"a": 0}, ["a"]),
        ({"a": 0}, {"a": False}, ["a"]),
        ({"a": True}, {"a": 1}, ["a"]),
        ({"a": Decimal("7.30")}, {"a": Decimal("7.3")}, []),
        ({"a": Decimal("7.0")}, {"a": 7}, []),
        ({"a": Decimal("7.31")}, {"a": Decimal("7.3")}, ["a"]),
        ({"a": "7"}, {"a": 7}, ["a"]),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}, {"b": 3}]}, ["a[1].b"]),
        ({"a": [1, 2]}, {"a": [1]}, ["a"]),
        ({"a": [1]}, {"a": "1"}, ["a"]),
        ({"a": {"b": {"c": 1}}, "d": 1}, {"a": {"b": {}}, "d": 2}, ["a.b.c", "d"]),
        ({"id": "ours"}, {"id": "theirs"}, []),
        ({"meta": {"profile": ["p"]}}, {"meta": {"profile": ["q", "p"], "versionId": "3", "source": "#x"}}, []),
        ({"meta": {"tag": [{"code": "t"}]}}, {"meta": {"tag": [{"code": "u"}]}}, ["meta.tag"]),
        ({"meta": {"security": [{"code": "R"}]}}, {}, ["meta.security"]),
        ({}, {"meta": {"profile": ["p"]}}, []),
    ],
)
def test_differences_are_named_by_their_paths(ours: dict[str, Any], there: dict[str, Any], paths: list[str]) -> None:
    """Zero and false are values, decimals are numbers, and of ``meta`` only what we say counts."""
    assert differences(ours, there) == paths
