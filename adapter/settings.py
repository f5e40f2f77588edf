"""The site file and the ConceptMaps it names: read once, checked, and given to the core as values.

A mistake in them ends the command with its file, its place and its reason: a setting that is passed over would
change answers without a word.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeVar, get_args, get_origin
from zoneinfo import ZoneInfo

import msgspec

from adapter.fhir.formats import ReadingLimits
from adapter.kept import STORE, Store
from adapter.server import FOR_ALL, LEAST, MOST, Server, Servers, base_of, is_address, shown
from mappings.codes import Code, canonical_system, concepts_of
from mappings.definitions import DEFINITIONS, NAMES, Choice, Definitions
from mappings.findings import Amount
from mappings.interpretations import Interpretations
from mappings.limits import LIMITS, Limit, Limits
from mappings.reading.context import LocalCodes
from mappings.reading.headers import RESOURCE_TYPES
from mappings.reading.units import conversion, unit_of
from mappings.site import EVER, NormalRange, Site
from mappings.wording import in_words


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
#: The other codes of both: the local code means more than its target, or something else.
OTHER_MEANING: Final = frozenset(
    "relatedto narrower specializes inexact unmatched disjoint related-to source-is-broader-than-target "
    "not-related-to".split()
)
#: What a number under [limits] may be at most: days of a hundred years. Larger ones are slips of the keyboard.
LARGEST_LIMIT: Final = 36_500
#: Units whose numbers are counted, so that a fraction of one means nothing.
WHOLE: Final = frozenset({"d", "h", "mo", "a", "{agents}", "{counts}", "{glomeruli}", "{grade}", "{points}"})
#: Unit -> the least and the most that a number in it can mean, where that is less than any.
BOUNDS: Final = {"%": (0, 100), "{grade}": (1, 5), "{counts}": (1, 100), "{points}": (2, 100)}
#: Nesting that the decoders can follow, whatever a site allows.
DEEPEST: Final = 100
_BASE: Final = re.compile(r"https?://[^\s/]+(/[^\s/]+)*")


class Settings(NamedTuple):
    """What a site file says: to the core, of local codes, of what one source may cost, of servers and the store."""

    site: Site
    local_codes: LocalCodes
    reading: ReadingLimits
    servers: Servers = Servers()
    store: str = STORE


def load_site(path: Path | None) -> Settings:
    """Return the settings in the TOML file at ``path``, the defaults without one."""
    if path is None:
        return Settings(Site(), {}, ReadingLimits())
    try:
        content = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
        reading = _reading(content.pop("reading", {}))
        servers = _servers(content.pop("server", {}), path.parent)
        store = _converted(content.pop("store", {}), Store, "store").beside(path.parent)
        site = _site(content)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or 'cannot be read'}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8") from None
    except RecursionError:
        raise SettingsError(f"{path}: nested too deeply") from None
    except (ValueError, SettingsError) as error:  # TOML's and msgspec's own errors name the place
        raise SettingsError(f"{path}: {error}") from None
    local: dict[tuple[str, str], Code] = {}
    for name in site.concept_maps:
        _add(local, path.parent / name)
    return Settings(site, local, reading, servers, store)


def _reading(content: object) -> ReadingLimits:
    """Return what one source may cost. Raises ``SettingsError``."""
    limits = _converted(content, ReadingLimits, "reading")
    for name in limits.__struct_fields__:
        if getattr(limits, name) < 1:
            raise SettingsError(f"reading.{name}: less than 1")
    if limits.depth > DEEPEST:
        raise SettingsError(f"reading.depth: more than {DEEPEST}")
    return limits


def _servers(content: object, folder: Path) -> Servers:
    """Return how servers are asked: a table each, by base address, and what holds for all. Raises ``SettingsError``."""
    if not isinstance(content, dict):
        raise SettingsError("server: not a table; it begins with [server]")
    for_all = {name: value for name, value in content.items() if not is_address(name)}
    if credentials := for_all.keys() & {*Server.__struct_fields__} - {*FOR_ALL}:
        name = min(credentials)
        raise SettingsError(f'server.{name}: is for one server; put it under [server."https://..."], its base address')
    _only_known(for_all, FOR_ALL, "server")
    known: dict[str, Server] = {}
    for url in content.keys() - for_all.keys():
        place = f'server."{shown(url)}"'
        try:
            base = base_of(url)
        except ValueError as error:
            raise SettingsError(f"{place}: {error}") from None
        if base in known:
            raise SettingsError(f"{place}: there are two tables for this server")
        known[base] = _server(content[url], place, folder)
    return Servers(_server(for_all, "server", folder), known)


def _server(content: object, place: str, folder: Path) -> Server:
    """Return how one server is asked, files beside the site file. Raises ``SettingsError``."""
    server = _converted(content, Server, place)
    for name, least in LEAST.items():
        value = getattr(server, name)
        if value is not None and not least <= value <= MOST:
            raise SettingsError(f"{place}.{name}: not a number from {least} to {MOST}")
    if server.token_file and (server.client_id or server.key_file):
        raise SettingsError(f"{place}.token_file: either a token_file, or client_id and key_file")
    if bool(server.client_id) != bool(server.key_file):
        raise SettingsError(f"{place}.client_id: needs a key_file, and a key_file needs a client_id")
    if server.scopes and not server.client_id:
        raise SettingsError(f"{place}.scopes: are asked for with client_id and key_file")
    files = {name: getattr(server, name) for name in ("token_file", "key_file", "ca_file")}
    return msgspec.structs.replace(server, **{name: str(folder / file) for name, file in files.items() if file})


def _site(content: dict[str, Any]) -> Site:
    """Return the settings in ``content``, each checked. Raises ``SettingsError``."""
    _only_known(content, (*Site.__struct_fields__, "reading", "server", "store"), "")
    parts: Mapping[str, Callable[[str, Any], Any]] = {
        "coverage": _since,
        "limits": lambda name, given: _bare_number(f"limits.{name}", _limit(name), given),
        "definitions": _definition,
        "normal_ranges": lambda concept, given: _converted(given, NormalRange, f'normal_ranges."{concept}"'),
    }
    for part, checked in parts.items():
        given = content.get(part, {})
        if not isinstance(given, dict):
            raise SettingsError(f"{part}: not a table; it begins with [{part}]")
        content[part] = {name: checked(name, value) for name, value in given.items()}
    chosen = _converted(content.get("interpretations", {}), Interpretations, "interpretations")
    site = _converted(content | {"interpretations": chosen}, Site, "")
    if not _is_zone(site.time_zone):
        raise SettingsError(f"time_zone: there is no time zone {site.time_zone!r}; one is 'Asia/Shanghai'")
    if not _BASE.fullmatch(site.canonical_base):
        raise SettingsError("canonical_base: not an http address without a slash at its end")
    limits_of(site)
    definitions_of(site)
    ranges = {concept: _range(concept, given) for concept, given in site.normal_ranges.items()}
    return msgspec.structs.replace(site, normal_ranges=ranges)


T = TypeVar("T", bound=msgspec.Struct)
#: What TOML calls the types that a message may name.
_TYPES: Final = {"object": "a table", "array": "an array", "str": "a string", "int": "an integer", "bool": "a boolean"}


def _converted(content: object, kind: type[T], place: str) -> T:
    """Return ``content`` as ``kind``. Raises ``SettingsError`` with the name of the setting and what it may be."""
    names = msgspec.structs.fields(kind)
    if isinstance(content, dict):
        _only_known(content, [field.name for field in names], place)
        for field in names:
            choices = get_args(field.type) if get_origin(field.type) is Literal else ()
            if choices and content.get(field.name, choices[0]) not in choices:
                raise SettingsError(f"{_under(place, field.name)}: one of {', '.join(map(repr, choices))}")
    try:
        return msgspec.convert(content, kind, strict=False)
    except msgspec.ValidationError as error:
        said, _, path = str(error).partition(" - at `$.")
        said = re.sub(r"`(\w+)`", lambda named: _TYPES.get(named[1], named[0]), said)
        raise SettingsError(f"{_under(place, path.rstrip('`'))}: {said}".removeprefix(": ")) from None


def _only_known(content: Mapping[str, object], names: Sequence[str], place: str) -> None:
    """Refuse a setting that there is none of: passed over, it would seem to be in force."""
    for name in content:
        if name not in names:
            raise SettingsError(f"{_under(place, name)}: there is no such setting; there are {', '.join(names)}")


def _under(place: str, name: str) -> str:
    return ".".join(filter(None, (place, name)))


def _bare_number(place: str, limit: Limit, given: object) -> Decimal:
    """Return the number that a site gives for ``limit``. One in quotes is taken; one with its unit is not."""
    try:
        if not isinstance(given, bool):
            return msgspec.convert(given, Decimal, strict=False)
    except msgspec.ValidationError:
        pass
    unit = in_words(Amount(Decimal(2), limit.unit)).en.partition(" ")[2]
    raise SettingsError(f"{place}: needs a bare number" + (f", in {unit}" if unit else ""))


def _definition(group: str, given: object) -> dict[str, Decimal | str]:
    """Return what a site changes in one definition: numbers for limits, one of its words for a choice."""
    place = f"definitions.{group}"
    if group not in NAMES:
        raise SettingsError(f"{place}: there is no such definition; there are {', '.join(NAMES)}")
    if not isinstance(given, dict):
        raise SettingsError(f"{place}: not a table; it begins with [{place}]")
    ours = getattr(DEFINITIONS, group)
    free = [name for name in ours.__struct_fields__ if getattr(ours, name).asked != "registered"]
    changed: dict[str, Decimal | str] = {}
    for name, value in given.items():
        parameter = getattr(ours, name, None)
        if isinstance(parameter, Limit):
            changed[name] = _bare_number(f"{place}.{name}", parameter, value)
        elif not isinstance(parameter, Choice):
            raise SettingsError(f"{place}.{name}: there is no such parameter; a site can set {', '.join(free)}")
        elif value not in parameter.among:
            raise SettingsError(f"{place}.{name}: one of {', '.join(map(repr, parameter.among))}")
        else:
            changed[name] = value
    return changed


def _limit(name: str) -> Limit:
    limit = getattr(LIMITS, name, None)
    if not isinstance(limit, Limit):
        ours = [each for each in Limits.__struct_fields__ if getattr(LIMITS, each).asked != "registered"]
        raise SettingsError(f"limits.{name}: there is no such limit; a site can set {', '.join(ours)}")
    return limit


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return name not in ("localtime", "posixrules")  # whatever the machine takes them for


def _since(kind: str, day: object) -> date:
    """Return the day since which all resources of ``kind`` are there; "all" is since ever."""
    if kind not in RESOURCE_TYPES:
        raise SettingsError(f"coverage.{kind}: FHIR has no such resource type")
    try:
        return EVER if day == "all" else msgspec.convert(day, date)
    except msgspec.ValidationError:
        raise SettingsError(f'coverage.{kind}: neither a day such as 2015-01-01 nor "all"') from None


def _range(concept: str, given: NormalRange) -> NormalRange:
    """Return the range in the unit that ``concept`` is held in."""
    place = f'normal_ranges."{concept}"'
    unit = unit_of(concept)
    if unit is None:
        raise SettingsError(f"{place}: there is no such concept that is measured in numbers")
    change = conversion(concept, given.unit)
    if change is None:
        raise SettingsError(f"{place}.unit: {given.unit!r} cannot be converted to {unit}")
    ends = [end for end in (given.low, given.high) if end is not None]
    if not ends or not all(end.is_finite() and end >= 0 for end in ends) or ends != sorted(ends):
        raise SettingsError(f"{place}: needs low, high or both, as numbers, low not above high")
    low, high = (None if end is None else change.of(end) for end in (given.low, given.high))
    return NormalRange(change.unit, low, high)


def load_concept_map(path: Path) -> LocalCodes:
    """Return what each local code of the ConceptMap at ``path`` stands for."""
    local: dict[tuple[str, str], Code] = {}
    _add(local, path)
    return local


def _add(local: dict[tuple[str, str], Code], path: Path) -> None:
    """Add what the ConceptMap at ``path`` says to ``local``; one code cannot stand for two different things."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_ConceptMap)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or 'cannot be read'}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{path}: {error}") from None
    for place, key, code in _pairs(found, path):
        if concepts_of(*_key(local.setdefault(key, code))) != concepts_of(*_key(code)):
            raise SettingsError(f"{path}: {place}: {key[1]} of {key[0]} already stands for something else")


