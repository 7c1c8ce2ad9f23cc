"""The company's own rule beside a flag's advice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.document import Audience, Hit, Passage
from server.conversation import Evidence, Flag, Reason, Severity
from server.flags.own_rule import CRISIS_QUESTION, LONGEST_RULE, QUESTIONS, question_of, with_own_rule
from tests.shelf import document


def hit(text: str, *path: str) -> Hit:
    made = document("goodwill", audience=Audience.INTERNAL)
    return Hit(Passage("p", made, text, path or ("Goodwill", "§2")), 1.0, 0.5, 0.5, 0.5)


def flag(reason: Reason = Reason.POLICY_EXCEPTION, severity: Severity = Severity.NOTE) -> Flag:
    return Flag(reason, severity, 0.7, Evidence("t1", "just this once", 0, 14), "Ask who may decide.", "x")


def test_the_sentence_that_speaks_of_the_situation_is_cited_with_its_place() -> None:
    found = with_own_rule(flag(), [hit("We sell lamps. You may waive up to 20 yourself. Be kind.")])
    assert found.advice == "Ask who may decide. Your rule: “You may waive up to 20 yourself.” (Goodwill, §2)"
    assert replace(found, advice=flag().advice) == flag()


def test_of_equally_fitting_sentences_the_better_hit_is_cited() -> None:
    found = with_own_rule(flag(), [hit("You may waive ten."), hit("You may waive twenty.", "Other")])
    assert "ten" in found.advice


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The lamp is blue.",
        "A goodwill lamp is a fine thing.",
        f"You may waive {'a very ' * LONGEST_RULE}lot.",
    ],
)
def test_nothing_is_cited_that_tells_nothing_of_it(text: str) -> None:
    assert with_own_rule(flag(), [hit(text)]) == flag()


def test_each_learned_reason_but_one_looks_its_rule_up() -> None:
    assert {reason for reason in Reason if question_of(flag(reason)) is None} == {
        Reason.NOT_UNDERSTOOD,
        Reason.LOW_CONFIDENCE,
    }
    assert question_of(flag(Reason.VULNERABILITY)) == QUESTIONS[Reason.VULNERABILITY]
    assert question_of(flag(Reason.VULNERABILITY, Severity.URGENT)) == CRISIS_QUESTION
