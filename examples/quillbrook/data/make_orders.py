"""Write Quillbrook's invented customers and orders into a SQLite file.

    python examples/quillbrook/data/make_orders.py OUT.sqlite   # a database
    python examples/quillbrook/data/make_orders.py OUT.sql      # the same as SQL text

The result depends only on this file, on ``products/products.csv`` and on the
rules in ``billing/quillbrook_billing``: the random numbers are seeded and no
clock is read, so every run writes the same data. Standard library only.

A few people are fixed by hand (``STORY``), because the scripted conversations
in ``conversations/`` speak about their orders. Everybody is made up.
"""

from __future__ import annotations

import csv
import random
import sqlite3
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "billing"))

from quillbrook_billing.delivery import (  # noqa: E402
    DeliveryClass,
    Zone,
    add_working_days,
    estimate_delivery,
    zone_for_postcode,
)
from quillbrook_billing.interest import instalment_schedule, late_fee  # noqa: E402
from quillbrook_billing.refunds import add_months  # noqa: E402

SEED = 20261120
#: The data shows the state of things at the end of this day.
TODAY = date(2026, 11, 20)
FIRST_ORDER_DAY = date(2026, 1, 5)
RANDOM_ORDERS = 150
FIRST_ORDER_NUMBER = 100200

SCHEMA = """
CREATE TABLE products (
    sku TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    price_gbp NUMERIC NOT NULL,
    delivery_class TEXT NOT NULL CHECK (delivery_class IN ('parcel', 'bulky', 'install'))
);
CREATE TABLE customers (
    customer_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    tier TEXT NOT NULL CHECK (tier IN ('standard', 'plus', 'premium')),
    lifetime_value NUMERIC NOT NULL,
    seats INTEGER NOT NULL,
    tenure_months INTEGER NOT NULL,
    customer_since TEXT NOT NULL,
    membership_started TEXT
);
CREATE TABLE addresses (
    address_id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
    line1 TEXT NOT NULL,
    town TEXT NOT NULL,
    postcode TEXT NOT NULL,
    zone TEXT NOT NULL
);
CREATE TABLE orders (
    order_number TEXT PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
    address_id INTEGER NOT NULL REFERENCES addresses (address_id),
    ordered_at TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('processing', 'dispatched', 'delivered', 'cancelled', 'returned')),
    goods_gbp NUMERIC NOT NULL,
    discount_gbp NUMERIC NOT NULL,
    delivery_gbp NUMERIC NOT NULL,
    total_gbp NUMERIC NOT NULL,
    promo_code TEXT
);
CREATE TABLE order_lines (
    line_id INTEGER PRIMARY KEY,
    order_number TEXT NOT NULL REFERENCES orders (order_number),
    sku TEXT NOT NULL REFERENCES products (sku),
    quantity INTEGER NOT NULL,
    unit_price_gbp NUMERIC NOT NULL
);
CREATE TABLE shipments (
    shipment_id INTEGER PRIMARY KEY,
    order_number TEXT NOT NULL REFERENCES orders (order_number),
    delivery_class TEXT NOT NULL,
    estimated_date TEXT NOT NULL,
    dispatched_date TEXT,
    delivered_date TEXT,
    tracking_code TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('preparing', 'in transit', 'delivered', 'search open', 'cancelled'))
);
CREATE TABLE payments (
    payment_id INTEGER PRIMARY KEY,
    order_number TEXT NOT NULL REFERENCES orders (order_number),
    kind TEXT NOT NULL CHECK (kind IN ('payment', 'refund')),
    method TEXT NOT NULL,
    amount_gbp NUMERIC NOT NULL,
    paid_on TEXT NOT NULL
);
CREATE TABLE instalment_plans (
    plan_id INTEGER PRIMARY KEY,
    order_number TEXT NOT NULL REFERENCES orders (order_number),
    months INTEGER NOT NULL,
    principal_gbp NUMERIC NOT NULL,
    first_due TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'settled'))
);
CREATE TABLE instalments (
    plan_id INTEGER NOT NULL REFERENCES instalment_plans (plan_id),
    number INTEGER NOT NULL,
    due_date TEXT NOT NULL,
    payment_gbp NUMERIC NOT NULL,
    interest_gbp NUMERIC NOT NULL,
    paid_on TEXT,
    late_fee_gbp NUMERIC NOT NULL,
    PRIMARY KEY (plan_id, number)
);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE INDEX lines_by_order ON order_lines (order_number);
"""

