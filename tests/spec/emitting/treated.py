"""A treated participant to write about, made by hand: one event, a window that is open, endpoints that are not yet there."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from mappings.codes import Code
from mappings.findings import Amount, Evidence
from mappings.followed import (
    BCells,
    Check,
    Course,
    DltEvent,
    DltWatch,
    Dynamics,
    Episode,
    Expansion,
    Followed,
    Input,
    Response,
    Step,
    Timeline,
)
from mappings.intervals import When
from mappings.safety.vocabulary import CRS, TERMS
from mappings.site import Occasion
from tests.spec.tables import AT, ZONE

ON = Occasion(AT)
#: Day 0 of a participant of whom AT is Day 90.
DAY0 = date(2025, 3, 3)
NEUTROPHILS = TERMS["Neutrophil count decreased"]
MEDDRA_CODE = Code("https://www.meddra.org", "00000000", "as the site sent it")


def whole(day: int) -> When:
    """Return the whole of a study day."""
    start = datetime.combine(DAY0 + timedelta(days=day), datetime.min.time(), ZONE)
    return When(start, start + timedelta(days=1, microseconds=-1), start.date().isoformat())


def seen(reference: str, version: str | None = "1") -> Evidence:
    """Return evidence that is named by its reference."""
    return Evidence(reference, version)


def episode(**more: Any) -> Episode:
    """Return a proposal: neutrophils of grade 3 from day 5 to day 12, not serious, that has resolved."""
    usual: dict[str, Any] = {
        "id": "yts109-event-1",
        "term": NEUTROPHILS,
        "scale": "CTCAE 5.0",
        "source": "derived",
        "confirmed": None,
        "grade": 1,
        "worst_grade": 3,
        "baseline_grade": 0,
        "emergent": True,
        "onset": whole(5),
        "end": whole(12),
        "outcome": "resolved",
        "serious": False,
        "evidence": (seen("Observation/n5"),),
        "course": (Step(when=whole(12), grade=1, origin="laboratory", evidence=(seen("Observation/n12", "2"),)),),
    }
    return Episode(**usual | more)


def crs(**more: Any) -> Episode:
    """Return a CRS of grade 2 by the ASTCT, serious, related by a person's word, still going on."""
    usual: dict[str, Any] = {
        "id": "yts109-event-2",
        "term": CRS,
        "scale": "ASTCT 2019",
        "confirmed": True,
        "worst_grade": 2,
        "end": None,
        "outcome": "ongoing",
        "serious": True,
        "criteria": ("hospitalisation",),
        "related": "related",
        "expected": True,
        "assessed_by": "Practitioner/li",
        "dlt": False,
        "evidence": (seen("Condition/c1"), seen("Observation/t3"), seen("Encounter/e1"), seen("Condition/", None)),
    }
    return episode(**usual | more)


LIMITING = DltEvent(
    episode="yts109-event-2",
    term=CRS.name,
    grade=None,
    onset=whole(5),
    rule="crs",
    certain=False,
    ask=("attribution", "grade"),
    evidence=(seen("Observation/t3"),),
)
WINDOW = (DAY0, DAY0 + timedelta(days=28))
UPCR = Input(name="UPCR", day=84, value=Amount(Decimal("0.40"), "g/g"), evidence=seen("Observation/u84"))
LATE = Input(
    name="UPCR", day=95, text="0.3 g/g", used=False, note="outside the window", evidence=seen("Observation/u95")
)
RENAL = Response(
    result="CRR",
    definition="CRR_v1",
    responder=True,
    checks=(
        Check(rule="upcr", holds=True, value=UPCR.value, limit=Amount(Decimal("0.5"), "g/g")),
        Check(rule="filtration", holds=True, value=Amount(Decimal(90), "%")),
        Check(rule="no-rescue", holds=None, reason="needs-person"),
    ),
    inputs=(UPCR, LATE),
)
NOT_THEIRS = Response(result="not-applicable", definition="ITP_v1", reason="other-cohort")
COPIES = Expansion(
    analyte="pk.transgene_copies",
    unit="{copies}/ug",
    definition="PK_v1",
    cmax=Decimal("1.20E+5"),
    tmax=Decimal(10),
    auc=Decimal(900_000),
    auc_to=Decimal(21),
    truncated=True,
    reason="few-points",
    samples=(
        Input(name="copies", day=10, evidence=seen("Observation/k10")),
        Input(name="copies", day=12, used=False, note="no unit", evidence=seen("Observation/k12")),
    ),
)
CELLS = BCells(depleted=7, nadir=Input(name="CD19", value=Amount(Decimal("0.002"), "10*9/L")), reason="not-recovered")


def followed(*events: Episode, **more: Any) -> Followed:
    """Return a participant with these events, and with what else it should say."""
    line = Timeline(
        day0=DAY0,
        infused=whole(0),
        lymphodepleted=DAY0 - timedelta(days=5),
        evidence=(seen("Observation/w"), seen("MedicationAdministration/cells", "3")),
    )
    usual: dict[str, Any] = {
        "patient": "Patient/p1",
        "identifier": ("http://hospital.example.org/mrn", "0001"),
        "at": AT,
        "known_at": None,
        "timeline": line,
        "events": events,
        "dlt": DltWatch(state="open", definition="DLT_v1", window=WINDOW, events=(LIMITING,), why="an event is open"),
        "renal": RENAL,
        "platelets": NOT_THEIRS,
        "expansions": (COPIES,),
        "dynamics": Dynamics(
            definition="PD_v1",
            b_cells=CELLS,
            courses=(
                Course(
                    analyte="lab.cd19_abs", unit="10*9/L", values=(Input(name="CD19", evidence=seen("Observation/b7")),)
                ),
                Course(analyte="lab.igg", unit="g/L", values=(Input(name="IgG", evidence=seen("Observation/g7")),)),
            ),
        ),
        "activity": (),
    }
    return Followed(**usual | more)
