"""One participant on one page, as SVG: adverse events, what the response is judged by, and cells.

The same input gives the same bytes on one version of matplotlib: ids are made from a fixed salt, no date is written, and
text is drawn as the outlines of the font that comes along. Only a name in a script that this font lacks stays text, which
whoever looks at it has a font for. Everything drawn is told in the description too, for those who do not see it.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Context, Decimal
from functools import cache
from html import escape
from io import BytesIO
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, NullFormatter

from adapter.report import printable
from mappings.clauses import STUDY
from mappings.endpoints.b_cells import CD19
from mappings.endpoints.dynamics import EGFR
from mappings.facts import GradeNumber
from mappings.followed import Course, Episode, Expansion, Followed, Input
from mappings.limits import Limit
from mappings.site import Occasion
from mappings.wording import UNIT_NAMES, plain

FONT: Final = "DejaVu Sans"
#: From light to dark, told apart with any colour vision and in grey: grades 0 to 5, and one that nobody can tell.
GRADES: Final = {0: "#FFFFFF", 1: "#F0E442", 2: "#E69F00", 3: "#D55E00", 4: "#882255", 5: "#000000", None: "#BBBBBB"}
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#AA4499", "#666666"
#: Inches: the page, its margins, a row of the events, a panel of values, and what is free above each.
WIDTH, LEFT, RIGHT, HEAD, FOOT = 8.27, 2.3, 0.8, 0.6, 0.5
ROW, PANEL, GAP = 0.17, 2.1, 0.5
#: Rows that there is place for at least.
FEWEST: Final = 3
#: What is told of a number that was computed.
DIGITS: Final = Context(prec=4)
#: The first study day that is drawn, and how much of an event's name.
FIRST_DAY: Final = -30
LONGEST: Final = 44
#: How much higher than the highest value an axis from zero reaches.
HEADROOM: Final = 1.1
RATIOS: Final = "lab.upcr_"
ANALYTES: Final = {
    "pk.transgene_copies": ("transgene", GREEN, "s"),
    "pk.star_cells": ("STAR+ T cells", ORANGE, "D"),
    "pk.star_cells_pct": ("STAR+ T cells", PURPLE, "P"),
}


class Spelled(Text):
    """Text that stays text, because the font has no outlines for its script."""

    def draw(self, renderer: RendererBase) -> None:
        """Write the text as text."""
        with mpl.rc_context({"svg.fonttype": "none"}), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing from font")
            super().draw(renderer)


def picture(followed: Followed, on: Occasion) -> bytes:
    """Return the page of one participant as SVG."""
    with mpl.rc_context():
        _set_style()
        file = BytesIO()
        metadata = {"Date": None, "Creator": None, "Title": _title(followed, on)}
        _page(followed, on).savefig(file, format="svg", metadata=metadata)
    return _described(file.getvalue(), "\n".join(_told(followed, on)))


def _set_style() -> None:
    """Set everything that shows in the bytes, whatever a file of settings on this machine says."""
    mpl.rcdefaults()
    mpl.rc("svg", hashsalt=STUDY, fonttype="path")
    mpl.rc("font", family=[FONT], size=7)
    mpl.rc("text", parse_math=False)
    mpl.rc("axes.spines", top=False)
    mpl.rc("axes", ymargin=0.1)


def _described(svg: bytes, told: str) -> bytes:
    """Return ``svg`` as an image with a description for those who do not see it."""
    description = f"</title>\n <desc>{escape(told, quote=False)}</desc>".encode()
    return svg.replace(b"<svg ", b'<svg role="img" ', 1).replace(b"</title>", description, 1)


def _title(followed: Followed, on: Occasion) -> str:
    line = followed.timeline
    level = f"dose level {line.dose.level}" if line.dose.level else "dose level not known"
    parts = (STUDY, followed.patient, line.cohort or "cohort not known", level, f"as of {on.today.isoformat()}")
    return printable(" · ".join(parts))


def _page(followed: Followed, on: Occasion) -> Figure:
    """Return the page; without a Day 0 there is nothing that could be placed on it."""
    rows = max(len(followed.events), FEWEST) * ROW
    height = HEAD + rows + 2 * (GAP + PANEL) + FOOT
    figure = Figure(figsize=(WIDTH, height))
    figure.text(0.5, 1 - 0.25 / height, _title(followed, on), ha="center", fontsize=9, weight="bold")
    if followed.timeline.day0 is None:
        figure.text(0.5, 0.5, f"There is no sure Day 0: {', '.join(followed.timeline.problems)}", ha="center")
        return figure
    tops = (height - HEAD, height - HEAD - rows - GAP, height - HEAD - rows - PANEL - 2 * GAP)
    for top, tall, draw in zip(tops, (rows, PANEL, PANEL), (_events, _response, _cells), strict=True):
        width = (WIDTH - LEFT - RIGHT) / WIDTH
        axes = figure.add_axes((LEFT / WIDTH, (top - tall) / height, width, tall / height))
        axes.set_xlim(FIRST_DAY, _day(on.at, followed, on) * 1.1 + 5)
        axes.axvline(0, color=GREY, linewidth=0.8)
        draw(axes, followed, on)
    axes.set_xlabel("study day")
    return figure


def _day(instant: datetime, followed: Followed, on: Occasion) -> int:
    assert followed.timeline.day0 is not None
    return (on.day_of(instant) - followed.timeline.day0).days


def _events(axes: Axes, followed: Followed, on: Occasion) -> None:
    """Draw every event as a bar from its onset to its end, coloured by its grade over time; the worst stands beside it."""
    axes.set_title("Adverse events by grade; shaded: DLT window; >: no end on record; empty: refused", loc="left")
    axes.set_ylim(max(len(followed.events), FEWEST) - 0.5, -0.5)
    axes.set_yticks([])
    if followed.dlt.window:
        first, last = (_day(on.midnight(day), followed, on) for day in followed.dlt.window)
        axes.axvspan(first, last + 1, color=BLUE, alpha=0.12, linewidth=0)
    for row, episode in enumerate(followed.events):
        _bar(axes, row, episode, followed, on)
    if not followed.events:
        axes.text(0.5, 0.5, "no adverse event on record", transform=axes.transAxes, ha="center", va="center")


def _bar(axes: Axes, row: int, episode: Episode, followed: Followed, on: Occasion) -> None:
    first, start = (_day(one, followed, on) for one in (episode.onset.earliest, episode.onset.latest))
    end = _day(episode.end.latest if episode.end else on.at, followed, on) + 1
    axes.hlines(row, first, start, color=GREY, linewidth=1)
    if episode.confirmed is not False:
        for left, right, grade in _spans(episode, start, end, followed, on):
            axes.barh(row, right - left, left=left, height=0.7, facecolor=GRADES[grade], linewidth=0)
    axes.barh(row, max(end - start, 1), left=start, height=0.7, facecolor="none", edgecolor=GREY, linewidth=0.4)
    axes.text(end, row, f"{'' if episode.end else '>'} {_grade(episode)}", va="center")
    kind = Text if _is_drawable(_name(episode)) else Spelled
    name = kind(-0.01, row, _name(episode), transform=axes.get_yaxis_transform(), ha="right", va="center")
    axes.add_artist(name).set_clip_on(False)


def _spans(
    episode: Episode, start: int, end: int, followed: Followed, on: Occasion
) -> Iterator[tuple[int, int, GradeNumber | None]]:
    """Yield from which day to which the event had which grade: of a day the worst one, which holds until the next."""
    days: dict[int, GradeNumber | None] = {start: _shown(episode.worst_grade, episode.at_least)}
    for number, step in enumerate(episode.course):
        day, grade = max(_day(step.when.latest, followed, on), start), _shown(step.grade, step.at_least)
        days[day] = max(grade or 0, days[day] or 0) or None if number and day in days else grade
    changes = [day for day in sorted(days) if day == start or days[day] != days[max(one for one in days if one < day)]]
    for day, until in zip(changes, [*changes[1:], max(end, start + 1)], strict=True):
        if day < until:
            yield day, until, days[day]


def _shown(grade: GradeNumber | None, at_least: GradeNumber) -> GradeNumber | None:
    """Return the grade that is drawn: where nobody could tell it, the one that is reached for sure."""
    return (at_least or None) if grade is None else grade


def _grade(episode: Episode) -> str:
    """Return the worst grade in words, and whether it is still a proposal of ours."""
    proposed = " proposed" if episode.source == "derived" and episode.confirmed is None else ""
    if episode.worst_grade is not None:
        return f"G{episode.worst_grade}{proposed}"
    return f"G{episode.at_least} or more{proposed}" if episode.at_least else f"G?{proposed}"


def _name(episode: Episode) -> str:
    name = printable(episode.term.name).replace("\n", " ")
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


@cache
def _is_drawable(text: str) -> bool:
    """Whether the font has a glyph for everything in ``text``."""
    font = get_font(findfont(FONT))
    return all(font.get_char_index(ord(one)) for one in text)


def _response(axes: Axes, followed: Followed, on: Occasion) -> None:
    """Draw what the cohort's response is judged by, with its limits and week 12; of an unknown cohort what there is."""
    ratios = [one for one in followed.series if one.analyte.startswith(RATIOS)]
    if followed.timeline.cohort == "ITP" or (followed.timeline.cohort is None and not ratios):
        _platelets(axes, [one for one in followed.series if one.analyte == "lab.platelet"], on)
    else:
        _kidneys(axes, ratios, [one for one in followed.series if one.analyte == EGFR], on)
    planned = on.definitions.treatment
    week, window = planned.week_12.days, planned.week_12_window.days
    axes.axvspan(week - window, week + window + 1, color=GREY, alpha=0.12, linewidth=0)
    axes.text(week, 0.98, "week 12", transform=axes.get_xaxis_transform(), color=GREY, ha="center", va="top")