FIRST_NAMES = (
    "Ottilie Barnaby Perpetua Lorcan Saffron Idris Marigold Tobiah Niamh Quentin Zadie Ambrose "
    "Clementine Rufus Oonagh Jolyon Pandora Cormac Winifred Tariq Hephzibah Ludo Ffion Caspian "
    "Araminta Desmond Xanthe Murdo Priya Leopold Bronagh Ignatius Tamsin Olumide"
).split()
LAST_NAMES = (
    "Thimblewick Oakhollow Pennyfeather Drizzlecombe Marrowby Inkpenny Larkhurst Bramblesea "
    "Quickthorn Mossgrave Teasdown Fiddlecote Wetherlea Puddifer Candlebrook Hobnail Snowberry "
    "Gorsefield Tansyworth Ravelstone Cobbleden Mistlebury Anglestone Featherlow"
).split()
STREETS = "Cooper's Row|Mill Bank|Larch Avenue|Weaver Street|Station Rise|Orchard Close|Kiln Lane|Harbour View".split("|")
#: Town and outward postcode; several are outside the mainland zone.
PLACES = (
    ("Leeds", "LS7"), ("Bristol", "BS6"), ("Glasgow", "G12"), ("Manchester", "M20"),
    ("Norwich", "NR2"), ("Cardiff", "CF11"), ("Newcastle", "NE3"), ("Exeter", "EX4"),
    ("Birmingham", "B14"), ("Brighton", "BN2"), ("Edinburgh", "EH6"), ("York", "YO24"),
    ("Belfast", "BT9"), ("Inverness", "IV2"), ("Newport", "PO30"), ("Dublin", "D06"),
    ("St Helier", "JE2"),
)  # fmt: skip

DELIVERY_PRICE = {
    # class: (standard, plus, premium), UK
    "parcel": (Decimal("4.95"), Decimal("0"), Decimal("0")),
    "bulky": (Decimal("29"), Decimal("0"), Decimal("0")),
    "install": (Decimal("35"), Decimal("15"), Decimal("0")),
}
FREE_PARCEL_FROM = Decimal("60")
REMOTE_EXTRA = Decimal("15")
ABROAD_PRICE = {
    (Zone.IRELAND, "parcel"): Decimal("9.95"),
    (Zone.IRELAND, "bulky"): Decimal("59"),
    (Zone.CHANNEL_ISLANDS, "parcel"): Decimal("14.95"),
    (Zone.CHANNEL_ISLANDS, "bulky"): Decimal("89"),
}
MEMBER_ABROAD_REDUCTION = Decimal("10")
SPEED_ORDER = ("parcel", "bulky", "install")
TIER_INDEX = {"standard": 0, "plus": 1, "premium": 2}


@dataclass(frozen=True)
class Product:
    sku: str
    name: str
    category: str
    price: Decimal
    delivery_class: str
    in_stock: bool


@dataclass(frozen=True)
class StoryOrder:
    """An order that a scripted conversation speaks about."""

    number: int
    ordered_at: datetime
    lines: tuple[tuple[str, int], ...]
    status: str
    months: int = 0
    #: Days by which the instalment with this number was paid late.
    late: tuple[int, int] | None = None
    delivered: date | None = None
    first_due: date | None = None


@dataclass(frozen=True)
class StoryCustomer:
    name: str
    email: str
    tier: str
    lifetime_value: Decimal
    seats: int
    tenure_months: int
    place: tuple[str, str]
    membership_started: date | None
    orders: tuple[StoryOrder, ...]


