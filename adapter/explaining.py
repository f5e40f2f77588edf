"""Why a treated participant is what they are, in plain words of both languages: by endpoint, or in short."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

import msgspec

from adapter.report import cited, evidence_as_json, explained, listed, not_used
from mappings.clauses import Bilingual
from mappings.definitions import named as definition_of
from mappings.emitting.result_words import DLT_STATES
from mappings.findings import Amount, Evidence
from mappings.follow_wording import (
    b_cells_text,
    check_text,
    day_of,
    defined,
    dlt_text,
    event_text,
    expansion_text,
    limiting_text,
    measured,
    number,
    response_text,
    rounded,
    treatment_text,
)
from mappings.follow_words import DLT_WHY, ITEMS, NOTES, SIGHTINGS
from mappings.followed import ActivityItem, Course, Episode, Followed, Input, Response, Step, Timeline
from mappings.site import Occasion

#: What is asked of each endpoint, in the order of the registered record.
ASKED: Final = {
    "P1": Bilingual("dose-limiting toxicities", "剂量限制性毒性"),
    "P2": Bilingual("adverse events: type, severity, frequency", "不良事件：类型、严重程度、频率"),
    "S1": Bilingual("complete renal response at week 12 (cohort LN)", "第12周完全肾脏缓解（LN队列）"),
    "S2": Bilingual("response of platelets at week 12 (cohort ITP)", "第12周血小板反应（ITP队列）"),
    "X1": Bilingual("kinetics and dynamics of the cells", "细胞动力学及药效学"),
}
ENDPOINT_IDS: Final = tuple(ASKED)
#: What follows treatment in short, for who asks about everything.
IN_SHORT: Final = "in short"
UNTREATED: Final = Bilingual(
    "No infusion of the cells is on record, so that nothing follows it.", "记录中无细胞回输，故无治疗后随访内容。"
)


def explanations(followed: Followed, on: Occasion) -> dict[str, str]:
    """Return by endpoint, and in short, why a participant is what they are."""
    aside = msgspec.to_builtins(followed.set_aside)
    unused = listed("Records that were not used, and why 未采用的记录及原因", not_used(aside))
    texts = {name: "\n".join([_head(name), *tell(followed, on), *unused]) for name, tell in _EXPLAINED.items()}
    return {**texts, IN_SHORT: "\n".join(_in_short(followed))}


def told(found: Mapping[str, Any], followed: Sequence[Mapping[str, str]], clause: str | None) -> str:
    """Return why a patient is what they are, by a screening (in the JSON form) and what followed, if they were treated.

    ``clause`` may be one of the screening or an endpoint; all are told without it, what followed in short.
    """
    if clause in ASKED:
        head = f"{found['patient']} · {found['study']} · {found['at']}"
        return "\n".join([head, *(one[clause] for one in followed[:1])] if followed else [head, "", _both(UNTREATED)])
    return "\n".join([explained(found, clause), *(one[IN_SHORT] for one in followed if clause is None)])


def _both(text: Bilingual) -> str:
    return f"{text.en} {text.zh}"


def _head(name: str) -> str:
    return f"\n{name} {_both(ASKED[name])}"


def _in_short(followed: Followed) -> Iterator[str]:
    yield f"\nAfter treatment 治疗后 (explain … {', '.join(ENDPOINT_IDS)})"
    yield f"  {_both(treatment_text(followed.timeline))}"
    yield f"  P1 {_both(dlt_text(followed.dlt))}"
    yield f"  P2 {_both(_counts(followed.events))}"
    yield f"  S1 {_both(response_text(followed.renal))}"
    yield f"  S2 {_both(response_text(followed.platelets))}"
    for text in (*map(expansion_text, followed.expansions), b_cells_text(followed.dynamics.b_cells)):
        yield f"  X1 {_both(text)}"


def _counts(events: Iterable[Episode]) -> Bilingual:
    """Return how many events there are, and how many of them wait for a person."""
    found = [one for one in events if one.confirmed is not False]
    reported = sum(one.source == "reported" for one in found)
    waiting = sum(one.source == "derived" and one.confirmed is None for one in found)
    serious = sum(one.serious is True for one in found)
    return Bilingual(
        f"Adverse events: {len(found)}, of which {reported} reported, {waiting} proposed and to be confirmed, {serious} serious.",
        f"不良事件{len(found)}件：上报{reported}件，待确认建议{waiting}件，严重{serious}件。",
    )


def _defined(definition: str) -> str:
    return f"  definition 定义: {definition}, {_both(defined(definition))}"


def _toxicities(followed: Followed, _: Occasion) -> Iterator[str]:
    watch, dosed = followed.dlt, {True: "yes 是", False: "no 否", None: "not known 不明"}
    yield f"  {_both(dlt_text(watch))}"
    yield _defined(watch.definition)
    yield from _treatment(followed.timeline)
    yield f"  evaluable 可评价: {dosed[watch.evaluable]}"
    for (state, why), days in groupby(watch.days, key=lambda day: (day.state, day.why)):
        first, *others = days
        last = others[-1] if others else first
        span = f"Day {first.day}" if first is last else f"Day {first.day}-{last.day}"
        yield f"  {span}, {first.on}..{last.on}: {_both(DLT_STATES[state])}: {_both(DLT_WHY[why])}"
    for event in watch.events:
        yield f"\n  {_both(limiting_text(event))}"
        if event.episode:
            yield f"    event-assessment id 事件评估标识: {event.episode}"
        yield from (f"    {_cited(one)}" for one in event.evidence)


def _treatment(line: Timeline) -> Iterator[str]:
    yield f"  {_both(treatment_text(line))}"
    evidence = dict.fromkeys((*line.evidence, *line.dose.evidence, *line.lymphodepletion))
    yield from _titled("  treatment 治疗:", map(_cited, evidence))


def _events(followed: Followed, on: Occasion) -> Iterator[str]:
    yield f"  {_both(_counts(followed.events))}"
    yield _defined(definition_of("adverse_events", on))
    for one in followed.events:
        yield f"\n  {_both(event_text(one, on))}"
        yield f"    id: {one.id}"
        yield from (f"    {line}" for step in one.course for line in _step(step, on))


def _step(step: Step, on: Occasion) -> Iterator[str]:
    """Yield one step of a course with what shows it."""
    grade = "no grade 无级别" if step.grade is None else f"grade {step.grade} {step.grade}级"
    least = f", at least 至少 {step.at_least}" if step.grade is None and step.at_least else ""
    why = f" ({_both(SIGHTINGS[step.reason])})" if step.reason not in ("graded", "not-reached") else ""
    yield f"{day_of(step.when, on)} {grade}{least}{why}: {'; '.join(map(_cited, step.evidence))}"


def _response(response: Response) -> Iterator[str]:
    yield f"  {_both(response_text(response))}"
    yield _defined(response.definition)
    yield from _titled("  conditions 条件:", (_both(check_text(check)) for check in response.checks))
    yield from _titled("  used 采用:", (_input(one) for one in response.inputs if one.used))
    yield from _titled("  not used 未采用:", (_input(one) for one in response.inputs if not one.used))


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = [f"  - {line}" for line in lines]
    yield from [title, *found] if found else []


def _input(one: Input) -> str:
    """Return a value with its name, day and resource and, where it does not count, why."""
    return f"{_name(one.name)}{_sample(one)}"


def _sample(one: Input) -> str:
    """Return a value of which the name has been told."""
    day = "" if one.day is None else f" Day {one.day} 第{one.day}天"
    value = f": {_value(one)}" if one.value or one.below else ""
    source = f" [{_cited(one.evidence)}]" if one.evidence else f" [{one.text}]" if one.text else ""
    why = f" - {_both(NOTES[one.note])}" if one.note else ""
    return f"{day}{value}{source}{why}"


def _name(name: str) -> str:
    words = measured(name)
    return words.en if words.en == words.zh else _both(words)


def _value(one: Input) -> str:
    return number(one.value).en if one.value else f"<{number(one.below).en}" if one.below else ""


def _cited(one: Evidence) -> str:
    return cited(evidence_as_json(one))


def _cells(followed: Followed, _: Occasion) -> Iterator[str]:
    for one in followed.expansions:
        yield f"  {_both(expansion_text(one))}"
        yield _defined(one.definition)
        yield from _titled("  samples 样本:", (_sample(each).strip() for each in one.samples))
    yield f"  {_both(b_cells_text(followed.dynamics.b_cells))}"
    yield _defined(followed.dynamics.definition)
    for course in followed.dynamics.courses:
        values = (_sample(each).strip() for each in course.values)
        yield from _titled(f"  {_name(course.analyte)}:", (*_changes(course), *values))
    for visit in followed.activity:
        yield from _titled(f"  SLEDAI-2K, {visit.visit} (no total 不计总分):", _items(visit.items))


def _items(items: Sequence[ActivityItem]) -> Iterator[str]:
    """Yield what results say of each item, and at last those that are for a person."""
    for one in items:
        if one.computable:
            inputs = "".join(f"; {_input(each)}" for each in one.inputs)
            yield f"{_both(ITEMS[one.item])} ({one.weight}): {_both(NOTES[one.reason])}{inputs}"
    names = (f"{_both(ITEMS[one.item])} ({one.weight})" for one in items if not one.computable)
    yield f"{_both(NOTES['needs-person'])}: {', '.join(names)}"


def _changes(course: Course) -> Iterator[str]:
    """Yield the change from baseline at each visit, or why there is none."""
    for one in course.visits:
        if one.change is None:
            yield (
                f"{one.visit}: {_both(NOTES[one.value.note])}"
                if one.value.note
                else f"{one.visit}: {_value(one.value)}"
            )
            continue
        percent = "" if one.percent is None else f" ({rounded(one.percent)} %)"
        change = number(Amount(Decimal(rounded(one.change)), course.unit)).en
        yield f"{one.visit}: {_value(one.value)}, change from baseline 较基线变化 {change}{percent}"


_EXPLAINED: Final[dict[str, Callable[[Followed, Occasion], Iterator[str]]]] = {
    "P1": _toxicities,
    "P2": _events,
    "S1": lambda followed, _: _response(followed.renal),
    "S2": lambda followed, _: _response(followed.platelets),
    "X1": _cells,
}