def _pairs(found: _ConceptMap, path: Path) -> Iterator[tuple[str, tuple[str, str], Code]]:
    for number, group in enumerate(found.group):
        source = group.source.partition("|")[0]  # R5 may say which version of the local codes
        for index, element in enumerate(group.element):
            for target in element.target:
                place = f"group[{number}].element[{index}]"
                meaning = target.equivalence or target.relationship
                if meaning in SAME_MEANING:
                    yield place, (source, element.code), Code(_system(group), target.code, target.display)
                elif meaning not in OTHER_MEANING:
                    raise SettingsError(f"{path}: {place}: needs a FHIR equivalence or relationship")


def _system(group: _Group) -> str:
    return canonical_system(group.target.partition("|")[0])


def _key(code: Code) -> tuple[str, str]:
    return code.system, code.code


def limits_of(site: Site) -> Limits:
    """Return the limits in force: ours, with the defaults that the site changed."""
    changed = {name: _changed(f"limits.{name}", _limit(name), value) for name, value in site.limits.items()}
    return msgspec.structs.replace(LIMITS, **changed)


def definitions_of(site: Site) -> Definitions:
    """Return the definitions in force: ours, with the parameters that the site changed."""
    groups = {}
    for group, given in site.definitions.items():
        ours = getattr(DEFINITIONS, group)
        changed = {
            name: _changed(f"definitions.{group}.{name}", getattr(ours, name), value) for name, value in given.items()
        }
        groups[group] = msgspec.structs.replace(ours, **changed)
        _check_windows(group, groups[group])
    definitions = msgspec.structs.replace(DEFINITIONS, **groups)
    _check_together(definitions)
    return definitions


