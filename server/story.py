"""What happened in a conversation so far, in its own words: every line is a verbatim piece of a turn. Pure.

Nothing is inferred that nobody wrote: what has no quote is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from server import story_cues as cues
from server.bereavement import told_death
from server.conversation import Role, Turn
from server.flags.frustration import RAISED_AT, heat_of
from server.flags.rule import Sentence, quote, sentences
from server.words import content_words

OURS = frozenset({Role.AGENT, Role.ASSISTANT})
SPOKEN = OURS | {Role.CUSTOMER}
LONG_CONVERSATION = 8
"""More turns than this are caught up with even when nobody else was here before."""

_TURNS_READ = 120
_TURNS_REMEMBERED = 1024
_MOST = 5
_MOST_FACTS = 12
_FEW_WORDS = 3
_LONGEST_LABEL = 120
_SAME_QUESTION = 0.6
_STRONG = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A verbatim piece of a turn: `quote` is its text from `start` to `end` (code points), said by `role`.

    `label` says what the section's name does not: a fact's kind, when a promise falls due, what we asked.
    """

    turn_id: str
    role: Role
    quote: str
    start: int
    end: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What a newcomer must know. `mood` is one word; `mood_since` quotes where it became so."""

    request: Line | None = None
    goal: Line | None = None
    mood: str = "calm"
    mood_since: Line | None = None
    tried: tuple[Line, ...] = ()
    promised: tuple[Line, ...] = ()
    open_questions: tuple[Line, ...] = ()
    facts: tuple[Line, ...] = ()
    not_again: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """One sentence of a turn; `place` is the turn's among those that were spoken."""

    place: int
    sentence: Sentence

    @property
    def text(self) -> str:
        """As it is matched: one kind of apostrophe, none longer or shorter than before."""
        return self.sentence.text.replace("’", "'")

    @property
    def role(self) -> Role:
        """Whose it is."""
        return self.sentence.turn.role

    def line(self, found: re.Match[str] | None = None, label: str | None = None) -> Line:
        """As a line of the story."""
        evidence = quote(self.sentence, found)
        return Line(evidence.turn_id, self.role, evidence.quote, evidence.start, evidence.end, label)


def is_arrival(turns: Sequence[Turn], visited: bool) -> bool:
    """Whether a person who opens these turns needs to catch up: not for what they followed themselves."""
    spoken = spoken_in(turns)
    if visited or len(spoken) <= 1:
        return False
    return len(spoken) > LONG_CONVERSATION or any(turn.role in OURS for turn in spoken)


def ends_with_us(turns: Sequence[Turn]) -> bool:
    """Whether the last word is ours, so that the customer waits for nothing that they just asked."""
    spoken = spoken_in(turns)
    return bool(spoken) and spoken[-1].role in OURS


def spoken_in(turns: Sequence[Turn]) -> list[Turn]:
    """The turns without notes and what the helpdesk itself says."""
    return [turn for turn in turns if turn.role in SPOKEN]


def tell(turns: Sequence[Turn]) -> Story:
    """The story of these turns, oldest first; the same turns always give the same story."""
    spoken = spoken_in(turns)[-_TURNS_READ:]
    said = [_Said(place, each) for place, turn in enumerate(spoken) for each in _sentences(turn)]
    theirs = [each for each in said if each.role is Role.CUSTOMER]
    ours = [each for each in said if each.role in OURS]
    mood, since = _mood(spoken)
    facts = _facts(said)
    return Story(
        request=_request(theirs),
        goal=_goal(theirs),
        mood=mood,
        mood_since=since,
        tried=_tried(said),
        promised=_promised(said),
        open_questions=_open_questions(theirs, ours, spoken),
        facts=facts,
        not_again=_not_again(facts, spoken, said),
    )


@lru_cache(maxsize=_TURNS_REMEMBERED)
def _sentences(turn: Turn) -> tuple[Sentence, ...]:
    return tuple(sentences(turn))


# ---- what they want ----------------------------------------------------------------------------------------


