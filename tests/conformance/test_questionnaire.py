"""Every checklist that is written answers the questionnaire that is written."""

from collections.abc import Iterator
from typing import Any

from mappings.clauses import CLAUSES
from tests.conformance.conftest import Resources

Item = dict[str, Any]
#: Type of a question -> the element its answer stands in.
ANSWERED_BY = {
    "choice": "valueCoding",
    "coding": "valueCoding",
    "string": "valueString",
    "quantity": "valueQuantity",
    "decimal": "valueDecimal",
    "reference": "valueReference",
    "dateTime": "valueDateTime",
    "date": "valueDate",
}


def test_every_checklist_answers_the_questionnaire(written: Resources) -> None:
    """Items stand in the order and place of their questions, answers have their type and come from their options."""
    asked = next(one for one in written if one["id"] == "eligibility-checklist")
    value_sets = {one["url"]: one for one in written if one["resourceType"] == "ValueSet"}
    systems = {one["url"]: one for one in written if one["resourceType"] == "CodeSystem"}
    codes = {
        url: {concept["code"] for concept in systems[one["compose"]["include"][0]["system"]]["concept"]}
        for url, one in value_sets.items()
        if one["compose"]["include"][0]["system"] in systems and "concept" not in one["compose"]["include"][0]
    }
    checklists = [one for one in written if one["resourceType"] == "QuestionnaireResponse"]
    assert len(checklists) == 105
    for checklist in checklists:
        assert list(_mismatches(checklist["item"], asked["item"], codes)) == []


def _mismatches(items: list[Item], questions: list[Item], codes: dict[str, set[str]]) -> Iterator[str]:
    order = {question["linkId"]: number for number, question in enumerate(questions)}
    numbers = [order.get(item["linkId"], -1) for item in items]
    if numbers != sorted(set(numbers)) or -1 in numbers:
        yield f"{[item['linkId'] for item in items]}: unknown, repeated or out of order"
        return
    for item in items:
        yield from _mismatch(item, questions[order[item["linkId"]]], codes)


def _mismatch(item: Item, question: Item, codes: dict[str, set[str]]) -> Iterator[str]:
    inner = question.get("item", [])
    yield from _mismatches(item.get("item", []), inner, codes)
    answers = item.get("answer", [])
    if len(answers) > 1 and not question.get("repeats"):
        yield f"{item['linkId']}: {len(answers)} answers"
    for answer in answers:
        value = answer.get(ANSWERED_BY[question["type"]])
        if value is None:
            yield f"{item['linkId']}: not of type {question['type']}"
        elif question["type"] in ("choice", "coding") and value["code"] not in _options(question, codes):
            yield f"{item['linkId']}: {value['code']} is not among its options"
        yield from _mismatches(answer.get("item", []), inner, codes)


def _options(question: Item, codes: dict[str, set[str]]) -> set[str]:
    if "answerValueSet" in question:
        return codes[question["answerValueSet"]]
    return {option["valueCoding"]["code"] for option in question["answerOption"]}


def test_every_clause_is_asked_and_answered(written: Resources) -> None:
    """The questionnaire asks, and each checklist answers, all clauses in protocol order after the summary."""
    ids = ["screening", *(clause.id for clause in CLAUSES)]
    for one in written:
        if one["resourceType"] == "QuestionnaireResponse" or one["id"] == "eligibility-checklist":
            assert [item["linkId"] for item in one["item"]] == ids


def test_every_question_is_asked_in_both_languages(written: Resources) -> None:
    """Each question has an English text and a Chinese translation."""
    stack = [item for one in written if one["resourceType"] == "Questionnaire" for item in one["item"]]
    while stack:
        item = stack.pop()
        stack += item.get("item", [])
        parts = item["_text"]["extension"][0]["extension"]
        assert item["text"].isascii() or "·" in item["text"], item["linkId"]
        assert any("\u4e00" <= sign <= "\u9fff" for sign in parts[1]["valueString"]), item["linkId"]
