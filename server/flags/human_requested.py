"""The customer asks for a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from server.conversation import Flag, Reason, Role, Severity
from server.flags.rule import FlagView, Sentence, customer_turns, quote, sentences

_REAL = r"(?:real|actual|live|living|proper|physical)"
_PERSON = (
    rf"(?:human(?: being)?|{_REAL} (?:person|human|agent|someone|people)|person|people|someone|somebody"
    rf"|anyone"
    r"|anybody|agent|representative|rep|advis[oe]r|operator|consultant|colleague|specialist|staff"
    r"|member of (?:your )?(?:staff|the team|team)|customer (?:service|support|care)"
    r"|(?:one of )?you(?:r|rs)? (?:lot|staff|people|team|engineers?|colleagues?)|whoever)"
)
_SUPERIOR = (
    r"(?:(?:\w+ )?manager|supervisor|superior|team ?lead(?:er)?|head of \w+|director|boss"
    r"|higher[- ]up|management"
    r"|(?:someone|somebody|person|whoever)(?: who is| who's| is|'s)? (?:in charge|(?:more )?senior"
    r"|higher up|responsible)"
    r"|(?:someone|somebody|whoever(?: is|'s)?) above you|senior (?:member|person|colleague)"
    r"|(?:some|any)(?:one|body) with (?:authority|the power))"
)
_ANY = r"(?:(?:an?|the|some|your|one of your|any|another|an?other|a different) )?"
_REACH = (
    r"(?:(?:speak|talk|chat|(?<!you )(?<!they )deal)(?:ing)?(?: directly)?"
    r"|(?:a )?word|connect(?:ed)?(?: me)?|put in touch"
    r"|put (?:me )?(?:through|on)|get (?:me )?(?:through"
    r"|hold of)"
    r"|(?:transfer|pass|hand|refer|escalate|forward|direct|switch)(?:red|ed|d)?(?: (?:me|this|it))?(?: on"
    r"| over)?|reach)"
)
_TO = r"(?: directly)?(?: (?:to|with|on to|onto|over to|by))? "
_WANT = (
    r"(?:(?:i|we)(?:'d| would| just| really)* (?:want|need|like|prefer|demand)"
    r"|(?:get|give|send|find|fetch) me|gimme|put me on to"
    r"|(?:can|could|may) (?:i|we) (?:please )?(?:have|get)|let me have|is there|are there)"
)
_BOT = r"(?:chat ?bot|bot|robot|machine|automated (?:system|repl(?:y|ies)|answers?|messages?)|computer|ai)s?"
_CALL = r"(?:call|ring|phone|telephone)"
_NOT_A_NAME = r"(?! (?:a|an|the|by|names?)\b)(?! (?-i:[A-Z])(?-i:[a-z]))"


class _Asks(Enum):
    PERSON = "person"
    SUPERIOR = "superior"
    CALL = "call_back"


_PATTERNS: tuple[tuple[_Asks, float, re.Pattern[str]], ...] = tuple(
    (asks, confidence, re.compile(pattern, re.IGNORECASE))
    for asks, confidence, pattern in (
        (_Asks.SUPERIOR, 0.95, rf"\b{_REACH}{_TO}{_ANY}{_SUPERIOR}\b"),
        (_Asks.SUPERIOR, 0.9, rf"\b{_WANT} (?:to (?:see|contact) )?{_ANY}{_SUPERIOR}\b"),
        (_Asks.SUPERIOR, 0.9, r"\b(?:manager|supervisor)(?: now)?,? please\b"),
        (
            _Asks.SUPERIOR,
            0.8,
            r"\bwho(?:'s| is) (?:your (?:manager|supervisor|boss)|in charge (?:here|there))\b",
        ),
        (
            _Asks.SUPERIOR,
            0.9,
            rf"\b(?:have|ask|tell|get) (?:your|a) {_SUPERIOR} (?:to )?(?:{_CALL}|contact|e-?mail|reply"
            rf"|write|get)",
        ),
        (_Asks.PERSON, 0.9, rf"\b{_REACH}{_TO}{_ANY}{_PERSON}\b"),
        (_Asks.SUPERIOR, 0.9, r"\b(?:put|get) (?:the|your) (?:manager|boss|supervisor) on\b"),
        (_Asks.PERSON, 0.9, rf"\b(?:get|give|send|find|fetch) me {_ANY}{_PERSON}\b"),
        (
            _Asks.PERSON,
            0.9,
            r"\b(?:(?:some|any)(?:one|body)|person|who)\b[^.?!]{0,40}\bi (?:can|could|may) (?:speak|talk)",
        ),
        (_Asks.PERSON, 0.9, r"\bwho (?:can|could|may|do) i (?:speak|talk)"),
        (_Asks.PERSON, 0.8, rf"\b(?:off|out of) (?:this|the|your) {_BOT}\b|\bi don't do {_BOT}\b"),
        (_Asks.PERSON, 0.8, r"\b(?:any(?:one|body)|some(?:one|body)) (?:alive|real|with a pulse)\b"),
        (
            _Asks.PERSON,
            0.8,
            r"\b(?:rather|sooner|prefer to|easier to) (?:speak|talk|explain|discuss)\b"
            r"(?=.*\b(?:some(?:one|body)|than type|out loud|voice|phone))",
        ),
        (_Asks.PERSON, 0.95, rf"\b{_WANT} {_ANY}(?:human|{_REAL} (?:person|human|people|agent))\b"),
        (_Asks.PERSON, 0.9, rf"\b(?:human|{_REAL} person|representative|agent|operator)(?: now)?,? please\b"),
        (
            _Asks.PERSON,
            0.9,
            r"^\W*(?:just )?(?:give me )?(?:an? )?(?:customer service )?"
            rf"(?:human|agent|representative|operator|{_REAL} person)(?: now)?\W*$",
        ),
        (
            _Asks.PERSON,
            0.8,
            rf"\b(?:not|don't want|do not want|stop|enough of|no more|instead of|rather than|tired of"
            rf"|fed up with)"
            rf" [^.?!]{{0,25}}\b{_BOT}\b",
        ),
        (_Asks.PERSON, 0.8, r"\bhuman (?:agent|support|help|assistance|contact)\b"),
        (
            _Asks.PERSON,
            0.8,
            rf"\b(?:can|could|would|will) (?:an?|some) (?:{_REAL} )?(?:human|person|member of staff"
            rf"|colleague)\b"
            r"[^.?!]{0,20}\b(?:look (?:at|into)|deal with|handle|take (?:this )?over|answer|reply"
            r"|contact|get in touch)",
        ),
        (_Asks.CALL, 0.9, rf"\b{_CALL} (?:me|us) back\b"),
        (
            _Asks.CALL,
            0.85,
            r"\b(?:could|can|would|will|have|let|ask|get|please) "
            r"(?:some(?:one|body)|any(?:one|body)|one of you|an? |the |your )"
            rf"[^.?!]{{0,40}}\b(?:{_CALL}|contact|get in touch with) (?:me|us)\b{_NOT_A_NAME}",
        ),
        (_Asks.CALL, 0.8, r"\bnumber (?:i|we) can (?:ring|call|phone)\b"),
        (
            _Asks.CALL,
            0.8,
            r"\b(?:jump|hop|get) on a (?:quick )?(?:call|zoom)\b|\barrange a call\b|\bexpect your call\b",
        ),
        (
            _Asks.CALL,
            0.85,
            rf"(?:^|\b(?:please|can|could|will|would) (?:you |someone |somebody |anyone )?(?:please |just )?"
            rf"|\b(?:someone|somebody|anyone|you) to |\b(?:and|just) ){_CALL} (?:me|us)\b{_NOT_A_NAME}",
        ),
        (
            _Asks.CALL,
            0.85,
            r"\b(?:want|need|like|request|have|arrange|book|schedule|expect)\b[^.?!]{0,20}"
            r"\b(?:call[- ]?back|phone call|ring[- ]back)\b",
        ),
        (_Asks.CALL, 0.9, r"\bgive (?:me|us) a (?:call|ring|bell|buzz)\b"),
    )
)
_REFUSED = re.compile(
    r"\b(?:do(?:es)?n't|do not|didn't|did not|no need|never|won't|rather not|needn't|no one|nobody)\b"
    r"(?:(?!\b(?:but|just|instead|so)\b)[^.?!,;]){0,30}$",
    re.IGNORECASE,
)
_TOLD_OF = re.compile(
    r"\b(?:(?:asked|told|advised|want(?:s|ed)?|ask(?:s)?) (?:me|him|her|them|us) to|said (?:to"
    r"|i (?:should|could|can))"
    r"|(?:he|she|they|who|that|which|staff|customers|users|guests|kids|children) (?:can|could|must"
    r"|has to|have to|wants? to"
    r"|wanted to|likes? to|need(?:s|ed)? to)|my (?:\w+ ){0,2}(?:can|could|wants to|needs to|likes to)"
    r"|do(?:es)? (?:the|an?|my|our) (?:\w+ ){1,3}|(?:love|enjoy|nervous about|good at) )[^.?!]{0,20}$",
    re.IGNORECASE,
)
_THING = re.compile(
    r"\s?(?:'s |s' )?(?:fee|plan|seat|role|licen[cs]e|permission|login|app\b|mode|dashboard|portal"
    r"|account|view|from"
    r"|who (?:delivered|came|sold|installed)|(?:on|in) the (?:train|bus|photo|picture|video)|at (?:my|the) )",
    re.IGNORECASE,
)
_ADVICE = {
    _Asks.PERSON: "Say that you are a person and take it from here by name, or hand over.",
    _Asks.SUPERIOR: "Do not argue it away: offer your team lead, and say when they will be in touch.",
    _Asks.CALL: "Confirm the number and give a time for the call, or say plainly that you cannot call.",
}


@dataclass(frozen=True, slots=True)
class HumanRequested:
    """The customer asks for a person.

    What it flags: a request for a person instead of a bot, for a manager, or for a call back.
    Why: whoever asks for a person and gets a text block asks again, angrier.
    Example: "Can I please just talk to a real person?"
    Not flagged: asking the agent already there for help; persons in a story ("the man who delivered it");
    a request for a person once an agent has replied.
    """

    reason: Reason = Reason.HUMAN_REQUESTED

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The newest request that nobody has met yet."""
        turns = view.conversation.turns
        last_agent = max((place for place, turn in enumerate(turns) if turn.role is Role.AGENT), default=-1)
        place_of = {turn.id: place for place, turn in enumerate(turns)}
        for turn in reversed(customer_turns(view.conversation)):
            answered = place_of[turn.id] < last_agent
            for sentence in sentences(turn):
                asked = _asked(sentence)
                if asked is not None and not (answered and asked[0] is _Asks.PERSON):
                    return self._flag(sentence, *asked)
        return None

    def _flag(self, sentence: Sentence, asks: _Asks, confidence: float, found: re.Match[str]) -> Flag:
        evidence = quote(sentence, found)
        rule = f"human_requested/{asks.value}"
        return Flag(self.reason, Severity.ACT, confidence, evidence, _ADVICE[asks], rule)


def asks_for_a_person(sentence: Sentence) -> float:
    """How surely the wording asks for a person, a manager or a call; 0 when it doesn't."""
    asked = _asked(sentence)
    return asked[1] if asked else 0.0


def _asked(sentence: Sentence) -> tuple[_Asks, float, re.Match[str]] | None:
    for asks, confidence, pattern in _PATTERNS:
        for found in pattern.finditer(sentence.text.replace("’", "'")):
            before, after = sentence.text[: found.start()].replace("’", "'"), sentence.text[found.end() :]
            if not (_REFUSED.search(before) or _TOLD_OF.search(before) or _THING.match(after)):
                return asks, confidence, found
    return None
