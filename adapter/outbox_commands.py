"""``yts109 outbox``: what was not delivered to a server yet, what it refused and why, and what it has twice.

The list names messages by number and never a patient; ``show`` names whom a message is about, as somebody asks for it.
What talks to the store is imported when it is asked for: every other command starts sooner without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from adapter.command import SiteFile, job_of, say, writing
from adapter.messages import messages, usage
from adapter.report import counted
from adapter.run import Job

if TYPE_CHECKING:
    from adapter.store.outbox import Outbox, Told

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Store = Annotated[
    str | None, typer.Option("--store", help="The store: a file or postgresql://HOST/DATABASE, not the site file's.")
]
UNFINISHED = ("waiting", "sending", "parked")


@commands.command("list")
def list_messages(
    site: SiteFile = None,
    store: Store = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what was delivered, or made needless.")] = False,
) -> None:
    """List the messages that are not delivered, with the reason."""
    with _outboxes(_job(site, store)) as outboxes, writing("standard output"):
        for outbox in outboxes:
            counts = ", ".join(f"{number} {state}" for state, number in outbox.counts().items() if number)
            say(f"{outbox.server}: {counts}")
            for one in outbox.messages():
                if everything or one.state in UNFINISHED:
                    say(f"  {_line(one)}")
        if not outboxes:
            say("nothing was ever to be delivered")


@commands.command()
def show(
    number: Annotated[int, typer.Argument(help="The number of the message, as the list has it.")],
    site: SiteFile = None,
    store: Store = None,
) -> None:
    """Show one message: whom it is about, its resources by type and id, what the server said, and the receipts."""
    with _outboxes(_job(site, store)) as outboxes, writing("standard output"):
        for outbox in outboxes:
            for one in (told for told in outbox.messages() if told.id == number):
                for line in _shown(outbox, one):
                    say(line)
                return
    usage(f"outbox: there is no message {number}")


@commands.command()
def retry(
    which: Annotated[str, typer.Argument(help="The number of a message that was refused, or all.")] = "all",
    site: SiteFile = None,
    store: Store = None,
) -> None:
    """Send messages that were refused again, and whatever else is due."""
    from adapter.delivery import utc_now
    from adapter.to_server import sent_again

    if which != "all" and not which.isdecimal():
        usage(f"outbox: {which}: neither the number of a message nor all")
    job = _job(site, store)
    with _outboxes(job) as outboxes:
        parked = [(outbox, one.id) for outbox in outboxes for one in outbox.messages("parked")]
        wanted = [(outbox, one) for outbox, one in parked if which in ("all", str(one))]
        again = sum(outbox.retry(one, utc_now()) for outbox, one in wanted)
        if which != "all" and not again:
            usage(f"outbox: there is no message {which} that was refused")
        servers = [outbox.server for outbox in outboxes]
    messages.print(f"{counted(again, 'message')} to be sent again", markup=False)
    open_ = [sent_again(server, job) for server in servers]
    if any(open_):
        raise typer.Exit(3)


@commands.command()
def doubles(site: SiteFile = None, store: Store = None) -> None:
    """Look on the servers for resources of ours that are there more than once; none is removed."""
    from adapter.to_server import doubled

    job = _job(site, store)
    with _outboxes(job) as outboxes:
        servers = [outbox.server for outbox in outboxes]
    with writing("standard output"):
        for server in servers:
            for one in doubled(server, job):
                say(f"{one.name.kind}/{one.name.id} is {one.kept}, and also {', '.join(one.others)}")


def _job(site: SiteFile, store: str | None) -> Job:
    return job_of(None, None, site, None, 1, (), store=store)


@contextmanager
def _outboxes(job: Job) -> Iterator[list["Outbox"]]:
    """Open the outbox of every server that there are messages to; a store that is not there is not made."""
    from adapter.kept import file_of
    from adapter.store.engine import StoreError, open_store
    from adapter.store.outbox import Outbox, servers_in

    file = file_of(job.store)
    if file and not file.exists():
        usage(f"{file}: there is no store; --store or [store] in the site file names one")
    try:
        engine = open_store(job.store)
        try:
            yield [Outbox(engine, server) for server in servers_in(engine)]
        finally:
            engine.dispose()
    except StoreError as error:
        usage(str(error))


def _line(one: "Told") -> str:
    """Return what there is to tell of a message without naming a patient."""
    tried = f"tried {one.attempts} times, " if one.attempts else ""
    due = f", due {one.due:%Y-%m-%dT%H:%M:%SZ}" if one.state == "waiting" else ""
    why = f": {one.reason}" if one.reason else ""
    return f"{one.id} {one.state} {_about(one.patient)}, {tried}since {one.made_at:%Y-%m-%dT%H:%M:%SZ}{due}{why}"


def _about(key: str) -> str:
    """Return what a message is about; whatever is not known to be another key is a patient's."""
    if key in ("", "tables") or key.startswith("definitions/"):
        return key or "the trial"
    return "a patient"


def _shown(outbox: "Outbox", one: "Told") -> Iterator[str]:
    from adapter.store.outbox import name_of

    yield f"{_line(one)}"
    yield f"server: {outbox.server}"
    yield f"about: {one.patient or 'the trial'}"
    yield from (f"issue: {issue.told()}" for issue in one.issues)
    settled = {receipt.name: receipt for receipt in outbox.receipts(one.id)}
    for name in map(name_of, outbox.entries(one.id)):
        done = settled.get(name)
        receipt = f" {done.action}, status {done.status}, version {done.etag or 'not told'}" if done else ""
        yield f"  {name.kind}/{name.id}{receipt}"
