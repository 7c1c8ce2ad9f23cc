from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from knowledge.document import Audience, Kind, Passage
from knowledge.embedder import HashEmbedder
from knowledge.errors import NoKnowledge
from knowledge.live import LiveKnowledge
from knowledge.revisions import Revisions
from server.assist import AssistParts, AssistRequest, assist
from server.assist_events import (
    AssistEvent,
    DraftFailed,
    DraftGrew,
    DraftReady,
    DraftStarted,
    FlagsDecided,
    HitsRead,
    NothingGood,
    NothingNeeded,
    SnippetsReady,
    UntestedLanguage,
)
from server.conversation import Channel, Conversation, Reason
from server.draft import INTERNAL_ONLY
from server.embedding import EmbeddingWorker
from server.flags import shipped_rules
from server.model import ModelFailed, OpenAILikeModel, ScriptedModel, Step
from server.read_on import MOST_READ
from server.suggestion import Wish
from server.wire import TextPiece
from tests.dialogues import NOW, conversation
from tests.scripted_endpoint import ScriptedEndpoint, serving
from tests.shelf import document, passage, staged

DEADLINE_S = 20.0
RETURN = "How many days do I have to return a lamp after delivery?"
SHELF = (
    passage(
        document("returns"),
        "How many days you have to return a lamp after delivery: you have 30 days. Keep the box.",
    ),
    passage(
        document("internal-fees", audience=Audience.INTERNAL),
        "Agents may waive the storage charge for pianos up to 40 pounds.",
    ),
    passage(
        document("old-promise", expires_on=date(2026, 1, 1)),
        "How many days you have to return a lamp after delivery: ninety days.",
    ),
    passage(
        document("faq", kind=Kind.FAQ),
        "No. We do not take cheques.",
        question="Do you take cheques as payment in the showroom?",
    ),
)


@dataclass
class Stage:
    """Real knowledge over the shelf with a running embedding worker."""

    parts: AssistParts
    embedding: EmbeddingWorker

    def with_model(self, model: Any, timeout_s: float = DEADLINE_S) -> Stage:
        return replace(self, parts=replace(self.parts, model=model, model_timeout_s=timeout_s))

    async def events(
        self, talk: Conversation, question: str | None = None, **fields: Any
    ) -> list[AssistEvent]:
        request = AssistRequest(talk, question, fields.pop("settle_s", 0.0), NOW, **fields)
        async with asyncio.timeout(DEADLINE_S), aclosing(assist(request, self.parts)) as events:
            return [event async for event in events]

    async def ask(self, text: str) -> list[AssistEvent]:
        return await self.events(conversation(("agent", "Hello."), ("customer", text)))


def publish(home: Path, passages: Sequence[Passage]) -> LiveKnowledge:
    revisions = Revisions(home)
    revisions.publish(revisions.stage(staged(*passages), HashEmbedder()))
    live = LiveKnowledge(revisions, HashEmbedder())
    live.refresh()
    return live


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    live = publish(tmp_path, SHELF)
    worker = EmbeddingWorker(HashEmbedder())
    worker.start()
    yield Stage(AssistParts(live, worker, None, shipped_rules()), worker)
    await worker.stop()
    live.close()


def names(events: Sequence[AssistEvent]) -> list[str]:
    """The kinds of events in order, repetitions folded."""
    kinds = [type(event).__name__ for event in events]
    return [kind for place, kind in enumerate(kinds) if place == 0 or kinds[place - 1] != kind]


def ready(events: Sequence[AssistEvent]) -> DraftReady:
    return next(event for event in events if isinstance(event, DraftReady))


def sources(events: Sequence[AssistEvent]) -> list[str]:
    return [event.source for event in events if isinstance(event, DraftStarted)]