STORY = (
    StoryCustomer(
        "Ottilie Thimblewick", "ottilie.thimblewick@mail.example", "standard",
        Decimal("214.90"), 1, 8, ("York", "YO24 1QB"), None,
        (StoryOrder(100901, datetime(2026, 11, 2, 10, 14), (("QB-LA-253", 1),), "delivered",
                    delivered=date(2026, 11, 4)),),
    ),
    StoryCustomer(
        "Desmond Marrowby", "desmond.marrowby@mail.example", "plus",
        Decimal("1250.00"), 1, 31, ("Birmingham", "B14 7QB"), date(2026, 4, 6),
        (StoryOrder(100902, datetime(2026, 6, 29, 19, 40), (("QB-AP-402", 1),), "delivered",
                    months=12, late=(3, 9), first_due=date(2026, 9, 3)),),
    ),
    StoryCustomer(
        "Ffion Larkhurst", "ffion.larkhurst@mail.example", "standard",
        Decimal("96.85"), 1, 2, ("Cardiff", "CF11 6QB"), None,
        (StoryOrder(100903, datetime(2026, 11, 19, 16, 25), (("QB-KE-101", 1), ("QB-TO-111", 1)),
                    "dispatched"),),
    ),
    StoryCustomer(
        "Quentin Ravelstone", "quentin.ravelstone@mail.example", "plus",
        Decimal("2310.40"), 1, 44, ("Bristol", "BS6 5QB"), date(2026, 7, 18),
        (StoryOrder(100904, datetime(2026, 11, 11, 9, 5), (("QB-FU-305", 1), ("QB-FU-306", 3)),
                    "processing"),),
    ),
    StoryCustomer(
        "Leopold Wetherlea", "leopold.wetherlea@mail.example", "plus",
        Decimal("3140.75"), 1, 67, ("Norwich", "NR2 3QB"), date(2026, 2, 14),
        (StoryOrder(100905, datetime(2026, 10, 26, 11, 30), (("QB-FU-304", 1),), "delivered",
                    delivered=date(2026, 10, 30)),),
    ),
    StoryCustomer(
        "Tamsin Fiddlecote", "tamsin.fiddlecote@mail.example", "plus",
        Decimal("688.20"), 1, 15, ("Exeter", "EX4 4QB"), date(2026, 8, 12),
        (StoryOrder(100906, datetime(2026, 9, 3, 20, 2), (("QB-BL-122", 1),), "delivered"),),
    ),
    StoryCustomer(
        "Olumide Candlebrook", "olumide.candlebrook@mail.example", "plus",
        Decimal("4875.60"), 1, 52, ("Manchester", "M20 2QB"), date(2026, 5, 25),
        (StoryOrder(100907, datetime(2026, 10, 19, 8, 50), (("QB-CO-151", 1),), "delivered"),
         StoryOrder(100908, datetime(2026, 11, 18, 9, 30), (("QB-AP-404", 1),), "processing")),
    ),
    StoryCustomer(
        "Xanthe Snowberry", "xanthe.snowberry@mail.example", "standard",
        Decimal("149.00"), 1, 1, ("Brighton", "BN2 3QB"), None,
        (StoryOrder(100909, datetime(2026, 11, 9, 13, 12), (("QB-CW-204", 1),), "delivered",
                    delivered=date(2026, 11, 11)),),
    ),
)  # fmt: skip


def pennies(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def number(amount: Decimal) -> float:
    """SQLite has no decimal type: two decimals are written as a number."""
    return float(pennies(amount))


def read_products(path: Path) -> list[Product]:
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Product(row["sku"], row["name"], row["category"], Decimal(row["price_gbp"]),
                    row["delivery_class"], row["in_stock"] == "yes")
            for row in csv.DictReader(file)
        ]  # fmt: skip


