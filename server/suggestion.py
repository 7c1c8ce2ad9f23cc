"""A suggestion while it is computed, and its draft as the panel shows it. State without decisions, pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from server.assist_events import DraftReady
from server.clock import Moment
from server.records import Suggested
from server.wire import CitationPart, DraftPiece, SuggestionPart


@dataclass(slots=True)
class Computing:
    """What is being computed; `drafting` once the panel was told of the draft."""

    suggestion_id: str
    turn_id: str
    question: str | None
    began: float
    revision: str | None = None
    source: str = ""
    seq: int = 0
    drafting: bool = False

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
        )
