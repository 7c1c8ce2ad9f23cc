"""What is work for a booking system: finding or booking one of many, and what its record tells. Pure.

Being silent has to be sure: a question about one place, or about whether and how something may be booked, is
none of that.
"""

from __future__ import annotations

import re


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.VERBOSE)


# Things that are booked, and how people narrow them down: finding one is work for a booking system.
_BOOKABLE = r"""(?:hotels?|guest[\ -]?houses?|hostels?|motels?|lodgings?|accommodations?|restaurants?
    |trains?|taxis?|cabs?
    |flights?|bus(?:es)?|coach(?:es)?|attractions?|museums?|colleges?(?!\ students?)|pubs?|caf[eé]s?
    |theat(?:re|er)s?
    |cinemas?|night\ ?clubs?
    |rental\ cars?|events?|concerts?|dentists?|doctors?|therapists?|psychologists?|psychiatrists?
    |counsel?lors?|salons?|stylists?|reservations?|bookings?|appointments?
    |apartments?|things\ to\ do|activities|b&b|bed\ and\ breakfasts?|places?\ to\ (?:stay|eat|dine|go
    |visit|sleep)|somewhere\ to\ (?:stay|eat|dine|go|visit)
    |(?:something|anything)\ (?:\w+\ )?to\ (?:do|see|eat)|entertainment|church(?:es)?|architecture
    |swimming\ pools?
    |(?:indian|chinese|italian|british|french|thai|japanese|korean|mexican|asian|european|american
    |spanish|turkish)\ food)"""
_PLACE = _pattern(r"\b(?<!my\ )(?:" + _BOOKABLE + r"|tables?|tickets?|rooms?|rides?|places?|pools?|seats?)\b")
_NAMED = _pattern(r"\b" + _BOOKABLE + r"\b")
_NARROWS = _pattern(
    r"""\b(?:cheap(?:er)?|expensive|moderate(?:ly)?|inexpensive|priced?|price\ range|\w+[\ -]stars?
    |free\ (?:wi-?fi|internet|parking)
    |north|south|east|west|cent(?:re|er)|downtown|town|leav(?:e|es|ing)|depart(?:s|ing|ure)?|arriv(?:e|es
    |ing|al)|food|cuisine
    |chinese|indian|italian|british|french|thai|japanese|korean|mexican|asian|european|american|spanish
    |turkish
    |any\ (?:day|time|price|area|type)|people|persons?|adults?|guests?|nights?|book\ (?:it|that|one|me|a
    |for)|reserve
    |(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{1,2}:\d\d)\b"""
)
_SEARCHES = _pattern(
    r"""\b(?:look(?:ing)?\ (?:for|to|into|up)|find(?:ing)?|search(?:ing)?|need|want|(?:would
    |'d)\ (?:also\ |really\ )?(?:like|love|prefer)
    |interested\ in|info(?:rmation)?\ (?:on|about)|recommend\w*|suggest\w*|planning|visit\w*|get\ me
    |book(?:ing)?\b|reserv(?:e|ing)\b|help\ (?:me\ )?(?:with|find)
    |trying\ to|going\ to|how\ about|what\ about|maybe|something|prefer\w*|should\ (?:be|have)|rather)\b"""
)
_EXISTS = _pattern(
    r"""\b(?:(?:are|is)\ there|(?:do|would)\ you\ (?:happen\ to\ )?(?:have|know(?:\ of)?)|have\ you\ got
    |what\ (?:are|about|other)
      |what(?=\ \w+s\ (?:are|do|can))|any|(?:an)?other|info(?:rmation)?\ (?:on|about|for
      |regarding))\ (?:any\ |an?\ |some\ |the\ )?
    (?:(?!is\b|are\b|does\b|do\b|the\b|at\b|in\b|this\b|to\b|my\b|have\b|has\b|of\b|near\b)[\w'-]+\ ){0,4}"""
    + _BOOKABLE
    + r"\b(?!\W*(?:have|has|\w+ly|offer|serve|allow|accept)\b)"
)
_OTHERS = _pattern(
    r"""\b(?:any|some|what|have|the)\ others\b|\b(?:what|anything|something|any(?:where|one)|some(?:where
    |one))\ else\b
    |\bother\ (?:options?|ones?|places?|times?|choices?)\b|\balternatives?\b|\bmore\ options\b
    |\b(?:how|what)\ about\ (?:an?|some)\ (?:[\w'-]+\ ){0,3}"""
    + _BOOKABLE
    + r"""\b|\ba\ different\b|\banother\ (?:one|option|place|time)\b|^\W*how\ about\ (?:an?\b|the\ \w+\ one
    |\w+day\b|\d)"""
)
_ASKS_TO_ACT = _pattern(
    r"""\b(?:(?:can|could|would|will)(?:n't)?\ (?:you|u)(?:\ (?:please|also|just|maybe|kindly|then
    |go\ ahead\ and|try\ to|instead|help(?:\ (?:me|us))?(?:\ (?:to|in|with))?))*
      \ (?!make\ sure)(?:(?:book|find|search|look|recommend|suggest|schedul|purchas|mak|add|gett|order
      |try|pick|choos
      |arrang|rent|call|reserv)(?:e|ing)?
        |buy|get|locate|check|see|set|me|a|some|it)
    |(?:can|could|may|shall|should)\ (?:i|we)(?:\ (?:please|also|just))*\ (?:book|reserve|make\ a|schedule
        |(?:get|have|find|buy)\ (?:an?|one|two|some|\d+|the)\ (?:\w+\ ){0,2}(?:reservation|booking
        |tickets?|table|taxi|cab|train|hotel|restaurant)))\b"""
)
_EMBEDDED = _pattern(r"\b(?:if|whether|how|what|why)\b")
_RECORD = _pattern(
    r"""\b(?:address|phone|telephone|post\ ?codes?|postal|zip|ref(?:erence)?(?:\ (?:number|\#|no))?
    |confirmation\ number|contact\ (?:number|info\w*|details)
    |phone\ number|number|price\ ?range|(?:star|its|their|the)\ rating|how\ many\ stars|\d[\ -]stars?
    |(?:what|which)\ (?:area|side|part(?:\ of\ (?:the\ )?(?:town|city)|(?!\ of\b)))
    |(?:north|south|east|west)(?:ern)?\ (?:part|side)\ of\ town
    |(?:type|kind)\ of\ (?:food|cuisine)
    |train\ ?id|travel\ time|(?:departure|arrival)\ times?|entr(?:ance|y)\ fee)\b"""
)
# What a reply tells of a place to stay, to eat or to visit, by whatever name.
_LISTED = _pattern(
    r"""\b(?:price\ range|(?:moderately|cheaply)[\ -]priced|(?:moderate|cheap|expensive)\ price|cuisine
    |entrance\ fee|\d[\ -]stars?|(?:part|side)\ of\ town)\b"""
)
_OURS = _pattern(r"\b(?:your|yours)\b|\b(?:my)\b")
# "My dinner reservation"; "I've got a hospital appointment", which is why something else is asked.
_MINE = _pattern(
    r"\bmy\ (?:[\w'-]+\ ){1,2}" + _BOOKABLE + r"\b|\b(?:have|got)\ an?\ (?:[\w'-]+\ ){1,2}appointments?\b"
)
# One of them is spoken of, so that a question is about it and looks for no other.
_ABOUT_ONE = _pattern(
    r"""\b(?:does|do|is|are|can|has|have|did|will|would)(?:n't)?\ (?:it|they|the|this|that|their|its)\b
    |\b(?:at|in|of|near|from|with|inside)\ (?:the|this|that)\ (?:\w+\ )?
      (?:hotel|restaurant|guest\ ?house|place|property|hostel|museum)\b"""
)
# What guests say of a place and no record has.
_OPINION = _pattern(
    r"""\b(?:views?|quiet|nois[ey]|clean|dirty|comfort\w*|comfy|co[sz]y|friendly|atmosphere|ambian?ce
    |romantic|spacious|large|bright|modern|peaceful
    |(?:great|good|nice|bad|slow|fast)\ (?:service|location|staff|spot)
    |delicious|tasty|reviews?|reputation|recommended)\b"""
)
# Whether something may be booked at all, or how, is no order to book it.
_HOW_TO_BOOK = _pattern(
    r"""\b(?:what|which|how|when|where|why)\b.*\b(?:can|could|may|should)\ (?:i|we)\b
    |\b(?:book|reserve|schedule|make)\ (?:(?!an?\b|one\b|that\b|it\b|the\b|this\b|for\b|me\b)[a-z'-]+\ )+
      (?:through|online|by|via|with|without|before|if|when|using)\b"""
)


