"""Whether a customer's turn needs knowledge, read from the turn and the one before it. Pure.

Each sentence does one thing: it asks, tells of trouble, wants something, looks for what can be booked, gives
a detail, thanks, chats. What it does and what it follows decide; one sentence that needs knowledge is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from server.bookings import asks_opinion, asks_record, names_bookable, searches, spoken_of
from server.conversation import Role, Turn
from server.sentences import sentence_spans

_COURTESY_WORDS = """
    how can may could would like assist speaking name please go ahead hurry rush oh amazing
    hi hello hey hiya there good morning afternoon evening night day thanks thank thankyou thx ty ta
    cheers you u your so very much many really all again kindly ok okay k alright right great
    perfect lovely brilliant excellent super wonderful fantastic awesome cool nice fine sure yes yep
    yeah no nope bye goodbye have a an the weekend one too as well that that's thats is it's its it
    this was be for now got noted understood will do i i'll ill we appreciate help helpful helping
    time today support sorted done works work worked see later care take everything else nothing and
    but welcome my pleasure problem worries anyone anybody hear to from dear team sir madam best
    kind regards wishes sincerely mate lot bunch million clear makes sense of in advance quick reply
    response answer
"""
_FOREIGN_COURTESY = """
    danke vielen dank bitte hallo merci beaucoup bonjour gracias muchas hola grazie mille ciao bedankt dank
    hartelijk tack hej obrigado obrigada dziękuję
"""
_COURTESY = frozenset((_COURTESY_WORDS + _FOREIGN_COURTESY).split())
# Said in agreeing, waiting and parting; alone they are no courtesy, for "it is broken" may come of them.
_SMALL_TALK_WORDS = """
    ah ahh aha haha hah lol hehe hm hmm um uh er well yup nah absolutely definitely certainly exactly indeed
    correct sounds sound wow yay glad happy pleased relief enough set covered fair anything thing things
    moment minute second sec wait waiting just also actually me mine us our he she they him her them here then
    not need needed more further questions question if on with at going am are were been had has did does
    let think guess suppose should what which thanks though soon speak talk bit kids off both either
    fabulous terrific splendid marvellous obliged appreciated thoughtful patience explaining looking sorting
    don't didn't i'm i've i'd we'll we're you've you're they're that'll it'll you'd
