"""The words of anger: what each signal weighs and what takes it back; read by `frustration`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    """One way to show anger; from a weight of 0.7 it is enough alone."""

    name: str
    weight: float
    pattern: re.Pattern[str]


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})", re.IGNORECASE)


def _signal(name: str, weight: float, *phrases: str) -> Signal:
    return Signal(name, weight, _any(*phrases))


_NTH = r"(?:third|3rd|fourth|4th|fifth|5th|sixth|6th|seventh|eighth|ninth|tenth|\d+th|umpteenth|nth)"
_LONG = (
    r"(?:ages|forever|(?:\w+ )?(?:hours|days|weeks|months)|(?:an|over an) hour|a (?:whole )?(?:day|week))\b"
)
_ANGRY = (
    r"(?:angry|furious|livid|fuming|frustrated|annoyed|irritated|outraged|infuriated|exasperated|disgusted)\b"
)
_ASKED = r"(?:called|rung|phoned|asked|written|wrote|e-?mailed|told|explained|contacted|tried|chased)"

_WHOSE = r"(?:my|our|his|her|their|the) (?:\w+ )?"

SIGNALS = (
    _signal(
        "harsh_word",
        1.0,
        r"(?:ridiculous|useless|pathetic|disgrace(?:ful)?|appalling|unacceptable|outrageous|infuriating)\b",
        r"(?:incompeten(?:t|ce)|laughable|abysmal|atrocious|insulting|shambles|shambolic|farce|hopeless)\b",
        r"(?:shameful|a nightmare|rubbish service|garbage|inexcusable|maddening|frustrating|exasperating)\b",
        r"(?:clowns?|idiots?|morons?|muppets?)\b",
        r"(?:disgusting|very very bad|are you (?:blind|deaf|stupid)|do you think i'?m stupid)\b",
    ),
    _signal(
        "joke",
        1.0,
        r"(?:what a|is an?|complete|absolute|total|bloody|utter|beyond a) (?:\w+ )?joke\b",
        r"(?:are you|is this|you must be|you(?:'ve| have) got to be) (?:\w+ )?(?:kidding|joking|joke)\b",
    ),
    _signal(
        "fed_up",
        1.0,
        r"fed up\b",
        r"sick (?:and tired |to death )?of\b",
        r"had (?:it (?:with|up to)|enough\b)",
        r"i'?(?:ve| have) had it\b(?! \w+ed| done)",
        r"good riddance|pissed off|makes my blood boil",
        r"at my wit'?s'? end",
        r"(?:lost|losing|out of|running out of) (?:all |my )*patience",
        r"patience is (?:running|wearing)",
        r"end of my (?:rope|tether)",
        r"driv(?:ing|es) me (?:mad|crazy|insane|nuts|up the wall)",
        r"last straw",
        r"enough is enough",
    ),
    _signal(
        "anger",
        1.0,
        rf"(?:i'?m|i am|we'?re|we are|i feel|makes? me|leaves? me) (?:\w+ ){{0,2}}{_ANGRY}",
        r"waste of (?:my |our )?time",
        r"wast(?:ed|ing) (?:my|our) (?:\w+ )?(?:time|day|evening|morning|afternoon)",
    ),
    _signal(
        "insult",
        1.0,
        r"worst (?:\w+ ){0,2}(?:service|support|company|experience|shop|customer)\b",
        r"what(?:'s| is) wrong with you",
        r"do(?:es)? (?:any(?:one|body)(?: of you)?|you(?: people| lot)?) even (?:read|care|listen|work|look)",
        r"(?:you people|you lot)\b",
    ),
    _signal(
        "exasperation",
        1.0,
        r"how (?:hard|difficult) (?:can|is) it",
        r"for (?:god|heaven|pete|goodness|christ)'?s'? sake",
        r"for crying out loud|jesus christ|make it stop",
        r"is it (?:really )?(?:that|so) (?:hard|difficult)",
        r"talking to (?:a|the) (?:brick )?wall",
        r"(?:you're|you are) (?:just )?not listening|why (?:do )?i (?:even )?bother|who does that\b",
        r"(?:ffs|wtf)\b",
        r"seriously\?",
    ),
    _signal(
        "sarcasm",
        1.0,
        r"thanks for nothing",
        r"well done\b[^.!?]{0,40}\b(?:again|another|lost|wrong|broke|ruin)",
        r"(?:oh )?(?:great|brilliant|wonderful|fantastic|lovely|marvellous|bravo)[,.!] "
        r"(?:so |and )?(?:now |(?:yet )?another |still |again)",
        r"oh (?:good|great|lovely|joy),? (?:an|yet an)?other",
        r"(?:brilliant|great|wonderful|marvellous)\. just \w+",
        r"thanks for the automated",
        r"what a surprise",
        r"how (?:very )?(?:helpful|convenient|kind) of you",
        r"slow clap",
    ),
    _signal(
        "repeated",
        0.8,
        rf"(?:for the|this is (?:now )?(?:the|my)|now the|the|my) {_NTH} "
        r"(?:time|call|e-?mail|message|attempt|replacement|chat|week|day|request)\b"
        r"(?! (?:slot|off|ordering|using|buying|i'?(?:ve| have)? (?:used|ordered)|i'?m (?:using|ordering)))",
        rf"^{_NTH} (?:time|call|e-?mail|message)\b",
        r"(?:asked|typed|told|said|explained|answered|wrote) (?:you )?(?:that |this |it )?twice",
        r"that's (?:now )?(?:three|four|five|six|\d+) times",
        r"how many (?:more )?times",
        r"again and again",
        r"over and over",
        r"time and (?:time )?again",
        rf"{_ASKED}\b[^.?!]{{0,30}}\b(?:(?:three|four|five|six|\d+) times)",
        r"already (?:told|explained|sent|said|answered|gave|given)\b[^.?!]{0,25}\b(?:you|this|twice|times)\b",
    ),
    _signal(
        "repeated",
        0.6,
        r"(?:yet again|once again)\b|\w[^.!?]{8,60}\b(?-i:AGAIN)\b",
        r"(?:you|they|everyone) (?:all )?keeps? (?:telling|asking|sending|saying|giving|passing|promising)",
    ),
    _signal(
        "ignored",
        0.8,
        r"(?:no ?(?:one|body)|none of you) (?:\w+ )?"
        r"(?:answer|repl[yi]|car(?:es|ing)|listen|bother|help|call|pick\w* up|get\w* back|read|respond)",
        r"no ?(?:one|body) (?:\w+ )?(?:comes|came|turn(?:s|ed) up|even|lift(?:s|ed) a finger)",
        r"(?:being|been|keep) (?:ignored|ignoring|passed around|fobbed off|messed|strung along|lied to)",
        r"(?:ignoring (?:me|us|my)|given the run-?around|from pillar to post)",
        r"mess(?:ed|ing) (?:me|us) (?:about|around)",
    ),
    _signal(
        "waiting",
        0.6,
        r"still (?:waiting|no |nothing|not |haven't|hasn't|have not|has not|don't|doesn't|isn't)",
        rf"wait(?:ing|ed)\b[^.?!]{{0,20}}\b{_LONG}",
        r"(?:on hold|in (?:the|your) queue) for\b",
        r"how much longer",
        r"how long (?:am i|are we|do i have) (?:supposed|meant|expected|to wait)",
    ),
    _signal(
        "broken_promise",
        0.6,
        r"(?:you|they|was|were) (?:all )?(?:promised|said (?:it|you|that)|told me)\b[^.?!]{0,60}"
        r"\b(?:but|yet|and (?:still|nothing)|never|didn't|hasn't|again)\b",
    ),
    _signal(
        "blame",
        0.4,
        r"(?:that|this|it)(?:'s| is| was)(?:n't| not) (?:my|our) (?:fault|problem|mistake)\b",
        r"(?:you were|you're) (?:very |so )?quick (?:enough )?to\b",
        r"help yoursel(?:f|ves) to (?:my|our|a)\b",
    ),
    _signal("demand", 0.4, r"(?:why|how|what|who) on earth\b", r"i (?:demand|insist)\b"),
    _signal(
        "swearing",
        0.5,
        r"(?:fuck\w*|f\*+\w*|shit\w*|sh\*t|bullshit|crap|damn(?:ed)?|bloody|bollocks|arse|sodding|effing)\b",
        r"(?:what the hell|the damn)\b",
    ),
)
LOUD = (
    Signal("shouting", 0.4, re.compile(r"\b[A-Z]{3,}\b[^\w]+[A-Z]{2,}\b")),
    Signal("punctuation", 0.3, re.compile(r"!!|\?\?|!\?|\?!")),
)

# No joy in the same sentence takes these back.
UNMISTAKABLE = frozenset({"harsh_word", "joke", "fed_up", "insult", "exasperation", "sarcasm"})
BUT = re.compile(r"\b(?:but|yet|however|although|if only)\b", re.IGNORECASE)
JOY = _any(
    r"(?:love|loved|loving|amaz(?:ing|ed)|awesome|delighted|thrilled|happy|gorgeous|beautiful|perfect|yay|wow)\b",
    r"(?:spot on|great each|always (?:great|quick|good)|so damn|didn't buy)\b",
    r"(?:thank you|thanks so|best|excited|(?:good|great) (?:job|news|work))\b",
)
TAKEN_BACK = _any(
    r"ridiculous(?:ly)? (?:good|fast|quick|cheap|easy|cute|comfortable|soft|tasty|helpful|nice|low|generous)",
    r"(?:not|never|far from|anything but) (?:\w+ ){0,2}"
    r"(?:useless|ridiculous|unacceptable|a joke|fed up|hopeless|pathetic|a nightmare|idiots?)\b",
    rf"not (?:\w+ )?{_ANGRY}",
    r"no complaints\b",
    r"(?:\w+ )?(?:with|at) my(?:self| own)\b",
    r"(?:i'?m|i am|we'?re) (?:\w+ )?(?:hopeless|useless|an idiot|rubbish)\b",
    r"useless (?:old|little)\b",
    rf"(?:used to be|was) (?:\w+ )?{_ANGRY}[^.!?]*\bbut\b",
    rf"i(?:'d| would) be (?:\w+ )?{_ANGRY}",
)
OTHERS = _any(
    rf"{_WHOSE}(?:boss|manager|neighbou?r(?:'?s)?|landlord|landlady|husband|wife|partner)\b",
    rf"{_WHOSE}(?:sister|brother|mum|mother|dad|father|kids?|son|daughter|ex|dog|cat)\b",
    rf"{_WHOSE}(?:flatmate|roommate|colleagues?|teacher|school|council|builders?)\b",
    rf"{_WHOSE}(?:plumber|electrician|airline|bank|employer|client|in-laws|toddler)\b",
    r"(?:weather|traffic|trains?|bus(?:es)?|government|motorway|rain|commute|other (?:shop|store|company))\b",
    r"(?:old|previous|last) (?:provider|supplier|company|host|shop|phone|laptop|machine|toaster|one)\b",
    r"(?:fans|players|politicians|they) (?:were|are|is|says?)\b",
)
US = _any(
    r"(?:you|your|you're|yours|this (?:company|service|site|app|chat|bot|order)|support|courier)\b",
    r"my (?:order|parcel|refund|account|delivery|package|subscription|money|ticket|claim)\b",
)
SETTLED = _any(
    r"that(?:'s| has|'ll)? (?:sorted|fixed|solved|worked|works|helps?|great|perfect|brilliant|fine)\b",
    r"(?:all|now) (?:sorted|fixed|good|working)\b",
    r"(?:thank you|thanks|appreciate (?:it|that|your))\b(?! for nothing)",
    r"you(?:'ve| have) been (?:\w+ )?(?:great|helpful|brilliant)\b",
    r"sorry for (?:being|snapping|my|the rant)\b",
)