def delivery_price(delivery_class: str, zone: Zone, tier: str, goods: Decimal) -> Decimal:
    """The delivery charge, as in ``policies/delivery.md`` and ``international-delivery.md``."""
    if zone in (Zone.IRELAND, Zone.CHANNEL_ISLANDS):
        price = ABROAD_PRICE[zone, delivery_class]
        if tier == "standard":
            return price
        if zone is Zone.IRELAND and delivery_class == "parcel":
            return Decimal("0")
        return price - MEMBER_ABROAD_REDUCTION
    if delivery_class == "parcel" and goods >= FREE_PARCEL_FROM:
        return Decimal("0")
    price = DELIVERY_PRICE[delivery_class][TIER_INDEX[tier]]
    if zone is Zone.REMOTE and delivery_class != "parcel":
        price += REMOTE_EXTRA
    return price


class Writer:
    """Adds customers and orders, keeping the running numbers."""

    def __init__(self, db: sqlite3.Connection, products: list[Product], rng: random.Random) -> None:
        self.db = db
        self.products = {product.sku: product for product in products}
        self.rng = rng
        self.customers = 0
        self.plans = 0

    def add_customer(
        self, name: str, email: str, tier: str, lifetime_value: Decimal, seats: int,
        tenure_months: int, place: tuple[str, str], membership_started: date | None,
    ) -> int:  # fmt: skip
        self.customers += 1
        key = self.customers
        since = add_months(TODAY, -tenure_months)
        self.db.execute(
            "INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (key, name, email, tier, number(lifetime_value), seats, tenure_months,
             since.isoformat(),
             membership_started.isoformat() if membership_started else None),
        )  # fmt: skip
        town, postcode = place
        street = f"{self.rng.randint(1, 120)} {self.rng.choice(STREETS)}"
        self.db.execute(
            "INSERT INTO addresses VALUES (?, ?, ?, ?, ?, ?)",
            (key, key, street, town, postcode, zone_for_postcode(postcode).value),
        )
        return key

    def add_order(
        self, number_: int, customer: int, tier: str, postcode: str, ordered_at: datetime,
        lines: tuple[tuple[str, int], ...], status: str | None = None, months: int = 0,
        late: tuple[int, int] | None = None, delivered: date | None = None,
        promo: str | None = None, first_due: date | None = None,
    ) -> Decimal:  # fmt: skip
        """Write one order with lines, shipment, payments and plan; returns the total."""
        order_number = f"QB-O-{number_}"
        zone = zone_for_postcode(postcode)
        goods = sum((self.products[sku].price * count for sku, count in lines), Decimal("0"))
        slowest = max(
            (self.products[sku].delivery_class for sku, _ in lines), key=SPEED_ORDER.index
        )
        discount = Decimal("10.00") if promo else Decimal("0")
        charge = delivery_price(slowest, zone, tier, goods - discount)
        total = goods - discount + charge
        estimated = estimate_delivery(ordered_at, DeliveryClass(slowest), postcode)
        if status is None:
            if estimated > TODAY:
                status = "dispatched" if slowest == "parcel" else "processing"
            else:
                status = self.rng.choices(
                    ("delivered", "returned", "cancelled"), weights=(86, 9, 5)
                )[0]
        arrived = delivered
        if status in ("delivered", "returned") and arrived is None:
            arrived = min(add_working_days(estimated, self.rng.choice((0, 0, 0, 0, 1, 2))), TODAY)
        # A return needs time to come back and be refunded.
        if status == "returned" and arrived and (TODAY - arrived).days < 15:
            status = "delivered"
        shipped = None
        if status in ("delivered", "returned") and arrived:
            shipped = max(ordered_at.date(), arrived - timedelta(days=2))
        elif status == "dispatched":
            shipped = max(ordered_at.date(), min(TODAY, estimated - timedelta(days=2)))
        shipment_status = {
            "delivered": "delivered", "returned": "delivered", "dispatched": "in transit",
            "processing": "preparing", "cancelled": "cancelled",
        }[status]  # fmt: skip
        self.db.execute(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (order_number, customer, customer, ordered_at.isoformat(sep=" "), status,
             number(goods), number(discount), number(charge), number(total), promo),
        )  # fmt: skip
        self.db.executemany(
            "INSERT INTO order_lines (order_number, sku, quantity, unit_price_gbp) VALUES (?, ?, ?, ?)",
            [(order_number, sku, count, number(self.products[sku].price)) for sku, count in lines],
        )
        self.db.execute(
            "INSERT INTO shipments (order_number, delivery_class, estimated_date, dispatched_date,"
            " delivered_date, tracking_code, status) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (order_number, slowest, estimated.isoformat(),
             shipped.isoformat() if shipped else None,
             arrived.isoformat() if arrived and status != "cancelled" else None,
             f"QBT{number_ * 7919 % 10_000_000:07d}", shipment_status),
        )  # fmt: skip
        method = "instalments" if months else self.rng.choice(
            ("card", "card", "card", "digital wallet", "gift card and card")
        )
        self.add_payment(order_number, "payment", method, total, ordered_at.date())
        if status == "cancelled":
            self.add_payment(order_number, "refund", method, total, ordered_at.date())
        elif status == "returned" and arrived:
            # The whole order comes back after the 14 days: goods only, without delivery.
            refunded_on = add_working_days(arrived + timedelta(days=9), 3)
            self.add_payment(order_number, "refund", method, goods - discount, refunded_on)
        if months and status in ("delivered", "dispatched", "processing"):
            start = shipped or ordered_at.date()
            first = first_due or add_months(start, 1)
            self.add_plan(order_number, months, total, first, tier, late)
        return total if status not in ("cancelled", "returned") else Decimal("0")

    def add_payment(self, order: str, kind: str, method: str, amount: Decimal, day: date) -> None:
        self.db.execute(
            "INSERT INTO payments (order_number, kind, method, amount_gbp, paid_on)"
            " VALUES (?, ?, ?, ?, ?)",
            (order, kind, method, number(amount), day.isoformat()),
        )

    def add_plan(
        self, order: str, months: int, principal: Decimal, first_due: date, tier: str,
        late: tuple[int, int] | None,
    ) -> None:  # fmt: skip
        self.plans += 1
        schedule = instalment_schedule(principal, months)
        last_due = add_months(first_due, months - 1)
        self.db.execute(
            "INSERT INTO instalment_plans VALUES (?, ?, ?, ?, ?, ?)",
            (self.plans, order, months, number(principal), first_due.isoformat(),
             "settled" if last_due < TODAY else "open"),
        )  # fmt: skip
        fees = Decimal("0.00")
        for line in schedule:
            due = add_months(first_due, line.number - 1)
            days_late = late[1] if late and late[0] == line.number else 0
            paid = due + timedelta(days=days_late)
            fee = late_fee(line.payment, days_late, tier, fees)  # type: ignore[arg-type]
            fees += fee
            self.db.execute(
                "INSERT INTO instalments VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.plans, line.number, due.isoformat(), number(line.payment),
                 number(line.interest), paid.isoformat() if paid <= TODAY else None,
                 number(fee if due < TODAY else Decimal("0"))),
            )  # fmt: skip