"""
_SMALL_TALK = _COURTESY | frozenset(_SMALL_TALK_WORDS.split())
# Five words or more with none of the above or these are another language, of which nothing here is known.
_ENGLISH_WORDS = frozenset({"my", "your", "of", "or", "by", "only", "under"})
_ENGLISH = _ENGLISH_WORDS | (_SMALL_TALK - frozenset(_FOREIGN_COURTESY.split()))
_FOREIGN_FROM = 5
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.VERBOSE)


# Courteous words alone that ask all the same: "How do I do that?", "How much is it?"
_HOW = _pattern(r"\bhow\ (?:do|does|did|is|much|many|long|can\ i\b(?!\ (?:help|assist)))\b")
# What may stand before a question without being part of it.
_OPENING = r"""
    (?:^|[.!…:;]\s)\W*(?:(?:and|but|so|also|oh|ok|okay|yes|yeah|yep|yup|no|nope|well|great|perfect|then
    |now|hi|hello|hey
    |alright|actually|sorry|sure|good\ (?:morning|afternoon|evening|day)|please|hm+|um+|wait|first
    |by\ the\ way|btw|just
    |thanks(?:\ (?:a\ lot|again|so\ much|very\ much))?|thank\ you(?:\ (?:so|very)\ much)?|cheers|ah+
    |lovely|brilliant
    |quick\ one|one\ (?:last|more)(?:\ thing)?|excuse\ me|if\ so|in\ that\ case|while\ you\ do|i\ see
    |maybe)\b[\s,.:;!-]*)*"""
_ASKS = _pattern(
    r"\?|"
    + _OPENING
    + r"""(?:how(?!\ (?:silly|nice|kind|lovely|funny|sweet|embarrassing|stupid|wonderful|great))
    |what(?!\ (?:a|an|i\ mean)\b)|what's|whats|when(?!\ (?:i|we|you|it)\b)|where|where's|which|who|whose
    |why|can|could|do\ (?:i|you|we|they)
    |does|did|is|are(?!\ you\ kidding)|was|were|will|would|should|may|has|have\ you|am\ i|isn't|aren't|doesn't
    |don't\ (?:you|they)|can't\ (?:i|you|we)|won't|any\ (?:way|chance|idea))\b
    |\w\W+(?:can|could|may|must|should|will|do|does|did)\ (?:i|we|he|she|they|it|you)\b
    |\b(?:what|where|who)(?:'s|\ is)\ (?:my|that|the|it)\b|,\ *(?:why|whose)\b
    |\b(?:wonder(?:ing|ed)?\b(?!\s*\.)|curious|tell\ me\ (?:about|how|what|why|when|where|which|if
    |whether|more)
    |let\ me\ know\ (?:how|what|why|when|where|which|if|whether)|please\ explain
    |(?:like|want|wanted|need|love|forgot|happy)\ to\ (?:know|understand|find\ out|hear|ask|learn)(?!\ you)
    |tell\ me\ (?:the|your|more)|more\ info(?:rmation)?\b
    |(?:not|un)\ ?sure\ (?:if|whether|why|how|what|which|i\ understand)
    |don't\ (?:understand|know|get)\ (?:if|whether|why|how|what|which)|(?:what|how|why)\ (?:do|does|is
    |are|can|much|many|long)\b
    |(?:make|making|be)\ sure\b|(?:know|check|see|find\ out|confirm|verify|ask|sure|tell\ me)\ (?:if
    |whether)\b
    |more\ (?:details|info)\b|(?:know|hear)\ (?:more\ )?about\b
    |information\ (?:on|about)|details\ (?:on|of|about)|(?:a|any)\ cop(?:y|ies)\ of)"""
)
_SOCIAL = _pattern(
    r"""\bhow(?:\ is|'s|\ are|s)?\ (?:you|u|your\ (?:day|evening|morning)|it\ going|things|are\ you)\b.*
    |\b(?:are|r)\ (?:you|u)\ (?:still\ )?(?:there|here|serious|kidding|joking
    |(?:a\ )?(?:real\ )?(?:person|human|bot))\b
    |\b(?:is\ )?this\ a\ (?:real\ )?(?:person|human|bot)\b|\b(?:any|some)(?:one|body)\ (?:there|here
    |around|home)\b
    |^\W*(?:hello|hi|hey|already|really|seriously|oh|you|ok|okay|right|huh|pardon|anyone)\W*$
    |\b(?:and\ you|yours)\?
    |^\W*still\ here\W*$|\bwho\ knew\b.*|\baren't\ you\b.*|\bisn't\ (?:it|that|she|he)\ \w+\W*$
    |\b(?:can|could|would|will)\ (?:you|anyone|someone|somebody|u)(?:\ please)?(?:\ (?:help
    |assist)(?:\ (?:me|us))?)?(?:\ out)?
      (?:\ with\ (?:something|this|that|it))?(?:\ please)?\W*$
    |\b(?:i\ )?have\ an?\ (?:quick\ |short\ )?question\W*$
    |(?<!if\ )(?<!if\ i\ )\b(?:i\ )?(?:need|want|like|get|hoping
    |hoped)\ (?:\w+\ ){0,4}help(?:\ me)?(?:\ with\ (?:something|this|that))?\W*$
    |\bhow\ long\ have\ you\ (?:been|worked)\b.*|\bdid\ you\ (?:get|see|receive|read)\ my\b.*
    |\b(?:is\ it|it's)\ (?:\w+\ )?(?:sunny|raining|pouring|snowing)\b.*
    |\b(?:is\ it|it's)\ (?:\w+\ )?(?:cold|warm|hot)\ (?:today|out(?:side)?|there|over\ there|where\ you)\b.*
    |\b(?:can|could|may)\ i\ ask\ (?:you\ )?(?:something|a\ question)|\bif\ i\ may\ ask\b
    |\bwhere\ are\ you\ from\b|\bwhat(?:'s|\ is)\ your\ name\b|\bcan\ you\ hear\ me\b
    |\b(?:i\ )?hope\ you(?:'re|\ are|\ had|\ have)\b.*
    |\bnice\ to\ (?:meet|hear).*|\bsmall\ world\b|\bas\ i\ said\b|\bthese\ things\ happen\b
    |\b(?:that(?:'s|\ is|\ was)?|this\ is)\ (?:really\ )?all\ (?:i|we)\ (?:need|needed|want|wanted)
      (?:\ to\ know)?\b
    |\bnever\ ?mind\b
    |\b(?:does(?:n['’]t|\ not)\ (?:really\ )?matter|(?:no|don['’]t\ have\ an?y?)\ preferences?
      |(?:do\ not|don['’]t)\ (?:really\ )?(?:care|mind))\b
    |\bno\ (?:worries|problem|rush)\b"""
)

_TROUBLE = _pattern(
    r"""\b(?:(?:is|does|did|was|has|have|had|wo|ca|do|could|would|are|were)n['’]?t(?!\ (?:need|want|worry
    |expect|mind|like|know|seen?|think|see|be)\b)
    |cannot|can\ ?not|not\ (?:work|there|arriv|receiv|valid|accept|able)\w*|never(?!\ ?mind)
    |still(?!\ here)|wrong|incorrect\w*|broken?
    |torn|missing|leak\w*|crash\w*|locked|stolen|charged|declin\w+|expired?|errors?|fail\w*|damage\w*
    |flash(?:es|ing)|blink(?:s|ing)|stuck|stop(?:s|ped)?(?!\ it)
    |refused?|reject\w*|forgot\w*|disput\w+|complain\w*|compensat\w+|money\ back|refund\w*|promised?
    |was\ told|told\ me|nothing\ happens|keeps
    |wobbl\w+|faulty|scratch\w*|cancelled|delayed|supposed|should\ have|overcharged|fraud\w*|unable
    |allerg\w+|no\ tick|spinning|website\ said
    |same\ error|late\ father|unfortunately)\b"""
)
_WANTS = _pattern(
    r"""\b(?:i|we)(?:'d|\ would)?\ (?:also\ |just\ |really\ )*(?:want|need|like\ to|like\ a|have\ to
    |rather)\b|\blooking\ for\b|\btrying\ to\b
    |\b(?:return|exchange|delete|pause|get\ rid\ of|dispute|claim|upgrade|downgrade|renew|transfer\ my
    |move\ my)\b|\bplease\b"""
)
_BUT = _pattern(r"\b(?:but|although|though|except|however|neither|rather|instead|also)\b")

_OFFERS_MORE = _pattern(
    r"""\b(?:anything|something|what)\ (?:else|more)|(?:how|what)\ (?:can|may|could)\ (?:i|we)\ (?:help
    |assist|do)|(?:can|may)\ i\ (?:help|assist|be\ of)
    |(?:further|more|other)\ (?:questions|help|assistance)|help\ (?:you\ )?(?:today|further)
    |anything\ (?:i|we)\ can|thanks\ for\ waiting|with\ you\ now
    |what\ (?:would|do)\ you\ (?:like|want|need|wish)(?:\ (?:to\ (?:know|ask|do)|help\ with|from\ us))?\W*$
    |what(?:'s|\ is|\ seems\ to\ be|\ was)\ (?:the\ |your\ )?(?:matter|problem|issue|trouble|question|wrong
    |up|happening|going\ on)\b
    |what\ (?:happened|brings\ you)|(?:is\ (?:it|this)|it's|this\ is)\ about\W*$|go\ ahead|fire\ away
    |tell\ (?:me|us)\ (?:a\ (?:little|bit)\ )?(?:more|what|about\ it)
    |(?:describe|explain)\ (?:what\b|(?:the|your)\ (?:problem|issue|matter|situation|trouble|fault))"""
)
_ASKS_FOR_DATA = _pattern(
    r"""\b(?:what|what's|which|when|where|how|who|may\ i\ have|(?:could|can)\ you\ (?:give|tell|repeat
    |describe|send)|please\ (?:tell|give|send)
    |need\ (?:the|your)|or|reason|and\ (?:your|the))\b"""
)
_ASKS_US = _pattern(
    r"""\?|^\W*(?:may|could|can|shall|should|would|do|did|is|are|what|which|when|where|how|who
    |please\ (?:tell|confirm|give|send)|i\ (?:also\ )?need\ (?:the|your))\b"""
)
_NO = _pattern(r"^\W*(?:no|nope|nah|not)\b\W*(?P<what>\w*)|\b(?:assistance|covered\ it)\b")
_LONG = 25
_TELLING = 5
_SHORT = 4
# From so many words on, what has a number in it tells of something, where it isn't the answer to a question.
_ACCOUNT = 6


class _Before(StrEnum):
    """What the turn follows."""

    NOTHING = "nothing"
    OWN = "own"
    WELCOME = "welcome"
    REQUEST = "request"
    OFFER = "offer"
    REPLY = "reply"


class _Act(StrEnum):
    """What a sentence does."""

    THANKS = "thanks"
    CHATS = "chats"
    ASKS = "asks"
    ASKS_RECORD = "asks for a record"
    SEARCHES = "searches"
    TROUBLE = "tells of trouble"
    WANTS = "wants"
    DETAIL = "gives a detail"
    STATES = "states"


# Where customers were asked what it is about, or go on by themselves.
_INVITED = {_Before.WELCOME, _Before.OWN}
# What a sentence that asks nothing has to do, after what, for knowledge to help with it.
_NEEDED_AFTER = {
    _Act.TROUBLE: frozenset(_Before),
    _Act.WANTS: {_Before.NOTHING, *_INVITED},
    _Act.DETAIL: {_Before.NOTHING},
    _Act.STATES: {_Before.NOTHING, *_INVITED},
}


def says_something(text: str) -> bool:
    """False for greetings, thanks, goodbyes and bare yes or no, whatever they follow."""
    return bool(_HOW.search(text)) or any(word not in _COURTESY for word in _words(text))


def needs_knowledge(text: str, before: Turn | None = None) -> bool:
    """Whether a policy, an answer, a product or the code could help with the reply to this turn.

    `before` is the turn that it follows, of whichever role; without one it opens the conversation.
    """
    if not says_something(text):
        return False
    if _is_foreign(text):
        return True
    after = _kind(before)
    near = spoken_of(text, before.text if before else "")
    sentences = [text[span.start : span.end] for span in sentence_spans(text)]
    acts = {
        _act(sentence, near)
        for sentence in sentences
        if not (after is _Before.WELCOME and _declines(sentence))
    }
    if _Act.ASKS in acts:
        return True
    acts -= {_Act.THANKS, _Act.CHATS}
    # What is told around a search narrows it down.
    if _Act.SEARCHES in acts:
        acts -= {_Act.WANTS, _Act.DETAIL, _Act.STATES}
    if after in _INVITED and len(_words(text)) >= _ACCOUNT:
        acts = {_Act.STATES if act is _Act.DETAIL else act for act in acts}
    told = any(after in _NEEDED_AFTER.get(act, ()) for act in acts)
    if acts - {_Act.SEARCHES, _Act.ASKS_RECORD} and not near:
        told = told or any(_tells(sentence) for sentence in sentences)
    return told or (bool(acts - {_Act.SEARCHES, _Act.ASKS_RECORD}) and _says_more(text, acts))


def signs_of(text: str, before: Turn | None) -> dict[str, bool]:
    """What the rules see in a turn and in the one before it, by name."""
    near = spoken_of(text, before.text if before else "")
    acts = {_act(text[span.start : span.end], near) for span in sentence_spans(text)}
    after = _kind(before)
    return {
        **{act.value: act in acts for act in _Act},
        **{f"after {kind.value}": kind is after for kind in _Before},
        "near": near,
        "by the rules": needs_knowledge(text, before),
        "question mark": "?" in text,
        "asks near": near and _Act.ASKS in acts,
        "a record": asks_record(text, near=True),
        "an opinion": asks_opinion(text, near=True),
        "a search": searches(text, near=True, asks=True),
    }


def may_be_booking(text: str, spoken: Iterable[str]) -> bool:
    """Whether a turn without trouble stands where something that is booked is `spoken` of by name."""
    near = spoken_of(text, "")
    troubled = any(_act(text[span.start : span.end], near) is _Act.TROUBLE for span in sentence_spans(text))
    return not troubled and any(map(names_bookable, spoken))


def _tells(sentence: str) -> bool:
    """Whether a sentence brings up something of its own, whatever it follows."""
    return sum(word not in _ENGLISH and not word.isdigit() for word in _words(sentence)) >= _TELLING


def _says_more(text: str, acts: set[_Act]) -> bool:
    """Whether an answer says more than was asked: at length, or with trouble after a "but"."""
    return len(_words(text)) > _LONG or (_Act.TROUBLE in acts and bool(_BUT.search(text)))


def _declines(sentence: str) -> bool:
    """Whether a sentence says no to an offer of help; "no signal in the lift" tells what is missing."""
    no = _NO.search(sentence)
    if no is None or (no["what"] and no["what"].casefold() not in _SMALL_TALK):
        return False
    return not (_ASKS.search(sentence) or _TROUBLE.search(sentence) or _WANTS.search(sentence))


def _is_foreign(text: str) -> bool:
    letters = [word for word in _words(text) if word.isalpha()]
    return len(letters) >= _FOREIGN_FROM and _ENGLISH.isdisjoint(_words(text)) and "?" not in text


def _words(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]


def _kind(before: Turn | None) -> _Before:
    if before is None:
        return _Before.NOTHING
    if before.role is Role.CUSTOMER:
        return _Before.OWN
    if _OFFERS_MORE.search(before.text) or not says_something(before.text):
        return _Before.WELCOME
    spans = sentence_spans(before.text)
    last = before.text[spans[-1].start : spans[-1].end] if spans else ""
    if not _ASKS_US.search(last):
        return _Before.REPLY
    return _Before.REQUEST if _ASKS_FOR_DATA.search(last) else _Before.OFFER


def _act(sentence: str, near: bool) -> _Act:
    """What a sentence does; `near` says that something bookable was just spoken of."""
    words = _words(sentence)
    asks = bool(_ASKS.search(sentence))
    if not _HOW.search(sentence) and all(word in (_COURTESY if asks else _SMALL_TALK) for word in words):
        return _Act.THANKS
    if _SOCIAL.search(sentence):
        rest = _SOCIAL.sub(" ", sentence)
        return _Act.CHATS if all(word in _SMALL_TALK for word in _words(rest)) else _act(rest, near)
    if asks_record(sentence, near):
        return _Act.ASKS_RECORD
    if asks_opinion(sentence, near):
        return _Act.ASKS
    if searches(sentence, near, asks):
        return _Act.SEARCHES
    if asks:
        return _Act.ASKS
    if _TROUBLE.search(sentence):
        return _Act.TROUBLE
    if _WANTS.search(sentence):
        return _Act.WANTS
    return _Act.DETAIL if any(word.isdigit() for word in words) or len(words) < _SHORT else _Act.STATES
