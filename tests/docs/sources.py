"""Where a rule stands, which value sets it reads, and how many cases prove it: what the generated pages say of functions."""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Sized
from math import prod
from pathlib import Path
from types import ModuleType
from typing import Any

from mappings.codes import catalogue

ROOT = Path(__file__).parents[2]


def path_of(thing: Any) -> str:
    """Return the path of a function or module within the project."""
    return str(Path(inspect.getsourcefile(thing) or "").relative_to(ROOT))


def codes_of(*modules: Any) -> list[str]:
    """Return the line that links every value set named in the source of ``modules``, or of what functions stand in."""
    words = {word for module in modules for word in _words(module)}
    titles = set(catalogue().titles)
    starts = tuple(word for word in words if word.endswith("."))
    sets = sorted((words & titles) | {title for title in titles if starts and title.startswith(starts)})
    links = [f"[{name}](../profiles/valuesets/{_file(name)}.json)" for name in sets]
    return ["Codes: " + ", ".join(links) + ".", ""] if links else []


def _words(module: Any) -> Iterator[str]:
    for node in ast.walk(ast.parse(Path(inspect.getsourcefile(module) or "").read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
    if isinstance(module, ModuleType):
        for value in vars(module).values():
            yield from _strings(value)


def _strings(value: object) -> Iterator[str]:
    """Yield the words of a constant, which may have been imported."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | frozenset):
        yield from (word for word in value if isinstance(word, str))


def _file(concept: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in concept.lower()).strip("-")


def statement(thing: Any) -> str:
    """Return the docstring of a function or module as Markdown."""
    return (inspect.getdoc(thing) or "").replace("``", "`")


def cases_of(paths: Iterable[str]) -> str:
    """Return the line that links spec files with how many cases each holds."""
    links = [f"[{path}](../{path}) ({_number(path)})" for path in paths]
    return "Cases: " + ", ".join(links) + "."


def _number(path: str) -> int:
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    return sum(_sizes(test) for name, test in vars(module).items() if name.startswith("test_"))


def _sizes(test: Callable[..., Any]) -> int:
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    return prod(len(mark.args[1]) for mark in marks if isinstance(mark.args[1], Sized))
