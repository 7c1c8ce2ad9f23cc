"""Search over a published revision: what it finds, what it must never return, and how it ranks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.confidence import confidence
from knowledge.document import Audience, Document, Filter, Kind, Passage, QueryTurn
from knowledge.embedder import Embedder
from knowledge.fusion import coverage
from knowledge.manifest import Staged
from knowledge.revisions import Revisions
from knowledge.search import ANSWER_THRESHOLD, Knowledge
from tests import shelf
from tests.shelf import EVERYTHING, HASH, ask, document, passage, staged

LATE = passage(document("late.md"), "A late fee of four coins a day is due after the third reminder.")
PARCEL = passage(document("parcel.md"), "A lost parcel is sent again after ten working days.")
HOURS = passage(document("hours.md"), "The shop is open from nine to six on working days.")


@contextmanager
def opened(tmp_path: Path, what: Staged, exact_limit: int = 200_000) -> Iterator[Knowledge]:
    revisions = Revisions(tmp_path, exact_limit=exact_limit)
    knowledge = revisions.open(revisions.stage(what, HASH), HASH)
    try:
        yield knowledge
    finally:
        knowledge.close()


@contextmanager
def real_shelf(tmp_path: Path) -> Iterator[tuple[Knowledge, Embedder]]:
    embedder = shelf.onnx()
    revisions = Revisions(tmp_path)
    knowledge = revisions.open(revisions.stage(staged(LATE, PARCEL, HOURS), embedder), embedder)
    try:
        yield knowledge, embedder
    finally:
        knowledge.close()


def found_after(knowledge: Knowledge, *turns: QueryTurn) -> Passage:
    return knowledge.search(turns, EVERYTHING)[0].passage


def found(knowledge: Knowledge, text: str, limits: Filter = EVERYTHING) -> list[Passage]:
    return [hit.passage for hit in knowledge.search([ask(text)], limits)]


def test_the_passage_that_answers_comes_first_with_its_scores(tmp_path: Path) -> None:
    with opened(tmp_path, staged(LATE, PARCEL, HOURS)) as knowledge:
        hits = knowledge.search([ask("When is a late fee due?")], EVERYTHING)
    assert hits[0].passage == LATE
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.confidence <= 1 and 0 <= hit.lexical <= 1 for hit in hits)
    assert hits[0].confidence > hits[1].confidence


@pytest.mark.parametrize("exact_limit", [200_000, 0], ids=["exact", "chroma"])
@pytest.mark.parametrize(
    "limits",
    [EVERYTHING, replace(EVERYTHING, documents=("refund-1",)), replace(EVERYTHING, documents=("refund-7.",))],
    ids=["all", "some", "few"],
)
def test_exact_search_and_chroma_give_the_same_hits(tmp_path: Path, exact_limit: int, limits: Filter) -> None:
    everything = shelf.many(300)
    with opened(tmp_path / "exact", everything) as exact, opened(tmp_path, everything, exact_limit) as other:
        for text in ("which rule grants 169 coins", "refund", "rule 77 or rule 78"):
            assert other.search([ask(text)], limits) == exact.search([ask(text)], limits)


@pytest.mark.parametrize(
    ("hidden", "limits"),
    [
        ({"expires_on": date(2026, 3, 14)}, EVERYTHING),
        ({"effective_from": date(2026, 3, 16)}, EVERYTHING),
        ({"audience": Audience.INTERNAL}, replace(EVERYTHING, audiences=frozenset({Audience.PUBLIC}))),
        ({"kind": Kind.CODE}, replace(EVERYTHING, kinds=frozenset({Kind.POLICY}))),
        ({"product": "saw"}, replace(EVERYTHING, product="mower")),
        ({"locale": "de"}, replace(EVERYTHING, locale="en")),
        ({"id": "other/late.md"}, replace(EVERYTHING, documents=("ours/",))),
    ],
)
def test_what_the_filter_excludes_is_never_returned(
    tmp_path: Path, hidden: dict[str, object], limits: Filter
) -> None:
    secret = passage(document("late.md", **hidden), LATE.text)
    with opened(tmp_path, staged(secret)) as knowledge:
        assert found(knowledge, LATE.text, limits) == []
        assert knowledge.passage(secret.id) == secret


def test_equal_texts_appear_once_and_the_most_public_copy_stands_for_all(tmp_path: Path) -> None:
    inside = passage(
        document("internal/late.md", audience=Audience.INTERNAL, title="Late fee"),
        LATE.text + " " + PARCEL.text,
    )
    outside = passage(document("public/late.md", title="Reminders"), inside.text.upper())
    with opened(tmp_path, staged(inside, outside, HOURS)) as knowledge:
        assert found(knowledge, "late fee") == [outside, HOURS]
        assert found(knowledge, "late fee", replace(EVERYTHING, documents=("internal",))) == [inside]


def test_the_turns_weigh_as_they_are_told(tmp_path: Path) -> None:
    with opened(tmp_path, staged(LATE, PARCEL)) as knowledge:
        first, second = "the late fee", "my lost parcel"
        assert knowledge.search([ask(first), ask(second, weight=0.1)], EVERYTHING)[0].passage == LATE
        assert knowledge.search([ask(first, weight=0.1), ask(second)], EVERYTHING)[0].passage == PARCEL


def test_a_short_question_is_read_with_what_was_said_before(tmp_path: Path) -> None:
    with real_shelf(tmp_path) as (knowledge, embedder):
        before = ask("When is a late fee due?", embedder, older=True)
        assert found_after(knowledge, ask("and how much is it a day?", embedder), before) == LATE


def test_a_new_matter_is_not_drowned_by_the_old_one(tmp_path: Path) -> None:
    with real_shelf(tmp_path) as (knowledge, embedder):
        before = [
            ask("The late fee is due after the third reminder.", embedder, older=True),
            ask("When is a late fee due?", embedder, older=True),
        ]
        new = ask("My parcel is lost, will you send it again?", embedder)
        assert found_after(knowledge, new, *before) == PARCEL


def test_the_place_named_earlier_decides_between_two_of_a_kind(tmp_path: Path) -> None:
    lodge, hall = (
        passage(document(f"{name}.md", entity=name, title=name), f"The {name} has breakfast until {hour}.")
        for name, hour in (("Harbour Lodge", "ten"), ("Tilda Hall", "nine"))
    )
    with opened(tmp_path, staged(lodge, hall, HOURS)) as knowledge:
        for named, right in (("harbour lodge please", lodge), ("Tell me of Tilda Hall", hall)):
            turns = [
                ask("until when is breakfast?"),
                ask("It is booked.", older=True),
                ask(named, older=True),
            ]
            assert knowledge.search(turns, EVERYTHING)[0].passage == right


def test_without_a_need_what_was_said_before_is_asked(tmp_path: Path) -> None:
    with opened(tmp_path, staged(LATE, PARCEL)) as knowledge:
        assert knowledge.search([ask("lost parcel", older=True)], EVERYTHING)[0].passage == PARCEL


@pytest.mark.parametrize("text", ["", "?!", "unheard-of words only"])
def test_a_query_without_known_words_still_gets_an_honest_answer(tmp_path: Path, text: str) -> None:
    with opened(tmp_path, staged(LATE, PARCEL)) as knowledge:
        assert all(hit.confidence < ANSWER_THRESHOLD for hit in knowledge.search([ask(text)], EVERYTHING))


def test_nothing_is_found_without_turns_without_room_and_without_passages(tmp_path: Path) -> None:
    with opened(tmp_path, staged(LATE)) as knowledge:
        assert knowledge.search([], EVERYTHING) == []
        assert knowledge.search([ask("late")], EVERYTHING, limit=0) == []
    with opened(tmp_path, staged()) as empty:
        assert found(empty, "late") == []
        assert list(empty.passages) == []


def test_no_more_than_the_limit_is_returned(tmp_path: Path) -> None:
    with opened(tmp_path, shelf.many(100)) as knowledge:
        assert len(knowledge.search([ask("refund rule")], EVERYTHING, limit=3)) == 3
        assert len(knowledge.search([ask("refund rule")], EVERYTHING, limit=80)) == 80


def test_the_real_model_finds_what_shares_no_word_with_the_query(tmp_path: Path) -> None:
    revisions, embedder = Revisions(tmp_path), shelf.onnx()
    knowledge = revisions.open(revisions.stage(staged(LATE, PARCEL, HOURS), embedder), embedder)
    hits = knowledge.search([ask("my package never arrived", embedder)], EVERYTHING)
    knowledge.close()
    assert hits[0].passage == PARCEL


def test_words_side_by_side_as_in_the_question_come_before_the_same_words_apart(tmp_path: Path) -> None:
    near = passage(
        document("near.md", title=""), "Our yearly plan ends any day; a letter about the desk is enough."
    )
    apart = passage(
        document("apart.md", title=""), "The yearly desk ends any day; a letter by plan is enough."
    )
    with opened(tmp_path, staged(apart, near, PARCEL, HOURS)) as knowledge:
        assert found(knowledge, "When does the yearly plan end?")[0] == near
        assert found(knowledge, "When does the yearly desk end?")[0] == apart


def test_in_code_neighbouring_words_prove_nothing(tmp_path: Path) -> None:
    texts = ("Our yearly plan ends any day; a letter about the desk is enough.", "A desk, a plan.")
    coded = [
        passage(document(f"{number}.py", title="", kind=Kind.CODE), text) for number, text in enumerate(texts)
    ]
    with opened(tmp_path, staged(*coded)) as knowledge:
        _, _, evidence = knowledge.evidence([ask("yearly plan")], knowledge.mask(EVERYTHING), 8)
    assert not np.asarray(evidence.pairs).any()


def test_answers_under_one_title_vouch_for_each_other(tmp_path: Path) -> None:
    page = [
        passage(document(f"moving-{number}.md", title="Moving house"), text)
        for number, text in enumerate(("Tell us the new door.", "Moving twice a year costs nothing."))
    ]
    with opened(tmp_path, staged(*page, PARCEL, HOURS)) as knowledge:
        _, rows, evidence = knowledge.evidence([ask("moving house")], knowledge.mask(EVERYTHING), 8)
        vouched = [knowledge.passages[int(row)] for row in rows[np.asarray(evidence.subject) > 0]]
    assert vouched == page


def test_coverage_counts_rare_words_more() -> None:
    rarity = {"the": 0.1, "fee": 3.0, "paella": 4.9}
    assert coverage(rarity, {"the"}) == pytest.approx(0.0125)
    assert coverage(rarity, {"the", "fee"}) == pytest.approx(0.3875)
    assert coverage({}, {"the"}) == 0.0


def test_confidence_rises_with_meaning_and_with_the_lead() -> None:
    assert confidence(0.2, 0.1) < confidence(0.5, 0.1) < confidence(0.5, 0.3)
    assert confidence(0.5, -1.0) == confidence(0.5, 0.0)


def test_search_text_shows_titles_and_question_to_both_indexes(tmp_path: Path) -> None:
    titled = passage(
        Document("f.csv", "Returns", Kind.FAQ, Audience.PUBLIC, "o", "1"),
        "Yes.",
        question="Is sale stock returnable?",
    )
    with opened(tmp_path, staged(titled, PARCEL)) as knowledge:
        assert found(knowledge, "sale stock")[0] == titled
        assert found(knowledge, "returns")[0] == titled
