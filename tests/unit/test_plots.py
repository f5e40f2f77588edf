"""The picture of one participant: whole, the same every time, and readable by those who do not see it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta

import matplotlib as mpl
import msgspec
import pytest
from lxml import etree

from adapter.plots import GRADES, picture
from mappings.endpoints.dynamics import dynamics, series
from mappings.endpoints.kinetics import kinetics
from mappings.findings import Cohort
from mappings.followed import DltWatch, Dose, Episode, EventTerm, Followed, Response, Timeline
from mappings.site import Occasion
from tests.spec.tables import AT, INFUSED, day, treated

ON = Occasion(AT)
SVG = "{http://www.w3.org/2000/svg}"
TABLE = """
    patient | day | lab.platelet | lab.upcr_24h_ratio | lab.creatinine_molar | lab.cd19_abs | pk.transgene_copies | pk.star_cells | pk.star_cells_pct
    --------+-----+--------------+--------------------+----------------------+--------------+---------------------+---------------+------------------
          1 | -6  | 40           | 2.5                | 61                   | 0.2          | <50                 |               |
          1 | 7   | 90           | 1.5                | 70                   | <0.01        | 1000                | 40            | 12
          1 | 14  | <20          |                    | 70                   | 0            | >9000               | 0             | 3
          1 | 28  | 120          | <0.1               | 70                   | 0.1          | <50                 |               |
"""


def event(name: str, first: str, last: str = "", **told: object) -> Episode:
    """An episode of ``name`` from one study day to another."""
    onset, end = day(first), day(last)
    assert onset is not None
    grade = told.pop("grade", 2)
    settings = {"confirmed": None, "grade": grade, "worst_grade": grade, "scale": "CTCAE 5.0", "source": "derived"}
    return Episode(id=name, term=EventTerm(name), onset=onset, end=end, **{**settings, **told})  # type: ignore[arg-type]


def followed(table: str = TABLE, events: Sequence[Episode] = (), cohort: Cohort | None = "LN") -> Followed:
    """The participant of ``table``."""
    line = Timeline(
        day0=INFUSED.date(), infused=day("-90"), baseline=INFUSED, cohort=cohort, dose=Dose(level=1), seen=AT.date()
    )
    record = treated(table)[1]
    window = INFUSED.date(), INFUSED.date() + timedelta(days=28)
    return Followed(
        patient=record.person.reference,
        identifier=None,
        at=AT,
        known_at=None,
        timeline=line,
        events=tuple(events),
        dlt=DltWatch(state="none", definition="DLT_v1", window=window),
        renal=Response(result="not-evaluable", definition="CRR_v1"),
        platelets=Response(result="not-evaluable", definition="ITP_v1"),
        expansions=kinetics(record, line, ON),
        dynamics=dynamics(record, line, ON),
        activity=(),
        series=series(record, line, ON),
    )


EVENTS = (
    event("Fever", "-89", "-85", grade=3),
    event("Neutrophil count decreased", "-80", grade=4, confirmed=True),
    event("Headache", "-80..-70", "-60", grade=None),
    event("Anemia", "-30", "-20", grade=None, at_least=2),
    event("Rash", "-30", "-20", confirmed=False, grade=1),
    event("Death NOS", "-2", "-2", grade=5),
)


def parsed(svg: bytes) -> etree._Element:
    """The picture as XML."""
    return etree.fromstring(svg, etree.XMLParser(resolve_entities=False, no_network=True))


def described(one: Followed) -> list[str]:
    """The lines of the description of a picture."""
    found = parsed(picture(one, ON)).findtext(f"{SVG}desc")
    assert found
    return found.splitlines()


@pytest.mark.parametrize("cohort", ["LN", "ITP", None])
def test_the_same_participant_gives_the_same_bytes(cohort: Cohort | None) -> None:
    """Twice in one process the picture is the same to the byte, whatever matplotlib is set to, and tells no date."""
    one = followed(events=EVENTS, cohort=cohort)
    svg = picture(one, ON)
    with mpl.rc_context({"lines.linewidth": 9, "svg.fonttype": "none", "font.size": 20}):
        assert picture(one, ON) == svg
        assert mpl.rcParams["lines.linewidth"] == 9
    assert b"dc:date" not in svg
    assert parsed(svg).tag == f"{SVG}svg"


def test_another_process_gives_the_same_bytes() -> None:
    """The order in which a process happens to hash its words does not show; and pyplot's global state is not touched."""
    code = (
        "import sys; from tests.unit.test_plots import *; svg = picture(followed(events=EVENTS), ON); "
        "assert 'matplotlib.pyplot' not in sys.modules; sys.stdout.buffer.write(svg)"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=env)
    assert other.stdout == picture(followed(events=EVENTS), ON)


