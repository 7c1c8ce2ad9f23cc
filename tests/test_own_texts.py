"""Macros, greetings and closings of agents and teams: what may be typed, how they are kept, when one fits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from knowledge.confidence import ANSWER_THRESHOLD, confidence
from knowledge.document import Audience, Hit, Kind, QueryTurn
from knowledge.embedder import HashEmbedder, Vectors
from server.embedding import EmbeddingWorker
from server.own_live import LiveOwnTexts
from server.own_match import NOTHING_OWN, Own, OwnTextsOf, ReadyMacro, with_own
from server.own_text import (
    LONGEST_MACRO,
    MOST_MACROS,
    Keeper,
    OwnKind,
    OwnText,
    as_passage,
    read_macro,
    read_phrase,
    searched,
    told_to_others,
    whose_own,
)
from server.own_texts import OwnTexts, TooMany
from server.people import People
from server.phrases import OwnPhrases, read_phrases
from server.store import Store, open_store
from tests.databases import ANA, BEN, KINDS, NOW, new_database
from tests.shelf import ask, document, passage

MINE, TEAM = Keeper("ana"), Keeper("billing", is_team=True)
HASH = HashEmbedder()


# ---- what may be typed -------------------------------------------------------------------------------------


def test_a_macro_is_tidied_and_keeps_its_variables_and_blank_lines() -> None:
    typed = read_macro("  Late \t parcel ", "Dear {{ Customer_Name }},\r\n\r\nIt is on its way.  \r\n")
    assert typed == ("Late parcel", "Dear {{ Customer_Name }},\n\nIt is on its way.")


@pytest.mark.parametrize(
    ("title", "words", "why"),
    [
        (" \n", "Yes.", "Give it a title, so that you know it again."),
        ("T" * 81, "Yes.", "The title has 81 characters; 80 fit."),
        ("T", " \r\n ", "Write what the customer is to read."),
        ("T", "y" * (LONGEST_MACRO + 1), "The text has 4,001 characters; 4,000 fit."),
        (
            *("T", "Dear {{first_name}},"),
            "There is no variable {{first_name}}: "
            "there are {{customer_name}}, {{order_number}}, {{agent_name}}.",
        ),
        (
            *("T", "Dear {{customer_name},"),
            "A variable has two braces on both sides: {{customer_name}}, {{order_number}}, {{agent_name}}.",
        ),
    ],
)
def test_what_can_not_be_a_macro_says_what_to_change(title: str, words: str, why: str) -> None:
    with pytest.raises(ValueError, match="^" + why.replace("{", r"\{").replace(".", r"\.") + "$"):
        read_macro(title, words)


def test_a_greeting_may_be_empty_but_not_long_or_with_an_unknown_variable() -> None:
    assert read_phrase(OwnKind.GREETING, " \n") == ""
    assert read_phrase(OwnKind.CLOSING, "Best wishes\r\nAna ") == "Best wishes\nAna"
    with pytest.raises(ValueError, match="The closing has 301 characters; 300 fit"):
        read_phrase(OwnKind.CLOSING, "x" * 301)
    with pytest.raises(ValueError, match="There is no variable"):
        read_phrase(OwnKind.GREETING, "Dear {{when}},")


def test_a_macro_is_cited_as_whose_it_is_and_others_are_told_no_title() -> None:
    mine, ours = as_passage(own("Late parcel", "It is late.")), as_passage(own("Late parcel", "x", TEAM))
    assert (mine.title_path, ours.title_path) == (("Your macro: Late parcel",), ("Team macro: Late parcel",))
    assert (mine.document.kind, mine.document.audience) == (Kind.MACRO, Audience.PUBLIC)
    assert [whose_own(each.document.id) for each in (mine, ours)] == ["agent", "team"]
    assert told_to_others(mine.document.id) == "A macro of the agent’s own"
    assert told_to_others(ours.document.id) == "A macro of the team"
    assert told_to_others("macros/late.md") is None


# ---- when one fits -----------------------------------------------------------------------------------------


def own(title: str, words: str, keeper: Keeper = MINE, key: int = 1) -> OwnText:
    return OwnText(key, keeper, OwnKind.MACRO, title, words, 1, NOW)


def ready(title: str, words: str, keeper: Keeper = MINE) -> ReadyMacro:
    macro = own(title, words, keeper)
    return ReadyMacro(as_passage(macro), HASH.embed([searched(macro)])[0])


QUESTION = "How long does a refund take to reach my bank account?"
REFUND = ready("Refund", "A refund takes five days to reach your bank account.")
TEAMS = ready("Refund", "A refund takes five working days to reach a bank account.", TEAM)
PARKING = ready("Parking", "Our car park opens at seven and closes at nine.")


def hit(dense: float, sure: float, **fields: Any) -> Hit:
    return Hit(passage(document("refunds.md"), "Refunds take five days."), 1.0, sure, dense, 0.4, **fields)


def titles(hits: Sequence[Hit]) -> list[str]:
    return [each.passage.title_path[0] for each in hits]


@pytest.mark.parametrize(
    ("macros", "first"),
    [
        (Own((PARKING, REFUND), (TEAMS,)), "Your macro: Refund"),
        (Own((PARKING,), (TEAMS,)), "Team macro: Refund"),
        (Own((), (TEAMS,)), "Team macro: Refund"),
        (Own((PARKING,), (PARKING,)), "Refunds.Md"),
        (NOTHING_OWN, "Refunds.Md"),
    ],
    ids=["agent before team", "team where the agent's does not fit", "team alone", "none fits", "none"],
)
def test_the_agents_macro_comes_before_the_teams_and_both_only_if_they_fit(macros: Own, first: str) -> None:
    found = with_own([hit(0.4, 0.2)], [ask(QUESTION)], macros)
    assert titles(found)[0] == first
    assert titles(found)[-1] == "Refunds.Md"
    assert len(found) == (1 if first == "Refunds.Md" else 2)


def test_a_macro_further_off_than_the_best_hit_leaves_it_first() -> None:
    near = float(REFUND.vector @ HASH.embed([QUESTION])[0])
    clearly_better, about_as_good = (
        hit(near + by, confidence(near + by, 0.3), lead=0.3) for by in (0.1, 0.01)
    )
    assert titles(with_own([clearly_better], [ask(QUESTION)], Own((REFUND,)))) == ["Refunds.Md"]
    assert titles(with_own([about_as_good], [ask(QUESTION)], Own((REFUND,))))[0] == "Your macro: Refund"


def test_a_macro_may_answer_what_the_knowledge_does_not_but_not_just_anything() -> None:
    for hits in ([], [hit(0.1, 0.02)]):
        (first, *rest) = with_own(hits, [ask(QUESTION)], Own((REFUND,)))
        assert titles([first]) == ["Your macro: Refund"]
        assert first.confidence >= ANSWER_THRESHOLD
        assert rest == hits
        assert with_own(hits, [ask("Do you sell submarines?")], Own((REFUND,))) == tuple(hits)


def test_what_was_said_before_counts_as_much_as_for_the_best_hit() -> None:
    turns = [ask("How long does a refund take?"), ask("My bank account has none of it.", older=True)]
    closer = float(REFUND.vector @ HASH.embed([turns[0].text])[0]) + 0.05
    best = hit(closer, confidence(closer, 0.1), lead=0.1)
    firsts = [with_own([replace(best, older=share)], turns, Own((REFUND,)))[0] for share in (0.0, 0.33)]
    assert titles(firsts) == ["Refunds.Md", "Your macro: Refund"]


def test_by_words_alone_no_macro_is_compared() -> None:
    only = [hit(0.0, 0.5)]
    assert with_own(only, [QueryTurn(QUESTION, None)], Own((REFUND,))) == tuple(only)


# ---- as they are stored ------------------------------------------------------------------------------------


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = open_store(new_database(request.param, tmp_path))
    people = People(store.engine, lambda: NOW)
    for person in (ANA, BEN):
        people.add(person.name, person.roles, person.team, 1)
    yield store
    store.close()


def test_macros_are_kept_apart_by_person_and_team(store: Store) -> None:
    kept = OwnTexts(store.engine)
    key = kept.add(MINE, "Refund", "It takes five days.", NOW)
    kept.add(MINE, "address", "We changed it.", NOW)
    kept.add(TEAM, "Refund", "Ours.", NOW)
    assert [each.title for each in kept.of(MINE)] == ["address", "Refund"]
    assert [each.text for each in kept.of(TEAM)] == ["Ours."]
    assert kept.of(Keeper("ben")) == kept.of(Keeper("billing")) == kept.of(Keeper("ana", is_team=True)) == []
    (refund,) = [each for each in kept.all() if each.key == key]
    assert refund == OwnText(key, MINE, OwnKind.MACRO, "Refund", "It takes five days.", 1, NOW)


def test_nobody_changes_or_deletes_what_another_keeps_or_what_changed_meanwhile(store: Store) -> None:
    kept = OwnTexts(store.engine)
    key = kept.add(MINE, "Refund", "Five days.", NOW)
    for other in (Keeper("ben"), TEAM):
        assert not kept.change(other, key, 1, ("Refund", "Never."), NOW)
        assert not kept.delete(other, key)
    assert kept.change(MINE, key, 1, ("Refund", "Six days."), NOW)
    assert not kept.change(MINE, key, 1, ("Refund", "Seven days."), NOW)
    (refund,) = kept.of(MINE)
    assert (refund.text, refund.version) == ("Six days.", 2)
    assert kept.delete(MINE, key)
    assert not kept.delete(MINE, key)
    assert kept.of(MINE) == []


def test_every_change_moves_the_mark_and_a_deleted_key_is_not_given_again(store: Store) -> None:
    kept = OwnTexts(store.engine)
    marks = [kept.mark()]
    first = kept.add(MINE, "A", "a", NOW)
    marks.append(kept.mark())
    kept.change(MINE, first, 1, ("A", "b"), NOW)
    marks.append(kept.mark())
    kept.delete(MINE, first)
    marks.append(kept.mark())
    assert kept.add(MINE, "A", "a", NOW) > first
    marks.append(kept.mark())
    kept.set_phrase(MINE, OwnKind.GREETING, "Dear all,", NOW)
    marks.append(kept.mark())
    assert all(before != after for before, after in pairwise(marks))


def test_a_greeting_takes_the_place_of_the_one_before_and_an_empty_one_removes_it(store: Store) -> None:
    kept = OwnTexts(store.engine)
    for words in ("Dear all,", "Hello all,"):
        kept.set_phrase(TEAM, OwnKind.GREETING, words, NOW)
    assert [each.text for each in kept.of(TEAM)] == ["Hello all,"]
    kept.set_phrase(TEAM, OwnKind.GREETING, "", NOW)
    assert kept.of(TEAM) == []


def test_only_so_many_fit_and_a_stranger_has_none(store: Store) -> None:
    kept = OwnTexts(store.engine)
    for number in range(MOST_MACROS):
        kept.add(TEAM, f"Macro {number}", "Yes.", NOW)
    with pytest.raises(TooMany, match=r"^There are 100 macros already; delete one first\.$"):
        kept.add(TEAM, "One more", "Yes.", NOW)
    kept.add(MINE, "Mine", "Yes.", NOW)
    with pytest.raises(ValueError, match="expected a person, received 'nobody'"):
        kept.add(Keeper("nobody"), "T", "Yes.", NOW)


def test_who_is_removed_takes_their_own_texts_along_and_the_teams_stay(store: Store) -> None:
    kept = OwnTexts(store.engine)
    kept.add(MINE, "Mine", "Yes.", NOW)
    kept.set_phrase(MINE, OwnKind.CLOSING, "Best, Ana", NOW)
    kept.add(TEAM, "Ours", "Yes.", NOW)
    with store.engine.begin() as connection:
        connection.execute(text("DELETE FROM people WHERE name = 'ana'"))
    assert [each.title for each in kept.all()] == ["Ours"]


def test_a_customer_who_is_erased_is_masked_in_them_and_running_servers_notice(store: Store) -> None:
    kept = OwnTexts(store.engine)
    kept.add(MINE, "For Kim Park", "Write to kim.park@example.org, Kim Park.", NOW)
    before = kept.mark()
    assert store.erase_customer("Kim Park").mentions == 2
    (masked,) = kept.of(MINE)
    assert "Kim" not in masked.title + masked.text
    assert kept.mark() != before


# ---- in the running server ---------------------------------------------------------------------------------


class CountingEmbedder(HashEmbedder):
    """Keeps what it embedded."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As the hashed words, and on record."""
        self.texts += texts
        return super().embed(texts)