def _request(theirs: Sequence[_Said]) -> Line | None:
    """What was asked first, the plainest sentence of that turn; else how the customer began."""
    asking = [(each, strength) for each in theirs if (strength := _asking(each.text))]
    if asking:
        first = [pair for pair in asking if pair[0].place == asking[0][0].place]
        return max(first, key=lambda pair: pair[1])[0].line()
    telling = (each for each in theirs if len(each.text.split()) > _FEW_WORDS)
    first_words = next(telling, None)
    return first_words.line() if first_words else None


def _asking(text: str) -> int:
    """How plainly a sentence asks for something, `_STRONG` at most; 0 when it does not."""
    if cues.IDLE_QUESTION.search(text) and not cues.WANTS.search(text):
        return 0
    if cues.WANTS.search(text) or cues.ASKS.search(text):
        return _STRONG
    words = len(text.split()) if cues.QUESTION.search(text) else 0
    return _STRONG if words > _FEW_WORDS else int(words > 1)


def _goal(theirs: Sequence[_Said]) -> Line | None:
    """What it is for, where the customer says so: a stated aim before an occasion."""
    for pattern in (cues.AIM, cues.OCCASION):
        for each in theirs:
            if found := pattern.search(each.text):
                return each.line(found)
    return None


def _mood(spoken: Sequence[Turn]) -> tuple[str, Line | None]:
    """The newest mood that shows, and the first words of its run; a neutral turn leaves it as it was."""
    mood, since = "calm", None
    for turn in spoken:
        if turn.role is not Role.CUSTOMER:
            continue
        found = _mood_of(turn)
        # Thanks in grief are politeness.
        if found and found[0] != mood and mood != "grieving":
            mood, since = found
    return mood, since


@lru_cache(maxsize=_TURNS_REMEMBERED)
def _mood_of(turn: Turn) -> tuple[str, Line] | None:
    heat = heat_of(turn)
    if heat.sentence is not None and heat.score >= RAISED_AT:
        return "angry", _Said(0, heat.sentence).line(heat.found)
    said = [_Said(0, sentence) for sentence in _sentences(turn)]
    for each in said:
        if found := told_death(each.text):
            return "grieving", each.line(found)
    for word, pattern in cues.MOODS:
        for each in said:
            if found := pattern.search(each.text):
                return word, each.line(found)
    return None


# ---- what was done and said --------------------------------------------------------------------------------


def _tried(said: Sequence[_Said]) -> tuple[Line, ...]:
    patterns = {
        Role.CUSTOMER: cues.CUSTOMER_TRIED,
        Role.AGENT: cues.OURS_TRIED,
        Role.ASSISTANT: cues.OURS_TRIED,
    }
    found = ((each, patterns[each.role].search(each.text)) for each in said)
    lines = [each.line(match) for each, match in found if match and not cues.SAID_TO_US.search(each.text)]
    return tuple(lines[-_MOST:])


def _trying(role: Role) -> re.Pattern[str]:
    return cues.OURS_TRIED if role in OURS else cues.CUSTOMER_TRIED


def _promised(said: Sequence[_Said]) -> tuple[Line, ...]:
    """What we said we would do, and what the customer says we said; the label is when."""
    lines = []
    for each in said:
        theirs = each.role is Role.CUSTOMER
        found = (cues.SAID_TO_US if theirs else cues.PROMISES).search(each.text)
        if found is None or (not theirs and cues.NO_PROMISE.search(each.text)):
            continue
        *_, due = [None, *cues.WHEN.findall(each.text)]
        lines.append(each.line(found, None if theirs and due and due.startswith("on ") else due))
    return tuple(lines[-_MOST:])


def _open_questions(
    theirs: Sequence[_Said], ours: Sequence[_Said], spoken: Sequence[Turn]
) -> tuple[Line, ...]:
    """Asked since our last word, or put off by us, or asked again: the last wording of each."""
    last_ours = max((place for place, turn in enumerate(spoken) if turn.role in OURS), default=-1)
    asked = [each for each in theirs if _asking(each.text)]
    still = [each for each in asked if each.place > last_ours or _was_put_off(each, ours, spoken)]
    newest: list[_Said] = []
    for each in still:
        newest = [other for other in newest if not _same_question(other.text, each.text)] + [each]
    return tuple(each.line() for each in newest[-_MOST:])