def test_the_description_tells_what_is_drawn() -> None:
    """Study, participant, cohort, dose level, instant, every event and every value stand in words in the picture."""
    root = parsed(picture(followed(events=EVENTS), ON))
    assert (root[0].tag, root[1].tag, root.get("role")) == (f"{SVG}title", f"{SVG}desc", "img")
    assert root[0].text == "NCT06943937 · Patient/1 · LN · dose level 1 · as of 2025-06-01"
    told = described(followed(events=EVENTS))
    assert told[:7] == [
        root[0].text,
        "Fever, G3 proposed, day 1 to day 5",
        "Neutrophil count decreased, G4, day 10 to no end on record",
        "Headache, G? proposed, day 20 to day 30",
        "Anemia, G2 or more proposed, day 60 to day 70",
        "Rash, G1, day 60 to day 70, a person says that it is none",
        "Death NOS, G5 proposed, day 88 to day 88",
    ]
    assert "lab.platelet, x10^9/L: day -6 40; day 7 90; day 14 below 20; day 28 120" in told
    assert "derived.egfr, mL/min/1.73_m2: day -6 116.0; day 7 99.70; day 14 99.70; day 28 99.70" in told
    assert (
        "pk.transgene_copies, copies/ug: day -6 below 50; day 7 1000; day 14 >9000 (censored); day 28 below 50" in told
    )


def test_grades_are_told_by_colour_and_by_text() -> None:
    """Every grade of a bar has its colour, and its text, which the outlines bear as a remark."""
    svg = picture(followed(events=EVENTS), ON).decode()
    for grade in (2, 3, 4, None):
        assert f"fill: {GRADES[grade].lower()}" in svg
    for text in ("G3 proposed", "G5 proposed", "&gt; G4", "G? proposed", "G2 or more proposed", "G1", "DLT window"):
        assert text in svg


def test_a_participant_with_nothing_but_day_0() -> None:
    """On the day of the infusion, with nothing measured, there is a page that says so."""
    one = followed("patient | day | lab.alt\n1 | -6 | 20")
    on = Occasion(INFUSED + timedelta(hours=1))
    one = msgspec.structs.replace(one, at=on.at, events=(), dlt=DltWatch(state="open", definition="DLT_v1"))
    for cohort in ("LN", "ITP", None):
        line = msgspec.structs.replace(one.timeline, cohort=cohort, dose=Dose())
        root = parsed(picture(msgspec.structs.replace(one, timeline=line), on))
        assert root.findtext(f"{SVG}desc") == f"{root.findtext(f'{SVG}title')}\nno adverse event on record"
        assert "dose level not known" in (root.findtext(f"{SVG}title") or "")


def test_without_a_sure_day_0_nothing_is_placed() -> None:
    """The page says why there is no Day 0, and shows no event on a day that nobody knows."""
    one = followed(events=EVENTS)
    one = msgspec.structs.replace(one, timeline=Timeline(day0=None, problems=("infusion-undated",)))
    assert described(one) == [
        "NCT06943937 · Patient/1 · cohort not known · dose level not known · as of 2025-06-01",
        "There is no sure Day 0: infusion-undated",
    ]
    assert b"Fever" not in picture(one, ON)


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert('&')</script>",
        "a -- b ---",
        "]]>",
        "$x_1$",
        "\\alpha",
        "a\x0bb\x00",
        "a\nb",
        "\ud800",
        "x" * 200,
        "",
    ],
)
def test_any_name_makes_a_whole_picture(name: str) -> None:
    """Names with characters that XML, its remarks or formulas would take for their own are text like any other."""
    svg = picture(followed(events=[event(name, "-80", grade=2)]), ON)
    told = parsed(svg).findtext(f"{SVG}desc") or ""
    clean = "".join(one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in name)
    assert f"{clean.replace(chr(10), ' ')}, G2 proposed, day 10 to no end on record" in told
    assert not list(parsed(svg).iter(f"{SVG}script"))


def test_a_name_that_the_font_lacks_stays_text() -> None:
    """A Chinese name is no row of empty boxes: whoever looks at it has a font for it."""
    svg = parsed(picture(followed(events=[event("发热 <39", "-80")]), ON))
    assert [one.text for one in svg.iter(f"{SVG}text")] == ["发热 <39"]
    assert not list(parsed(picture(followed(events=[event("Fever", "-80")]), ON)).iter(f"{SVG}text"))
