"""The draft as a stream of events: the model's, or where there is none, the passages' own words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from knowledge.document import Audience, Hit, Passage
from server.answering import PASSAGES_READ, Asked, statements_of
from server.assist_events import AssistEvent, DraftFailed, DraftGrew, DraftKept, DraftReady, DraftStarted
from server.changing import NEEDS_MODEL, NO_CHANGE, NO_OTHER_LANGUAGE, is_voice
from server.citations import MarkParser, cite
from server.compose import Form, Line, compose, form_of
from server.conversation import Conversation
from server.embedding import EmbeddingWorker
from server.language import ENGLISH, language_of
from server.model import LanguageModel, ModelFailed
from server.mood import mood_of
from server.phrases import Phrases
from server.placeholders import Placeholders, Restoring, is_outside
from server.prompts import (
    Budget,
    Prompt,
    build_prompt,
    change_rule,
    read_template,
    with_said,
)
from server.suggestion import NO_WISH, Wish
from server.told import told_in
from server.understand import said
from server.wire import CitationPart, CitationPiece, DraftPiece, TextPiece

EXTRACTIVE = "extractive"
NO_ANSWER = "extractive (model did not answer)"
NOTHING_CITED = "extractive (model cited nothing)"
INTERNAL_ONLY = "Only internal passages answer this: read the snippets and reply in your own words."
SAID_ALREADY = "What answers this was said or turned down here already: read the snippets for another way."
NOT_CHANGED = "The model did not answer. The draft before is as it was."
TOO_LONG = "The answer with its conditions is too long for a short reply: read the snippets."
# So many sentences are compared by meaning; beyond them words decide alone.
MOST_COMPARED = 16
MOST_COMPARED_LONGER = 48
# Passages of which search is much less sure than of the best are not compared: their sentences rarely enter.
_NEAR = 0.6


@dataclass(frozen=True, slots=True)
class Drafting:
    """Who drafts and within what; without a model the passages' own sentences are the draft.

    Without `embedding` sentences are chosen by their words alone.
    """

    phrases: Phrases
    embedding: EmbeddingWorker | None = None
    model: LanguageModel | None = None
    timeout_s: float = 20.0
    prompt_tokens: int = 3000


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """What to answer and the snippets shown, best first (number = place, from 1).

    `wish` is how the agent wants it.
    """

    conversation: Conversation
    question: str | None
    need: str
    hits: Sequence[Hit]
    wish: Wish = NO_WISH

    @property
    def public(self) -> Mapping[int, Passage]:
        """The passages that may enter a draft, by snippet number."""
        return {
            number: hit.passage
            for number, hit in enumerate(self.hits, 1)
            if hit.passage.document.audience is Audience.PUBLIC
        }

    @property
    def form(self) -> Form:
        """The form that the reply needs."""
        wish = self.wish
        return form_of(self.conversation, wish.agent, wish.form == "facts", wish.length)

    @property
    def asked(self) -> Asked:
        """What the sentences are chosen for; an agent who asks wants all of it, whatever was said before."""
        if self.question is not None:
            return Asked(self.need, self.hits)
        if self.wish.hint:
            return Asked(self.need, self.hits, mood=mood_of(self.conversation))
        told = told_in(self.conversation, self.wish.used)
        return Asked(self.need, self.hits, told, mood_of(self.conversation))


async def draft(request: DraftRequest, parts: Drafting) -> AsyncGenerator[AssistEvent, None]:
    """DraftStarted, DraftGrew*, then DraftReady or DraftFailed; or DraftKept when a change changes nothing.

    A model that fails, is too slow or cites nothing is followed by a second DraftStarted: what came before it
    is void, and its source says so. A change that is a model's alone ends as failed instead.
    """
    source, voice = EXTRACTIVE, is_voice(request.wish.rewrite)
    if refusal := _refusal(request, parts):
        yield DraftKept(refusal)
        return
    if parts.model is not None and request.public:
        outcome = _Outcome()
        async with aclosing(_model_draft(request, parts, parts.model, outcome)) as events:
            async for event in events:
                yield event
        if outcome.ready:
            return
        if voice:
            yield DraftFailed(NOT_CHANGED)
            return
        source = outcome.instead
    if source != EXTRACTIVE or request.wish.rewrite is None:
        yield DraftStarted(source)
    for event in _unless_same(request, await _extractive(request, parts), source):
        yield event
        await asyncio.sleep(0)


def _refusal(request: DraftRequest, parts: Drafting) -> str | None:
    """Why a change can't even be tried."""
    rewrite = request.wish.rewrite
    if not is_voice(rewrite):
        return None
    if parts.model is None or not request.public:
        return NEEDS_MODEL
    return NO_OTHER_LANGUAGE if rewrite and _translated_into(request) == ENGLISH else None


def _translated_into(request: DraftRequest) -> str | None:
    """The language of the customer's newest words; None for a draft that is not to be translated."""
    rewrite, newest = request.wish.rewrite, request.conversation.newest_customer_turn
    if rewrite is None or rewrite.change != "translate":
        return None
    return language_of(said(newest.text)) if newest else ENGLISH


async def _extractive(request: DraftRequest, parts: Drafting) -> list[AssistEvent]:
    asked = await _with_meaning(request.asked, parts.embedding, request.wish.length > 0)
    return extractive(request, asked, parts.phrases)


def _unless_same(request: DraftRequest, events: list[AssistEvent], source: str) -> list[AssistEvent]:
    """A change that came out as it was, or not at all, leaves the agent with the draft that there is."""
    rewrite, last = request.wish.rewrite, events[-1]
    if rewrite is None or source != EXTRACTIVE:
        return events
    if not isinstance(last, DraftReady) or last.text == rewrite.text:
        return [DraftKept(NO_CHANGE[rewrite.change])]
    return [DraftStarted(source), *events]


