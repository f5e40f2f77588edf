"""Imports point one way: the allowed arrows as a table, and everything else an error."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: Package -> what of ours it may import. The longest prefix of a module's name decides.
ALLOWED = {
    "profiles": set[str](),
    "mappings": {"mappings", "profiles"},
    "adapter": {"adapter", "mappings"},
    "adapter.fhir": {"adapter.fhir"},
    "adapter.store": {"adapter.store", "adapter.fhir"},
    "samples": {"samples", "mappings", "profiles"},
    "benchmarks": {"benchmarks", "samples", "mappings", "profiles"},
}
#: What the pure core never touches: sockets, files, logs, clocks, chance.
IMPURE = {"requests", "fastapi", "logging", "os", "sys", "socket", "pathlib", "random", "time", "urllib", "subprocess"}


def modules(*packages: str) -> Iterator[tuple[str, Path]]:
    """Yield the dotted name and the path of every module in ``packages``."""
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def imported(path: Path) -> set[str]:
    """Return the dotted names that the module at ``path`` imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize(("name", "path"), list(modules("adapter", "mappings", "profiles", "samples", "benchmarks")))
def test_imports_follow_the_arrows(name: str, path: Path) -> None:
    """No module imports anything of ours that the table does not allow."""
    rule = max((key for key in ALLOWED if f"{name}.".startswith(f"{key}.")), key=len)
    ours = {
        each for each in imported(path) if each.split(".")[0] in ("adapter", "mappings", "profiles", "samples", "tests")
    }
    assert {each for each in ours if not any(f"{each}.".startswith(f"{ok}.") for ok in ALLOWED[rule])} == set()


@pytest.mark.parametrize(("name", "path"), list(modules("mappings")))
def test_the_core_is_pure(name: str, path: Path) -> None:
    """No module of the core opens a socket, a file, a log or the clock."""
    assert {each.split(".")[0] for each in imported(path)} & IMPURE == set()
    assert "datetime.now" not in path.read_text("utf-8")
    assert "date.today" not in path.read_text("utf-8")


def test_there_is_no_import_cycle() -> None:
    """Following imports from any module never leads back to it."""
    graph = {name: {each for each in imported(path) if each != name} for name, path in modules("adapter", "mappings")}
    graph = {name: {each for each in targets if each in graph} for name, targets in graph.items()}
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for target in graph[name]:
                walk(target, (*trail, name))
            done.add(name)

    for name in graph:
        walk(name, ())


def test_a_clause_knows_no_other_clause() -> None:
    """Clause modules import neither the list of clauses nor the place where clauses combine."""
    for name, path in modules("mappings/criteria"):
        if name != "mappings.criteria":
            assert not {"mappings.eligibility", "mappings.screening", "mappings.criteria"} & imported(path), name