async def in_thread(call: Any, *args: Any) -> Any:
    return await asyncio.to_thread(call, *args)


async def test_each_macro_is_embedded_once_when_it_changes_and_others_stay(store: Store) -> None:
    kept, embedder = OwnTexts(store.engine), CountingEmbedder()
    worker = EmbeddingWorker(embedder)
    worker.start()
    live = LiveOwnTexts(kept, in_thread)
    await live.read(worker)
    assert live.of("ana", "billing") is NOTHING_OWN
    key = kept.add(MINE, "Refund", "Five days.", NOW)
    kept.add(TEAM, "Refund", "Six days.", NOW)
    await live.read(worker)
    await live.read(worker)
    assert embedder.texts == ["Refund\nFive days.", "Refund\nSix days."]
    kept.change(MINE, key, 1, ("Refund", "Seven days."), NOW)
    await live.read(worker)
    assert embedder.texts[2:] == ["Refund\nSeven days."]
    mine, bens, elsewhere = (
        live.of(*each) for each in (("ana", "billing"), ("ben", "billing"), ("ana", "delivery"))
    )
    assert [macro.passage.text for macro in mine.agent] == ["Seven days."]
    assert (len(mine.team), len(bens.agent), len(bens.team), len(elsewhere.team)) == (1, 0, 1, 0)
    await worker.stop()


def test_own_phrases_come_before_the_filed_ones_of_the_same_agent_or_team(tmp_path: Path) -> None:
    file = tmp_path / "phrases.toml"
    file.write_text(
        '[team.billing.closing]\nemail = ["Team file"]\n[agent.ana.closing]\nemail = ["Agent file"]\n'
    )
    kept = {"": OwnPhrases("Dear team,", "Team page"), "ana": OwnPhrases(closing="Agent page")}

    def phrases_of(agent: str, _team: str) -> tuple[OwnPhrases, OwnPhrases]:
        return kept[""], kept.get(agent, OwnPhrases())

    book = read_phrases(file).with_own(OwnTextsOf(phrases=phrases_of).phrases)
    assert book.of("ana", "billing").closing.email == ("Agent page", "Agent file")
    assert book.of("ben", "billing").closing.email == ("Team page", "Team file")
    greetings = book.of("ana", "billing").greeting.email
    assert greetings == ("Dear team,", *book.company.greeting.email)