async def test_snippets_come_first_then_flags_then_the_draft(stage: Stage) -> None:
    events = await stage.ask(RETURN)
    assert names(events) == ["SnippetsReady", "FlagsDecided", "DraftStarted", "DraftGrew", "DraftReady"]
    assert sources(events) == ["extractive"]
    snippets = events[0]
    assert isinstance(snippets, SnippetsReady)
    assert snippets.hits[0].passage.document.id == "returns"
    assert snippets.revision == stage.parts.knowledge.current_revision
    assert snippets.fit == "answers"


class ScriptedReader:
    """Gives each passage the score that its text is listed with, and notes what was read."""

    def __init__(self, scores: Mapping[str, float], otherwise: float = 0.0) -> None:
        self._scores = scores
        self._otherwise = otherwise
        self.read: list[tuple[str, str]] = []

    def score(self, question: str, passage: Passage) -> float:
        self.read.append((question, passage.document.id))
        return self._scores.get(passage.document.id, self._otherwise)


def reading(stage: Stage, reader: ScriptedReader) -> Stage:
    return replace(stage, parts=replace(stage.parts, reader=reader))


async def test_a_passage_that_reads_like_no_answer_is_shown_but_not_drafted_from(stage: Stage) -> None:
    reader = ScriptedReader({}, otherwise=-20.0)
    near = "How many days until delivery of a lamp?"
    assert names(await stage.ask(near))[-1] == "DraftReady"
    events = await reading(stage, reader).ask(near)
    assert names(events) == ["SnippetsReady", "FlagsDecided", "HitsRead"]
    found, read = events[0], events[-1]
    assert isinstance(found, SnippetsReady)
    assert isinstance(read, HitsRead)
    assert (found.fit, read.fit) == ("answers", "might_help")
    assert [hit.passage for hit in read.hits] == [hit.passage for hit in found.hits]
    assert {question for question, _ in reader.read} == {near}
    assert 1 <= len(reader.read) <= MOST_READ


async def test_a_draft_comes_of_what_only_reading_tells_to_be_an_answer(stage: Stage) -> None:
    weak = "Within how many days must lamps go back?"
    plain = await stage.ask(weak)
    assert names(plain) == ["SnippetsReady", "FlagsDecided"]
    assert isinstance(plain[0], SnippetsReady)
    document_id = plain[0].hits[0].passage.document.id
    reader = ScriptedReader({document_id: 12.0})
    events = await reading(stage, reader).ask(weak)
    assert names(events)[1:4] == ["FlagsDecided", "HitsRead", "DraftStarted"]
    assert reader.read == [(weak, document_id)]
    assert ready(events).confidence > plain[0].hits[0].confidence


async def test_nothing_is_read_where_no_draft_would_come(stage: Stage) -> None:
    reader = ScriptedReader({})
    talk = conversation(("agent", "Hello."), ("customer", RETURN))
    events = await reading(stage, reader).events(talk, drafted=False)
    assert names(events) == ["SnippetsReady", "FlagsDecided"]
    await reading(stage, reader).ask("Thanks, bye!")
    assert reader.read == []


async def test_a_draft_that_the_agent_opens_is_verbatim_and_of_those_snippets_whatever_model_there_is(
    stage: Stage,
) -> None:
    found = (await stage.ask(RETURN))[0]
    assert isinstance(found, SnippetsReady)
    model = ScriptedModel([["Generated."]])
    talk = conversation(("customer", RETURN))
    events = await stage.with_model(model).events(talk, hits=found.hits, wish=Wish(verbatim=True))
    assert names(events) == ["DraftStarted", "DraftGrew", "DraftReady"]
    assert (sources(events), model.prompts) == (["extractive"], [])
    assert "you have 30 days" in ready(events).text


async def test_advice_cites_the_companys_own_internal_rule(tmp_path: Path) -> None:
    rule = "When a customer asks for a manager, offer a call back by the team lead within two hours."
    public = "A manager of ours will always call back when a customer asks for a manager."
    live = publish(
        tmp_path,
        [
            *SHELF,
            passage(document("escalating", audience=Audience.INTERNAL), rule),
            passage(document("promises"), public),
        ],
    )
    worker = EmbeddingWorker(HashEmbedder())
    worker.start()
    stage = Stage(AssistParts(live, worker, None, shipped_rules()), worker)
    events = await stage.ask(f"{RETURN} And get me your manager.")
    (decided,) = [event for event in events if isinstance(event, FlagsDecided)]
    (flag,) = decided.flags
    assert flag.advice.endswith(f"Your rule: “{rule}” (Escalating)")
    await worker.stop()
    live.close()


