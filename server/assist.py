"""One suggestion from beginning to end: understand, search, snippets, flags, draft. Reads like a recipe."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from knowledge.document import Audience, Filter, Hit, Kind, QueryTurn
from knowledge.errors import KnowledgeError
from knowledge.live import LiveKnowledge
from knowledge.search import ANSWER_THRESHOLD
from server.advising import advised
from server.assist_events import (
    AssistEvent,
    FlagsDecided,
    HitsRead,
    NothingGood,
    NothingNeeded,
    SnippetsReady,
    UntestedLanguage,
)
from server.conversation import Conversation, Flag
from server.cross_encoder import PassageReader
from server.draft import Drafting, DraftRequest, draft
from server.embedding import EmbeddingWorker
from server.flags import (
    AS_SHIPPED,
    FlagRule,
    FlagView,
    Found,
    Moved,
    crisis_of,
    decide,
    doubts_of,
    told_in_words,
)
from server.guarding import Check, check_alone, guarded
from server.language import ENGLISH, OFF, TESTED, language_of
from server.model import LanguageModel
from server.needs_shipped import shipped_weights
from server.needs_weighed import is_weighed, needs_by_weights
from server.own_match import NOTHING_OWN, OwnOf, nothing_own, with_own
from server.own_text import whose_own
from server.phrases import PhraseBook, read_phrases
from server.precedence import Precedence
from server.protocol import find_protocol
from server.read_on import as_read, fit_of, next_to_read
from server.second_opinion import SecondOpinion
from server.suggestion import NO_WISH, Wish
from server.understand import Need, judged_on, steered, understand, wondered
from server.wire import Fit
from server.wording import one_each, spoken

SHOWN = 6
SEARCHED = 8
# In an untested language: the share of the customer's words, by rarity, that a snippet must have. On the demo
# 53 questions in other languages reach 0.17 by chance; of those in its own language 95 % reach 0.23.
SHARED_WORDS = 0.2
ALL = frozenset(Audience)
INTERNAL = frozenset({Audience.INTERNAL})
KINDS = frozenset(Kind)
# What is for a crisis answers nothing unasked.
UNASKED = KINDS - {Kind.PROTOCOL}

ThresholdsOf = Callable[[str], Moved]


def as_shipped(_team: str) -> Moved:
    """The thresholds of a team that has moved none."""
    return AS_SHIPPED


@dataclass(frozen=True, slots=True)
class AssistRequest:
    """What to help with: the conversation as it stands, or the agent's own `question` about it.

    `settle_s` is how long to wait before drafting, counted from the start, if it is to be `drafted` at all;
    `misses` counts the earlier needs of this conversation for which nothing good enough was found; `wish` is
    how the agent wants the draft; `no_crisis` are the turns of which an agent said that nobody is in danger.
    With `hits` there is only a draft, made from them.
    """

    conversation: Conversation
    question: str | None
    settle_s: float
    now: datetime
    misses: int = 0
    drafted: bool = True
    wish: Wish = NO_WISH
    hits: Sequence[Hit] | None = None
    no_crisis: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AssistParts:
    """What assist works with, shared by all conversations; without a model drafts are extractive.

    `thresholds` are those that a team has moved; without an `opinion` nobody is asked about doubtful flags.
    `own` are the macros that an agent and a team keep. Without a `reader` search's own confidence decides
    whether a draft comes.
    """

    knowledge: LiveKnowledge
    embedding: EmbeddingWorker
    model: LanguageModel | None
    flags: Sequence[FlagRule]
    phrases: PhraseBook = field(default_factory=read_phrases)
    model_timeout_s: float = 20.0
    prompt_tokens: int = 3000
    precedence: Precedence = field(default_factory=Precedence)
    check: Check = check_alone
    thresholds: ThresholdsOf = as_shipped
    opinion: SecondOpinion | None = None
    own: OwnOf = nothing_own
    reader: PassageReader | None = None


@dataclass(frozen=True, slots=True)
class _Search:
    need: Need
    hits: tuple[Hit, ...]
    revision: str
    language: str

    @property
    def tested(self) -> bool:
        return self.language in TESTED

    @property
    def good(self) -> tuple[Hit, ...]:
        return tuple(one_each(hit for hit in self.hits if hit.confidence >= ANSWER_THRESHOLD))[:SHOWN]

    @property
    def fit(self) -> Fit:
        return fit_of(self.good)

    @property
    def found(self) -> SnippetsReady | NothingGood:
        if not self.tested:
            return self._shared
        if self.good:
            return SnippetsReady(self.good, self.revision, self.fit)
        return NothingGood(self.hits[0].passage if self.hits else None, self.revision)

    @property
    def _shared(self) -> SnippetsReady:
        """What has the customer's very words; nothing at all is no gap, for nobody looked for the meaning."""
        hits = tuple(hit for hit in self.hits if hit.coverage >= SHARED_WORDS)[:SHOWN]
        return SnippetsReady(hits, self.revision, "might_help" if hits else None)


