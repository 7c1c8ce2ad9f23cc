"""A reply for when nothing answers: what happens next and by when, in the team's own phrases. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from server.answering import is_cheerful
from server.compose import Line, form_of, laid_out, unsaid
from server.conversation import Conversation
from server.effects import Effect, Send, TellHolding
from server.mood import Mood, mood_of
from server.phrases import WHEN, Phrases, Promise
from server.told import Told, told_in
from server.wire import HoldingRequest, HoldingTold

IN_DANGER = "Somebody may be in danger: nothing is written here. Get a lead now."
ANSWERED = "There are snippets for this: answer from them."
ALL_SAID = (
    "Your team's holding replies were all sent here: say in your own words what happens next and by when."
)

_WHEN = re.compile(r"\{\{\s*" + WHEN + r"\s*\}\}")
_ROUNDED_TO_MIN = 30
_WEEK_DAYS = 6


def on_holding(
    asked: HoldingRequest,
    conversation: Conversation,
    nothing_found: bool,
    in_crisis: bool,
    used: Sequence[str],
) -> Effect:
    """What follows from the agent's wish: the reply, or why there is none."""
    if in_crisis:
        return Send(refused(asked, IN_DANGER))
    return TellHolding(asked, conversation, tuple(used)) if nothing_found else Send(refused(asked, ANSWERED))


def refused(asked: HoldingRequest, why: str) -> HoldingTold:
    """There is no holding reply, and why."""
    return HoldingTold(conversation_id=asked.conversation_id, turn_id=asked.turn_id, text=None, why=why)


def holding_reply(
    conversation: Conversation, phrases: Phrases, now: datetime, used: Sequence[str] = (), agent: str = ""
) -> str | None:
    """The reply as the channel has it; None when every phrase was said here. `now` is the team's clock."""
    told, mood = told_in(conversation, used), mood_of(conversation)
    form = form_of(conversation, agent)
    when = by_when(due(now, phrases.promise), now)
    new = (each for each in phrases.holding.reply if not _was_said(each, told))
    held = unsaid([_WHEN.sub(when, each) for each in _fit(new, mood)], told, form)
    if held is None:
        return None
    opening = unsaid(list(_fit(getattr(phrases.opening, mood.value), mood)), told, form)
    body = Line("", f"{opening} {held}" if opening else held, None)
    return "".join(line.lead + line.text for line in laid_out([body], told, form, phrases))


def due(now: datetime, promise: Promise) -> datetime:
    """When the promised working hours are over, counted from now and rounded up to a half hour."""
    left = timedelta(hours=promise.within)
    day = now.replace(second=0, microsecond=0)
    while True:
        if f"{day:%A}".lower() in promise.days:
            opens = day.replace(hour=promise.opens.hour, minute=promise.opens.minute)
            closes = day.replace(hour=promise.closes.hour, minute=promise.closes.minute)
            begins = max(day, opens)
            if closes - begins >= left:
                return min(closes, _rounded(begins + left))
            left -= max(closes - begins, timedelta())
        day = (day + timedelta(days=1)).replace(hour=0, minute=0)


def by_when(at: datetime, now: datetime) -> str:
    """As it is said to the customer: "by 16:30 today", "by 11:00 tomorrow", "by 11:00 on Monday"."""
    days = (at.date() - now.date()).days
    if days == 0:
        day = "today"
    elif days == 1:
        day = "tomorrow"
    else:
        day = f"on {at:%A}" if days <= _WEEK_DAYS else f"on {at.day} {at:%B}"
    return f"by {at:%H:%M} {day}"


def _rounded(at: datetime) -> datetime:
    over = at.minute % _ROUNDED_TO_MIN
    return at + timedelta(minutes=_ROUNDED_TO_MIN - over) if over else at


def _fit(choice: Iterable[str], mood: Mood) -> Iterator[str]:
    """Nobody who is upset or grieving reads something glad."""
    return (each for each in choice if mood is Mood.CALM or not is_cheerful(each))


def _was_said(phrase: str, told: Told) -> bool:
    """Whether its longest part was, whatever time it named then."""
    return told.has_phrase(max(_WHEN.split(phrase), key=len))