async def test_what_grew_is_what_is_ready_and_citations_are_verbatim(stage: Stage) -> None:
    talk = conversation(("customer", RETURN), channel=Channel.EMAIL)
    events = await stage.events(talk)
    draft = ready(events)
    pieces = [piece for event in events if isinstance(event, DraftGrew) for piece in event.pieces]
    assert "".join(piece.text for piece in pieces if isinstance(piece, TextPiece)) == draft.text
    assert draft.text.startswith("Hello,\n\n")
    assert draft.citations
    for citation in draft.citations:
        cited = draft.text[citation.start : citation.end]
        assert citation.number == 1
        assert cited in SHELF[0].text
        assert citation.passage_id == SHELF[0].id


async def test_an_expired_passage_is_neither_shown_nor_drafted(stage: Stage) -> None:
    events = await stage.ask(RETURN)
    assert isinstance(events[0], SnippetsReady)
    assert "old-promise" not in {hit.passage.document.id for hit in events[0].hits}
    assert "ninety" not in ready(events).text


async def test_an_unknown_matter_is_a_gap_and_a_flag(stage: Stage) -> None:
    events = await stage.ask("Which zodiac sign suits quantum submarines?")
    assert names(events) == ["NothingGood", "FlagsDecided"]
    gap, flags = events
    assert isinstance(gap, NothingGood)
    assert isinstance(flags, FlagsDecided)
    assert [flag.reason for flag in flags.flags] == [Reason.LOW_CONFIDENCE]


async def test_thanks_need_nothing(stage: Stage) -> None:
    events = await stage.ask("Thanks, bye!")
    assert events == [NothingNeeded(), FlagsDecided(())]


async def test_flags_come_even_when_nothing_is_needed(stage: Stage) -> None:
    talk = conversation(
        ("customer", "This is ridiculous, get me your manager!"), ("agent", "Hi."), ("customer", "Hello?")
    )
    events = await stage.events(talk)
    assert names(events) == ["NothingNeeded", "FlagsDecided"]
    assert isinstance(events[1], FlagsDecided)
    assert {flag.reason for flag in events[1].flags} == {Reason.HUMAN_REQUESTED, Reason.FRUSTRATION}


async def test_internal_text_is_shown_but_never_drafted(stage: Stage) -> None:
    events = await stage.ask("May agents waive the storage charge for pianos up to 40 pounds?")
    assert names(events) == ["SnippetsReady", "FlagsDecided", "DraftStarted", "DraftFailed"]
    assert events[-1] == DraftFailed(INTERNAL_ONLY)


async def test_the_agents_own_question_is_answered_and_raises_no_gap_flag(stage: Stage) -> None:
    talk = conversation(("customer", "My lamp is blue."))
    answered = await stage.events(talk, "Do you take cheques as payment in the showroom?")
    assert "We do not take cheques." in ready(answered).text
    unknown = await stage.events(talk, "Which zodiac sign suits quantum submarines?")
    assert unknown[1] == FlagsDecided(())


async def test_without_knowledge_flags_still_come_and_the_error_says_who_acts(
    stage: Stage, tmp_path: Path
) -> None:
    empty = LiveKnowledge(Revisions(tmp_path / "empty"), HashEmbedder())
    parts = replace(stage.parts, knowledge=empty)
    talk = conversation(("customer", "This is ridiculous. How many days to return?"))
    async with aclosing(assist(AssistRequest(talk, None, 0.0, NOW), parts)) as events:
        assert isinstance(await anext(events), FlagsDecided)
        with pytest.raises(NoKnowledge, match="ingest sync"):
            await anext(events)


