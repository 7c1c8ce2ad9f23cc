"""Whether a customer is of high value, by the deployment's own rule. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from server.conversation import Customer


@dataclass(frozen=True, slots=True)
class ValueRule:
    """One of the tiers, so much spent, or so many seats make a customer one of high value."""

    tiers: frozenset[str] = frozenset({"premium", "enterprise"})
    lifetime_value: float = 5000.0
    seats: int = 25

    def is_high(self, customer: Customer) -> bool | None:
        """None when nothing is known that would tell."""
        if customer.tier is None and customer.lifetime_value is None and customer.seats is None:
            return None
        return (
            (customer.tier or "").strip().lower() in self.tiers
            or (customer.lifetime_value or 0.0) >= self.lifetime_value
            or (customer.seats or 0) >= self.seats
        )
