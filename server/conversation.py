"""The nouns of a conversation: turns, snippets, drafts, flags. Frozen, pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Who speaks in a turn."""

    CUSTOMER = "customer"
    AGENT = "agent"
    ASSISTANT = "assistant"
    NOTE = "note"
    SYSTEM = "system"


class Channel(StrEnum):
    """Where the conversation runs; it decides the form of a draft and the settle time."""

    EMAIL = "email"
    CHAT = "chat"
    PHONE = "phone"
    SOCIAL = "social"


class Reason(StrEnum):
    """The closed list of flag reasons; docs/flags.md defines each."""

    FRUSTRATION = "frustration"
    DISPUTE = "dispute"
    POLICY_EXCEPTION = "policy_exception"
    NOT_UNDERSTOOD = "not_understood"
    CHURN_RISK = "churn_risk"
    PUBLIC_ESCALATION = "public_escalation"
    VULNERABILITY = "vulnerability"
    UPSELL = "upsell"
    MULTI_DEPARTMENT = "multi_department"
    HUMAN_REQUESTED = "human_requested"
    LOW_CONFIDENCE = "low_confidence"


class Severity(StrEnum):
    """How soon the agent should look: know it, before you reply, now."""

    NOTE = "note"
    ACT = "act"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance. `at` is what the page claims (may be None); `received_at` is the server's UTC clock."""

    id: str
    role: Role
    text: str
    received_at: datetime
    at: datetime | None = None
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Customer:
    """What the helpdesk knows of the customer; every field may be missing."""

    id: str | None = None
    name: str | None = None
    email: str | None = None
    tier: str | None = None
    lifetime_value: float | None = None
    seats: int | None = None
    tenure_months: int | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One helpdesk thread as the panel's page shows it now, oldest turn first."""

    id: str
    helpdesk: str
    channel: Channel
    subject: str
    customer: Customer
    turns: tuple[Turn, ...]

    def turn(self, turn_id: str) -> Turn | None:
        """The turn with this id, or None."""
        return next((turn for turn in self.turns if turn.id == turn_id), None)

    @property
    def newest_customer_turn(self) -> Turn | None:
        """The last turn that the customer wrote, or None."""
        return next((turn for turn in reversed(self.turns) if turn.role is Role.CUSTOMER), None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The customer's own words: `quote` is `turn.text[start:end]` (Unicode code points)."""

    turn_id: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Protocol:
    """What a team does in a crisis, whole and as its owner wrote it."""

    title: str
    text: str
    owner: str


@dataclass(frozen=True, slots=True)
class Flag:
    """An escalation flag: a reason a person should look, never acted on alone. `rule` says what raised it.

    One that isn't `shown` is quiet: a dot, opened on demand. `confidence` is how sure the rule is, as
    thresholds count; what agents are told of it is in server/flags/stated.py. One of a crisis has the team's
    `protocol`, if it has one. `alone`: no other reason stood beside it when it was decided.
    """

    reason: Reason
    severity: Severity
    confidence: float
    evidence: Evidence
    advice: str
    rule: str
    shown: bool = True
    protocol: Protocol | None = None
    alone: bool = field(default=False, compare=False)

    @property
    def is_crisis(self) -> bool:
        """Whether somebody may come to harm: of all distress, only that can't wait."""
        return self.reason is Reason.VULNERABILITY and self.severity is Severity.URGENT
