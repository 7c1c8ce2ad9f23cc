"""One panel on one conversation: what it shows, what is being computed, and what follows from each message.

No I/O, no clock, no randomness: messages and assist events go in, effects come out. `on_assist` ignores the
events of a suggestion that is no longer the live one, so the endpoint may deliver late ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from server.assist_events import (
    AssistEvent,
    DraftKept,
    DraftReady,
    FlagsDecided,
    NothingNeeded,
)
from server.by_hand import flag_by_hand
from server.changing import IN_CRISIS, NEWER_COMES, Made, changed
from server.clock import Moment
from server.conversation import Channel, Conversation, Flag, Reason, Severity, Turn
from server.effects import (
    AskOpinion,
    CancelAssist,
    CheckText,
    Effect,
    Save,
    SaveReport,
    Send,
    StartAssist,
    TellBrief,
    TellNeed,
    TellStory,
    TellSummary,
)
from server.events import EventKind
from server.held import HeldReplies
from server.holding import on_holding
from server.known import Known
from server.on_demand import BUSY, FORGOTTEN, NEWER_CAME
from server.opinions import Opinions
from server.parts import conversation_of, flag_part, with_turns
from server.person import Person
from server.problems import needs_customer_turn, needs_turn_of_customer, problem
from server.records import Recording
from server.screen import Screen
from server.standing import StandingFlags
from server.story import ends_with_us, is_arrival
from server.suggestion import Computing, Shown, Wish
from server.triage import Disposition
from server.wire import (
    BriefRequest,
    ConversationOpen,
    DispositionChosen,
    DispositionDecided,
    DraftChange,
    DraftForm,
    DraftOpen,
    ExamplePart,
    FlagRaise,
    FlagRaised,
    FlagResponse,
    FlagWithdrawn,
    HoldingRequest,
    HoldingTold,
    InsertCheck,
    OutcomeReport,
    SuggestionKept,
    SuggestionRequest,
    SummaryRequest,
    TurnsChanged,
)


class Session:
    """The state machine of one conversation in one panel; every method returns the effects in order."""

    def __init__(self, person: Person, settle_chat_s: float, new_id: Callable[[], str]) -> None:
        self._person = person
        self._settle_chat_s = settle_chat_s
        self._new_id = new_id
        self._conversation: Conversation | None = None
        self._flags = StandingFlags()
        self._opinions = Opinions()
        self._told_disposition = Disposition.ROUTINE
        self._told_need: tuple[list[str], Mapping[Reason, Severity]] | None = None
        self._live: Computing | None = None
        self._assisted: tuple[str, str] | None = None
        self._screen = Screen(person)
        self._held = HeldReplies()
        self._form: DraftForm = "reply"
        self._lacks_knowledge = False
        self._knowledge_came = False

    # ---- messages of the panel ----------------------------------------------------------------------------

    def open(self, message: ConversationOpen, known: Known, now: Moment) -> list[Effect]:
        """The conversation came into view, first or again: a snapshot, and assistance for its newest turn.

        Flags known to be answered are not raised again; those raised by hand and not answered are shown.
        """
        self._conversation = conversation_of(message, now.at)
        self._flags.recall(self._conversation, known)
        self._screen.used.recall(known.used)
        self._held.recall(known.held)
        self._form = message.form
        turns = self._conversation.turns
        arrives = is_arrival(turns, known.visited)
        starting = self._assist_newest(0.0, now, drafted=not (arrives and ends_with_us(turns)))
        saved = Save(self._recording(now).opened(self._conversation))
        snapshot = self._screen.shown.snapshot(self._conversation, self._flags, arrives)
        self._told_disposition = snapshot.disposition
        return [Send(snapshot), *starting, TellStory(self._conversation), saved, *self._held_sent(now)]

    def on_turns(self, message: TurnsChanged, now: Moment) -> list[Effect]:
        """Turns were added or edited: the newest customer turn wins."""
        before = self._opened
        turns = with_turns(before.turns, message.turns, now.at)
        known = set(before.turns)
        news = [turn for turn in turns if turn not in known]
        if not news:
            return []
        self._conversation = Conversation(
            before.id, before.helpdesk, before.channel, before.subject, before.customer, turns
        )
        settle_s = self._settle_chat_s if before.channel is Channel.CHAT else 0.0
        saved = Save(self._recording(now).received(news))
        starting = self._assist_newest(settle_s, now)
        saving = [saved, *self._held_sent(now)]
        return [*starting, TellStory(self._conversation), *self._need_news(), *saving]

    def on_request(self, message: SuggestionRequest, now: Moment) -> list[Effect]:
        """The agent asks a question of their own, or for the newest turn once more."""
        self._form = message.form or self._form
        newest = self._opened.newest_customer_turn
        if message.question is None and newest is None:
            return [Send(needs_customer_turn(message))]
        starting = self._start(newest, message.question, replace(self._wish, hint=message.hint or ""), now)
        if self._live is not None:
            self._live.wanted = message.with_draft
        return starting

    def on_drafting(self, message: DraftOpen | DraftChange, now: Moment) -> list[Effect]:
        """The agent opens a draft that did not come by itself, or wants one said another way.

        Whatever comes of a change, they keep the draft there is.
        """
        live = self._live
        if isinstance(message, DraftChange):
            return self._change(message, now)
        if live is not None and live.suggestion_id == message.suggestion_id:
            live.wanted = True
            return []
        return self._open_draft(message.suggestion_id, now.seconds)

    def on_outcome(self, message: OutcomeReport) -> None:
        """The agent took or turned down a draft: what it says is not suggested again."""
        self._screen.used.became(message.suggestion_id, message.outcome)

    def on_check(self, message: InsertCheck) -> list[Effect]:
        """A text is about to go to the customer."""
        return [CheckText(message, self._opened)]

    def on_flag_response(self, message: FlagResponse, now: Moment) -> list[Effect]:
        """The agent answered a flag: it is neither shown nor raised again; after "no crisis" help comes."""
        answered = self._flags.answer(message.reason, message.turn_id, message.response)
        record = self._recording(now).answered(message, answered)
        saving = SaveReport(record, message.conversation_id, message.report_id)
        helped: list[Effect] = []
        if answered is not None and answered.is_crisis and message.response == "disagreed":
            helped = self._start(self._opened.newest_customer_turn, None, self._wish, now)
        return [*self._disposition_news(), *self._need_news(), saving, *helped]

    def on_disposition(self, message: DispositionChosen, now: Moment) -> list[Effect]:
        """The agent chose how to treat the conversation."""
        self._flags.chosen = message.disposition
        record = self._recording(now).chosen(message)
        saving = SaveReport(record, message.conversation_id, message.report_id)
        return [*self._disposition_news(), saving]

    def on_flag_raise(self, message: FlagRaise, now: Moment) -> list[Effect]:
        """The agent raised a flag: it is shown until answered, whatever the rules say."""
        flag = flag_by_hand(self._opened, message.reason, message.turn_id)
        if flag is None:
            return [Send(needs_turn_of_customer(message))]
        record = self._recording(now).raised(message, flag)
        saving = SaveReport(record, message.conversation_id, message.report_id)
        if not self._flags.raise_by_hand(flag, message.report_id):
            return [saving]
        raised = Send(FlagRaised(conversation_id=self._opened.id, flag=flag_part(flag)))
        return [raised, *self._disposition_news(), *self._need_news(), saving]

    @property
    def conversation(self) -> Conversation:
        """The conversation as it stands."""
        return self._opened

    def on_telling(self, message: BriefRequest | SummaryRequest | HoldingRequest) -> list[Effect]:
        """The agent wants to hand over, the conversation in a few lines, or a holding reply."""
        if isinstance(message, SummaryRequest):
            return [TellSummary(self._opened, self._flags.no_crisis)]
        if isinstance(message, HoldingRequest):
            nothing, crisis = self._screen.shown.nothing_found, self._flags.in_crisis
            return [on_holding(message, self._opened, nothing, crisis, self._screen.used.texts)]
        return [TellBrief(self._opened, tuple(self._flags))]

    def on_held(self, told: HoldingTold, now: Moment) -> list[Effect]:
        """A holding reply is written, or there is none."""
        if told.text is None:
            return [Send(told)]
        self._held.show(told.turn_id, told.text)
        return [Send(told), Save(self._recording(now).holding_shown(told.turn_id, told.text))]

    # ---- events of assist ---------------------------------------------------------------------------------

    def on_assist(self, suggestion_id: str, event: AssistEvent, now: Moment) -> list[Effect]:
        """Assist got further."""
        live = self._live
        if live is None or live.suggestion_id != suggestion_id:
            return []
        match event:
            case NothingNeeded():
                return []
            case FlagsDecided():
                return self._on_flags(live, event, now)
            case DraftKept():
                return self._kept(live.changes or live.suggestion_id, event.message)
            case _:
                effects = self._screen.on_event(live, event, now)
                if effects and isinstance(event, DraftReady):
                    self._live = None
                return effects

    def on_example(self, suggestion_id: str, passage_id: str, example: ExamplePart) -> list[Effect]:
        """A rule was worked out; it is told unless its snippet is no longer shown."""
        ready = self._screen.shown.work_out(self._opened.id, suggestion_id, passage_id, example)
        return [Send(ready)] if ready else []

    def on_opinion(self, suggestion_id: str, flags: Sequence[Flag], now: Moment) -> list[Effect]:
        """A second opinion adds flags, also once the draft is there; in a crisis it comes too late."""
        if self._flags.in_crisis:
            return []
        added = self._opinions.added(flags, self._opened)
        effects = self._raised(self._flags.add(added), suggestion_id, now)
        return [*effects, *self._disposition_news(), *self._need_news()]

    def on_assist_end(self, suggestion_id: str) -> list[Effect]:
        """Assist has nothing more to say; a draft that was opened meanwhile is made now."""
        live = self._live
        if live is None or live.suggestion_id != suggestion_id:
            return []
        self._live = None
        waits = live.wanted and live.under is None and self._screen.offers.find(suggestion_id) is not None
        return self._open_draft(suggestion_id, live.began) if waits else self._unopened(live, IN_CRISIS)

    def on_assist_broken(self, suggestion_id: str, code: str, now: Moment) -> list[Effect]:
        """Assist could not go on: `code` is a problem's; what was streamed stays readable.

        Without knowledge (or before the model is loaded) the turn is tried again on `on_knowledge`.
        """
        live = self._live
        if live is None or live.suggestion_id != suggestion_id:
            return []
        self._lacks_knowledge = code in {"knowledge_missing", "starting"}
        if self._lacks_knowledge and self._knowledge_came and live.question is None:
            self._live = None
            return self.on_knowledge(now)
        what = problem(code, conversation_id=self._opened.id)
        failed = self._screen.give_up(live, what.message, now) or self._unopened(live, what.message)
        self._live = None
        return [*failed, Send(what)]

    def on_knowledge(self, now: Moment) -> list[Effect]:
        """Knowledge became available: answer what could not be answered without it.

        What is still being computed may have looked before it came, so that is remembered.
        """
        self._knowledge_came = True
        if not self._lacks_knowledge:
            return []
        self._assisted = None
        return self._assist_newest(0.0, now)

    def stop(self, now: Moment) -> list[Effect]:
        """The panel is done with the conversation, or gone: stop computing, record what stayed unfinished."""
        live, self._live = self._live, None
        if live is None:
            return []
        effects: list[Effect] = [CancelAssist(self._opened.id, live.suggestion_id)]
        if live.drafting:
            effects.append(self._screen.unfinished(EventKind.SUGGESTION_FAILED, live, now))
        return effects

    def fail(self, message: str, now: Moment) -> list[Effect]:
        """Give up the live suggestion and tell the panel why."""
        live = self._live
        if live is None:
            return []
        failed = self._screen.give_up(live, message, now)
        self._live = None
        return [*failed, CancelAssist(self._opened.id, live.suggestion_id)]

    @property
    def is_working(self) -> bool:
        """Whether a suggestion is not complete yet."""
        return self._live is not None

    # ---- deciding -----------------------------------------------------------------------------------------

    @property
    def _opened(self) -> Conversation:
        assert self._conversation is not None, "the router opens a session before it hands on messages"
        return self._conversation

    def _recording(self, now: Moment) -> Recording:
        return Recording(self._person, self._opened.id, now.at)

    def _assist_newest(self, settle_s: float, now: Moment, drafted: bool = True) -> list[Effect]:
        """Start on the newest customer turn unless it is what was started last."""
        newest = self._opened.newest_customer_turn
        if newest is None or (newest.id, newest.text) == self._assisted:
            return []
        return self._start(newest, None, self._wish, now, (settle_s, drafted))

    def _held_sent(self, now: Moment) -> list[Effect]:
        """The holding replies that our side has sent since, found in our turns."""
        sent = self._held.sent_in(self._opened.turns)
        return [Save(self._recording(now).holding_sent(*each)) for each in sent]

    @property
    def _wish(self) -> Wish:
        return Wish(self._person.name, self._person.team, self._form, self._screen.used.texts)

    def _start(
        self,
        turn: Turn | None,
        question: str | None,
        wish: Wish,
        now: Moment,
        drafting: tuple[float, bool] = (0.0, True),
    ) -> list[Effect]:
        """`drafting`: how long the draft waits, and whether one comes at all."""
        superseding = self._supersede(now)
        suggestion_id = self._new_id()
        turn_id = turn.id if turn else f"question-{suggestion_id}"
        if question is None and turn is not None:
            self._assisted = (turn.id, turn.text)
        self._live = Computing(suggestion_id, turn_id, question, now.seconds, self._opened, wish)
        self._lacks_knowledge = False
        self._knowledge_came = False
        misses = len(self._screen.missed - {turn_id})
        settle_s, drafted = drafting
        start = StartAssist(suggestion_id, self._opened, question, settle_s, misses, drafted, wish)
        return [*superseding, self._heard(start)]

    def _change(self, message: DraftChange, now: Moment) -> list[Effect]:
        made = self._screen.made.find(message.suggestion_id)
        wish = changed(self._wish, message.change, made)
        newest = self._opened.newest_customer_turn
        if made is not None:
            return self._start_change(message.suggestion_id, made, wish, now)
        if message.question is None and newest is None:
            return [Send(needs_customer_turn(message))]
        return self._start(newest, message.question, wish, now)

    def _start_change(self, changes: str, made: Made, wish: Wish, now: Moment) -> list[Effect]:
        """From the same snippets, so nothing is searched; what is newer than the draft comes first."""
        if self._flags.in_crisis:
            return self._kept(changes, IN_CRISIS)
        if self._live is not None and self._live.changes is None:
            return self._kept(changes, NEWER_COMES)
        superseding = self._supersede(now)
        talk, turn_id = made.conversation, made.shown.turn_id or changes
        live = Computing(self._new_id(), turn_id, made.question, now.seconds, talk, wish, made.hits, changes)
        live.under, live.revision = made.shown, made.revision
        self._live = live
        start = StartAssist(live.suggestion_id, talk, made.question, 0.0, 0, True, wish, made.hits)
        return [*superseding, self._heard(start)]

    def _heard(self, start: StartAssist) -> StartAssist:
        return replace(start, no_crisis=self._flags.no_crisis)

    def _open_draft(self, suggestion_id: str, began: float) -> list[Effect]:
        """In the passages' own words and from the same snippets, under the id of their search."""
        offered = self._screen.offers.find(suggestion_id)
        if self._screen.made.find(suggestion_id):
            # It came by itself while the line was being opened.
            return []
        if self._flags.in_crisis:
            return self._kept(suggestion_id, IN_CRISIS)
        if offered is None or self._live is not None:
            return self._kept(suggestion_id, BUSY if offered else FORGOTTEN)
        wish = replace(self._wish, hint=offered.wish.hint, verbatim=True)
        self._live = live = replace(offered, began=began, wish=wish)
        talk, question = live.conversation, live.question
        return [self._heard(StartAssist(suggestion_id, talk, question, 0.0, 0, True, wish, live.hits))]

    def _unopened(self, live: Computing, message: str) -> list[Effect]:
        """The panel waits for a draft that does not come: its line is closed again."""
        offered = self._screen.offers.find(live.suggestion_id) is not None and live.changes is None
        opened = offered and (live.wanted or live.under is not None)
        return self._kept(live.suggestion_id, message) if opened and live.seq == 0 else []

    def _kept(self, suggestion_id: str, message: str) -> list[Effect]:
        return [
            Send(
                SuggestionKept(conversation_id=self._opened.id, suggestion_id=suggestion_id, message=message)
            )
        ]

    def _supersede(self, now: Moment) -> list[Effect]:
        live, self._live = self._live, None
        if live is None:
            return []
        cancel = CancelAssist(self._opened.id, live.suggestion_id)
        if not live.drafting:
            return [cancel, *self._unopened(live, NEWER_CAME)]
        return [cancel, *self._screen.supersede(live, now)]

    def _on_flags(self, live: Computing, event: FlagsDecided, now: Moment) -> list[Effect]:
        withdrawn, raised = self._flags.decide(self._opinions.beside(event.flags, self._opened))
        if event.crisis:
            self._screen.shown = Shown(live.turn_id)
        effects: list[Effect] = []
        for flag in withdrawn:
            effects.append(Send(FlagWithdrawn(conversation_id=self._opened.id, reason=flag.reason)))
            effects.append(self._flag_record(EventKind.FLAG_WITHDRAWN, flag, live.suggestion_id, now))
        effects += self._raised(raised, live.suggestion_id, now)
        doubts = self._opinions.wanted(event.doubts, live.conversation)
        asking = [AskOpinion(live.suggestion_id, live.conversation, doubts)] if doubts else []
        return [*effects, *self._disposition_news(), *self._need_news(first=True), *asking]

    def _raised(self, flags: Iterable[Flag], suggestion_id: str, now: Moment) -> list[Effect]:
        effects: list[Effect] = []
        for flag in flags:
            effects.append(Send(FlagRaised(conversation_id=self._opened.id, flag=flag_part(flag))))
            effects.append(self._flag_record(EventKind.FLAG_RAISED, flag, suggestion_id, now))
        return effects

    def _need_news(self, *, first: bool = False) -> list[Effect]:
        """What it needs, if turns or flags are others than when it was told; `first` only once flags came."""
        need = TellNeed(self._opened, self._flags.counted)
        told, now = self._told_need, ([turn.id for turn in self._opened.turns], need.flags)
        if told == now or (told is None and not first):
            return []
        self._told_need = now
        return [need]

    def _disposition_news(self) -> list[Effect]:
        """The disposition, if it is another than the panel was told last."""
        disposition = self._flags.disposition
        if disposition is self._told_disposition:
            return []
        self._told_disposition = disposition
        return [Send(DispositionDecided(conversation_id=self._opened.id, disposition=disposition))]

    def _flag_record(self, kind: EventKind, flag: Flag, suggestion_id: str, now: Moment) -> Save:
        return Save(self._recording(now).flag(kind, flag, suggestion_id))
