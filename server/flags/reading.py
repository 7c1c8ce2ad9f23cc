"""What the flags' model reads of a conversation: a customer's turn and what was said just before it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from server.conversation import Role, Turn
from server.quoted import own_words

# Enough to see what a short answer answers; a long history would drown it.
TURNS_BEFORE = 3
LONGEST_BEFORE = 400
CONTEXT_TOKENS = 72
TEXT_TOKENS = 176

_SPEAKER = {Role.CUSTOMER: "customer", Role.AGENT: "support", Role.ASSISTANT: "support"}


def said_before(turns: Sequence[Turn]) -> str:
    """The last turns before a customer's turn, each with who spoke, as the model was trained to read them."""
    heard = [(turn.role, own_words(turn.text)) for turn in turns if turn.role in _SPEAKER]
    return context_of([(_SPEAKER[role], text) for role, text in heard])


def context_of(said: Sequence[tuple[str, str]]) -> str:
    """(`customer` or `support`, text) pairs as one line, the newest last."""
    parts = [f"{speaker}: {' '.join(text.split())[:LONGEST_BEFORE]}" for speaker, text in said]
    return " ".join(parts[-TURNS_BEFORE:])


def framed(context: Sequence[int], text: Sequence[int], start: int, end: int) -> tuple[list[int], int]:
    """Token ids as the model wants them, and where the text begins; of a long context the end is kept."""
    before = [start, *context[-CONTEXT_TOKENS:], end]
    return [*before, *text[:TEXT_TOKENS], end], len(before)
