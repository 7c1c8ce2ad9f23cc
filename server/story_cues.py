"""The wordings from which a story is read: asking, aims, moods, what was tried and promised, facts. Pure."""

from __future__ import annotations

import re


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})", re.IGNORECASE)


# ---- what the customer wants -------------------------------------------------------------------------------

QUESTION = re.compile(r"\?[\"'”’)\]]*\s*$")
# People who chat leave the mark out.
ASKS = re.compile(
    r"(?:^|[,;:.?!] |\b(?:and|also|but|so|oh|ok|hi|hello|hey|question) ,?)(?:(?:so|also|and|oh|just) )*"
    r"(?:why (?:is|are|was|did|do|does|has|have|can't|am)|when (?:will|can|do|does|is|are|exactly)"
    r"|how (?:long|much|many|do|can|does|on earth)|where (?:is|are|do|can)|wh(?:at|ich) (?:do|can|is"
    r"|are|if|am)"
    r"|can (?:i|we|you|they)|could (?:i|we|you|somebody|someone)|would you|will you|do (?:i|we|you|they)"
    r"|does (?:it|this|that)|is there|are there|am i|is it|is this)\b",
    re.IGNORECASE,
)
WANTS = _any(
    r"(?:i|we)(?:'d| would) (?:like|love|prefer|appreciate)\b",
    r"(?:i|we) (?:just |really |only |still |now )?(?:want(?:ed)?|need|wish|demand|insist|require)\b",
    r"i should like\b|(?:i'?m|i am|we'?re|we are) (?:thinking (?:about|of)|looking (?:for|to)|trying to"
    r"|hoping)\b",
    r"please (?:can|could|send|tell|cancel|refund|help|let|change|call|ring|give|explain|stop|remove"
    r"|check|fix)\b",
    r"please (?:replace|confirm|update|arrange|close|delete|move|add|look|advise)\b",
    r"(?:can|could|would|will) you (?:please |kindly )?(?!believe|imagine)\w+",
    r"(?:help me|need help|i demand|get me|put me through)\b",
)
# Asked out of politeness, or of oneself: nothing that waits for an answer.
IDLE_QUESTION = _any(
    r"how are you\b",
    r"(?:right|ok(?:ay)?|you know|isn't it|no|huh|eh|seriously|really|what)\?",
    r"(?:are you|is this|you must be) (?:\w+ )?(?:kidding|joking|serious)",
    r"do you think i'?m\b",
    r"(?:how hard|how difficult) (?:can|is)\b",
)
AIM = _any(
    r"so (?:that )?(?:i|we|she|he|they|my \w+) (?:can|could|will|don't|won't|am|are|have)\b",
    r"in (?:good )?time for\b",
    r"(?:need|want|like) (?:it|them|this|that|one|everything) (?:\w+ ){0,2}(?:for|by|before|because)\b",
    r"because (?:i|we|my|our|she|he) (?:\w+ )?(?:need|want|am|are|have|must|travel|move|leave|fly|start"
    r"|will)\b",
    r"(?:otherwise|or else) (?:i|we|my)\b",
    r"(?:the (?:whole )?point|the reason|what i'?m (?:really )?after|my (?:aim|goal|plan)) (?:is|was|i)\b",
)
OCCASION = _any(
    r"(?:my|our|his|her|their|a|the) (?:\w+ ){0,2}(?:wedding|birthday|funeral|christening|anniversary"
    r"|holiday)\b",
    r"(?:my|our|his|her|their|a|the) (?:\w+ ){0,2}(?:exams?|graduation|interview|surgery|operation"
    r"|baby shower)\b",
    r"(?:i'?m|i am|we'?re|we are) (?:moving|getting married|expecting|travelling|flying|going away"
    r"|leaving)\b",
    r"(?:i|we)(?:'re| are|'m| am)? (?:have|having) (?:guests|visitors|family|people) (?:coming|over"
    r"|staying)\b",
    r"as a (?:\w+ )?(?:gift|present|surprise)\b",
    r"(?:is|are|it'?s) (?:\w+ )?(?:before|for) (?:my|our|his|her) \w+",
    r"for (?:my|our) (?:\w+ )?(?:daughter|son|mum|mother|dad|father|wife|husband|grandson|granddaughter)\b",
)

# ---- how they feel, besides anger and grief ----------------------------------------------------------------