async def test_a_draft_waits_for_the_settle_time_and_snippets_do_not(stage: Stage) -> None:
    request = AssistRequest(conversation(("customer", RETURN)), None, 3600.0, NOW)
    async with asyncio.timeout(DEADLINE_S), aclosing(assist(request, stage.parts)) as events:
        assert isinstance(await anext(events), SnippetsReady)
        assert isinstance(await anext(events), FlagsDecided)
        settling = asyncio.ensure_future(anext(events))
        done, _ = await asyncio.wait([settling], timeout=0.05)
        assert not done
        settling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await settling


SUPPORTED = "You have 30 days to return a lamp after delivery [1]."


async def test_a_model_drafts_with_citations_and_low_support_where_it_invents(stage: Stage) -> None:
    model = ScriptedModel([[SUPPORTED[:20], SUPPORTED[20:], " We also pay for ", "elephants [1]. Fine [9]."]])
    events = await stage.with_model(model).ask(RETURN)
    assert sources(events) == ["scripted at here"]
    draft = ready(events)
    assert draft.text == SUPPORTED.replace(" [1]", "") + " We also pay for elephants. Fine."
    good, bad = draft.citations
    assert good.support > 0.5 > bad.support
    assert [draft.text[part.start : part.end] for part in draft.unsupported] == ["We also pay for elephants."]
    assert 0 < draft.confidence < 0.5


@pytest.mark.parametrize(
    ("script", "source"),
    [
        ([ModelFailed("down")], "extractive (model did not answer)"),
        (["You have ", ModelFailed("half-way")], "extractive (model did not answer)"),
        (["I am glad to help with that."], "extractive (model cited nothing)"),
        ([], "extractive (model cited nothing)"),
    ],
)
async def test_a_failing_model_gives_way_visibly(stage: Stage, script: list[Step], source: str) -> None:
    events = await stage.with_model(ScriptedModel([script])).ask(RETURN)
    assert sources(events) == ["scripted at here", source]
    assert "30 days" in ready(events).text


async def test_a_slow_model_is_left_for_the_extractive_draft(stage: Stage) -> None:
    model = ScriptedModel([["You ", asyncio.Event(), "never"]])
    events = await stage.with_model(model, timeout_s=0.05).ask(RETURN)
    assert sources(events)[-1] == "extractive (model did not answer)"
    assert model.abandoned == 1


async def test_a_model_sees_no_internal_text_and_no_notes(stage: Stage) -> None:
    model = ScriptedModel([[SUPPORTED]])
    talk = conversation(
        ("note", "VIP, secretly rude"), ("customer", RETURN + " And may agents waive the charge?")
    )
    await stage.with_model(model).events(talk)
    seen = model.prompts[0].system + model.prompts[0].user
    assert "rude" not in seen
    assert "waive the storage charge" not in seen


@pytest.mark.parametrize(
    ("host", "sees"), [("model.example:443", "<EMAIL_1>"), ("127.0.0.1:8000", "kim@x.example")]
)
async def test_a_model_elsewhere_sees_stand_ins_and_the_draft_the_words(
    stage: Stage, host: str, sees: str
) -> None:
    script: list[Step] = ["We wrote to ", sees[:5], f"{sees[5:]}. {SUPPORTED}"]
    model = ScriptedModel([script], host=host)
    events = await stage.with_model(model).events(conversation(("customer", RETURN + " I am kim@x.example")))
    assert sees in model.prompts[0].user
    assert ("kim@x.example" in model.prompts[0].user) is (sees == "kim@x.example")
    assert ready(events).text.startswith("We wrote to kim@x.example. You have 30 days")


