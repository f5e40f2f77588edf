"""What is read is never written over: where a result may not go."""

import os
from collections.abc import Iterable
from pathlib import Path

from adapter.fhir.arriving import STDIN
from adapter.fhir.formats import files_in


def in_the_way(sources: Iterable[str], target: Path, *, is_folder: bool) -> str | None:
    """Return the source that writing to ``target``, a file or a folder of files, could change; ``None`` where none is.

    A file may not be one that is read, nor lie in a folder that is read: it would be read the next time. A folder may
    not be one of these either, nor hold a file that is read. Raises ``OSError`` for a source that cannot be looked at.
    """
    place = os.path.realpath(target)
    for source in sources:
        files, folders = _read_from(source)
        within = [place, *([] if is_folder else [os.path.dirname(place)])]
        if place in files or not folders.isdisjoint(within) or (os.path.isdir(source) and _is_within(place, source)):
            return source
        if is_folder and place in map(os.path.dirname, files):
            return source
    return None


def _read_from(source: str) -> tuple[set[str], set[str]]:
    """Return the files that are read from ``source``, and the folders of a directory, wherever links lead."""
    if source == STDIN:
        return set(), set()
    if not os.path.isdir(source):
        return {os.path.realpath(source)}, set()
    paths = list(files_in(source, set()))
    return {*map(os.path.realpath, paths)}, {os.path.realpath(os.path.dirname(path)) for path in paths}


def _is_within(place: str, folder: str) -> bool:
    real = os.path.realpath(folder)
    return os.path.commonpath([place, real]) == real
