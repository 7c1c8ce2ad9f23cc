"""Quillbrook's billing rules, as pure functions.

This package is the truth for three things which the public policies describe
only in general words: instalment interest and late fees (``interest``), the
amount of a refund (``refunds``) and the estimated delivery date (``delivery``).

Money is always a ``Decimal`` in pounds, rounded half up to the penny.
Nothing here reads a clock, a file or a network.
"""

from __future__ import annotations

from quillbrook_billing.delivery import DeliveryClass, Zone, estimate_delivery, zone_for_postcode
from quillbrook_billing.interest import instalment_schedule, late_fee, settlement_amount
from quillbrook_billing.refunds import (
    partial_return_refund,
    plus_refund,
    restocking_deduction,
    upgrade_charge,
)

__all__ = [
    "DeliveryClass",
    "Zone",
    "estimate_delivery",
    "instalment_schedule",
    "late_fee",
    "partial_return_refund",
    "plus_refund",
    "restocking_deduction",
    "settlement_amount",
    "upgrade_charge",
    "zone_for_postcode",
]
