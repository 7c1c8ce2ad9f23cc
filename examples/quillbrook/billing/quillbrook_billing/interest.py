"""Interest and late fees for Quillbrook Instalments plans.

The rules in short:

* 3 and 6 month plans carry no interest. 12 month plans carry 11.9% a year and
  24 month plans 14.9% a year.
* Interest is charged monthly on the balance still owed (a twelfth of the
  yearly rate), and all payments are equal except the last, which takes up the
  rounding.
* A late fee is 3% of the overdue instalment, at least £5 and at most £12. It
  is charged only after the grace period of 5 days (7 days for Plus and Plus
  Premium members), never on an overdue amount under £10, at most once for
  each instalment, and never more than £36 in all on one plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Tier = Literal["standard", "plus", "premium"]

PENNY: Final = Decimal("0.01")

#: Yearly interest rate by the number of monthly payments.
YEARLY_RATE: Final[Mapping[int, Decimal]] = MappingProxyType(
    {
        3: Decimal("0"),
        6: Decimal("0"),
        12: Decimal("0.119"),
        24: Decimal("0.149"),
    }
)

#: Smallest and largest amount that can go on a plan.
MIN_PRINCIPAL: Final = Decimal("150.00")
MAX_PRINCIPAL: Final = Decimal("3000.00")
#: The 24 month term needs an order of at least this amount.
MIN_PRINCIPAL_24_MONTHS: Final = Decimal("600.00")

#: Days after the due date in which a late payment costs nothing.
GRACE_DAYS: Final[Mapping[Tier, int]] = MappingProxyType({"standard": 5, "plus": 7, "premium": 7})

LATE_FEE_RATE: Final = Decimal("0.03")
LATE_FEE_MINIMUM: Final = Decimal("5.00")
LATE_FEE_CAP: Final = Decimal("12.00")
#: An overdue amount below this never brings a fee.
LATE_FEE_THRESHOLD: Final = Decimal("10.00")
#: All late fees on one plan together never go above this.
LATE_FEE_PLAN_CAP: Final = Decimal("36.00")

DAYS_PER_YEAR: Final = Decimal("365")


class Instalment(NamedTuple):
    """One line of a payment schedule."""

    number: int
    payment: Decimal
    interest: Decimal
    principal: Decimal
    balance_after: Decimal


def to_pennies(amount: Decimal) -> Decimal:
    """Round to the penny, halves up.

    >>> to_pennies(Decimal("2.345"))
    Decimal('2.35')
    """
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)


def check_terms(principal: Decimal, months: int) -> None:
    """Raise ``ValueError`` unless a plan of this size and length is offered.

    >>> check_terms(Decimal("450.00"), 12)
    >>> check_terms(Decimal("450.00"), 24)
    Traceback (most recent call last):
        ...
    ValueError: a 24 month plan needs at least £600.00
    """
    if months not in YEARLY_RATE:
        raise ValueError(f"no {months} month plan is offered")
    if not MIN_PRINCIPAL <= principal <= MAX_PRINCIPAL:
        raise ValueError(f"a plan must be between £{MIN_PRINCIPAL} and £{MAX_PRINCIPAL}")
    if months == 24 and principal < MIN_PRINCIPAL_24_MONTHS:
        raise ValueError(f"a 24 month plan needs at least £{MIN_PRINCIPAL_24_MONTHS}")


def monthly_payment(principal: Decimal, months: int) -> Decimal:
    """The equal monthly payment that clears ``principal`` in ``months`` payments.

    Without interest it is the principal divided by the number of payments.
    With interest it is the usual annuity payment, the monthly rate being a
    twelfth of the yearly rate.

    >>> monthly_payment(Decimal("600.00"), 6)
    Decimal('100.00')
    >>> monthly_payment(Decimal("600.00"), 12)
    Decimal('53.28')
    """
    check_terms(principal, months)
    rate = YEARLY_RATE[months] / 12
    if rate == 0:
        return to_pennies(principal / months)
    return to_pennies(principal * rate / (1 - (1 + rate) ** -months))


def instalment_schedule(principal: Decimal, months: int) -> list[Instalment]:
    """The full schedule of a plan, one line for each monthly payment.

    Each month's interest is the balance owed before the payment times the
    monthly rate. The last payment clears whatever is left, so it can differ
    from the others by a few pennies.

    >>> plan = instalment_schedule(Decimal("600.00"), 12)
    >>> plan[0].interest, plan[0].principal
    (Decimal('5.95'), Decimal('47.33'))
    >>> plan[-1].payment, plan[-1].balance_after
    (Decimal('53.29'), Decimal('0.00'))
    >>> sum(line.interest for line in plan)
    Decimal('39.37')
    >>> [str(line.payment) for line in instalment_schedule(Decimal("200.00"), 3)]
    ['66.67', '66.67', '66.66']
    """
    payment = monthly_payment(principal, months)
    rate = YEARLY_RATE[months] / 12
    balance = principal
    lines: list[Instalment] = []
    for number in range(1, months + 1):
        interest = to_pennies(balance * rate)
        paid = payment if number < months else balance + interest
        part = paid - interest
        balance = to_pennies(balance - part)
        lines.append(Instalment(number, to_pennies(paid), interest, to_pennies(part), balance))
    return lines


def settlement_amount(balance: Decimal, months: int, days_since_last_due: int) -> Decimal:
    """What a customer pays to end a plan early.

    It is the balance left after the last due payment, plus interest for the
    days since then (yearly rate, 365 days). There is no settlement fee.

    >>> settlement_amount(Decimal("300.00"), 12, 10)
    Decimal('300.98')
    >>> settlement_amount(Decimal("300.00"), 6, 10)
    Decimal('300.00')
    """
    if days_since_last_due < 0:
        raise ValueError("days_since_last_due must not be negative")
    daily = YEARLY_RATE[months] / DAYS_PER_YEAR
    return to_pennies(balance + balance * daily * days_since_last_due)


def late_fee(
    overdue: Decimal,
    days_late: int,
    tier: Tier = "standard",
    fees_already_charged: Decimal = Decimal("0.00"),
) -> Decimal:
    """The late fee for one overdue instalment.

    No fee while the payment is within the grace period: 5 days after the due
    date, or 7 for Plus and Plus Premium members. No fee on less than £10.
    Otherwise 3% of the overdue instalment, but at least £5 and at most £12,
    and never so much that all fees on the plan go above £36. The fee is
    charged once for each instalment, however long it stays unpaid, and no
    interest is ever added to it.

    >>> late_fee(Decimal("53.28"), 5)
    Decimal('0.00')
    >>> late_fee(Decimal("53.28"), 6)
    Decimal('5.00')
    >>> late_fee(Decimal("53.28"), 6, tier="plus")
    Decimal('0.00')
    >>> late_fee(Decimal("250.00"), 30)
    Decimal('7.50')
    >>> late_fee(Decimal("900.00"), 30)
    Decimal('12.00')
    >>> late_fee(Decimal("900.00"), 30, fees_already_charged=Decimal("30.00"))
    Decimal('6.00')
    >>> late_fee(Decimal("9.50"), 30)
    Decimal('0.00')
    """
    if days_late <= GRACE_DAYS[tier] or overdue < LATE_FEE_THRESHOLD:
        return Decimal("0.00")
    fee = to_pennies(overdue * LATE_FEE_RATE)
    fee = min(max(fee, LATE_FEE_MINIMUM), LATE_FEE_CAP)
    room = max(LATE_FEE_PLAN_CAP - fees_already_charged, Decimal("0.00"))
    return to_pennies(min(fee, room))
