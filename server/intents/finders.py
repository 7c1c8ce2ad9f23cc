"""How each fact that an intent needs is found in what the customer wrote. Pure."""

from __future__ import annotations

import re

from server import story_cues as cues

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)(?:[a-z]{2,6})?"
_NUMBER_WORD = (
    r"(?:a dozen|a couple of|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty"
    r"|forty|fifty|sixty|eighty|hundred|thousand)"
)
_TROUBLE = (
    r"(?:leak|broke|crack|stopp?(?:s|ed)?\b|not (?:work|start|charg|open|clos|load|arriv)|doesn'?t"
    r"|didn'?t|won'?t"
    r"|can'?t|missing|noise|error|fail|lost|stolen|stole|damage|stuck|drips?|freez|crash|flood|burst"
    r"|smash|wrong"
    r"|peel|blank|blinks?|cold|hot\b|dead|out of|accident|dropped|fell|cut\b|wobbl|grind|rattl|spill|scratch)"
)


def _any(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def _facts(*labels: str) -> tuple[re.Pattern[str], ...]:
    return tuple(pattern for label, pattern in cues.FACTS if label in labels)


_DAYS = (
    *_facts("Date"),
    *_any(
        r"\b(?:today|tonight|tonite|tomorrow|tmrw|(?:the |next |this |coming )?weekend|(?:next"
        r"|this) (?:week|month))\b",
        r"\b(?:mon|tues?|wed(?:nes|s)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?\b",
        rf"\b(?:the )?\d{{1,2}}(?:st|nd|rd|th)\b|\b\d{{1,2}}[/.]\d{{1,2}}\b(?![./]?\d)"
        rf"|\b{_MONTH} \d{{1,2}}\b",
    ),
)
_REFERENCES = (
    *_facts(cues.ORDER),
    *_any(
        r"\b(?:tickets?|claim|case|ref(?:erence)?|job|policy|rma|order|invoice|report|request|fault"
        r"|booking|file|contract"
        r"|number|no\.?|plate|parcel)\W{1,3}(?:(?:number|no\.?|nr|id|code)\W{1,3})?(?:is "
        r"|was )?#?((?=[\w-]*\d)[\w-]{2,20})\b",
        r"(?<![\w£$€.,:/+-])(?!(?:19|20)\d\d\b)\d{4,12}(?:-\d{1,8})*(?![\w%:/]|[.,]\d)",
        r"(?<![\w£$€.,:/+-])\d{2,}-\d{2,}(?:-\d{1,8})*\b|\b[A-Z]{1,4}-[A-Z\d]*\d[A-Z\d-]{0,12}\b",
    ),
)

# Of several patterns the first that matches counts; a group is the part that tells the fact.
FINDERS: dict[str, tuple[re.Pattern[str], ...]] = {
    "order_number": _REFERENCES,
    "reference": _REFERENCES,
    "reason": _any(
        r"\b(?:too|bit|half an?) (?:\w+ )?(?:small|big|large|tight|wide|short|long|loose|basic|heavy"
        r"|loud|dark|late|size)\b",
        r"\b(?:broke|broken|crack|faulty|defect|damaged?|leak|smash|scratch|dead|corked|mould|stale|soup)\w*",
        r"\b(?:doesn'?t|didn'?t|won'?t|isn'?t|does not|did not|never) (?:\w+ )?(?:fit|work|suit|open"
        r"|turn|start|match|come"
        r"|arrive|run|give|pair|eat)\b",
        r"\b(?:wrong|by (?:mistake|accident)|twice|double|missing|cancell?ed|unused|not needed"
        r"|changed my mind|one too many"
        r"|gave nothing|overcharged|full price|off\b|without the \w+)",
        r"\b(?:don'?t|do not|no longer|can'?t) (?:\w+ )?(?:want|need|like|come|go|make|use)\b",
    ),
    "day": _DAYS,
    "time": _any(
        r"\b\d{1,2}[:.]\d{2}\b|\b\d{1,2} ?(?:am|pm|o'?clock)\b|\b(?:at|after|before|from|by"
        r"|around) \d{1,2}\b(?!\w|[/.]\d)",
        r"\b(?:mornings?|afternoons?|evenings?|noon|midday|lunch(?:time)?|any ?time|half past \w+"
        r"|first thing)\b",
        r"\b(?:at|after|before) (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
    ),
    "new_details": (
        *_facts(cues.EMAIL, cues.PHONE),
        *_any(
            r"\b\d{1,5}[a-z]?,? (?:[A-Z][\w'’.-]* ?){1,4}|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
            r"|\bends? (?:in )?\d{2,4}\b",
            r"\b(?:is|to|now|called|name[d:]|instead of|put|use"
            r"|code:?) (?:\w+ )?((?-i:[A-Z])[\w'’-]+(?: (?-i:[A-Z])[\w'’-]+)*)",
            r"\b(?:code|plate|number|iban)\b.{0,20}\d",
        ),
    ),
    "purpose": _any(
        r"\b(?:for|with|to go with|who|that (?:won't|doesn't|lives|can)|suits?|hates?|likes?"
        r"|loves?) (?:\w+[ ,]?){1,8}",
    ),
    "budget": (
        *_facts("Amount"),
        *_any(
            r"\b(?:under|below|max(?:imum)?|up to|budget(?: is| of)?|around"
            r"|about)\W{1,3}\d[\d.,]*k?\b(?! ?(?:people|km|m\b))"
            r"|\b\d[\d.,]*k? (?:max|tops|a head|per head|a month|a year)\b"
        ),
    ),
    "quantity": _any(
        rf"\b(?:\d[\d.,]*|{_NUMBER_WORD}) (?!(?:am|pm|{_MONTH}|o'?clock|days?|weeks?|months?|years?"
        rf"|minutes?|hours?|euros?"
        rf"|pounds|quid|dollars)\b)(?:\w+[ -]){{0,2}}\w{{3,}}",
    ),
    "start": (
        *_DAYS,
        *_any(
            rf"\b(?:in|from|by|since|until|till|for|before|mid|early|late|next|this|end of|beginning of"
            rf"|starting in) {_MONTH}\b",
            r"\b(?:spring|summer|autumn|winter|next year|this year|as soon as|asap|right away|20\d\d)\b",
        ),
    ),
    "account": (
        *_facts(cues.EMAIL),
        *_any(
            r"\b(?:user ?name|log-?in|customer|candidate|student|member|account)(?: (?:number|no\.?|id"
            r"|name))?(?: is)?:? ?#?"
            r"((?=[\w-]*\d)[\w-]{3,20})\b"
        ),
    ),
    "what_happened": _any(rf"(?:\S+ ){{1,8}}\S*{_TROUBLE}\S*(?: \S+){{0,6}}|\b{_TROUBLE}\S*(?: \S+){{2,6}}"),
    "since_when": (
        *_any(
            r"\bsince (?:\w+ ){0,3}\w+|\b(?:yesterday|this (?:morning|afternoon|evening)|last (?:night"
            r"|week|month|\w+day)"
            r"|just now|all (?:day|week))\b|\b(?:\w+ )?(?:minutes|hours|days?|weeks?|months?) (?:ago|old)\b",
            rf"\bfor (?:\d+|{_NUMBER_WORD}|an?|the last) (?:\w+ )?(?:minutes|hours?|days|weeks?"
            rf"|months?)\b|\bafter (?:one|a|the)"
            r" (?:\w+ )?\w+",
        ),
        *_DAYS,
    ),
}