async def _with_meaning(asked: Asked, embedding: EmbeddingWorker | None, longer: bool) -> Asked:
    """Adds how close each sentence is to the need; embedded behind whatever is to be searched."""
    read = asked.public
    if not longer:
        read = [each for each in read[:PASSAGES_READ] if each[1].confidence >= _NEAR * asked.surest]
    most = MOST_COMPARED_LONGER if longer else MOST_COMPARED
    texts = [each.text for number, hit in read for each in statements_of(number, hit)][:most]
    if embedding is None or len(texts) < 2:
        return asked
    need, *vectors = await embedding.embed([asked.need, *texts], patient=True)
    meaning = {text: float(vector @ need) for text, vector in zip(texts, vectors, strict=True)}
    return replace(asked, meaning=meaning)


def extractive(request: DraftRequest, asked: Asked, phrases: Phrases) -> list[AssistEvent]:
    """The whole extractive draft after its start, one DraftGrew a sentence."""
    lines = compose(asked, request.form, phrases)
    if not lines:
        return [DraftFailed(_why_silent(asked))]
    text, citations = "", []
    for line in lines:
        start = len(text) + len(line.lead)
        text += line.lead + line.text
        if line.number is not None:
            passage_id = request.public[line.number].id
            citations.append(
                CitationPart(
                    number=line.number, passage_id=passage_id, start=start, end=len(text), support=1.0
                )
            )
    # Words that nothing is cited for are no answer of which anybody could be sure.
    confidence = request.hits[citations[0].number - 1].confidence if citations else 0.0
    grown: list[AssistEvent] = [DraftGrew(_pieces(line)) for line in lines]
    return [*grown, DraftReady(text, tuple(citations), confidence)]


def _why_silent(asked: Asked) -> str:
    said = [each.text for number, hit in asked.public for each in statements_of(number, hit)]
    if any(asked.told.holds(text) for text in said):
        return SAID_ALREADY
    return TOO_LONG if said else INTERNAL_ONLY


def _pieces(line: Line) -> tuple[DraftPiece, ...]:
    text = TextPiece(text=line.lead + line.text)
    return (text,) if line.number is None else (text, CitationPiece(number=line.number))


@dataclass(slots=True)
class _Outcome:
    ready: bool = False
    instead: str = NO_ANSWER


async def _model_draft(
    request: DraftRequest, parts: Drafting, model: LanguageModel, outcome: _Outcome
) -> AsyncGenerator[AssistEvent, None]:
    deadline = asyncio.get_running_loop().time() + parts.timeout_s
    yield DraftStarted(f"{model.name} at {model.host}")
    pieces: list[DraftPiece] = []
    try:
        async with asyncio.timeout_at(deadline):
            await model.prepare()
        placeholders = Placeholders(request.conversation.customer) if is_outside(model.host) else None
        prompt = _prompt(request, parts, model, placeholders)
        parser = MarkParser(prompt.numbers)
        async with aclosing(restored(until(deadline, model, prompt), placeholders)) as texts:
            async for text in texts:
                if grown := parser.feed(text):
                    pieces += grown
                    yield DraftGrew(tuple(grown))
    except (ModelFailed, TimeoutError):
        return
    if rest := parser.finish():
        pieces += rest
        yield DraftGrew(tuple(rest))
    cited = cite(pieces, request.public, figures_alone=_translated_into(request) is not None)
    if not cited.citations:
        outcome.instead = NOTHING_CITED
        return
    outcome.ready = True
    best = max(request.hits[citation.number - 1].confidence for citation in cited.citations)
    yield DraftReady(cited.text, cited.citations, round(best * cited.supported, 3), cited.unsupported)


async def until(deadline: float, model: LanguageModel, prompt: Prompt) -> AsyncGenerator[str, None]:
    """The model's stream; TimeoutError when it isn't complete by the deadline. No timeout spans a yield."""
    async with aclosing(model.stream(prompt)) as stream:
        while True:
            async with asyncio.timeout_at(deadline):
                text = await anext(stream, None)
            if text is None:
                return
            yield text


async def restored(
    stream: AsyncGenerator[str, None], placeholders: Placeholders | None
) -> AsyncGenerator[str, None]:
    """The stream with the customer's own words where the model wrote their stand-ins."""
    restoring = Restoring(placeholders) if placeholders else None
    async with aclosing(stream):
        async for text in stream:
            yield restoring.feed(text) if restoring else text
    if restoring:
        yield restoring.finish()


def _prompt(
    request: DraftRequest, parts: Drafting, model: LanguageModel, placeholders: Placeholders | None
) -> Prompt:
    conversation, question, form, wish = request.conversation, request.question, request.form, request.wish
    beside = {"agent_wants_it_about": wish.hint, "draft": wish.rewrite.text if wish.rewrite else ""}
    if placeholders:
        conversation = placeholders.hidden(conversation)
        question = question and placeholders.hide(question)
        form = replace(form, customer_name=form.customer_name and placeholders.hide(form.customer_name))
        beside = {name: placeholders.hide(text) for name, text in beside.items()}
    spoken = [text for text in beside.values() if text]
    budget = Budget(parts.prompt_tokens - sum(map(model.count_tokens, spoken)), model.count_tokens)
    prompt = build_prompt(_template(request), conversation, question, request.public, form, budget)
    return with_said(prompt, beside)


def _template(request: DraftRequest) -> str:
    """The instructions for a reply, or for changing the one there is."""
    rewrite = request.wish.rewrite
    if rewrite is None or not rewrite.text:
        return read_template("reply")
    into = _translated_into(request)
    return read_template("change").replace("{change}", change_rule(rewrite.change, into))