MOODS = (
    (
        "worried",
        _any(
            r"(?:i'?m|i am|we'?re|we are|i'?ve been) (?:\w+ ){0,2}"
            r"(?:worr(?:ied|ying)|frightened|scared|afraid|anxious|nervous|concerned|panick(?:ed|ing)"
            r"|terrified)\b",
            r"(?:worries|scares|frightens) (?:me|us)\b|can'?t sleep\b|losing sleep\b|desperate(?:ly)?\b",
        ),
    ),
    (
        "confused",
        _any(
            r"(?:i'?m|i am|we'?re) (?:\w+ ){0,3}(?:lost|confused|unsure|puzzled|baffled"
            r"|not sure (?:what|how|why))\b",
            r"(?:i )?(?:don'?t|do not|can'?t|cannot) (?:really |quite )?(?:understand|follow|make sense)\b",
            r"makes no sense\b|confus(?:es|ing)\b|(?:did|am) i (?:do|doing)(?: something)? wrong\b",
        ),
    ),
    (
        "disappointed",
        _any(
            r"(?:disappoint(?:ed|ing)|let down|unhappy|upset|not (?:happy|satisfied|impressed"
            r"|good enough)\b(?! about))",
            r"(?:isn'?t|is not|wasn'?t) good enough\b|expected (?:better|more)\b",
        ),
    ),
    (
        "pleased",
        _any(
            r"(?:thank you|thanks) (?:so|very) much\b|(?:many thanks|much appreciated)\b",
            r"(?:brilliant|amazing|wonderful|fantastic|lovely|perfect|excellent|delighted|great news)\b",
            r"(?:that (?:all )?(?:makes sense|helps|worked|would help)|love (?:it|them)|big help)\b",
            r"oh good\b|sorted\b|happy with\b|best thing\b",
        ),
    ),
)

# ---- what was done and said --------------------------------------------------------------------------------

_DONE = (
    r"(?:tried|restarted|rebooted|reset|reinstalled|installed|uninstalled|called|rang|rung|phoned"
    r"|e-?mailed|texted"
    r"|written|wrote|contacted|chased|checked|followed|cleared|unplugged|plugged|replaced|updated"
    r"|logged (?:in|out|off)"
    r"|switched|asked|waited|searched|sent|returned|complained|reported|filled|uploaded|downloaded"
    r"|turned (?:it )?(?:off|on)|deleted|cleaned|charged|visited|been (?:to|through)|spoken|spoke)"
)
CUSTOMER_TRIED = _any(
    rf"(?:i|we)(?:'ve| have)?(?: now| already| also| even| just| then| both| all)* {_DONE}\b",
    r"(?:i|we)(?:'ve| have)? (?:\w+ )?(?:tried|attempted) (?:to|everything|it|that|this|all|again"
    r"|turning|with)\b",
    r"(?:doesn'?t|didn'?t|still (?:doesn'?t|won'?t)|won'?t) (?:help|work|do anything|make (?:a"
    r"|any) difference)\b",
    r"no (?:luck|difference|success)\b|(?:same|still the same) (?:error|result|problem|thing)\b",
)
OURS_TRIED = _any(
    r"(?:i|we)(?:'ve| have) (?:now |just |already |also )?(?!no |not |to |the |your |a )"
    r"(?:reset|resent|checked|sent|stopped|refunded|cancelled|asked|passed|raised|reported|contacted"
    r"|looked|tried)\b",
    r"(?:i|we)(?:'ve| have) (?:now |just |already |also )?"
    r"(?:changed|updated|removed|added|escalated|forwarded|ordered|booked|replaced|opened|restarted"
    r"|credited)\b",
    r"(?:please|could you|can you|have you|did you) (?:also |now |first )?(?:try|tried|restart|reset"
    r"|reinstall|clear)\b",
)
PROMISES = _any(
    r"(?:i|we)(?:'ll| will| shall)(?: \w+ly| also| now| then| personally)? (?!be (?:happy|glad|sorry)"
    r"|need|have to)\w+",
    r"(?:i|we)(?:'m| am|'re| are) going to \w+",
    r"you(?:'ll| will) (?:have|get|receive|hear|be (?:refunded|called|contacted|credited))\b",
    r"(?:a colleague|someone|somebody|our team|the \w+ team|a manager|a team lead) (?:will|is going to) \w+",
    r"(?:i|we) (?:promise|guarantee)\b|you have my word\b",
    r"(?:goes|will (?:go|be|arrive|reach|ship)|should (?:arrive|reach)|arrives|is being) [^.?!]{0,60}"
    r"\b(?:within|by|in the next|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow)\b",
)
NO_PROMISE = _any(
    r"(?:if|unless|when|once) you(?:'d| would)? (?:like|want|wish|can|could|tell|send|give)\b",
    r"(?:i|we)(?:'ll| will) (?:not|never) (?:know|be able)\b|shall i\b|should i\b|will (?:that|this"
    r"|you)\b[^.]*\?",
)
SAID_TO_US = _any(
    r"(?:i|we) (?:was|were|have been|'ve been) (?:told|promised|assured|advised)\b",
    r"(?:you|they|he|she|your (?:colleagues?|agent|chat|bot|driver|team)) (?:all |had )?"
    r"(?:said|told me|told us|promised|assured)\b",
)
WHEN = re.compile(
    r"\b(?:(?:with)?in (?:the next )?(?:\d+|one|two|three|four|five|six|seven|ten|a few|a couple of|an?)"
    r"(?:[-–]\d+| to \d+| or \w+)? (?:working |business )?(?:minutes?|hours?|days?|weeks?|months?)"
    r"|by (?:the end of (?:the |this )?\w+|(?:this |next )?\w+day|tonight|noon"
    r"|tomorrow(?: (?:noon|morning|afternoon|evening|night))?|\d[\w:]*(?: \w+)?)"
    r"|(?:this|tomorrow|later this) (?:morning|afternoon|evening|week)|today|tonight|tomorrow|next week"
    r"|(?:on|next|this) (?:mon|tues|wednes|thurs|fri|satur|sun)day|before (?:\w+day|noon|\d[\w ]{0,12}))\b",
    re.IGNORECASE,
)
PUTS_OFF = _any(
    r"(?:i|we)(?:'ll| will|'m| am|'re| are) (?:\w+ )?"
    r"(?:check(?:ing)?|find(?:ing)? out|look(?:ing)? into|ask(?:ing)?|come back|get back|write again"
    r"|be in touch)\b",
    r"(?:i|we)(?:'ll| will) (?:answer|get (?:you )?(?:the|an|that|back)|find)\b",
    r"let me (?:look|check|see|find|ask)\b|one moment\b|bear with me\b|(?:i|we)(?:'m| am|'re| are) looking\b",
)

