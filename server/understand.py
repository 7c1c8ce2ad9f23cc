"""What the customer needs, read from the dialogue: the texts to search with and their weights. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.conversation import Conversation, Role, Turn
from server.needs import needs_knowledge, says_something
from server.pasted import told_and_pasted
from server.quoted import compact, forwarded, own_words
from server.sentences import sentence_spans
from server.words import content_words

MOST_TEXTS = 6
MOST_OLDER = 8
# The model reads no further than about 200 words, so a long mail is searched window by window.
WINDOW_WORDS = 120
OLDER_WORDS = 150
PASTED_WORDS = 200
TURNS_READ = 16
# An older turn informs this much less than the one after it, whoever spoke: replies name what it is about.
_OLDER = 0.9
_LEANS = 0.5

_SUBJECT_PREFIX = re.compile(r"^\s*(?:(?:re|fwd?|aw|wg)\s*:\s*|\[[^\]]*\]\s*)+", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"^\W*(?:and|but|or|what about|how about|ok|then|so)\b"
    r"|\b(?:it|its|that|this|those|these|they|them|one|ones|there|then|same|did|still)\b",
    re.IGNORECASE,
)
_POINTS_AT_FORWARD = re.compile(
    r"\b(?:below|fyi|forward(?:ed|ing)?"
    r"|(?:see|read|check) (?:the |this |attached )?(?:e-?mail|mail|message|thread))\b",
    re.IGNORECASE,
)
_MOST_POINTING = 10
_ASKING = re.compile(
    r"\?|^\W*(?:(?:and|but|so|also|oh|ok|okay),? )*"
    r"(?:how|what|when|where|which|who|why|can|could|do|does|is|are|will|would|may|should)\b"
    r"|\b(?:tell me|let me know|i (?:want|need|would like|wonder)|i'd like|i'm wondering|please)\b",
    re.IGNORECASE,
)
# What the customer asks, where the agent says what about.
_BESIDE_HINT = 0.6
# The subject of a first message beside the message. A round number: from .4 to .8 both sets with subjects do
# about the same.
_HEADING = 0.6
# What subjects say of any message: such a one would only blur what its message asks for.
_ANY_SUBJECT = """
    question query enquiry enquiries inquiry inquiries needed support request issue problem urgent asap
    important contact message form website site online customer service team order orders account ticket case
    number ref reference info information update feedback concerning reply response follow quick general new
