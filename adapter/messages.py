"""What a command says on standard error, and how it ends."""

from typing import NoReturn

import typer
from rich.console import Console

from adapter.pulled import Pulled
from adapter.report import NEEDS_NO_MENDING, counted
from adapter.run import Summary, lost_in, size_of, told

messages = Console(stderr=True, highlight=False, soft_wrap=True)


def usage(message: str) -> NoReturn:
    """End the command: what was asked for cannot be done."""
    messages.print(f"yts109: {message}", markup=False)
    raise typer.Exit(2)


def refused(message: str) -> NoReturn:
    """End the command: the target refused."""
    messages.print(f"yts109: {message}", markup=False)
    raise typer.Exit(3)


def finish(summary: Summary, *, strict: bool) -> None:
    """Tell what was set aside, by reason and place, and end with the right status."""
    tell_problems(summary)
    for failure in summary.failures:
        messages.print(f"yts109: one patient could not be screened: {failure}; please report this", markup=False)
    if summary.lost:
        messages.print(
            f"lost, and perhaps anyone's: {lost_in(summary)}; their absence is taken as proof of nothing", markup=False
        )
    if summary.uninfused:
        messages.print(
            f"{counted(summary.uninfused, 'patient')} on study without an infusion of the cells on record: not given yet, or "
            "under a code that no ConceptMap maps to the trial's yts109",
            markup=False,
        )
    aside = ", ".join(f"{number} {reason}" for reason, number in sorted(summary.set_aside.items()))
    unused = sum(summary.unused.values())
    messages.print(
        f"{size_of(summary)}; set aside: {aside or 'nothing'}"
        + (f"; {unused} of types this protocol does not use" if unused else ""),
        markup=False,
    )
    if summary.failures or (strict and (summary.lost or summary.set_aside.keys() - NEEDS_NO_MENDING)):
        raise typer.Exit(1)


def finish_pull(pulled: Pulled, *, strict: bool) -> None:
    """Tell what is lacking in a folder that was pulled, and end with the right status."""
    for line in pulled.told:
        messages.print(line, markup=False)
    if pulled.undeleted_since:
        messages.print(
            f"what was deleted at the server since {pulled.undeleted_since} is still here: searches for changes do not "
            "show it; pull with --full from time to time",
            markup=False,
        )
    if strict and pulled.lacking:
        raise typer.Exit(1)


def tell_problems(summary: Summary) -> None:
    """Tell the place and the reason of everything that could be given to no patient."""
    for problem in summary.problems:
        messages.print(f"set aside: {told(problem)}", markup=False)