def _was_put_off(question: _Said, ours: Sequence[_Said], spoken: Sequence[Turn]) -> bool:
    """Whether our next turn only said that we would see, and no later one took the matter up."""
    places = [place for place in range(question.place + 1, len(spoken)) if spoken[place].role in OURS]
    if not places:
        return True
    answers = [each for each in ours if each.place == places[0]]
    later = " ".join(each.text for each in ours if each.place > places[0])
    delays = [bool(cues.PUTS_OFF.search(each.text)) for each in answers]
    telling = [each for each, delay in zip(answers, delays, strict=True) if not delay]
    taken_up = any(_shares(question.text, each.text) for each in telling) or _shares(question.text, later)
    return any(delays) and not taken_up


def _shares(question: str, answer: str) -> bool:
    """Whether half the content words of the question, two at most, come back in the answer."""
    asked = set(content_words(question))
    return bool(asked) and 2 * len(asked & set(content_words(answer))) >= min(4, len(asked))


def _same_question(one: str, other: str) -> bool:
    first, second = set(content_words(one)), set(content_words(other))
    return bool(first | second) and len(first & second) / len(first | second) >= _SAME_QUESTION


# ---- facts -------------------------------------------------------------------------------------------------


def _facts(said: Sequence[_Said]) -> tuple[Line, ...]:
    """Numbers, dates, amounts and addresses, each where it was first given; the customer's before ours."""
    given = [line for each in said for line in _facts_in(each)]
    customers_first = sorted(given, key=lambda line: line.role is not Role.CUSTOMER)
    first: dict[tuple[str | None, str], Line] = {}
    for line in customers_first:
        first.setdefault((line.label, re.sub(r"[\s#-]", "", line.quote).casefold()), line)
    kept = list(first.values())[:_MOST_FACTS]
    return tuple(line for line in given if line in kept)


def _facts_in(said: _Said) -> Iterator[Line]:
    """What one sentence gives; of two that overlap the kind listed first wins."""
    taken: list[range] = []
    turn, begin = said.sentence.turn, said.sentence.span.start
    found: list[Line] = []
    for label, pattern in cues.FACTS:
        for match in pattern.finditer(said.sentence.text):
            group = match.lastindex or 0
            start, end = begin + match.start(group), begin + match.end(group)
            if not any(start < other.stop and other.start < end for other in taken):
                taken.append(range(start, end))
                found.append(Line(turn.id, turn.role, turn.text[start:end], start, end, label))
    yield from sorted(found, key=lambda line: line.start)


def _not_again(facts: Iterable[Line], spoken: Sequence[Turn], said: Sequence[_Said]) -> tuple[Line, ...]:
    """What the customer has given already: what identifies them, and what we asked and they answered."""
    given = [line for line in facts if line.role is Role.CUSTOMER and line.label in cues.IDENTIFIES]
    by_place: dict[int, list[_Said]] = {}
    for each in said:
        by_place.setdefault(each.place, []).append(each)
    for place, turn in enumerate(spoken[:-1]):
        if turn.role in OURS and spoken[place + 1].role is Role.CUSTOMER:
            answers = _answered(by_place.get(place, []), by_place.get(place + 1, []))
            given += [answer for answer in answers if not any(_holds(answer, line) for line in given)]
    return tuple(given[-_MOST:])


def _holds(answer: Line, fact: Line) -> bool:
    return answer.turn_id == fact.turn_id and answer.start <= fact.start and fact.end <= answer.end


def _answered(ours: Sequence[_Said], theirs: Sequence[_Said]) -> list[Line]:
    asked = next((each for each in reversed(ours) if _asks_for_a_fact(each.text)), None)
    answer = next((each for each in theirs if _tells(each.text)), None)
    return [answer.line(label=asked.text[:_LONGEST_LABEL])] if asked and answer else []


def _asks_for_a_fact(text: str) -> bool:
    return bool(cues.QUESTION.search(text)) and not cues.OPENS_OR_CLOSES.search(text)


def _tells(text: str) -> bool:
    """Whether a sentence says something: no question, no greeting."""
    enough = len(text.split()) >= _FEW_WORDS or any(character.isdigit() for character in text)
    return enough and "?" not in text
