"""Where the site keeps what is kept between runs: the messages to servers, what was written there, and receipts."""

from pathlib import Path
from typing import Final

import msgspec

#: A file in the working directory, where a site names no other place.
STORE: Final = "yts109-outbox.sqlite"
_SQLITE: Final = "sqlite:///"


class Store(msgspec.Struct, frozen=True):
    """What a site says of its store."""

    url: str | None = None

    def beside(self, folder: Path) -> str:
        """Return the place of the store; a file is in ``folder``, unless its path is a whole one. Raises ``ValueError``."""
        if self.url is None:
            return STORE
        file = file_of(self.url)
        if file is None:
            return self.url
        if file.name in ("", ":memory:"):
            raise ValueError("store.url: neither a file nor postgresql://HOST/DATABASE")
        return str(folder / file)


def file_of(url: str) -> Path | None:
    """Return the file that a store is; None for one on a database server."""
    file = url.removeprefix(_SQLITE)
    return None if "://" in file else Path(file)
