"""A suggestion while it is computed, and what the panel shows of the last one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from knowledge.document import Hit, Passage
from server.assist_events import DraftReady, HitsRead
from server.clock import Moment
from server.conversation import Conversation
from server.parts import flag_part, nearest_fields
from server.records import Suggested
from server.standing import StandingFlags
from server.wire import (
    Change,
    CitationPart,
    DraftForm,
    DraftPiece,
    ExamplePart,
    ExampleReady,
    Fit,
    SessionSnapshot,
    SnippetPart,
    SuggestionPart,
)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """How a draft is to be said another way; `texts` are it and those it came from, it last."""

    change: Change
    texts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The draft to change; empty when it is not known any more."""
        return self.texts[-1] if self.texts else ""


@dataclass(frozen=True, slots=True)
class Wish:
    """How the agent wants a draft: whose phrases it uses, in which form, and which drafts not once more.

    `length` counts how often it was made longer; below 0 it is the shortest. `hint` says what it is about.
    `verbatim`: in the passages' own words, whatever model there is.
    """

    agent: str = ""
    team: str = ""
    form: DraftForm = "reply"
    used: tuple[str, ...] = ()
    length: int = 0
    hint: str = ""
    rewrite: Rewrite | None = None
    verbatim: bool = False


NO_WISH = Wish()


@dataclass(slots=True)
class Computing:
    """What is being computed; `drafting` once the panel was told of the draft.

    `changes` is the draft that it says another way; `under` is what is shown with it, of an earlier search.
    `language` is the one that Sotto is not tested for. `wanted`: the agent opens the draft that is offered.
    """

    suggestion_id: str
    turn_id: str
    question: str | None
    began: float
    conversation: Conversation
    wish: Wish
    hits: Sequence[Hit] = ()
    changes: str | None = None
    under: Shown | None = None
    revision: str | None = None
    source: str = ""
    seq: int = 0
    drafting: bool = False
    language: str | None = None
    wanted: bool = False

    def next_seq(self) -> int:
        """The number of the next message about it."""
        self.seq += 1
        return self.seq

    def suggested(self, now: Moment) -> Suggested:
        """What the record says of it now."""
        ms = round((now.seconds - self.began) * 1000)
        return Suggested(self.suggestion_id, self.turn_id, self.revision, self.source, ms)


@dataclass(slots=True)
class Draft:
    """The suggestion the panel shows, as far as it got."""

    suggestion_id: str
    turn_id: str
    source: str
    pieces: list[DraftPiece] = field(default_factory=list)
    ready: DraftReady | None = None
    failed: bool = False

    def part(self) -> SuggestionPart:
        """As a snapshot shows it."""
        streamed = "".join(piece.text for piece in self.pieces if piece.kind == "text")
        citations: list[CitationPart] = list(self.ready.citations) if self.ready else []
        return SuggestionPart(
            suggestion_id=self.suggestion_id,
            turn_id=self.turn_id,
            source=self.source,
            status="ready" if self.ready else "failed" if self.failed else "streaming",
            pieces=self.pieces,
            text=self.ready.text if self.ready else streamed,
            citations=citations,
            confidence=self.ready.confidence if self.ready else None,
            unsupported=list(self.ready.unsupported) if self.ready else [],
        )


@dataclass(slots=True)
class Shown:
    """What was found last, as the panel shows it: snippets and a draft, or nothing and what is nearest."""

    turn_id: str | None = None
    snippets: list[SnippetPart] = field(default_factory=list)
    draft: Draft | None = None
    fit: Fit | None = None
    nothing_found: bool = False
    nearest: Passage | None = None
    suggestion_id: str | None = None
    draft_offered: bool = False

    def read(self, event: HitsRead, offered: bool) -> Shown:
        """The same snippets, as sure as they are since their passages were read."""
        snippets = [
            snippet.model_copy(update={"confidence": hit.confidence})
            for snippet, hit in zip(self.snippets, event.hits, strict=True)
        ]
        return replace(self, snippets=snippets, fit=event.fit, draft_offered=offered)

    def work_out(
        self, conversation_id: str, suggestion_id: str, passage_id: str, example: ExamplePart
    ) -> ExampleReady | None:
        """Keep the example with its snippet and tell it; None if that suggestion's snippets are not shown."""
        places = [place for place, one in enumerate(self.snippets) if one.passage_id == passage_id]
        if self.turn_id is None or self.suggestion_id != suggestion_id or not places:
            return None
        snippet = self.snippets[places[0]]
        self.snippets[places[0]] = snippet.model_copy(update={"example": example})
        return ExampleReady(
            conversation_id=conversation_id,
            turn_id=self.turn_id,
            number=snippet.number,
            passage_id=passage_id,
            example=example,
        )

    def snapshot(self, conversation: Conversation, flags: StandingFlags, catch_up: bool) -> SessionSnapshot:
        """All of it, for a panel that opens the conversation, first or again."""
        newest = conversation.newest_customer_turn
        return SessionSnapshot(
            conversation_id=conversation.id,
            turn_id=self.turn_id or (newest.id if newest else None),
            snippets=self.snippets,
            suggestion=self.draft.part() if self.draft else None,
            flags=[flag_part(flag) for flag in flags],
            nothing_found=self.nothing_found,
            fit=self.fit,
            catch_up=catch_up,
            disposition=flags.disposition,
            draft_offered=self.suggestion_id if self.draft_offered else None,
            **nearest_fields(self.nearest),
        )
