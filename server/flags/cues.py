"""Wordings that decide more surely than the model alone; features of the reasons. Pure."""

from __future__ import annotations

import re

LAW = re.compile(
    r"\b(?:charge ?back|lawyers?|solicitors?|attorneys?|legal(?:ly)? action|sue|suing|court|small claims"
    r"|ombudsman|regulators?|trading standards|consumer protection|gdpr|data protection|fraud\w*|dispute"
    r"|police report|compensat\w+|bank (?:to|will|has)|unauthori[sz]ed"
    r"|(?:never|did not|didn't) authori[sz]ed?)\b",
    re.IGNORECASE,
)
LEAVES = re.compile(
    r"\b(?:cancel\w*|clos(?:e|ing) (?:my|our|the) account|switch\w*|moving to|going (?:to|with) (?:an)?other"
    r"|competitors?|elsewhere|never again|leav(?:e|ing)|terminat\w+|not renew\w*"
    r"|taking (?:my|our) business)\b",
    re.IGNORECASE,
)
PUBLICITY = re.compile(
    r"\b(?:twitter|tiktok|instagram|facebook|reddit|youtube|linkedin|trustpilot|google review|reviews?"
    r"|followers?|journalist|newspaper|press|viral|post(?:ing)? (?:this|it|about)|blog|podcast"
    r"|tell every(?:one|body)|watchdog)\b",
    re.IGNORECASE,
)
NOT_ANSWERED = re.compile(
    r"\b(?:(?:not|isn't|wasn't|never) what i (?:asked|meant|said|want|need|wrote)|didn't (?:answer|ask)"
    r"|doesn't answer|not my question|asked (?:you )?(?:already|twice|before|about)"
    r"|(?:already|just) (?:said|told|asked|tried)|as i said|i (?:said|meant|asked|wrote)\b|once more"
    r"|one more time|you(?:'re| are) not (?:reading|listening)"
    r"|wrong (?:thing|article|link|answer|order|question)|same (?:answer|link|article|thing|reply)"
    r"|let me (?:rephrase|try again)|read (?:it|that|my|what))\b",
    re.IGNORECASE,
)
CUES = {"law": LAW, "leaves": LEAVES, "publicity": PUBLICITY, "not_answered": NOT_ANSWERED}