async def test_a_superseded_draft_hangs_up_on_the_model(stage: Stage) -> None:
    never = asyncio.Event()
    async with serving(ScriptedEndpoint(SUPPORTED, never)) as endpoint:
        modelled = stage.with_model(OpenAILikeModel(endpoint.url, "tiny", timeout_s=DEADLINE_S))
        grew = asyncio.Event()

        async def run() -> None:
            request = AssistRequest(conversation(("customer", RETURN)), None, 0.0, NOW)
            async for event in assist(request, modelled.parts):
                if isinstance(event, DraftGrew):
                    grew.set()

        running = asyncio.create_task(run())
        async with asyncio.timeout(DEADLINE_S):
            await grew.wait()
            running.cancel()
            await endpoint.left.wait()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_a_cancelled_request_leaves_nothing_in_the_queue(stage: Stage) -> None:
    request = AssistRequest(conversation(("customer", RETURN)), None, 0.0, NOW)
    running = asyncio.ensure_future(anext(assist(request, stage.parts)))
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert stage.embedding.queued == 0
    assert ready(await stage.ask(RETURN)).text


async def test_a_note_that_insults_the_customer_is_no_flag_and_in_no_draft(stage: Stage) -> None:
    model = ScriptedModel([[SUPPORTED]])
    insult = "This idiot is ridiculous, I am fed up with him."
    talk = conversation(("customer", "Hello."), ("note", insult), ("customer", RETURN))
    events = await stage.with_model(model).events(talk)
    assert FlagsDecided(()) in events
    assert "idiot" not in model.prompts[0].system + model.prompts[0].user
    assert "idiot" not in ready(await stage.events(talk)).text


async def test_a_question_in_quoted_mail_is_not_searched(stage: Stage) -> None:
    quoting = f"My cat is purple.\n\nOn Mon, 9 Mar 2026 at 16:20, Support <a@b.example> wrote:\n\n{RETURN}"
    assert names(await stage.ask(RETURN))[0] == "SnippetsReady"
    assert names(await stage.ask(quoting)) == ["NothingGood", "FlagsDecided"]


async def test_an_auto_reply_needs_nothing_whatever_it_quotes(stage: Stage) -> None:
    away = f"Automatic reply: I am away.\n\n> {RETURN}"
    assert await stage.ask(away) == [NothingNeeded(), FlagsDecided(())]


GERMAN = "Wie viele Tage habe ich, um eine Lampe zurückzugeben?"


async def test_an_untested_language_is_named_and_nothing_is_guessed_or_missed(stage: Stage) -> None:
    noticed, snippets, flags = await stage.ask(GERMAN)
    assert isinstance(noticed, UntestedLanguage)
    assert noticed.language == "German"
    assert "no drafts" in noticed.off
    assert snippets == SnippetsReady((), stage.parts.knowledge.current_revision or "", None)
    assert flags == FlagsDecided(())
    assert stage.embedding.queued == 0


async def test_a_courtesy_after_a_question_keeps_its_language(stage: Stage) -> None:
    events = await stage.events(conversation(("customer", GERMAN), ("customer", "Danke schön")))
    assert names(events) == ["UntestedLanguage", "SnippetsReady", "FlagsDecided"]
    assert await stage.ask("Merci beaucoup !") == [NothingNeeded(), FlagsDecided(())]


async def test_an_untested_language_finds_what_has_its_very_words(stage: Stage, tmp_path: Path) -> None:
    german = passage(document("rueckgabe"), "Eine Lampe können Sie dreißig Tage lang zurückgeben.")
    live = publish(tmp_path / "german", [*SHELF, german])
    parts = replace(stage.parts, knowledge=live)
    events = await Stage(parts, stage.embedding).ask("Kann ich eine Lampe nach zwanzig Tagen zurückgeben?")
    live.close()
    assert names(events) == ["UntestedLanguage", "SnippetsReady", "FlagsDecided"]
    assert isinstance(events[1], SnippetsReady)
    assert [hit.passage.document.id for hit in events[1].hits] == ["rueckgabe"]
    assert events[1].fit == "might_help"
    assert events[1].hits[0].dense == 0.0


async def test_the_agents_own_question_is_answered_whatever_the_customer_speaks(stage: Stage) -> None:
    events = await stage.events(conversation(("customer", GERMAN)), RETURN)
    assert names(events)[0] == "SnippetsReady"
    assert "30 days" in ready(events).text
