"""Runs conversations through the flags turn by turn, as the server does, and gathers what to fit on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bench.flag_data import Row, conversation_of, reason_name
from bench.flag_fit import Talk
from server import triage
from server.conversation import Conversation, Evidence, Flag, Reason, Role, Severity
from server.flags import FlagRule, FlagView, decide
from server.flags.understanding import Understanding
from server.flags.value import ValueRule

LOUDER = {"note": 0, "act": 1, "urgent": 2}


def prefixes(conversation: Conversation) -> Iterator[tuple[int, Conversation]]:
    """The conversation as it stood after each of the customer's turns, with that turn's place."""
    for place, turn in enumerate(conversation.turns):
        if turn.role is Role.CUSTOMER:
            yield place, replace(conversation, turns=conversation.turns[: place + 1])


def raised_live(rules: Sequence[FlagRule], row: Row) -> list[Row]:
    """The first flag of each reason; its confidence, severity and `shown` are the highest it reached."""
    first: dict[str, Row] = {}
    for _, talk in prefixes(conversation_of(row)):
        for flag in decide(rules, FlagView(talk)):
            known = first.setdefault(flag.reason.value, _written(flag))
            known["confidence"] = max(known["confidence"], flag.confidence)
            known["shown"] = known["shown"] or flag.shown
            known["severity"] = max(known["severity"], flag.severity.value, key=LOUDER.__getitem__)
    return list(first.values())


def _written(flag: Flag) -> Row:
    return {
        "reason": flag.reason.value,
        "turn": int(flag.evidence.turn_id),
        "evidence": flag.evidence.quote,
        "confidence": flag.confidence,
        "severity": flag.severity.value,
        "shown": flag.shown,
        "alone": flag.alone,
    }


def disposition_of(flags: Sequence[Row]) -> str:
    """What the panel makes of these flags while nobody answered any."""
    return triage.disposition_of([_read(flag) for flag in flags], None, {}).value


def _read(flag: Row) -> Flag:
    words = Evidence(str(flag["turn"]), flag["evidence"], 0, len(flag["evidence"]))
    severity = Severity(flag.get("severity", Severity.ACT))
    return Flag(Reason(flag["reason"]), severity, flag["confidence"], words, "", "", flag["shown"])


def talk_of(understanding: Understanding, row: Row) -> Talk:
    """The features of each customer turn as they were when it was the newest."""
    conversation = conversation_of(row)
    places, features = [], []
    for place, talk in prefixes(conversation):
        understood = understanding.of(talk)
        if understood.turns and understood.turns[-1].id == str(place):
            places.append(place)
            features.append(understood.features[-1])
    labels = labels_of(row)
    low = ValueRule().is_high(conversation.customer) is False
    hidden = frozenset({"churn"} if low else ())
    domain, plain = row.get("domain", ""), not row["flags"]
    return Talk(str(row["id"]), domain, tuple(places), tuple(features), labels, hidden, plain)


def labels_of(row: Row) -> Mapping[str, int]:
    """Each labelled reason as the model calls it, with its turn."""
    return {reason_name(flag["reason"]): int(flag["turn"]) for flag in row["flags"]}
