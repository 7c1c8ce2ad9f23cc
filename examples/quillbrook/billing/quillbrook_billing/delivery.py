"""How the estimated delivery date is worked out.

An order that comes in before the cut-off on a working day counts from that
day, any other from the next working day. Then come preparation days and
carriage days, which depend on the delivery class and the postcode zone. Only
working days count: not Saturdays, Sundays or English bank holidays, because
the warehouse in Doncaster is closed then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Final


class DeliveryClass(Enum):
    """The delivery class shown on the product page."""

    PARCEL = "parcel"
    BULKY = "bulky"
    INSTALL = "install"


class Zone(Enum):
    """The four postcode zones."""

    MAINLAND = "mainland"
    REMOTE = "remote"
    IRELAND = "ireland"
    CHANNEL_ISLANDS = "channel islands"


#: Orders placed at or after this time count from the next working day.
CUT_OFF: Final[Mapping[DeliveryClass, time]] = MappingProxyType(
    {
        DeliveryClass.PARCEL: time(16, 0),
        DeliveryClass.BULKY: time(12, 0),
        DeliveryClass.INSTALL: time(12, 0),
    }
)

#: Working days to prepare the order before it leaves the warehouse.
PREPARATION_DAYS: Final[Mapping[DeliveryClass, int]] = MappingProxyType(
    {DeliveryClass.PARCEL: 0, DeliveryClass.BULKY: 2, DeliveryClass.INSTALL: 3}
)

#: Working days on the road, by zone.
CARRIAGE_DAYS: Final[Mapping[Zone, int]] = MappingProxyType(
    {Zone.MAINLAND: 2, Zone.REMOTE: 4, Zone.IRELAND: 5, Zone.CHANNEL_ISLANDS: 6}
)

#: Express parcels (mainland only) travel in this many working days.
EXPRESS_DAYS: Final = 1

#: Bank holidays in England, on which neither warehouse nor carriers work.
BANK_HOLIDAYS: Final[frozenset[date]] = frozenset(
    {
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 4),
        date(2026, 5, 25),
        date(2026, 8, 31),
        date(2026, 12, 25),
        date(2026, 12, 28),
        date(2027, 1, 1),
        date(2027, 3, 26),
        date(2027, 3, 29),
        date(2027, 5, 3),
        date(2027, 5, 31),
        date(2027, 8, 30),
        date(2027, 12, 27),
        date(2027, 12, 28),
    }
)

#: Postcode areas that lie wholly in the remote zone.
REMOTE_AREAS: Final = frozenset({"BT", "HS", "IM", "IV", "KW", "ZE"})
#: Districts of other areas that are remote: islands and the west Highlands.
REMOTE_DISTRICTS: Final[Mapping[str, frozenset[int]]] = MappingProxyType(
    {
        "KA": frozenset({27, 28}),
        "PA": frozenset({*range(20, 50), *range(60, 79)}),
        "PH": frozenset({*range(19, 27), *range(30, 45), 49, 50}),
        "PO": frozenset(range(30, 42)),
        "TR": frozenset(range(21, 26)),
    }
)
CHANNEL_ISLAND_AREAS: Final = frozenset({"GY", "JE"})

_UK_POSTCODE: Final = re.compile(r"^([A-Z]{1,2})(\d{1,2})[A-Z]?\d[A-Z]{2}$")
_EIRCODE: Final = re.compile(r"^[AC-FHKNPRTV-Y](\d{2}|6W)[0-9AC-FHKNPRTV-Y]{4}$")


def zone_for_postcode(postcode: str) -> Zone:
    """The delivery zone of a UK postcode or an Irish Eircode.

    >>> zone_for_postcode("LS1 4AP")
    <Zone.MAINLAND: 'mainland'>
    >>> zone_for_postcode("bt1 5gs"), zone_for_postcode("PO30 1UD")
    (<Zone.REMOTE: 'remote'>, <Zone.REMOTE: 'remote'>)
    >>> zone_for_postcode("JE2 3AB")
    <Zone.CHANNEL_ISLANDS: 'channel islands'>
    >>> zone_for_postcode("D02 X285")
    <Zone.IRELAND: 'ireland'>
    >>> zone_for_postcode("nowhere")
    Traceback (most recent call last):
        ...
    ValueError: not a postcode we deliver to: 'nowhere'
    """
    compact = postcode.replace(" ", "").upper()
    match = _UK_POSTCODE.match(compact)
    if match:
        area, district = match.group(1), int(match.group(2))
        if area in CHANNEL_ISLAND_AREAS:
            return Zone.CHANNEL_ISLANDS
        if area in REMOTE_AREAS or district in REMOTE_DISTRICTS.get(area, frozenset()):
            return Zone.REMOTE
        return Zone.MAINLAND
    if _EIRCODE.match(compact):
        return Zone.IRELAND
    raise ValueError(f"not a postcode we deliver to: {postcode!r}")


def is_working_day(day: date) -> bool:
    """True from Monday to Friday, except on bank holidays.

    >>> is_working_day(date(2026, 12, 24)), is_working_day(date(2026, 12, 28))
    (True, False)
    """
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def add_working_days(day: date, count: int) -> date:
    """The date ``count`` working days after ``day``.

    >>> add_working_days(date(2026, 11, 20), 2)
    datetime.date(2026, 11, 24)
    """
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def start_day(ordered: datetime, delivery_class: DeliveryClass) -> date:
    """The working day from which an order counts.

    Parcel orders must come in before 16:00 London time, bulky and
    install-class orders before 12:00. Later orders, and orders on weekends and
    bank holidays, count from the next working day.

    >>> start_day(datetime(2026, 11, 19, 15, 59), DeliveryClass.PARCEL)
    datetime.date(2026, 11, 19)
    >>> start_day(datetime(2026, 11, 20, 16, 0), DeliveryClass.PARCEL)
    datetime.date(2026, 11, 23)
    """
    day = ordered.date()
    if is_working_day(day) and ordered.time() < CUT_OFF[delivery_class]:
        return day
    return add_working_days(day, 1)


def estimate_delivery(
    ordered: datetime,
    delivery_class: DeliveryClass,
    postcode: str,
    express: bool = False,
) -> date:
    """The estimated delivery date of an order.

    Start from the first working day that the cut-off allows, then add the
    preparation days of the class (parcel 0, bulky 2, install 3) and the
    carriage days of the zone (mainland 2, remote 4, Ireland 5, Channel Islands
    6), counting working days only. Express is for parcels to the mainland and
    takes 1 working day. Install-class items are not sent to Ireland or the
    Channel Islands. An order with several items takes the class of its slowest
    item.

    Ordered on a Thursday afternoon, before and after the parcel cut-off:

    >>> estimate_delivery(datetime(2026, 11, 19, 15, 30), DeliveryClass.PARCEL, "LS1 4AP")
    datetime.date(2026, 11, 23)
    >>> estimate_delivery(datetime(2026, 11, 19, 16, 30), DeliveryClass.PARCEL, "LS1 4AP")
    datetime.date(2026, 11, 24)

    A sofa to Belfast, and an express parcel over Christmas:

    >>> estimate_delivery(datetime(2026, 11, 19, 9, 0), DeliveryClass.BULKY, "BT1 5GS")
    datetime.date(2026, 11, 27)
    >>> estimate_delivery(datetime(2026, 12, 24, 10, 0), DeliveryClass.PARCEL, "BS1 6XY", True)
    datetime.date(2026, 12, 29)
    """
    zone = zone_for_postcode(postcode)
    if delivery_class is DeliveryClass.INSTALL and zone in (Zone.IRELAND, Zone.CHANNEL_ISLANDS):
        raise ValueError("install-class items are not delivered outside the UK")
    if express:
        if delivery_class is not DeliveryClass.PARCEL or zone is not Zone.MAINLAND:
            raise ValueError("express is for parcels to the mainland only")
        carriage = EXPRESS_DAYS
    else:
        carriage = CARRIAGE_DAYS[zone]
    first = start_day(ordered, delivery_class)
    return add_working_days(first, PREPARATION_DAYS[delivery_class] + carriage)