# Asked to open or to close, not to learn a fact.
OPENS_OR_CLOSES = _any(
    r"(?:what|how) (?:can|could|may|would) (?:i|we|you)\b|anything else\b|something (?:i|we) can\b"
    r"|shall (?:i|we)\b",
    r"(?:is|was) (?:that|this|everything) (?:ok(?:ay)?|all right|helpful|clear)\b|how are you\b",
)

# ---- facts -------------------------------------------------------------------------------------------------

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
ORDER, EMAIL, PHONE = "Order or reference", "E-mail", "Phone"
FACTS = (
    (EMAIL, re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")),
    (
        "Amount",
        re.compile(
            r"(?:[£$€] ?\d(?:[\d.,]*\d)?|\b\d[\d.,]*(?: ?(?:pounds|quid|euros?|dollars|GBP|EUR|USD))\b)",
            re.IGNORECASE,
        ),
    ),
    (
        "Date",
        re.compile(
            rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b(?: \d{{4}})?|{_MONTH} \d{{1,2}}(?:st"
            rf"|nd|rd|th)?"
            rf"\b(?:,? \d{{4}})?|\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}"
            rf"|{_DAY} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?|the \d{{1,2}}(?:st|nd|rd|th)\b)",
            re.IGNORECASE,
        ),
    ),
    (
        ORDER,
        re.compile(
            r"\b[A-Z]{1,5}(?:-[A-Z]{1,4})?-?\d{3,14}(?:-\d{1,8})*\b|#\d{3,14}\b"
            r"|(?<![\w-])\d{3}-\d{5,9}(?:-\d{5,9})?\b"
        ),
    ),
    (
        ORDER,
        re.compile(
            r"\b(?:order|ref(?:erence)?|invoice|ticket|account|tracking|customer|booking|case|serial"
            r"|contract)"
            r"(?: (?:number|no\.?|id|code))?(?: is| was|:)? ?#?(\d[\d-]{2,20}\d"
            r"|[A-Z]{0,4}\d[\dA-Z-]{3,20})\b",
            re.IGNORECASE,
        ),
    ),
    (PHONE, re.compile(r"(?<![\w/.-])(?:\+\d{1,3}[ -]?|0)\d(?:[ ()-]{0,2}\d){7,12}(?![\w/-])")),
)
IDENTIFIES = frozenset({ORDER, EMAIL, PHONE})
