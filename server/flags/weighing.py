"""How grave a raised reason is and what helps in that situation. Pure."""

from __future__ import annotations

from server.conversation import Reason, Severity
from server.flags.features import Features

# From here on anger has boiled over.
BOILED_OVER = 2.0
SURE = 0.8

CRISIS_ADVICE = "Somebody may be in danger: follow your team's protocol and get a lead now."
ADVICE: dict[Reason, dict[str, str]] = {
    Reason.FRUSTRATION: {
        "": "Acknowledge what went wrong in one sentence of your own before any answer; no stock phrases.",
        "repeated": "Name what they already told us, and do not ask it again; then the answer.",
    },
    Reason.DISPUTE: {
        "": "Confirm what is contested and by when you answer; admit and promise nothing on the amount yet.",
        "law": "Law, bank or a regulator is named: stick to facts, admit nothing, and tell your lead first.",
    },
    Reason.POLICY_EXCEPTION: {
        "": "This needs somebody's discretion: neither refuse by the book nor promise; ask who may decide.",
    },
    Reason.NOT_UNDERSTOOD: {
        "": "We missed it more than once: say in your words what they need, and ask only if that is right.",
    },
    Reason.CHURN_RISK: {
        "": "They may leave: ask what would have to change before you explain how to cancel.",
        "high": "A valued customer may leave: tell your lead now, and answer the cause before the request.",
    },
    Reason.PUBLIC_ESCALATION: {
        "": "Others will read this: answer as if it were printed, nothing personal; tell your lead.",
    },
    Reason.VULNERABILITY: {
        "": "First the person, then the procedure: one sincere sentence, no sale; ask what would help now.",
    },
    Reason.UPSELL: {
        "": "They describe a need that more would meet: answer first, then mention it once, no pressure.",
    },
    Reason.MULTI_DEPARTMENT: {
        "": "More than one department is needed: say who does what, and stay the one whom they write to.",
    },
    Reason.HUMAN_REQUESTED: {
        "": "Say that you are a person and take it from here by name, or hand over.",
    },
}


def situation_of(reason: Reason, features: Features, high_value: bool | None) -> str:
    """What kind of case of its reason it is; "" for the usual."""
    if reason is Reason.DISPUTE and features["law"]:
        return "law"
    if reason is Reason.CHURN_RISK and high_value:
        return "high"
    if reason is Reason.FRUSTRATION and (features["repeats"] or features["not_answered"]):
        return "repeated"
    return ""


def severity_of(reason: Reason, situation: str, chance: float, features: Features) -> Severity:
    """Know it, before you reply, or now."""
    if reason is Reason.FRUSTRATION:
        boiled = features["heat"] >= BOILED_OVER and chance >= SURE
        return Severity.URGENT if boiled else Severity.ACT if chance >= SURE else Severity.NOTE
    if reason is Reason.DISPUTE:
        return Severity.ACT if situation == "law" or chance >= SURE else Severity.NOTE
    if reason is Reason.CHURN_RISK:
        return Severity.ACT if situation == "high" else Severity.NOTE
    notes = {Reason.UPSELL, Reason.MULTI_DEPARTMENT, Reason.POLICY_EXCEPTION}
    return Severity.NOTE if reason in notes else Severity.ACT