def _platelets(axes: Axes, courses: Sequence[Course], on: Occasion) -> None:
    axes.set_title("Platelets", loc="left")
    _values(axes, courses, BLUE, "o")
    _limits(axes, on.definitions.platelet_response.complete, on.definitions.platelet_response.partial)
    axes.set_ylabel(_unit("10*9/L"))
    axes.set_ylim(0, axes.get_ylim()[1] * HEADROOM)


def _kidneys(axes: Axes, ratios: Sequence[Course], rates: Sequence[Course], on: Occasion) -> None:
    axes.set_title("Urine protein/creatinine ratio (circles) and eGFR (squares)", loc="left")
    _values(axes, ratios, ORANGE, "o")
    _limits(axes, on.definitions.renal_response.upcr, on.definitions.renal_response.partial_upcr)
    axes.set_ylabel(_unit("g/g"), color=ORANGE)
    axes.set_ylim(0, axes.get_ylim()[1] * HEADROOM)
    right = axes.twinx()
    _values(right, rates, BLUE, "s")
    right.set_ylabel("mL/min/1.73 m²", color=BLUE)
    right.set_ylim(0, right.get_ylim()[1] * HEADROOM)


def _limits(axes: Axes, *limits: Limit) -> None:
    for limit in limits:
        axes.axhline(float(limit.value), color=GREY, linestyle="--", linewidth=0.7)


