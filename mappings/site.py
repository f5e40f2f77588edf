"""One hospital's settings, and the occasion of one screening. Every setting has a default."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from mappings.definitions import DEFINITIONS, Definitions
from mappings.interpretations import Interpretations
from mappings.limits import LIMITS, Limits

#: The day since which everything is there.
EVER: Final = date.min
CANONICAL_BASE: Final = "https://yts109.example.org/fhir"


class NormalRange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The site's fallback normal range of one concept, used when a result carries none of its own."""

    unit: str
    low: Decimal | None = None
    high: Decimal | None = None


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One hospital's settings, as its TOML file gives them.

    ``coverage`` maps a resource type to the day since which the source holds all of them (``EVER`` for "all"): every
    record of what happened, was recorded or still went on since then.
    ``definitions`` are the parameters of endpoints that the site changed, by group (``mappings.definitions``): numbers
    are ``Decimal``, choices ``str``, two types that msgspec cannot tell apart.
    ``local_codes`` comes from the ConceptMap files named in ``concept_maps``: (system, code) to (system, code).
    """

    time_zone: str = "Asia/Shanghai"
    canonical_base: str = CANONICAL_BASE
    coverage: Mapping[str, date] = {}
    normal_ranges: Mapping[str, NormalRange] = {}
    concept_maps: tuple[str, ...] = ()
    interpretations: Interpretations = Interpretations()
    limits: Mapping[str, Decimal] = {}
    definitions: Mapping[str, Mapping[str, Any]] = {}


class Occasion(msgspec.Struct, frozen=True, dict=True):
    """When and under which settings a patient is judged: ``at`` is time-zone aware."""

    at: datetime
    site: Site = Site()
    limits: Limits = LIMITS
    definitions: Definitions = DEFINITIONS
    full_coverage: bool = False

    @cached_property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.site.time_zone)

    @cached_property
    def today(self) -> date:
        """The calendar day of ``at`` in the site's time zone."""
        return self.at.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """Return the first instant of ``day`` in the site's time zone."""
        return datetime.combine(day, time(), self.zone)

    def days_back(self, days: int) -> datetime:
        """Return the first instant of the day that lies ``days`` before today."""
        return self.midnight(self.today - timedelta(days=days))

    def day_of(self, instant: datetime) -> date:
        """Return the calendar day of ``instant`` in the site's time zone."""
        return instant.astimezone(self.zone).date()

    def covers(self, resource_type: str, since: date = EVER) -> bool:
        """Whether the source declares that it holds every ``resource_type`` since ``since``."""
        declared = EVER if self.full_coverage else self.site.coverage.get(resource_type)
        return declared is not None and declared <= since
