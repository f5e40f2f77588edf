"""Files beside the results: a picture of each participant, the tables of the cohort. Each is whole, or not there."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from adapter.target import TargetError
from mappings.emitting.identifiers import logical_id

#: An id that is a file's name on every system.
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")


class Picture(msgspec.Struct):
    """The picture of one participant, as it travels between processes."""

    patient: str
    svg: str


def pictures(lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the file name and the content of each picture; a participant whose id is none for files gets another name."""
    decoder = msgspec.json.Decoder(Picture)
    for line in lines:
        one = decoder.decode(line)
        name = one.patient.removeprefix("Patient/")
        yield f"{name if _PLAIN.fullmatch(name) else logical_id('picture', name)}.svg", one.svg.encode()


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write ``files``, names and contents, to ``folder``, made where it is missing. Raises ``TargetError``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files:
            part = folder / f".{name}.part"
            part.write_bytes(content)
            part.replace(folder / name)
    except OSError as error:
        raise TargetError(f"{folder}: {error.strerror}") from None
