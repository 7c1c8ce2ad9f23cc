"""What the panel shows of a conversation's suggestions: assist events in, messages and records out. Pure."""

from __future__ import annotations

from dataclasses import replace

from server.assist_events import (
    DraftFailed,
    DraftGrew,
    DraftReady,
    DraftStarted,
    HitsRead,
    NothingGood,
    SnippetsReady,
    UntestedLanguage,
)
from server.changing import Made, MadeDrafts
from server.clock import Moment
from server.compose import form_of
from server.effects import Effect, Save, Send
from server.events import EventKind, TextRow
from server.on_demand import Offers, is_offered
from server.parts import nearest_fields, snippet_part
from server.person import Person
from server.records import Recording
from server.suggestion import Computing, Draft, Shown
from server.used import UsedDrafts
from server.wire import (
    FitChanged,
    LanguageNoticed,
    NothingFound,
    SnippetsFound,
    SuggestionDelta,
    SuggestionFailed,
    SuggestionReady,
    SuggestionStarted,
    SuggestionSuperseded,
)
from server.worked import wanted_example

Found = SnippetsReady | HitsRead | NothingGood | UntestedLanguage
Drafted = DraftStarted | DraftGrew | DraftReady | DraftFailed


class Screen:
    """What is `shown`, and what is remembered of what was: drafts made, used or on offer, turns missed."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self.shown = Shown()
        self.offers = Offers()
        self.made = MadeDrafts()
        self.used = UsedDrafts()
        self.missed: set[str] = set()

    def on_event(self, live: Computing, event: Found | Drafted, now: Moment) -> list[Effect]:
        """What was found, read or drafted for what is being computed."""
        match event:
            case SnippetsReady():
                return self._on_snippets(live, event, now)
            case HitsRead():
                return self._on_read(live, event)
            case NothingGood():
                return self._on_nothing_good(live, event, now)
            case UntestedLanguage():
                return self._on_untested_language(live, event, now)
            case DraftStarted():
                return self._on_draft_started(live, event)
            case DraftGrew():
                return self._on_draft_grew(live, event)
            case DraftReady():
                return self._on_draft_ready(live, event, now)
            case DraftFailed():
                return self.give_up(live, event.message, now)

    def supersede(self, live: Computing, now: Moment) -> list[Effect]:
        """Something newer comes before its draft is complete."""
        self.shown.draft = None
        message = SuggestionSuperseded(
            conversation_id=live.conversation.id, suggestion_id=live.suggestion_id, seq=live.next_seq()
        )
        return [Send(message), self.unfinished(EventKind.SUGGESTION_SUPERSEDED, live, now)]

    def unfinished(self, kind: EventKind, live: Computing, now: Moment) -> Save:
        """The record of a draft that was not completed."""
        return Save(self._recording(live, now).unfinished(kind, live.suggestion_id, live.turn_id))

    def give_up(self, live: Computing, message: str, now: Moment) -> list[Effect]:
        """Its draft can't be finished: what was streamed stays readable."""
        if self.shown.draft is None or not live.drafting:
            return []
        self.shown.draft.failed = True
        live.drafting = False
        failed = SuggestionFailed(
            conversation_id=live.conversation.id,
            suggestion_id=live.suggestion_id,
            seq=live.next_seq(),
            message=message,
        )
        return [Send(failed), self.unfinished(EventKind.SUGGESTION_FAILED, live, now)]

    def _on_snippets(self, live: Computing, event: SnippetsReady, now: Moment) -> list[Effect]:
        live.revision, live.hits = event.revision, event.hits
        self.missed.discard(live.turn_id)
        form = form_of(live.conversation, live.wish.agent)
        snippets = [snippet_part(hit, number, form) for number, hit in enumerate(event.hits, 1)]
        offered = is_offered(event, live)
        shown = Shown(live.turn_id, snippets, fit=event.fit, suggestion_id=live.suggestion_id)
        self.shown = replace(shown, draft_offered=offered)
        if offered:
            self.offers.keep(live, self.shown)
        message = SnippetsFound(
            conversation_id=live.conversation.id,
            turn_id=live.turn_id,
            question=live.question,
            hint=live.wish.hint or None,
            snippets=snippets,
            fit=event.fit,
            draft_offered=live.suggestion_id if offered else None,
        )
        record = self._recording(live, now).shown(live.suggested(now), snippets, self._asked(live, now))
        return [Send(message), Save(record), *wanted_example(live, event.hits, live.conversation, now.at)]

    def _on_read(self, live: Computing, event: HitsRead) -> list[Effect]:
        live.hits = event.hits
        offered, before = is_offered(event, live), self.shown.fit
        self.shown = self.shown.read(event, offered)
        if offered:
            self.offers.keep(live, self.shown)
        else:
            self.offers.take_up(live.suggestion_id)
        if event.fit == before:
            return []
        message = FitChanged(
            conversation_id=live.conversation.id,
            turn_id=live.turn_id,
            question=live.question,
            hint=live.wish.hint or None,
            fit=event.fit,
            confidences=[snippet.confidence for snippet in self.shown.snippets],
            draft_offered=live.suggestion_id if offered else None,
        )
        return [Send(message)]

    def _on_untested_language(self, live: Computing, event: UntestedLanguage, now: Moment) -> list[Effect]:
        live.language = event.language
        message = LanguageNoticed(
            conversation_id=live.conversation.id,
            turn_id=live.turn_id,
            language=event.language,
            off=list(event.off),
        )
        return [Send(message), Save(self._recording(live, now).language(live.suggested(now), event.language))]

    def _on_nothing_good(self, live: Computing, event: NothingGood, now: Moment) -> list[Effect]:
        live.revision = event.revision
        self.missed.add(live.turn_id)
        self.shown = Shown(live.turn_id, nothing_found=True, nearest=event.nearest)
        message = NothingFound(
            conversation_id=live.conversation.id,
            turn_id=live.turn_id,
            question=live.question,
            hint=live.wish.hint or None,
            **nearest_fields(event.nearest),
        )
        record = self._recording(live, now).nothing_found(
            live.suggested(now), event.nearest, self._asked(live, now)
        )
        return [Send(message), Save(record)]

    def _asked(self, live: Computing, now: Moment) -> tuple[TextRow, ...]:
        asked = live.question or live.wish.hint
        return self._recording(live, now).asked(live.suggestion_id, asked) if asked else ()

    def _on_draft_started(self, live: Computing, event: DraftStarted) -> list[Effect]:
        live.drafting, live.source = True, event.source
        self.offers.take_up(live.suggestion_id)
        if live.under is not None:
            self.shown = replace(live.under)
        self.shown.draft = Draft(live.suggestion_id, live.turn_id, event.source)
        message = SuggestionStarted(
            conversation_id=live.conversation.id,
            suggestion_id=live.suggestion_id,
            seq=live.next_seq(),
            turn_id=live.turn_id,
            source=event.source,
            changes=live.changes,
        )
        return [Send(message)]

    def _on_draft_grew(self, live: Computing, event: DraftGrew) -> list[Effect]:
        if self.shown.draft is None or not live.drafting:
            return []
        self.shown.draft.pieces.extend(event.pieces)
        message = SuggestionDelta(
            conversation_id=live.conversation.id,
            suggestion_id=live.suggestion_id,
            seq=live.next_seq(),
            pieces=list(event.pieces),
        )
        return [Send(message)]

    def _on_draft_ready(self, live: Computing, event: DraftReady, now: Moment) -> list[Effect]:
        if self.shown.draft is None or not live.drafting:
            return []
        self.shown.draft.ready = event
        self.used.suggested(live.suggestion_id, event.text)
        under = replace(self.shown, draft=None)
        made = Made(event.text, live.question, live.conversation, live.hits, under, live.wish, live.revision)
        self.made.keep(live.suggestion_id, made)
        message = SuggestionReady(
            conversation_id=live.conversation.id,
            suggestion_id=live.suggestion_id,
            seq=live.next_seq(),
            text=event.text,
            citations=list(event.citations),
            confidence=event.confidence,
            unsupported=list(event.unsupported),
        )
        return [
            Send(message),
            Save(self._recording(live, now).ready(live.suggested(now), event, self.shown.snippets)),
        ]

    def _recording(self, live: Computing, now: Moment) -> Recording:
        return Recording(self._person, live.conversation.id, now.at)
