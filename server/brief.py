"""The brief of a handover and the summary of a conversation: text for a colleague, from the story. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.conversation import Conversation, Flag, Role
from server.quoted import own_words
from server.sentences import statements
from server.story import OURS, Line, Story, ends_with_us

_MOST = 3
_LONGEST = 140
_FEWEST_WORDS = 5
_BY = {Role.CUSTOMER: "customer", Role.AGENT: "agent", Role.ASSISTANT: "bot"}

_WHO: dict[str, str] = {
    "person": "a colleague who can help you with it",
    "lead": "the person who leads our team",
    "team": "the colleagues who look after this",
}
CUSTOMER_WORDS = {
    kind: (
        f"Thank you for your patience. I am passing this on to {whom}. They have everything you told us, so "
        "you don't need to explain it again, and they will write to you next."
    )
    for kind, whom in _WHO.items()
}
"""What the customer is told happens next, for the agent to approve; no names, no times nobody can promise."""


def expert_brief(conversation: Conversation, story: Story) -> str:
    """The brief for somebody from outside: without mood and flags, which are our own."""
    parts = [
        _one("Situation", story.request),
        _one("Goal", story.goal),
        _several("Tried", story.tried),
        _several("Promised", story.promised),
        _several("Open questions", story.open_questions),
        _known(story.facts),
        f"Next step: {_next_step(conversation, story)}",
    ]
    return "\n".join(part for part in parts if part)


def brief(conversation: Conversation, story: Story, flags: Iterable[Flag]) -> str:
    """Situation, goal, mood, what was tried and promised, what is open, flags, next step, as plain text."""
    parts = [
        _one("Situation", story.request),
        _one("Goal", story.goal),
        f"Mood: {story.mood}" + (f", since “{_short(story.mood_since)}”" if story.mood_since else ""),
        _several("Tried", story.tried),
        _several("Promised", story.promised),
        _several("Open questions", story.open_questions),
        _known(story.facts),
        _flagged(flags),
        f"Next step: {_next_step(conversation, story)}",
    ]
    return "\n".join(part for part in parts if part)


def summary(conversation: Conversation, story: Story) -> str:
    """What was asked, tried, said and promised, and what is open, in the words of those who wrote it."""
    parts = [
        _one("Asked", story.request),
        _one("For", story.goal),
        _several("Tried", story.tried),
        _we_said(conversation, story),
        _several("Promised", story.promised),
        _several("Still open", story.open_questions),
        _known(story.facts),
    ]
    return "\n".join(part for part in parts if part) or "Nothing was asked or said here yet."


def _we_said(conversation: Conversation, story: Story) -> str:
    """What our newest turn tells, unless the summary has it as a promise or as tried."""
    newest = next((turn for turn in reversed(conversation.turns) if turn.role in OURS), None)
    if newest is None:
        return ""
    listed = [line.quote for line in (*story.promised, *story.tried)]
    told = [
        f"- “{_cut(each)}” ({_BY[newest.role]})"
        for each in statements(own_words(newest.text))
        if len(each.split()) >= _FEWEST_WORDS and "?" not in each and not any(line in each for line in listed)
    ]
    return "\n".join(["We said:", *told[:_MOST]]) if told else ""


def _one(title: str, line: Line | None) -> str:
    return f"{title}: “{_short(line)}”" if line else ""


def _several(title: str, lines: Sequence[Line]) -> str:
    return "\n".join([f"{title}:", *(f"- {_told(line)}" for line in lines[-_MOST:])]) if lines else ""


def _told(line: Line) -> str:
    label = f", {line.label}" if line.label else ""
    return f"“{_short(line)}” ({_BY[line.role]}{label})"


def _known(facts: Sequence[Line]) -> str:
    values = [f"{line.label} {_short(line)}" for line in facts if line.role is Role.CUSTOMER]
    return f"Known: {'; '.join(values)}" if values else ""


def _flagged(flags: Iterable[Flag]) -> str:
    lines = [
        f"- {flag.reason.value.replace('_', ' ')} ({flag.severity.value}): “{_cut(flag.evidence.quote)}”"
        for flag in flags
    ]
    return "\n".join(["Flags:", *lines]) if lines else ""


def _next_step(conversation: Conversation, story: Story) -> str:
    if story.open_questions:
        return f"answer “{_short(story.open_questions[-1])}”"
    ours = [line for line in story.promised if line.role is not Role.CUSTOMER]
    if ours:
        return f"do what was promised: “{_short(ours[-1])}”"
    if ends_with_us(conversation.turns):
        return "wait for the customer, who has our last answer"
    return "answer the customer's last message"


def _short(line: Line) -> str:
    return _cut(line.quote)


def _cut(text: str) -> str:
    """In one line, at most so long that the brief stays on one screen."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1].rstrip()}…"
