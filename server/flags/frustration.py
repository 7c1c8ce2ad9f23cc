"""The customer is clearly frustrated or angry with us."""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.conversation import Flag, Reason, Severity, Turn
from server.flags.rule import FlagView, Sentence, customer_turns, quote, sentences

RAISED_AT = 0.7
URGENT_AT = 2.0
LOOKED_BACK = 4

_NTH = r"(?:third|3rd|fourth|4th|fifth|5th|sixth|6th|seventh|eighth|ninth|tenth|\d+th|umpteenth|nth)"
_LONG = r"(?:ages|forever|(?:\w+ )?(?:hours|days|weeks|months)|(?:an|over an) hour|a (?:whole )?(?:day|week))"
_ANGER = (
    r"(?:angry|furious|livid|fuming|frustrated|annoyed|irritated|outraged|infuriated|exasperated|disgusted)"
)
_SIGNALS: tuple[tuple[str, float, re.Pattern[str]], ...] = tuple(
    (name, weight, re.compile(pattern, re.IGNORECASE))
    for name, weight, pattern in (
        (
            "harsh_word",
            1.0,
            r"\b(?:ridiculous|useless|pathetic|disgrace(?:ful)?|appalling|unacceptable|shambles"
            r"|shambolic|outrageous"
            r"|infuriating|incompeten(?:t|ce)|laughable|abysmal|atrocious|insulting|farce|clowns?"
            r"|idiots?|morons?"
            r"|muppets?|hopeless|shameful|a nightmare|rubbish service|garbage|inexcusable"
            r"|maddening)\b",
        ),
        (
            "joke",
            1.0,
            r"\b(?:what a|is an?|(?:complete|absolute|total|bloody|utter) "
            r"|beyond a )\s?(?:\w+ )?joke\b",
        ),
        (
            "joke",
            1.0,
            r"\b(?:are you|is this|you must be|you(?:'ve"
            r"| have) got to be) (?:\w+ )?(?:kidding|joking|joke)\b",
        ),
        (
            "fed_up",
            1.0,
            r"\b(?:fed up|sick (?:and tired |to death )?of|had (?:it|enough)\b|at my wit'?s'? end"
            r"|lost (?:all )?patience"
            r"|(?:out of|losing(?: my| all)?|running out of) patience|patience is (?:running|wearing)"
            r"|end of my (?:rope|tether)"
            r"|driv(?:ing|es) me (?:mad|crazy|insane|nuts|up the wall)|last straw|enough is enough)",
        ),
        (
            "anger",
            1.0,
            rf"\b(?:i'?m|i am|we'?re|we are|i feel|makes? me"
            rf"|leaves? me) (?:\w+ ){{0,2}}{_ANGER}\b",
        ),
        (
            "anger",
            1.0,
            r"\b(?:frustrating|exasperating|waste of (?:my |our )?time|wast(?:ed|ing) (?:my"
            r"|our) (?:time|day|evening|morning))\b",
        ),
        ("insult", 1.0, r"\bworst (?:\w+ ){0,2}(?:service|support|company|experience|shop|customer)\b"),
        (
            "insult",
            1.0,
            r"\b(?:what(?:'s| is) wrong with you|do(?:es)? (?:any(?:one|body) of you"
            r"|any(?:one|body)|you people) (?:even )?(?:read|care|listen|work)|you people)\b",
        ),
        (
            "exasperation",
            1.0,
            r"\b(?:how hard (?:can|is) it|how difficult (?:can|is) it|for (?:god"
            r"|heaven|pete|goodness|christ)'?s'? sake|ffs|wtf|for crying out loud"
            r"|seriously\?)",
        ),
        (
            "sarcasm",
            1.0,
            r"\bthanks for nothing\b|\bwell done\b[^.!?]{0,40}\b(?:again|another|lost"
            r"|wrong|broke|ruin)",
        ),
        (
            "sarcasm",
            0.8,
            r"\b(?:oh )?(?:great|brilliant|wonderful|fantastic|lovely|marvellous"
            r"|bravo)\b[^.!?]{0,12}[,.!] ?(?:so |and )?(?:now |another |yet another "
            r"|still |again)",
        ),
        (
            "sarcasm",
            0.7,
            r"\b(?:what a surprise|how (?:very )?(?:helpful|convenient|kind) of you"
            r"|slow clap|top[- ]notch service)\b",
        ),
        (
            "repeated",
            0.8,
            rf"\b(?:for the |this is (?:now )?(?:the |my )?|now the |the "
            rf"|my ){_NTH} (?:time|call|e-?mail|message|attempt|replacement|chat|week|day"
            rf"|request)\b",
        ),
        (
            "repeated",
            0.7,
            r"\b(?:how many (?:more )?times|again and again|over and over"
            r"|time and (?:time )?again|yet again|once again|(?:three|four|five|six"
            r"|\d+) times)\b",
        ),
        (
            "repeated",
            0.7,
            r"\b(?:already|just|literally) (?:told|explained|sent|said|answered|gave"
            r"|given|provided)\b[^.?!]{0,25}\b(?:you|this|that|it|them|twice|times)\b",
        ),
        (
            "repeated",
            0.6,
            r"\b(?:you|they|everyone) (?:all )?keep(?:s)? (?:telling|asking|sending"
            r"|saying|giving|passing|ignoring|promising)\b",
        ),
        (
            "ignored",
            0.8,
            r"\b(?:no ?(?:one|body)|none of you) (?:\w+ )?(?:answers?|repl(?:y|ies|ied)"
            r"|cares?|listens?|bothers?|helps?|calls?|called|picks? up|gets? back|reads?"
            r"|responds?|knows?)\b",
        ),
        (
            "ignored",
            0.8,
            r"\b(?:being |been |keep )?(?:ignored|ignoring (?:me|us|my)|passed (?:around"
            r"|from pillar)|given the run-?around|fobbed off|messed (?:me )?(?:around"
            r"|about)|strung along|lied to)\b",
        ),
        (
            "ignored",
            0.6,
            r"\bstill (?:waiting|no |nothing|not |haven't|hasn't|have not|has not|don't"
            r"|doesn't|isn't|can't)",
        ),
        (
            "waiting",
            0.6,
            rf"\b(?:been )?wait(?:ing|ed)\b[^.?!]{{0,20}}\b{_LONG}\b|\b(?:on hold"
            rf"|in (?:the|your) queue) for\b",
        ),
        (
            "waiting",
            0.6,
            r"\bhow much longer\b|\bhow long (?:am i|are we|do i have) (?:supposed|meant"
            r"|expected|to wait)",
        ),
        (
            "broken_promise",
            0.6,
            r"\b(?:you|they|was|were) (?:all )?(?:promised|said (?:it|you|that)"
            r"|told me)\b[^.?!]{0,60}\b(?:but|yet|and (?:still|nothing)|never"
            r"|didn't|hasn't|again)\b",
        ),
        (
            "swearing",
            0.5,
            r"\b(?:fuck\w*|f\*+\w*|shit\w*|sh\*t|bullshit|crap|damn(?:ed)?|bloody"
            r"|bollocks|hell|arse|ass|sodding|freaking|effing)\b",
        ),
    )
)
_SHOUTING = re.compile(r"(?:\b[A-Z]{3,}\b[^\w]+(?:[A-Z]+\b[^\w]*){1,})")
_PUNCTUATION = re.compile(r"[!?]*(?:!!|\?\?|!\?|\?!)[!?]*")
_JOY = re.compile(
    r"\b(?:love|loved|loving|amaz(?:ing|ed)|awesome|delighted|thrilled|happy|gorgeous|beautiful|perfect"
    r"|yay|wow|thank you"
    r"|thanks so|best|excited|good (?:job|news)|great (?:job|news|work)|brilliant(?! ,))\b",
    re.IGNORECASE,
)
_PRAISED = re.compile(
    r"\bridiculous(?:ly)? (?:good|fast|quick|cheap|easy|cute|comfortable|soft|tasty|helpful|nice|low"
    r"|generous)"
    r"|\b(?:not|n't|never|far from|anything but) (?:\w+ ){0,2}(?:useless|ridiculous|angry|frustrated"
    r"|annoyed|unacceptable"
    r"|furious|a joke|fed up|hopeless|pathetic|a nightmare|idiots?)\b|\bno complaints\b|\b(?:used to be"
    r"|was) (?:so |really )?"
    r"(?:angry|frustrated|annoyed|fed up)\b[^.!?]{0,40}\bbut\b|\bi(?:'d| would) be (?:\w+ )?(?:angry"
    r"|furious|annoyed|frustrated)",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:(?:my|our|his|her|their|the) (?:\w+ )?(?:boss|manager|neighbou?rs?|landlord|landlady|husband"
    r"|wife|partner|sister"
    r"|brother|mum|mother|dad|father|kids?|son|daughter|ex|dog|cat|flatmate|roommate|colleagues?"
    r"|teacher|school|council"
    r"|builders?|plumber|electrician|airline|bank|internet provider|isp|employer|client|mother-in-law"
    r"|in-laws|toddler)"
    r"|(?:the )?(?:weather|traffic|trains?|bus(?:es)?|government|motorway|rain|commute|other (?:shop"
    r"|store|company)"
    r"|previous (?:provider|supplier|company)|old (?:provider|supplier|phone|laptop|machine|one)))\b",
    re.IGNORECASE,
)
_US = re.compile(
    r"\b(?:you|your|you're|yours|this (?:company|service|site|app|chat|bot|order)|my (?:order|parcel"
    r"|refund|account"
    r"|delivery|package|subscription|money|ticket|claim)|support|customer service|courier)\b",
    re.IGNORECASE,
)
_SETTLED = re.compile(
    r"\b(?:that(?:'s| has|'ll)? (?:sorted|fixed|solved|worked|works|helps?|great|perfect|brilliant|fine"
    r"|all i needed)"
    r"|(?:all|now) (?:sorted|fixed|good|working)|thank you(?: so| very)?(?: much)?|thanks"
    r"|appreciate (?:it|that|your)"
    r"|you(?:'ve| have) been (?:great|helpful|very helpful|brilliant)|sorry for (?:being|snapping|my"
    r"|the rant))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Heat:
    """How heated a turn is, its hottest sentence and what was seen there."""

    score: float
    sentence: Sentence | None = None
    found: re.Match[str] | None = None
    signal: str = ""


@dataclass(frozen=True, slots=True)
class Frustration:
    """The customer is clearly frustrated or angry with us.

    What it flags: anger, insults, exasperation, bitter sarcasm, being ignored or kept repeating, swearing.
    Why: a routine answer to a furious customer makes it worse, however right it is.
    Example: "This is the third time I ask. Absolutely useless!!"
    Not flagged: a calm report of a problem, mild disappointment, swearing in joy, anger at others; anger
    that the customer has since taken back or thanked away.
    """

    reason: Reason = Reason.FRUSTRATION

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The hottest of the customer's newest turns since they last were content; the earliest of equals."""
        hottest = _Heat(0.0)
        for turn in customer_turns(view.conversation)[-LOOKED_BACK:]:
            heat = heat_of(turn)
            if heat.score < RAISED_AT and _SETTLED.search(turn.text):
                hottest = _Heat(0.0)
            elif heat.score > hottest.score:
                hottest = heat
        if hottest.sentence is None or hottest.score < RAISED_AT:
            return None
        return self._flag(hottest, hottest.sentence)

    def _flag(self, heat: _Heat, sentence: Sentence) -> Flag:
        severity = Severity.URGENT if heat.score >= URGENT_AT else Severity.ACT
        confidence = round(1 - 0.5 ** (heat.score / RAISED_AT), 2)
        advice = (
            "Acknowledge what went wrong in one sentence of your own before any answer; no stock phrases."
        )
        return Flag(
            self.reason,
            severity,
            confidence,
            quote(sentence, heat.found),
            advice,
            f"frustration/{heat.signal}",
        )


def heat_of(turn: Turn) -> _Heat:
    """The turn's anger: the sum over its sentences; signals of one name count once a turn."""
    total, hottest, counted = 0.0, _Heat(0.0), set[str]()
    for sentence in sentences(turn):
        seen = _signals(sentence)
        fresh = [signal for signal in seen if signal[0] not in counted]
        counted.update(name for name, _, _ in seen)
        if fresh:
            score = sum(weight for _, weight, _ in fresh)
            total += score
            strongest = max(fresh, key=lambda signal: signal[1])
            if score > hottest.score:
                hottest = _Heat(score, sentence, strongest[2], strongest[0])
    return _Heat(total, hottest.sentence, hottest.found, hottest.signal)


def _signals(sentence: Sentence) -> list[tuple[str, float, re.Match[str]]]:
    text = sentence.text.replace("’", "'")
    if _PRAISED.search(text) or (_OTHERS.search(text) and not _US.search(text)):
        return []
    seen: dict[str, tuple[str, float, re.Match[str]]] = {}
    for name, weight, pattern in _SIGNALS:
        found = pattern.search(text)
        if found and (name not in seen or weight > seen[name][1]):
            seen[name] = (name, weight, found)
    joyful = _JOY.search(text) and not any(weight >= RAISED_AT for _, weight, _ in seen.values())
    if joyful:
        return []
    for name, weight, loud in (("shouting", 0.4, _SHOUTING), ("punctuation", 0.3, _PUNCTUATION)):
        found = loud.search(text)
        if found:
            seen[name] = (name, weight, found)
    return list(seen.values())