def spoken_of(text: str, before: str) -> bool:
    """Whether a turn, or the one before it, is about something that can be booked."""
    return _places(text) or bool(_PLACE.search(before) or _LISTED.search(before))


def names_bookable(text: str) -> bool:
    """Whether a text names something that is booked, other than what is the customer's own."""
    return bool(_NAMED.search(_MINE.sub(" ", text)))


def asks_record(sentence: str, near: bool) -> bool:
    """Whether a sentence wants what a record tells (an address, a number) of something that can be booked."""
    return bool(_RECORD.search(sentence)) and (near or _places(sentence)) and not _OURS.search(sentence)


def asks_opinion(sentence: str, near: bool) -> bool:
    """Whether a sentence wants of a place what only those who were there can tell."""
    return (near or _places(sentence)) and bool(_OPINION.search(sentence) and _SEARCHES.search(sentence))


def searches(sentence: str, near: bool, asks: bool) -> bool:
    """Whether a sentence looks for one of many, or orders to book one; `near` is what spoken_of said."""
    place = _places(sentence) or (near and bool(_NARROWS.search(sentence)))
    if not asks:
        return place and bool(_SEARCHES.search(sentence))
    if _HOW_TO_BOOK.search(sentence):
        return False
    to_act = _ASKS_TO_ACT.search(sentence)
    if to_act and (place or near) and not _EMBEDDED.search(sentence[to_act.end() :]):
        return True
    if _ABOUT_ONE.search(sentence):
        return False
    return bool(_EXISTS.search(sentence) or (near and _OTHERS.search(sentence)))


def _places(text: str) -> bool:
    return bool(_PLACE.search(_MINE.sub(" ", text)))