"""
_OF_ANY_MESSAGE = frozenset(content_words(_ANY_SUBJECT))
# What a turn tells around its questions weighs less than they do.
_AROUND = 0.4
_STANDS_ALONE = 0.2
_SAYS_NOTHING_ALONE = 0.9
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True, slots=True)
class WeightedText:
    """A text to search with; the newest words of the customer weigh 1, `older` ones were before."""

    text: str
    weight: float
    older: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """What has to be answered: `asked` in the asker's words, what they lean on, and the queries.

    Where it isn't `sure`, nothing in the words says that knowledge helps.
    """

    asked: str
    texts: tuple[WeightedText, ...]
    leaned_on: tuple[str, ...] = ()
    sure: bool = True

    @property
    def text(self) -> str:
        """What they lean on, then what is asked."""
        return "\n".join([*self.leaned_on, self.asked])


def said(text: str) -> str:
    """What a turn is about, at its offsets: its writer's own words, or the forward they only point at.

    A forward with nothing beside it but "see below" is the point, so it is searched; it is never flagged.
    """
    own = own_words(text)
    words = _WORD.findall(own)
    pointing = not words or (
        len(words) <= _MOST_POINTING and "?" not in own and _POINTS_AT_FORWARD.search(own)
    )
    sent_on = forwarded(text) if pointing else ""
    return sent_on if sent_on.strip() else own


def understand(conversation: Conversation, question: str | None = None) -> Need | None:
    """What to search for; None when the newest customer turn (or the agent's question) needs no knowledge."""
    if question is not None:
        return _need_of_question(question, conversation) if says_something(question) else None
    burst = _newest_burst(conversation)
    return _need_of_turns(conversation, burst) if _needs(conversation, burst) else None


def wondered(conversation: Conversation) -> Need | None:
    """What to search for if the newest customer turn needs knowledge after all; None if it says nothing."""
    need = _need_of_turns(conversation, _newest_burst(conversation))
    return need and replace(need, sure=False)


def _need_of_turns(conversation: Conversation, burst: tuple[Turn, ...]) -> Need | None:
    told = [compact(words) for turn in burst if says_something(words := said(turn.text))]
    if not told:
        return None
    asks, around = _asks(told)
    newest = [
        WeightedText(text, _AROUND if asks else 0.8 if place else 1.0)
        for place, text in enumerate(around[::-1])
    ]
    leaning = _leaning(asks or "\n".join(told))
    older = _older(conversation, burst, leaning)
    leaned_on = _leaned_on(conversation, burst) if leaning >= _LEANS else []
    queries = [WeightedText(asks, 1.0), *newest] if asks else newest
    needed = _distinct([part for query in queries for part in _parts(query)], MOST_TEXTS)
    return Need(
        asks or "\n".join(told),
        (*_distinct([*needed, *_heading(conversation)], MOST_TEXTS + 1), *_distinct(older, MOST_OLDER)),
        tuple(leaned_on),
    )


def recalled(turn: Turn) -> str:
    """What is searched of a turn once another has come; empty where it says nothing."""
    words = compact(said(turn.text))
    return " ".join(words.split()[:OLDER_WORDS]) if says_something(words) else ""


def looked_back_on(conversation: Conversation) -> list[str]:
    """The texts that the search for the next turn will add to it, whatever that turn says."""
    return [text.text for text in _distinct(_older(conversation, (), _STANDS_ALONE), MOST_OLDER)]


def steered(need: Need | None, hint: str) -> Need:
    """The need once the agent said what the answer is to be about: that counts for more than all the rest."""
    hinted = WeightedText(hint.strip(), 1.0)
    if need is None:
        return Need(hinted.text, (hinted,))
    told = [text for text in need.texts if not text.older]
    share = _BESIDE_HINT / max(sum(text.weight for text in told), _BESIDE_HINT)
    lighter = [replace(text, weight=text.weight * share) for text in told]
    older = [text for text in need.texts if text.older]
    texts = (hinted, *lighter[: MOST_TEXTS - 1], *older)
    return Need(f"{need.asked}\n{hinted.text}", texts, need.leaned_on)


def _needs(conversation: Conversation, burst: tuple[Turn, ...]) -> bool:
    """Whether knowledge could help with any of the newest turns, each read with the one before it."""
    spoken = [turn for turn in conversation.turns if turn.role not in (Role.NOTE, Role.SYSTEM)]
    before = dict(zip([turn.id for turn in spoken], [None, *spoken], strict=False))
    return any(needs_knowledge(said(turn.text), before.get(turn.id)) for turn in burst)


def _asks(told: list[str]) -> tuple[str, list[str]]:
    """The sentences that ask and what is told around them; no asking ones where they don't say more alone."""
    # A long mail tells what it is about in many sentences; its questions alone would lose that.
    if sum(len(text.split()) for text in told) > WINDOW_WORDS:
        return "", told
    asking: list[str] = []
    around: list[str] = []
    for text in told:
        parted = [text[span.start : span.end] for span in sentence_spans(text)]
        telling = [sentence for sentence in parted if says_something(sentence)]
        asking += filter(_ASKING.search, telling)
        around.append(" ".join(sentence for sentence in telling if not _ASKING.search(sentence)))
    asks = " ".join(asking)
    alone = any(around) and _leaning(asks) < _SAYS_NOTHING_ALONE
    return (asks, around) if alone else ("", told)


def asking_part(text: str) -> str:
    """The sentences of a message that ask; empty where none does or all do."""
    parted = [text[span.start : span.end] for span in sentence_spans(text)]
    asking = [sentence for sentence in parted if _ASKING.search(sentence)]
    return " ".join(asking) if len(asking) < len(parted) else ""


def _need_of_question(question: str, conversation: Conversation) -> Need:
    asked = WeightedText(question.strip(), 1.0)
    return Need(
        asked.text, (*_windows(asked), *_distinct(_older(conversation, (), _STANDS_ALONE), MOST_OLDER))
    )


def _parts(query: WeightedText) -> list[WeightedText]:
    """What a text tells, and beside it the beginning of what was pasted into it, which would drown that."""
    told, pasted = told_and_pasted(query.text)
    if not pasted:
        return _windows(query)
    shown = WeightedText(" ".join(pasted.split()[:PASTED_WORDS]), query.weight)
    return [*_windows(replace(query, text=told), MOST_TEXTS - 1), shown]


def _windows(query: WeightedText, most: int = MOST_TEXTS) -> list[WeightedText]:
    """A long text as up to `most` windows of whole sentences that share its weight."""
    room = max(WINDOW_WORDS, -(-len(query.text.split()) // (most - 1)))
    windows: list[list[str]] = [[]]
    for span in sentence_spans(query.text):
        words = query.text[span.start : span.end].split()
        if windows[-1] and len(windows[-1]) + len(words) > room and len(windows) < most:
            windows.append([])
        windows[-1] += words
    if len(windows) == 1:
        return [query]
    return [WeightedText(" ".join(words), query.weight / len(windows)) for words in windows]


def _newest_burst(conversation: Conversation) -> tuple[Turn, ...]:
    """The customer's newest turns with no reply between them, oldest first (people write in bursts)."""
    burst: list[Turn] = []
    for turn in reversed(conversation.turns):
        if turn.role is Role.CUSTOMER:
            burst.insert(0, turn)
        elif burst and turn.role in (Role.AGENT, Role.ASSISTANT):
            break
    return tuple(burst[-3:])


def _leaning(text: str) -> float:
    """How much older turns must tell: "and on Sundays?" or "how long is that?" say little alone."""
    said = len(set(content_words(text)))
    if said < 2:
        return _SAYS_NOTHING_ALONE
    return 0.5 if said < 5 and _POINTS_BACK.search(text) else _STANDS_ALONE


def _older(conversation: Conversation, burst: tuple[Turn, ...], subjects: float) -> list[WeightedText]:
    """What was said before the newest words, newest first; among it the subject, weighing `subjects`."""
    texts = []
    seen = {turn.id for turn in burst}
    weight, notes = _OLDER, 1
    for turn in reversed(conversation.turns[-TURNS_READ:]):
        if turn.id in seen or turn.role is Role.SYSTEM or not (words := recalled(turn)):
            continue
        if turn.role is Role.NOTE:
            notes -= 1
            if notes < 0:
                continue
        texts.append(WeightedText(words, weight, older=True))
        weight *= _OLDER
    subject = "" if burst and _heading(conversation) else _subject(conversation)
    return [WeightedText(subject, subjects, older=True), *texts] if subject else texts


def _heading(conversation: Conversation) -> list[WeightedText]:
    """The subject as part of what is needed, until a reply shows that the dialogue has moved on from it."""
    subject = "" if _answered(conversation) else _subject(conversation)
    named = " ".join(word for word in subject.split() if not any(map(str.isdigit, word)))
    tells = any(word not in _OF_ANY_MESSAGE for word in content_words(named))
    return [WeightedText(subject, _HEADING)] if tells else []


def _answered(conversation: Conversation) -> bool:
    return any(turn.role in (Role.AGENT, Role.ASSISTANT) for turn in conversation.turns)


def _subject(conversation: Conversation) -> str:
    subject = _SUBJECT_PREFIX.sub("", conversation.subject).strip()
    return subject if says_something(subject) else ""


def _leaned_on(conversation: Conversation, burst: tuple[Turn, ...]) -> list[str]:
    """What words that say little alone are read with: the subject, else what the customer said before."""
    subject = _subject(conversation)
    seen = {turn.id for turn in burst}
    before = (
        compact(said(turn.text))
        for turn in reversed(conversation.turns[-TURNS_READ:])
        if turn.role is Role.CUSTOMER and turn.id not in seen
    )
    return [subject] if subject else [text for text in before if says_something(text)][:1]


def _distinct(texts: list[WeightedText], most: int) -> list[WeightedText]:
    heaviest: dict[str, WeightedText] = {}
    for text in texts:
        if text.text:
            heaviest.setdefault(text.text, text)
    return list(heaviest.values())[:most]


def judged_on(conversation: Conversation, timezone: str, now: datetime) -> date:
    """The day whose policies apply: the earlier of claimed and received time of the newest customer turn."""
    newest = conversation.newest_customer_turn
    moments = [now] if newest is None else [newest.received_at]
    if newest is not None and newest.at is not None and newest.at.tzinfo is not None:
        moments.append(newest.at)
    return min(moments).astimezone(ZoneInfo(timezone)).date()
