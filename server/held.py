"""The holding replies of one conversation: what was shown for which turn, and what of it was sent. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from server.conversation import Role, Turn
from server.quoted import own_words
from server.sentences import sentence_spans

# A greeting or a closing is no sign of which reply it was.
_TELLING_WORDS = 4


class HeldReplies:
    """What was shown and not yet seen among our turns, as texts by the customer's turn. State without I/O."""

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}

    def recall(self, shown: Mapping[str, str]) -> None:
        """Take in what is on record of earlier sessions: sending a reply may reload the page."""
        self._shown = {**shown, **self._shown}

    def show(self, turn_id: str, text: str) -> None:
        """A reply was shown; opened again it may name another time."""
        self._shown[turn_id] = text

    def sent_in(self, turns: Sequence[Turn]) -> list[tuple[str, str]]:
        """(the customer's turn, ours) of each reply that our side wrote after it; each is told once."""
        found = list(self._sent(turns))
        for turn_id, _ in found:
            del self._shown[turn_id]
        return found

    def _sent(self, turns: Sequence[Turn]) -> Iterator[tuple[str, str]]:
        place_of = {turn.id: place for place, turn in enumerate(turns)}
        for turn_id, text in self._shown.items():
            if turn_id in place_of:
                ours = (turn for turn in turns[place_of[turn_id] + 1 :] if turn.role is Role.AGENT)
                sent = next((turn.id for turn in ours if holds(turn.text, text)), None)
                if sent is not None:
                    yield turn_id, sent


def holds(written: str, reply: str) -> bool:
    """Whether more than half of the reply's telling sentences stand in what was written."""
    said = _plain(own_words(written))
    telling = [one for one in _sentences(reply) if len(one.split()) >= _TELLING_WORDS]
    return sum(one in said for one in telling) * 2 > len(telling)


def _sentences(text: str) -> Iterable[str]:
    return (_plain(text[span.start : span.end]) for span in sentence_spans(text))


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())
