"""The model that hears what nobody names: its file, what it hears of unseen turns, the words it quotes."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from bench.flag_data import business_questions
from bench.questions import dialogues, read_topics
from bench.report import ROOT
from server.conversation import Flag
from server.flags import FlagView, crisis_of, shipped_crisis_model, shipped_model, shipped_rules
from server.flags.crisis import CrisisModel, LearnedCrisis, is_plain_question
from server.flags.understanding import Understanding
from tests.dialogues import conversation

HERE = Path(__file__).parent
# By writers who saw none of the training turns; by the last ones nobody chose anything.
APART = {
    name: [json.loads(line) for line in (HERE / f"crises_{name}.jsonl").read_text("utf-8").splitlines()]
    for name in ("unseen", "sealed", "fresh", "later", "last")
}
RULES = shipped_rules()
READ = Understanding(shipped_model())
UNNAMED = "send the bill elsewhere, he opens my post and last time i couldn't leave the house for a week"


def heard(row: dict[str, str]) -> Flag | None:
    return crisis_of(RULES, FlagView(conversation(("customer", row["text"]))))


def share_heard(apart: str, kind: str) -> float:
    rows = [row for row in APART[apart] if row["kind"] == kind]
    assert len(rows) >= 25
    return sum(heard(row) is not None for row in rows) / len(rows)


@pytest.mark.parametrize("apart", APART)
def test_nearly_all_that_is_named_most_of_what_is_not_and_few_look_alikes_are_heard(apart: str) -> None:
    assert share_heard(apart, "explicit") >= 0.88
    assert share_heard(apart, "implicit") >= 0.65
    assert share_heard(apart, "negative") <= 0.05


def test_no_question_of_the_demo_is_taken_for_a_crisis() -> None:
    golden = (ROOT / "examples" / "quillbrook" / "golden.jsonl").read_text("utf-8").splitlines()
    assert [row for line in golden if heard({"text": (row := json.loads(line)["question"])})] == []


@pytest.mark.long
def test_few_questions_to_businesses_apart_are_taken_for_a_crisis() -> None:
    apart = [question.text for held, question in business_questions() if held]
    assert len(apart) >= 1200
    assert sum(heard({"text": text}) is not None for text in apart) <= 5


def test_hardly_a_question_of_the_demo_is_taken_for_a_crisis_behind_an_opening() -> None:
    topics = read_topics(ROOT / "examples" / "quillbrook" / "golden.jsonl")
    turns = [turn for talk in itertools.islice(dialogues(topics, seed=5), 100) for turn in talk]
    taken = [turn for turn in turns if heard({"text": turn})]
    assert len(taken) <= len(turns) // 100, taken


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("how long have i got to send it back if i just dont like it", True),
        ("Quick one before Monday: do my points vanish?", True),
        ("I need to know how long this takes", False),
    ],
)
def test_a_plain_question_may_stand_behind_an_opening(text: str, plain: bool) -> None:
    assert is_plain_question(text) is plain


@pytest.mark.parametrize("asks", ["How long does delivery take?", "Hi, can you change my address?"])
def test_a_question_hides_no_crisis_told_beside_it(asks: str) -> None:
    rule = LearnedCrisis(shipped_crisis_model(), READ)
    for text in (f"{asks} {UNNAMED}.", f"{UNNAMED}. {asks}"):
        assert rule.raise_flags(FlagView(conversation(("customer", text)))) is not None


def test_it_quotes_the_sentence_that_tells_of_it() -> None:
    text = f"Hello, it's about order 4471.\n\n{UNNAMED}.\n\nThanks for the quick delivery."
    flag = LearnedCrisis(shipped_crisis_model(), READ).raise_flags(FlagView(conversation(("customer", text))))
    assert flag is not None
    assert flag.is_crisis
    assert flag.rule == "vulnerability/learned/crisis"
    assert flag.evidence.quote == f"{UNNAMED}."


def test_only_the_customers_own_words_are_a_crisis() -> None:
    rule = LearnedCrisis(shipped_crisis_model(), READ)
    for said in (("agent", UNNAMED), ("note", UNNAMED), ("customer", f"Thanks!\n\n> {UNNAMED}")):
        assert rule.raise_flags(FlagView(conversation(said))) is None


def test_the_same_turn_reads_the_same_whatever_was_read_before() -> None:
    fresh = LearnedCrisis(CrisisModel(), READ).raise_flags(FlagView(conversation(("customer", UNNAMED))))
    again = [LearnedCrisis(shipped_crisis_model(), READ)] * 3
    view = FlagView(conversation(("customer", UNNAMED)))
    assert [rule.raise_flags(view) for rule in again] == [fresh] * 3


@pytest.mark.parametrize("rows", APART.values(), ids=APART)
def test_a_row_says_where_it_is_from_and_which_kind_it_is(rows: list[dict[str, str]]) -> None:
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["kind"] for row in rows} == {"explicit", "implicit", "negative"}
