"""Code among the snippets: each function once, its wording public and its names kept in."""

from __future__ import annotations

from dataclasses import replace

from knowledge.document import Audience, Hit, Kind
from knowledge.rule import Rule, Wording
from server.wording import one_each, spoken
from tests.shelf import TODAY, document, passage

CODE = document("fees.py", kind=Kind.CODE, audience=Audience.INTERNAL)
RULE = Rule("fees.py:late_fee", "The late fee.")


def hit(text: str, rule: Rule | None = None) -> Hit:
    return Hit(passage(CODE, text, rule=rule, title_path=("fees", "late_fee")), 1.0, 0.9, 0.9, 1.0)


def test_of_a_functions_pieces_the_best_stays_and_modules_and_texts_all_stay() -> None:
    module = Rule(None, "Fees.")
    hits = [hit("a", RULE), hit("b", module), hit("c", RULE), hit("d", module), hit("e"), hit("f")]
    assert [one.passage.text for one in one_each(hits)] == ["a", "b", "d", "e", "f"]


def test_a_wording_stands_for_its_code_without_a_name_of_it() -> None:
    worded = replace(RULE, wording=Wording("It is 3%.", "bob", TODAY))
    said, silent = spoken([hit("def late_fee(): ...", worded), hit("def late_fee(): ...", RULE)])
    assert said.passage.search_text == "late fee\nIt is 3%."
    assert (said.passage.document.audience, said.passage.document.kind) == (Audience.PUBLIC, Kind.POLICY)
    assert (said.passage.rule, said.confidence) == (None, 0.9)
    assert silent.passage.document.audience is Audience.INTERNAL
