"""The coordinator's table: what stands in it, and that it fits."""

import io
import re

import msgspec
import pytest

from adapter.report import Row
from adapter.table import MOST_SHOWN, TOGETHER, WIDTH, print_table

HEAD = "study · protocol · instant"


class Terminal(io.StringIO):
    """Something that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def printed(*rows: Row, to: io.StringIO | None = None) -> list[str]:
    """The lines of a table that is printed to something, which is no terminal unless it is given."""
    to = to or io.StringIO()
    print_table(iter(map(msgspec.json.encode, rows)), HEAD, to)
    text = re.sub(r"\x1b\[[0-9;]*m", "", to.getvalue()) if to.isatty() else to.getvalue()
    return [line.rstrip() if to.isatty() else line for line in text.splitlines()]


def row(name: str = "p1", decision: str = "undetermined", because: tuple[str, ...] = (), **more: str) -> Row:
    cohorts = {"LN": more.get("ln", decision), "ITP": more.get("itp", "ineligible")}
    return msgspec.convert(
        {
            "patient": f"Patient/{name}",
            "decision": decision,
            "cohorts": cohorts,
            "because": list(because),
            "first": more.get("first", ""),
            "last": more.get("last", ""),
        },
        Row,
    )


def test_head_rows_and_count() -> None:
    """The head names what the table is of, each patient has a row, and the last line counts the decisions."""
    head, _, first, second, count = printed(row("a", "eligible"), row("b", "ineligible"))
    assert head == HEAD
    assert (first.split(), second.split()) == (["a", "eligible", "LN"], ["b", "ineligible"])
    assert count == "1 eligible · 1 ineligible · 0 undetermined"


def test_nobody() -> None:
    """A table of nobody has its head and its count."""
    assert [line for line in printed() if "Patient" not in line] == [HEAD, "0 eligible · 0 ineligible · 0 undetermined"]


@pytest.mark.parametrize(
    ("decision", "ln", "itp", "cohort"),
    [
        ("eligible", "eligible", "eligible", "LN ITP"),
        ("eligible", "ineligible", "eligible", "ITP"),
        ("eligible", "eligible", "undetermined", "LN (ITP open)"),
        ("undetermined", "undetermined", "undetermined", "LN ITP"),
        ("undetermined", "ineligible", "undetermined", "ITP"),
        ("ineligible", "ineligible", "ineligible", ""),
    ],
)
def test_the_cohort_is_the_one_that_the_decision_is_about(decision: str, ln: str, itp: str, cohort: str) -> None:
    """A cohort stands in the table when the patient is, or may be, eligible in it."""
    head, *lines = printed(row("p1", decision, ln=ln, itp=itp))[1:-1]
    start, end = head.index("Cohort"), head.index("From-until")
    assert " ".join(line[start:end].strip() for line in lines) == cohort


def test_long_reasons_wrap_and_many_are_counted() -> None:
    """Every reason starts on a line of its own, none is cut, and those beyond the first few are counted."""
    reasons = tuple(f"E{number:02} {'word ' * 25}end{number}" for number in range(MOST_SHOWN + 2))
    lines = printed(row(because=reasons))
    assert max(map(len, lines)) <= WIDTH
    text = " ".join(" ".join(lines).split())
    assert all(" ".join(reason.split()) in text for reason in reasons[:MOST_SHOWN])
    assert "and 2 more" in text
    assert "end5" not in text


def test_both_days_stand_in_a_row() -> None:
    """The days from which and until which somebody is eligible stand side by side where there is room."""
    assert "2025-06-01 2025-06-05" in printed(row(decision="eligible", first="2025-06-01", last="2025-06-05"))[2]


@pytest.mark.parametrize(("columns", "name"), [(80, "p1"), (80, "x" * 36), (100, "p1" * 10), (111, "x" * 36)])
def test_where_there_is_little_room_reasons_stand_below_their_patient(
    monkeypatch: pytest.MonkeyPatch, columns: int, name: str
) -> None:
    """On a narrow terminal each reason is whole, on lines of its own, indented, and no line is wider than that."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    because = ("E08-1 HBV DNA: not in the record", f"E02 {'word ' * 25}end", "a", "b", "c")
    lines = printed(row(name, because=because), row("b", "eligible", first="2025-06-01"), to=Terminal())
    assert lines[1].split() == ["Patient", "Decision", "Cohort", "From-until"]
    assert lines[2].split() == [name, "undetermined", "LN"]
    assert lines[3] == "    E08-1 HBV DNA: not in the record"
    assert [line.strip() for line in lines[-5:-2]] == ["a", "b", "and 1 more"]
    assert lines[-2].split() == ["b", "eligible", "LN", "2025-06-01"]
    assert {line[:4].strip() for line in lines[3:-2]} == {""}
    assert max(map(len, lines)) <= columns


def test_where_there_is_room_reasons_stand_beside_their_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of the usual width for tables has a column for them, and heads of one line."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    head, first = printed(row("p1", because=("x",)), to=Terminal())[1:3]
    assert head.split() == ["Patient", "Decision", "Cohort", "From-until", "Why"]
    assert first.index("x") == head.index("Why")


def test_no_line_ends_in_blanks() -> None:
    """A table in a file has no trailing blanks, which editors and comparisons stumble over."""
    assert all(line == line.rstrip() for line in printed(row("a", "eligible"), row(because=("x",))))


@pytest.mark.parametrize("name", ["3f2504e0-4f89-11d3-9a0c-0305e82c3301", "x" * 64, "患者一号"])
def test_long_and_wide_ids_stay_whole(name: str) -> None:
    """An id is never cut: a UUID fits, the longest legal id goes on in the next line, and wide characters keep the columns."""
    lines = printed(row(name, "eligible"), row("b", "eligible"))
    assert "".join(line[:36].strip() for line in lines[2:-2])[: len(name)] == name
    assert " eligible " in lines[2] + " "


def test_columns_stay_in_place_over_many_patients() -> None:
    """A table longer than what is laid out together has one head, and its columns do not move."""
    lines = printed(*(row(f"p{number:05}", "ineligible") for number in range(TOGETHER + 10)))
    assert sum("Decision" in line for line in lines) == 1
    assert {line.index("ineligible") for line in lines[2:-1]} == {lines[1].index("Decision")}
    assert len(lines) == TOGETHER + 10 + 3


def test_an_id_cannot_steer_a_terminal() -> None:
    """Control characters in an id, line breaks among them, are shown as a mark."""
    text = "\n".join(printed(row("a\x1b[2Jb\nc", "eligible")))
    assert "\x1b" not in text
    assert "a�[2Jb�c" in text
