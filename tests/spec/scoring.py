"""How the spec tests look at single items of EULAR/ACR 2019."""

from collections.abc import Mapping

from mappings.criteria.classification import Score, score
from mappings.site import Occasion
from tests.spec.tables import AT, records


def scores(table: str) -> dict[int, Score]:
    """Return the score of every patient of ``table``."""
    return {number: score(record, Occasion(AT)) for number, record in records(table).items()}


def check_item(item: str, table: str, expected: Mapping[int, str]) -> None:
    """Compare the status of ``item`` of every patient of ``table`` with ``expected``."""
    found = {number: one.status for number, each in scores(table).items() for one in each.items if one.item.id == item}
    assert found == dict(expected)
