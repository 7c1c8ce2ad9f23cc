"""What a language model's second opinion says of flags that were just missed, and what of it stands. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from server.compose import form_of
from server.conversation import Conversation, Evidence, Flag, Reason, Role, Turn
from server.flags.anger import SETTLED
from server.flags.learned import THANKED_AWAY
from server.flags.rule import Sentence, quote
from server.prompts import Budget, Prompt, build_prompt, read_template
from server.quoted import own_words
from server.sentences import Span

# What a model is told of each reason that it may add.
DESCRIBED = {
    Reason.FRUSTRATION: "clearly annoyed or angry with the company, in any tone; not a calm report",
    Reason.DISPUTE: "contests a charge, debt or contract; a bank, lawyer, regulator or fraud is named",
    Reason.POLICY_EXCEPTION: "asks for what the rules do not give: a late return, a waived fee, goodwill",
    Reason.NOT_UNDERSTOOD: "our side missed the same need twice, and the customer repeats it or says so",
    Reason.CHURN_RISK: "signals leaving: cancelling, closing the account, another company",
    Reason.PUBLIC_ESCALATION: "threatens or announces exposure: social media, press, reviews, followers",
    Reason.VULNERABILITY: "distress or helplessness: bereavement, illness, hardship, fear, a carer",
    Reason.UPSELL: "has a need that a higher plan, more seats or another product would meet; no complaint",
    Reason.MULTI_DEPARTMENT: "can be solved by two or more departments together only",
    Reason.HUMAN_REQUESTED: "asks for a person, a manager or a call back",
}
_OBJECT = re.compile(r"\{[^{}]*\}")


def opinion_prompt(
    conversation: Conversation, reasons: Iterable[Reason], turn_id: str, budget: Budget
) -> Prompt:
    """What the model is asked of this turn, which ends the dialogue that it reads."""
    until = [turn.id for turn in conversation.turns].index(turn_id) + 1
    talk = replace(conversation, turns=conversation.turns[:until])
    lines = "\n".join(f"- {reason.value}: {DESCRIBED[reason]}" for reason in reasons)
    template = read_template("second_opinion").replace("{reasons}", lines)
    return build_prompt(template, talk, None, {}, form_of(talk), budget)


def told_in(answer: str) -> Iterator[tuple[str, str]]:
    """(reason, quote) as the answer's lines have them; whatever else it says is passed over."""
    for found in _OBJECT.finditer(answer):
        try:
            line = json.loads(found[0])
        except ValueError:
            continue
        reason, words = line.get("reason"), line.get("quote")
        if isinstance(reason, str) and isinstance(words, str):
            yield reason, words


def confirmed(told: Iterable[tuple[str, str]], doubts: Sequence[Flag], turn: Turn) -> tuple[Flag, ...]:
    """The doubts that the model takes for flags, each with a quote of the customer's own words."""
    first: dict[str, str] = {}
    for reason, words in told:
        first.setdefault(reason, words)
    quoted = ((doubt, _quoted(first.get(doubt.reason.value, ""), turn)) for doubt in doubts)
    return tuple(replace(doubt, evidence=evidence) for doubt, evidence in quoted if evidence is not None)


class Opinions:
    """What was added in one conversation; each turn is asked about once. State without I/O."""

    def __init__(self) -> None:
        self._asked: set[tuple[str, str]] = set()
        self._flags: dict[Reason, Flag] = {}

    def wanted(self, doubts: Sequence[Flag], conversation: Conversation) -> tuple[Flag, ...]:
        """The doubts to ask about; none when this turn was asked about before."""
        turn = conversation.turn(doubts[0].evidence.turn_id) if doubts else None
        if turn is None or (turn.id, turn.text) in self._asked:
            return ()
        self._asked.add((turn.id, turn.text))
        return tuple(doubts)

    def added(self, flags: Sequence[Flag], conversation: Conversation) -> list[Flag]:
        """What was added and still stands, these flags among it; of a reason the first stays."""
        self._flags = {flag.reason: flag for flag in flags} | self._flags
        return self._standing(conversation)

    def beside(self, decided: Sequence[Flag], conversation: Conversation) -> list[Flag]:
        """What the rules decided, and beside it what was added; in a crisis nothing is."""
        raised = {flag.reason for flag in decided}
        if any(flag.is_crisis for flag in decided):
            return list(decided)
        if any(flag.reason is Reason.VULNERABILITY and flag.shown for flag in decided):
            raised.add(Reason.UPSELL)
        return [*decided, *(flag for flag in self._standing(conversation) if flag.reason not in raised)]

    def _standing(self, conversation: Conversation) -> list[Flag]:
        self._flags = {reason: flag for reason, flag in self._flags.items() if _stands(flag, conversation)}
        return list(self._flags.values())


def _quoted(words: str, turn: Turn) -> Evidence | None:
    """Where the customer says these words; a single one shows nothing unless it is all they say."""
    own = own_words(turn.text)
    parts = words.split()
    if not parts or (len(parts) < 2 and own.split() != parts):
        return None
    found = re.search(r"\s+".join(map(re.escape, parts)), own)
    return found and quote(Sentence(turn, Span(found.start(), found.end()), found[0]))


def _stands(flag: Flag, conversation: Conversation) -> bool:
    """Whether the turn still says so, and nothing came since that settles it."""
    said, at = (
        flag.evidence,
        next(
            (place for place, turn in enumerate(conversation.turns) if turn.id == flag.evidence.turn_id), None
        ),
    )
    if at is None or conversation.turns[at].text[said.start : said.end] != said.quote:
        return False
    later = conversation.turns[at + 1 :]
    if flag.reason is Reason.HUMAN_REQUESTED:
        return not any(turn.role is Role.AGENT for turn in later)
    if flag.reason in THANKED_AWAY:
        told = (own_words(turn.text) for turn in later if turn.role is Role.CUSTOMER)
        return not any(SETTLED.search(words) for words in told)
    return True