def _cells(axes: Axes, followed: Followed, on: Occasion) -> None:
    """Draw B cells on the left and the infused cells on the right, both on logarithmic axes."""
    axes.set_title(
        "CD19+ B cells (circles) and infused cells; hollow: below a limit; cross: does not count", loc="left"
    )
    _values(axes, [one for one in followed.dynamics.courses if one.analyte == CD19], BLUE, "o", floor=0.001)
    axes.axhline(float(on.definitions.dynamics.depleted.value), color=BLUE, linestyle="--", linewidth=0.7)
    axes.set_ylabel(_unit("10*9/L"), color=BLUE)
    _logarithmic(axes)
    if not followed.expansions:
        return
    right = axes.twinx()
    for one in followed.expansions:
        label, colour, marker = ANALYTES[one.analyte]
        _values(right, [one], colour, marker, floor=0.1, label=f"{label}, {_unit(one.unit)}")
    right.legend(loc="upper right", frameon=False)
    _logarithmic(right)


def _logarithmic(axes: Axes) -> None:
    """Make the axis logarithmic, with numbers written out."""
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _values(
    axes: Axes, courses: Iterable[Course | Expansion], colour: str, marker: str, *, floor: float = 0, label: str = ""
) -> None:
    """Draw values as a line, those below a limit as hollow markers at it, and those that do not count as crosses.

    What a logarithmic axis has no place for stands, hollow, at its ``floor``.
    """
    for course in courses:
        placed = [one for one in _inputs(course) if one.day is not None and (one.value or one.below)]
        used = [one for one in placed if one.used]
        numbers = [one for one in used if one.value and one.value.value > 0]
        hollow = [one for one in used if one not in numbers]
        unused = [one for one in placed if not one.used]
        axes.plot(*_points(used, floor), color=colour, linewidth=0.8)
        axes.plot(*_points(numbers, floor), color=colour, marker=marker, markersize=4, linestyle="", label=label)
        axes.plot(
            *_points(hollow, floor), color=colour, marker=marker, markersize=4, linestyle="", markerfacecolor="white"
        )
        axes.plot(*_points(unused, floor), color=GREY, marker="x", markersize=4, linestyle="")


