"""The site file and the ConceptMaps it names: read once, checked, and given to the core as values."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from mappings.codes import Code
from mappings.limits import LIMITS, Limit, Limits
from mappings.reading.context import Context, LocalCodes
from mappings.site import EVER, Occasion, Site


class SettingsError(Exception):
    """A site file or ConceptMap that cannot be used; the message names the file, the place and the reason."""


class _Target(msgspec.Struct):
    code: str = ""
    display: str = ""
    equivalence: str = ""
    relationship: str = ""


class _Element(msgspec.Struct):
    code: str
    display: str = ""
    target: tuple[_Target, ...] = ()


class _Group(msgspec.Struct):
    source: str
    target: str
    element: tuple[_Element, ...] = ()


class _ConceptMap(msgspec.Struct, tag_field="resourceType", tag="ConceptMap"):
    group: tuple[_Group, ...] = ()


#: R4 equivalence and R5 relationship codes under which a local code means no less than its target.
SAME_MEANING: Final = frozenset({"equal", "equivalent", "wider", "source-is-narrower-than-target", "subsumes"})


def load_site(path: Path | None) -> tuple[Site, LocalCodes]:
    """Return the settings in the TOML file at ``path`` (the defaults without one) and its local codes."""
    if path is None:
        return Site(), {}
    try:
        content = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
        settings = msgspec.convert(_with_days(content), Site, strict=False)
        ZoneInfo(settings.time_zone)
    except (OSError, UnicodeDecodeError, ValueError, KeyError, msgspec.ValidationError) as error:
        raise SettingsError(f"{path}: {error}") from None
    limits_of(settings)
    local: dict[tuple[str, str], Code] = {}
    for name in settings.concept_maps:
        local |= load_concept_map(path.parent / name)
    return settings, local


def _with_days(content: dict[str, Any]) -> dict[str, Any]:
    """Return ``content`` with the word "all" in its coverage as the day that it means."""
    declared = content.get("coverage")
    if isinstance(declared, dict):
        content["coverage"] = {kind: EVER if since == "all" else since for kind, since in declared.items()}
    return content


def load_concept_map(path: Path) -> LocalCodes:
    """Return what each local code of the ConceptMap at ``path`` stands for."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_ConceptMap)
    except (OSError, msgspec.DecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None
    return {
        (group.source, element.code): Code(group.target, target.code, target.display)
        for group in found.group
        for element in group.element
        for target in element.target
        if (target.equivalence or target.relationship) in SAME_MEANING
    }


def limits_of(site: Site) -> Limits:
    """Return the limits in force: ours, with the defaults that the site changed."""
    changed: dict[str, Limit] = {}
    for name, value in site.limits.items():
        limit = getattr(LIMITS, name, None)
        if limit is None:
            raise SettingsError(f"limits.{name}: there is no such limit")
        if limit.asked == "registered":
            raise SettingsError(f"limits.{name}: set by the registered protocol ({limit.clause}), not by a site")
        changed[name] = msgspec.structs.replace(limit, value=value)
    return msgspec.structs.replace(LIMITS, **changed)


def occasion(site: Site, at: datetime, *, full_coverage: bool) -> Occasion:
    """Return the occasion of a screening at ``at``."""
    return Occasion(at, site, limits_of(site), full_coverage)


def context(site: Site, local: LocalCodes, shared: Mapping[str, Any]) -> Context:
    """Return what the readers share."""
    return Context(site, local, shared)
