"""The company's own rule for a flag's situation: what to search for, and which sentence to cite. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.document import Hit
from server.conversation import Flag, Reason
from server.sentences import sentence_spans

LOOKED_AT = 4
LONGEST_RULE = 220

CRISIS_QUESTION = "self-harm, abuse or immediate danger: protocol for vulnerable customers in a crisis"
QUESTIONS = {
    Reason.FRUSTRATION: "an unhappy, angry customer: acknowledge, log the complaint, when to escalate",
    Reason.DISPUTE: "a contested charge, solicitor, ombudsman, regulator or fraud claim: who handles it",
    Reason.POLICY_EXCEPTION: "making an exception: goodwill limits, waiving a charge, late return, approval",
    Reason.CHURN_RISK: "a customer wants to cancel or leave: retention offers we may make",
    Reason.PUBLIC_ESCALATION: "the customer mentions press, bad reviews or social media: escalate",
    Reason.VULNERABILITY: "vulnerable, bereaved, ill or short of money: what you may do without approval",
    Reason.UPSELL: "offering an upgrade to a higher plan: who may and how",
    Reason.MULTI_DEPARTMENT: "which team handles what, and passing a case to another team",
    Reason.HUMAN_REQUESTED: "the customer asks for a manager, a lead or a call back",
}
# A sentence is cited only when it speaks of the situation itself.
_CUES = {
    Reason.FRUSTRATION: r"complain\w*|unhappy|angry|apolog\w+|upset",
    Reason.DISPUTE: r"ombudsman|solicitor|regulator|legal|fraud|chargeback|contest\w*|disput\w+|credit file",
    Reason.POLICY_EXCEPTION: r"exception|goodwill|waiv\w+|without asking|approval|within their limit",
    Reason.CHURN_RISK: r"cancel\w*|retention|stay\w*|leav\w+|pause",
    Reason.PUBLIC_ESCALATION: r"press|journalist|reviews?|social media|publicly?",
    Reason.VULNERABILITY: r"vulnerab\w+|bereave\w+|death|died|self-harm|hardship|short of money"
    r"|without approval|illness|extra help|cope",
    Reason.UPSELL: r"upgrad\w+|premium|higher plan",
    Reason.MULTI_DEPARTMENT: r"team|department|hand(?:ler|ed|s)? over|pass (?:it|new|the)",
    Reason.HUMAN_REQUESTED: r"manager|team lead|lead on duty|call(?:s|ed)? back|callback",
}
_CUE = {reason: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for reason, words in _CUES.items()}
_TELLS = re.compile(
    r"\b(?:may|must|never|always|do not|don't|without|first|offer|escalate|message|ask)\b", re.I
)


def question_of(flag: Flag) -> str | None:
    """What to ask the company's internal knowledge for this flag; None where nothing is looked up."""
    return CRISIS_QUESTION if flag.is_crisis else QUESTIONS.get(flag.reason)


def with_own_rule(flag: Flag, hits: Sequence[Hit]) -> Flag:
    """The flag, its advice followed by the company's own sentence for it where there is one."""
    found = max(_candidates(flag.reason, hits), key=lambda one: one[0], default=None)
    if found is None:
        return flag
    _, sentence, where = found
    return replace(flag, advice=f"{flag.advice} Your rule: “{sentence}” ({where})")


def _candidates(reason: Reason, hits: Sequence[Hit]) -> list[tuple[tuple[int, int], str, str]]:
    found = []
    for place, hit in enumerate(hits[:LOOKED_AT]):
        text = hit.passage.text
        where = ", ".join(hit.passage.title_path[:2]) or hit.passage.document.title
        for span in sentence_spans(text):
            sentence = " ".join(text[span.start : span.end].split())
            cues = {cue.lower() for cue in _CUE[reason].findall(sentence)}
            if cues and _TELLS.search(sentence) and len(sentence) <= LONGEST_RULE:
                found.append(((len(cues), -place), sentence, where))
    return found