def _inputs(course: Course | Expansion) -> tuple[Input, ...]:
    return course.values if isinstance(course, Course) else course.samples


def _points(inputs: Sequence[Input], floor: float) -> tuple[list[int], list[float]]:
    """Return days and heights; numbers become floats here, where they are only drawn."""
    heights = [max(float(amount.value), floor) for one in inputs for amount in [one.value or one.below] if amount]
    return [one.day for one in inputs if one.day is not None], heights


def _unit(unit: str) -> str:
    return UNIT_NAMES.get(unit, unit).replace("{", "").replace("}", "")


def _told(followed: Followed, on: Occasion) -> Iterator[str]:
    """Tell everything that is drawn, and what could not be."""
    yield _title(followed, on)
    if followed.timeline.day0 is None:
        yield f"There is no sure Day 0: {', '.join(followed.timeline.problems)}"
        return
    yield from (_event_told(one, followed, on) for one in followed.events)
    if not followed.events:
        yield "no adverse event on record"
    cells = [one for one in followed.dynamics.courses if one.analyte == CD19]
    drawn: list[Course | Expansion] = [*followed.series, *cells, *followed.expansions]
    for course in drawn:
        yield f"{course.analyte}, {_unit(course.unit)}: {'; '.join(map(_input_told, _inputs(course)))}"


def _event_told(episode: Episode, followed: Followed, on: Occasion) -> str:
    end = f"day {_day(episode.end.latest, followed, on)}" if episode.end else "no end on record"
    none = ", a person says that it is none" if episode.confirmed is False else ""
    start = _day(episode.onset.latest, followed, on)
    return printable(f"{episode.term.name}, {_grade(episode)}, day {start} to {end}{none}").replace("\n", " ")


def _input_told(one: Input) -> str:
    value = _number(one.value.value) if one.value else f"below {_number(one.below.value)}" if one.below else one.text
    day = "day not known" if one.day is None else f"day {one.day}"
    return printable(f"{day} {value}{f' ({one.note})' if one.note else ''}")


def _number(value: Decimal) -> str:
    return plain(DIGITS.plus(value))
