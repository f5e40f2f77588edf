"""Sources that are servers: what is needed of them is pulled into folders that end with the command."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from adapter.exported import asked, pull_exported
from adapter.fhir.bulk import ExportFolderError
from adapter.fhir.errors import FhirError
from adapter.fhir.keys import KeyFileError
from adapter.filling import Progress
from adapter.pulled import Pulled, reading
from adapter.pulling import SCREENED, TYPES, Plan, pull
from adapter.run import Job
from adapter.server import ServerError, Servers, client_for, is_address, shown


class Fetched(NamedTuple):
    """The sources as files and folders, the job that minds what they lack, and what they lack, for people."""

    sources: list[str]
    job: Job
    told: tuple[str, ...]


@contextmanager
def fetched(sources: Sequence[str], job: Job, progress: Progress) -> Iterator[Fetched]:
    """Pull what ``job`` needs of every server among ``sources``, and mind what lacks there and in folders pulled before.

    Raises ``ServerError`` for a server that cannot be used, ``SourceError``, ``OSError``.
    """
    plan = Plan(TYPES if job.followed else SCREENED, patients=(job.only,) if job.only else None)
    with ExitStack() as stack:
        places = []
        for source in sources:
            if is_address(source):
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="yts109-pull-"))
                pulled_from(source, Path(folder), plan, job.servers, progress)
                places.append(folder)
            else:
                places.append(source)
        found = reading(places)
        yield Fetched(places, msgspec.structs.replace(job, unread=found.unread, lost=found.lost), found.told)


def pulled_from(
    url: str, folder: Path, plan: Plan, servers: Servers, progress: Progress, bulk: str | None = None
) -> Pulled:
    """Pull from the server at ``url`` into ``folder``: by searches, or by a ``bulk`` export.

    Raises ``ServerError``, ``SourceError``, ``OSError``.
    """
    client = client_for(url, servers, plan.types)
    page_size = servers.at(url).page_size or plan.page_size
    try:
        if bulk:
            return pull_exported(client, folder, plan, asked(bulk), progress)
        return pull(client, folder, msgspec.structs.replace(plan, page_size=page_size), progress)
    except (FhirError, KeyFileError, ExportFolderError) as error:
        raise ServerError(f"{shown(url)}: {error}") from None
