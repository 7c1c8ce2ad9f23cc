"""The draft as a stream of events: the model's, or where there is none, the passages' own words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from knowledge.document import Audience, Hit, Passage
from server.answering import PASSAGES_READ, Asked, statements_of
from server.assist_events import AssistEvent, DraftFailed, DraftGrew, DraftReady, DraftStarted
from server.citations import MarkParser, cite
from server.compose import Form, Line, compose, form_of
from server.conversation import Conversation
from server.embedding import EmbeddingWorker
from server.model import LanguageModel, ModelFailed
from server.mood import mood_of
from server.phrases import Phrases
from server.placeholders import Placeholders, Restoring, is_outside
from server.prompts import Budget, Prompt, build_prompt, read_template
from server.suggestion import NO_WISH, Wish
from server.told import told_in
from server.wire import CitationPart, CitationPiece, DraftPiece, TextPiece

EXTRACTIVE = "extractive"
NO_ANSWER = "extractive (model did not answer)"
NOTHING_CITED = "extractive (model cited nothing)"
INTERNAL_ONLY = "Only internal passages answer this: read the snippets and reply in your own words."
SAID_ALREADY = "What answers this was said or turned down here already: read the snippets for another way."
TOO_LONG = "The answer with its conditions is too long for a short reply: read the snippets."
# So many sentences are compared by meaning; beyond them words decide alone.
MOST_COMPARED = 16
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
        return form_of(self.conversation, self.wish.agent, facts=self.wish.form == "facts")

    @property
    def asked(self) -> Asked:
        """What the sentences are chosen for; an agent who asks wants all of it, whatever was said before."""
        if self.question is not None:
            return Asked(self.need, self.hits)
        told = told_in(self.conversation, self.wish.used)
        return Asked(self.need, self.hits, told, mood_of(self.conversation))


async def draft(request: DraftRequest, parts: Drafting) -> AsyncGenerator[AssistEvent, None]:
    """DraftStarted, DraftGrew*, then DraftReady or DraftFailed.

    A model that fails, is too slow or cites nothing is followed by a second DraftStarted: what came before it
    is void, and its source says so.
    """
    source = EXTRACTIVE
    if parts.model is not None and request.public:
        outcome = _Outcome()
        async with aclosing(_model_draft(request, parts, parts.model, outcome)) as events:
            async for event in events:
                yield event
        if outcome.ready:
            return
        source = outcome.instead
    yield DraftStarted(source)
    asked = await _with_meaning(request.asked, parts.embedding)
    for event in extractive(request, asked, parts.phrases):
        yield event
        await asyncio.sleep(0)


async def _with_meaning(asked: Asked, embedding: EmbeddingWorker | None) -> Asked:
    """Adds how close each sentence is to the need; embedded behind whatever is to be searched."""
    read = [each for each in asked.public[:PASSAGES_READ] if each[1].confidence >= _NEAR * asked.surest]
    texts = [each.text for number, hit in read for each in statements_of(number, hit)][:MOST_COMPARED]
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
        async with aclosing(_restored(_until(deadline, model, prompt), placeholders)) as texts:
            async for text in texts:
                if grown := parser.feed(text):
                    pieces += grown
                    yield DraftGrew(tuple(grown))
    except (ModelFailed, TimeoutError):
        return
    if rest := parser.finish():
        pieces += rest
        yield DraftGrew(tuple(rest))
    cited = cite(pieces, request.public)
    if not cited.citations:
        outcome.instead = NOTHING_CITED
        return
    outcome.ready = True
    best = max(request.hits[citation.number - 1].confidence for citation in cited.citations)
    yield DraftReady(cited.text, cited.citations, round(best * cited.supported, 3), cited.unsupported)


async def _until(deadline: float, model: LanguageModel, prompt: Prompt) -> AsyncGenerator[str, None]:
    """The model's stream; TimeoutError when it isn't complete by the deadline. No timeout spans a yield."""
    async with aclosing(model.stream(prompt)) as stream:
        while True:
            async with asyncio.timeout_at(deadline):
                text = await anext(stream, None)
            if text is None:
                return
            yield text


async def _restored(
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
    budget = Budget(parts.prompt_tokens, model.count_tokens)
    conversation, question, form = request.conversation, request.question, request.form
    if placeholders:
        conversation = placeholders.hidden(conversation)
        question = question and placeholders.hide(question)
        form = replace(form, customer_name=form.customer_name and placeholders.hide(form.customer_name))
    return build_prompt(read_template(), conversation, question, request.public, form, budget)