async def assist(request: AssistRequest, parts: AssistParts) -> AsyncGenerator[AssistEvent, None]:
    """Snippets first, then flags, then (settled) the draft; cancelled at any time, it leaves nothing behind.

    Flags always come. Raises NoKnowledge, after them, when none is published. In a crisis nothing comes but
    its flag with the team's protocol; one that only the model hears comes with the flags, before any draft.
    """
    draft_at = asyncio.get_running_loop().time() + request.settle_s
    thresholds = parts.thresholds(request.wish.team)
    view = FlagView(request.conversation, thresholds=thresholds, no_crisis=request.no_crisis)
    need = _need(request)
    try:
        crisis, search = await _search_unless_crisis(request, need, view, parts)
    except KnowledgeError:
        yield await _flags(parts, view, request)
        raise
    if crisis:
        yield await _only(crisis, parts, request)
        return
    if request.hits is not None:
        async with aclosing(_draft(request, need, request.hits, parts)) as events:
            async for event in events:
                yield event
        return
    if search is None:
        yield NothingNeeded()
        yield await _flags(parts, view, request)
        return
    async with aclosing(_help(request, search, view, parts, draft_at)) as events:
        async for event in events:
            yield event


async def _help(
    request: AssistRequest, search: _Search, view: FlagView, parts: AssistParts, draft_at: float
) -> AsyncGenerator[AssistEvent, None]:
    """What was found, then the flags; once the first passages were read and turns settled, the draft."""
    if not search.tested:
        yield UntestedLanguage(search.language, OFF)
    yield search.found
    drafting = search.tested and request.drafted and bool(search.good)
    sure = drafting and search.fit == "answers"
    await (parts.precedence.give_way() if sure else parts.precedence.lull())
    # Beside the flags: each keeps one core busy.
    reading = asyncio.create_task(_read(search, parts.reader if drafting else None, parts.precedence))
    try:
        decided = await _flags(parts, _with_search(view, search, request), request)
        yield decided
        if not drafting or decided.crisis:
            return
        read = await reading
    finally:
        reading.cancel()
    if parts.reader:
        yield read
    if read.fit != "answers":
        return
    await asyncio.sleep(draft_at - asyncio.get_running_loop().time())
    async with aclosing(_draft(request, search.need, read.hits, parts)) as events:
        async for event in events:
            yield event


def _need(request: AssistRequest) -> Need | None:
    need = understand(request.conversation, request.question)
    if request.wish.hint:
        return steered(need, request.wish.hint)
    if need is None and request.question is None and is_weighed(request.conversation):
        return wondered(request.conversation)
    return need


def _language(request: AssistRequest, need: Need) -> str:
    """An agent who asks in their own words wants everything, whatever the language."""
    asked = request.question is not None or request.wish.hint
    return ENGLISH if asked else language_of(need.text)


async def _search_unless_crisis(
    request: AssistRequest, need: Need | None, view: FlagView, parts: AssistParts
) -> tuple[Flag | None, _Search | None]:
    """What is found, if anything is needed; beside the embedding there is time to hear a crisis in the words.

    The model, which takes longer, hears it with the flags; only before a mere draft it is asked here.
    """
    if request.hits is not None:
        return await asyncio.to_thread(crisis_of, parts.flags, view), None
    hearing = asyncio.to_thread(told_in_words, view)
    if need is None:
        return await hearing, None
    language = _language(request, need)
    with parts.precedence.searching():
        crisis, turns = await asyncio.gather(hearing, _query_turns(need, language, parts))
        if crisis:
            return crisis, None
        if not _is_needed(request, need, turns, parts):
            return None, None
        # In a thread that holds the revision: a cancelled request must not close what is still being read.
        hits, revision = await asyncio.to_thread(_search_with_own, parts, turns, request)
        return None, _Search(need, hits, revision, language)


def _is_needed(request: AssistRequest, need: Need, turns: Sequence[QueryTurn], parts: AssistParts) -> bool:
    """Whether knowledge helps with the newest turn: by its words or, near a booking, by its meaning."""
    weights, conversation = shipped_weights(), request.conversation
    own = request.question is not None or request.wish.hint
    vectors = {turn.text: np.asarray(turn.vector, np.float32) for turn in turns if turn.vector is not None}
    unread = turns[0].text not in vectors or parts.embedding.model_digest != weights.model
    if own or unread or not is_weighed(conversation):
        return need.sure
    weighed = needs_by_weights(conversation, turns[0].text, vectors, weights)
    return need.sure if weighed is None else weighed


