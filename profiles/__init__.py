"""The promises both sides agree on: FHIR artefacts as JSON, and this one loader."""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec


@cache
def load(path: str) -> dict[str, Any]:
    """Return the artefact at ``path`` below ``profiles/``, without its ``.json`` ending."""
    artefact: dict[str, Any] = msgspec.json.decode(files(__name__).joinpath(f"{path}.json").read_bytes())
    return artefact


@cache
def names(folder: str) -> tuple[str, ...]:
    """Return the paths, for :func:`load`, of every artefact in ``folder``, sorted."""
    found = (entry.name for entry in files(__name__).joinpath(folder).iterdir())
    return tuple(sorted(f"{folder}/{name[:-5]}" for name in found if name.endswith(".json")))
