"""How the amount of a refund is worked out.

* Plus membership, yearly: in the first 14 days the full price less the value
  of member deliveries used; later one twelfth of the price for each whole
  month not yet begun. Monthly: nothing for a part month.
* Part of a bundle or a discounted order: what was paid is shared over the
  lines by their list price. If what is kept no longer reaches the minimum
  spend of an offer, the kept items are charged at list price.
* Restocking: 10% of an opened bulky or install-class item, at most £60, from
  day 15 to day 30; never on faulty goods.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Final, Literal, NamedTuple

PENNY: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")

PLUS_YEARLY_PRICE: Final = Decimal("59.00")
PREMIUM_YEARLY_PRICE: Final = Decimal("109.00")
#: Days after joining in which a membership can be cancelled for a full refund.
COOLING_OFF_DAYS: Final = 14

#: Days in which goods may be returned for a change of mind.
RETURN_WINDOW_DAYS: Final = 30
#: Opened large items come back without deduction up to and including this day.
NO_RESTOCKING_DAYS: Final = 14
RESTOCKING_RATE: Final = Decimal("0.10")
RESTOCKING_CAP: Final = Decimal("60.00")


class Line(NamedTuple):
    """One line of an order: the list price of one unit, and how many."""

    sku: str
    list_price: Decimal
    quantity: int = 1


def to_pennies(amount: Decimal) -> Decimal:
    """Round to the penny, halves up."""
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)


def add_months(day: date, months: int) -> date:
    """The same day of the month, ``months`` later, or that month's last day.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def whole_months_left(started: date, today: date) -> int:
    """Whole membership months of a year which have not yet begun on ``today``.

    Membership months run from the joining day, not from the first of the
    month. The month in progress counts as used.

    >>> whole_months_left(date(2026, 3, 10), date(2026, 3, 10))
    11
    >>> whole_months_left(date(2026, 3, 10), date(2026, 9, 9))
    6
    >>> whole_months_left(date(2026, 3, 10), date(2026, 9, 10))
    5
    """
    if today < started:
        raise ValueError("today is before the membership started")
    begun = sum(1 for n in range(12) if add_months(started, n) <= today)
    return 12 - begun


def plus_refund(
    price: Decimal,
    started: date,
    cancelled: date,
    billing: Literal["yearly", "monthly"] = "yearly",
    delivery_savings_used: Decimal = ZERO,
) -> Decimal:
    """The refund when a Plus or Plus Premium membership is cancelled at once.

    In the first 14 days (the joining day is day 0) the full price is given
    back, less what the member deliveries used since would have cost without
    membership, but not below zero. After that, a yearly membership gives back
    one twelfth of the price for each whole membership month not yet begun,
    rounded down to the penny; deliveries used are no longer deducted. A
    monthly membership gives back nothing for the month in progress.

    >>> plus_refund(Decimal("59.00"), date(2026, 3, 10), date(2026, 3, 20))
    Decimal('59.00')
    >>> plus_refund(Decimal("59.00"), date(2026, 3, 10), date(2026, 3, 20),
    ...             delivery_savings_used=Decimal("29.00"))
    Decimal('30.00')
    >>> plus_refund(Decimal("59.00"), date(2026, 3, 10), date(2026, 9, 25))
    Decimal('24.58')
    >>> plus_refund(Decimal("5.99"), date(2026, 3, 10), date(2026, 6, 1), billing="monthly")
    Decimal('0.00')
    """
    if (cancelled - started).days <= COOLING_OFF_DAYS:
        return to_pennies(max(price - delivery_savings_used, ZERO))
    if billing == "monthly":
        return ZERO
    share = price * whole_months_left(started, cancelled) / 12
    return share.quantize(PENNY, rounding=ROUND_DOWN)


def upgrade_charge(started: date, upgraded: date) -> Decimal:
    """What a yearly Plus member pays to move to Plus Premium.

    The difference between the two yearly prices (£50), one twelfth of it for
    each whole membership month not yet begun plus the month in progress. The
    renewal date stays the same.

    >>> upgrade_charge(date(2026, 3, 10), date(2026, 9, 25))
    Decimal('25.00')
    """
    months = whole_months_left(started, upgraded) + 1
    return to_pennies((PREMIUM_YEARLY_PRICE - PLUS_YEARLY_PRICE) * months / 12)


def restocking_deduction(
    price_paid: Decimal,
    delivery_class: Literal["parcel", "bulky", "install"],
    days_since_delivery: int,
    opened: bool,
    faulty: bool = False,
) -> Decimal:
    """The restocking deduction on a returned item.

    Only opened bulky and install-class items that come back from day 15 to
    day 30 have one: 10% of the price paid for the item, at most £60. Parcels,
    unopened items and faulty items never do.

    >>> restocking_deduction(Decimal("449.00"), "install", 20, opened=True)
    Decimal('44.90')
    >>> restocking_deduction(Decimal("899.00"), "bulky", 20, opened=True)
    Decimal('60.00')
    >>> restocking_deduction(Decimal("899.00"), "bulky", 14, opened=True)
    Decimal('0.00')
    >>> restocking_deduction(Decimal("899.00"), "bulky", 20, opened=True, faulty=True)
    Decimal('0.00')
    """
    if faulty or not opened or delivery_class == "parcel":
        return ZERO
    if days_since_delivery > RETURN_WINDOW_DAYS:
        raise ValueError("the return window of 30 days is over")
    if days_since_delivery <= NO_RESTOCKING_DAYS:
        return ZERO
    return min(to_pennies(price_paid * RESTOCKING_RATE), RESTOCKING_CAP)


def list_total(lines: Sequence[Line]) -> Decimal:
    """The list price of some order lines together."""
    return sum((line.list_price * line.quantity for line in lines), ZERO)


def partial_return_refund(
    returned: Sequence[Line],
    kept: Sequence[Line],
    goods_paid: Decimal,
    minimum_spend: Decimal = ZERO,
) -> Decimal:
    """The refund for the goods when part of a discounted order comes back.

    ``goods_paid`` is what was paid for all goods after discounts, without
    delivery. Normally each item carries its share of the discount: the refund
    is ``goods_paid`` times the list price of what is returned, divided by the
    list price of the whole order. If the list price of what is kept is below
    the minimum spend of the offer, the offer is lost: the kept items are
    charged at list price and only the rest is refunded, never below zero. When
    everything is returned, all that was paid is refunded.

    A £120 order with a £20 discount, of which a £30 item is returned:

    >>> pan, kettle = Line("QB-CW-201", Decimal("90.00")), Line("QB-KE-101", Decimal("30.00"))
    >>> partial_return_refund([kettle], [pan], Decimal("100.00"))
    Decimal('25.00')

    The same, where the discount needed £100 of goods:

    >>> partial_return_refund([kettle], [pan], Decimal("100.00"), Decimal("100.00"))
    Decimal('10.00')
    >>> partial_return_refund([kettle, pan], [], Decimal("100.00"), Decimal("100.00"))
    Decimal('100.00')
    """
    if not returned:
        return ZERO
    if not kept:
        return to_pennies(goods_paid)
    kept_list = list_total(kept)
    if kept_list < minimum_spend:
        return to_pennies(max(goods_paid - kept_list, ZERO))
    returned_list = list_total(returned)
    return to_pennies(goods_paid * returned_list / (returned_list + kept_list))