def postcode(rng: random.Random, outward: str) -> str:
    """A postcode of the right form; the inward part is made up."""
    if outward.startswith("D0"):
        return f"{outward} Q{rng.choice('AEFH')}{rng.randint(10, 99)}"
    return f"{outward} {rng.randint(1, 9)}Q{rng.choice('ABDEFGH')}"


def build(db: sqlite3.Connection) -> None:
    """Create the tables and fill them."""
    rng = random.Random(SEED)
    products = read_products(HERE.parent / "products" / "products.csv")
    db.executescript(SCHEMA)
    db.executemany(
        "INSERT INTO products VALUES (?, ?, ?, ?, ?)",
        [(p.sku, p.name, p.category, number(p.price), p.delivery_class) for p in products],
    )
    writer = Writer(db, products, rng)

    for person in STORY:
        key = writer.add_customer(
            person.name, person.email, person.tier, person.lifetime_value, person.seats,
            person.tenure_months, person.place, person.membership_started,
        )  # fmt: skip
        for order in person.orders:
            writer.add_order(
                order.number, key, person.tier, person.place[1], order.ordered_at, order.lines,
                order.status, order.months, order.late, order.delivered,
                first_due=order.first_due,
            )  # fmt: skip

    taken = {person.name for person in STORY}
    people: list[tuple[int, str, str]] = []
    while len(people) < 42:
        name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
        if name in taken:
            continue
        taken.add(name)
        tier = rng.choices(("standard", "plus", "premium"), weights=(60, 30, 10))[0]
        seats = rng.randint(2, 5) if tier == "premium" else 1
        if tier == "standard" and rng.random() < 0.1:
            seats = rng.randint(2, 12)  # a business account
        town, outward = rng.choice(PLACES)
        code = postcode(rng, outward)
        tenure = rng.randint(11, 90)
        started = None
        if tier != "standard":
            started = TODAY - timedelta(days=rng.randint(5, 330))
        email = name.lower().replace(" ", ".") + "@mail.example"
        earlier = pennies(Decimal(rng.randint(0, 260000)) / 100)
        key = writer.add_customer(name, email, tier, earlier, seats, tenure, (town, code), started)
        people.append((key, tier, code))

    days = (TODAY - FIRST_ORDER_DAY).days
    moments = sorted(
        datetime(2026, 1, 5, rng.randint(7, 22), rng.randint(0, 59))
        + timedelta(days=rng.randint(0, days))
        for _ in range(RANDOM_ORDERS)
    )
    stocked = [product for product in products if product.in_stock]
    spent: dict[int, Decimal] = {}
    ordered_before: set[int] = set()
    for offset, moment in enumerate(moments):
        key, tier, code = rng.choice(people)
        abroad = zone_for_postcode(code) in (Zone.IRELAND, Zone.CHANNEL_ISLANDS)
        choice = [p for p in stocked if not (abroad and p.delivery_class == "install")]
        picked = rng.sample(choice, rng.choices((1, 2, 3), weights=(60, 28, 12))[0])
        lines = tuple(
            (p.sku, rng.choice((1, 1, 1, 2)) if p.delivery_class == "parcel" else 1) for p in picked
        )
        goods = sum(
            (writer.products[sku].price * count for sku, count in lines), Decimal("0")
        )
        months = 0
        if Decimal("160") <= goods <= Decimal("2900") and not abroad and rng.random() < 0.22:
            months = rng.choice((3, 6, 12, 24) if goods >= 600 else (3, 6, 12))
        late = (rng.randint(1, 3), rng.choice((4, 8, 11))) if months and rng.random() < 0.3 else None
        promo = None
        if key not in ordered_before and goods >= 75 and not months and rng.random() < 0.4:
            promo = "HELLO10"
        ordered_before.add(key)
        total = writer.add_order(
            FIRST_ORDER_NUMBER + offset, key, tier, code, moment, lines,
            months=months, late=late, promo=promo,
        )  # fmt: skip
        spent[key] = spent.get(key, Decimal("0")) + total
    for key, amount in sorted(spent.items()):
        db.execute(
            "UPDATE customers SET lifetime_value = round(lifetime_value + ?, 2)"
            " WHERE customer_id = ?",
            (number(amount), key),
        )
    db.commit()


def main(arguments: list[str]) -> int:
    """Write OUT.sqlite, or SQL text where the name ends in .sql."""
    if len(arguments) != 1:
        print("usage: make_orders.py OUT.sqlite | OUT.sql", file=sys.stderr)
        return 2
    out = Path(arguments[0])
    out.unlink(missing_ok=True)
    if out.suffix == ".sql":
        db = sqlite3.connect(":memory:")
        build(db)
        out.write_text("\n".join(db.iterdump()) + "\n", encoding="utf-8")
    else:
        db = sqlite3.connect(out)
        build(db)
    counts = [
        f"{db.execute(f'SELECT count(*) FROM {table}').fetchone()[0]} {table}"
        for table in ("customers", "orders", "order_lines", "shipments", "payments",
                      "instalment_plans")
    ]  # fmt: skip
    db.close()
    print(f"{out}: {', '.join(counts)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
