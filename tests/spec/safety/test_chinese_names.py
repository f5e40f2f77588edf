"""Reports under the Chinese names of the terms: one event with what the data show, and not two."""

import pytest

from mappings.safety.vocabulary import term_of
from tests.spec.safety.events import episodes_of
from tests.spec.tables import treated

title = "Chinese names of terms"


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("中性粒细胞计数降低", "Neutrophil count decreased"),
        ("血小板减少症", "Platelet count decreased"),
        ("ALT升高", "Alanine aminotransferase increased"),
        ("缺氧", "Hypoxia"),
        ("肺部感染", "Lung infection"),
        ("鼻出血", "Epistaxis"),
        ("免疫性血小板减少症", "免疫性血小板减少症"),
    ],
)
def test_a_chinese_name_is_that_of_its_term(name: str, term: str) -> None:
    """Names are those of reports; a name that says more is another one."""
    assert term_of(name, (), ()).name == term


def test_a_report_in_chinese_joins_what_the_data_show() -> None:
    """A count of grade 4 and a report of it are one event, with the person's grade and that of the data."""
    (event,) = episodes_of(
        treated(
            """
            patient | day | lab.neutrophil_abs | low | report             | grade
            --------+-----+--------------------+-----+--------------------+------
                  1 | 5   | 0.3                | 1.8 |                    |
                  1 | 5   |                    |     | 中性粒细胞计数降低 | 4
            """
        )[1]
    )
    assert (event.term.name, event.source, event.worst_grade, event.proposed_grade) == (
        "Neutrophil count decreased",
        "reported",
        4,
        4,
    )
