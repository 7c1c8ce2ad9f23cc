"""The closed list of routine intents; docs/intents.md defines each."""

from __future__ import annotations

from typing import Literal, get_args

RoutineIntent = Literal[
    "collect_info",
    "qualify_lead",
    "order_status",
    "hours_location",
    "faq",
    "refund_standard",
    "update_details",
    "appointment",
    "recommend_product",
    "follow_up",
    "password_reset",
]
INTENTS: tuple[RoutineIntent, ...] = get_args(RoutineIntent)