async def _query_turns(need: Need, language: str, parts: AssistParts) -> list[QueryTurn]:
    """By words alone, what the embedding makes of an untested language is left out, for it is a guess."""
    vectors: Sequence[object] = [None] * len(need.texts)
    if language in TESTED:
        vectors = await parts.embedding.embed([text.text for text in need.texts])
    pairs = zip(need.texts, vectors, strict=True)
    return [QueryTurn(text.text, vector, text.weight, text.older) for text, vector in pairs]


async def _only(crisis: Flag, parts: AssistParts, request: AssistRequest) -> FlagsDecided:
    protocol = await asyncio.to_thread(find_protocol, parts.knowledge, request.wish.team, request.now)
    return FlagsDecided((replace(crisis, protocol=protocol),))


async def _read(search: _Search, reader: PassageReader | None, precedence: Precedence) -> HitsRead:
    """One passage after the other in a thread, each behind whatever is to be searched; if read at all."""
    if reader is None:
        return HitsRead(search.good, search.fit)
    scores: list[float] = []
    while hit := next_to_read(search.good, scores):
        await precedence.give_way()
        scores.append(await asyncio.to_thread(reader.score, search.need.asked, hit.passage))
    read = as_read(search.good, scores)
    return HitsRead(read, fit_of(read, read=True))


def _draft(
    request: AssistRequest, need: Need | None, hits: Sequence[Hit], parts: AssistParts
) -> AsyncGenerator[AssistEvent, None]:
    text, wish = need.text if need else "", request.wish
    if wish.rewrite is None and hits and whose_own(hits[0].passage.document.id):
        # Somebody wrote it to go out as it is, and for nobody else to read before.
        wish = replace(wish, verbatim=True)
    asked = DraftRequest(request.conversation, request.question, text, spoken(hits), wish)
    return guarded(draft(asked, _drafting(parts, wish)), request.conversation, parts.check)


def _drafting(parts: AssistParts, wish: Wish) -> Drafting:
    phrases = parts.phrases.of(wish.agent, wish.team)
    model = None if wish.verbatim else parts.model
    return Drafting(phrases, parts.embedding, model, parts.model_timeout_s, parts.prompt_tokens)


def _search_now(
    live: LiveKnowledge,
    turns: Sequence[QueryTurn],
    request: AssistRequest,
    audiences: frozenset[Audience] = ALL,
) -> tuple[tuple[Hit, ...], str]:
    """What the knowledge has, and the revision it is from."""
    with live.acquire() as knowledge:
        as_of = judged_on(request.conversation, knowledge.timezone, request.now)
        kinds = UNASKED if request.question is None else KINDS
        hits = knowledge.search(turns, Filter(as_of, audiences, kinds), SEARCHED)
        return tuple(hits), knowledge.revision


def _search_with_own(
    parts: AssistParts, turns: Sequence[QueryTurn], request: AssistRequest
) -> tuple[tuple[Hit, ...], str]:
    """What the knowledge has and, first where it fits as well, what the agent or the team keeps."""
    hits, revision = _search_now(parts.knowledge, turns, request)
    own = parts.own(request.wish.agent, request.wish.team)
    return hits if own is NOTHING_OWN else tuple(with_own(hits, turns, own)), revision


async def _flags(parts: AssistParts, view: FlagView, request: AssistRequest) -> FlagsDecided:
    """Decided in a thread: a very long turn must not hold up other conversations."""
    flags = await asyncio.to_thread(decide, parts.flags, view)
    if crisis := next((flag for flag in flags if flag.is_crisis), None):
        return await _only(crisis, parts, request)
    doubts = await asyncio.to_thread(doubts_of, parts.flags, view, flags) if parts.opinion else ()
    return FlagsDecided(await _advised(flags, parts, request), doubts)


async def second_opinion(
    conversation: Conversation, doubts: Sequence[Flag], parts: AssistParts, now: datetime
) -> tuple[Flag, ...]:
    """Those of the doubts that a language model takes for flags; none without one that may be asked."""
    if parts.opinion is None:
        return ()
    added = await parts.opinion.on(conversation, doubts)
    return await _advised(added, parts, AssistRequest(conversation, None, 0.0, now))


async def _advised(flags: tuple[Flag, ...], parts: AssistParts, request: AssistRequest) -> tuple[Flag, ...]:
    """The company's own rule stands beside the advice: for the agent, so from what customers don't see."""

    def search(turns: Sequence[QueryTurn]) -> Sequence[Hit]:
        return _search_now(parts.knowledge, turns, request, INTERNAL)[0]

    try:
        return await advised(flags, parts.embedding.embed, search)
    except KnowledgeError:
        return flags


def _with_search(view: FlagView, search: _Search, request: AssistRequest) -> FlagView:
    """The agent's own question says nothing about the customer's turn, so its search raises no flag.

    Nor does one by words alone.
    """
    if request.question is not None or not search.tested:
        return view
    best = search.hits[0].confidence if search.hits else None
    return replace(view, found=Found(best, bool(search.good), request.misses))