P = TypeVar("P", Limit, Choice)


def _changed(place: str, parameter: P, value: Any) -> P:
    """Return ``parameter`` with the value of a site. Raises ``SettingsError`` where it cannot be meant."""
    if parameter.asked == "registered":
        raise SettingsError(f"{place}: set by the registered protocol ({parameter.clause}), not by a site")
    if isinstance(parameter, Limit):
        least, most = BOUNDS.get(parameter.unit, (0, LARGEST_LIMIT))
        if not (value.is_finite() and least <= value <= most):
            raise SettingsError(f"{place}: not a number from {least} to {most}")
        if parameter.unit in WHOLE and value != int(value):
            raise SettingsError(f"{place}: not a whole number")
    return msgspec.structs.replace(parameter, value=value)


def _check_windows(group: str, definition: msgspec.Struct) -> None:
    """Refuse the window of a visit that reaches back to Day 0: a value from before treatment would be one after it."""
    for name in definition.__struct_fields__:
        visit, window = getattr(definition, name), getattr(definition, f"{name}_window", None)
        if isinstance(visit, Limit) and isinstance(window, Limit) and window.value >= visit.value:
            raise SettingsError(f"definitions.{group}.{name}_window: reaches back to Day 0")


def _check_together(definitions: Definitions) -> None:
    """Refuse numbers that contradict each other."""
    planned, platelets = definitions.treatment, definitions.platelet_response
    low, high, tolerance = (one.value for one in (planned.dose_level_1, planned.dose_level_2, planned.dose_tolerance))
    if low * (100 + tolerance) >= high * (100 - tolerance):
        raise SettingsError("definitions.treatment.dose_tolerance: so wide that a dose may be of either level")
    if platelets.confirmation_least.value > platelets.confirmation_most.value:
        raise SettingsError("definitions.platelet_response.confirmation_least: more than confirmation_most")
