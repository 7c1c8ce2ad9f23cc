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
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
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
from quillbrook_billing.interest import Tier, instalment_schedule, late_fee  # noqa: E402
from quillbrook_billing.refunds import add_months  # noqa: E402

SEED = 20261120
#: The data shows the state of things at the end of this day.
TODAY = date(2026, 11, 20)
FIRST_ORDER_DAY = date(2026, 1, 5)
RANDOM_CUSTOMERS = 42
RANDOM_ORDERS = 180
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
    status TEXT NOT NULL
        CHECK (status IN ('processing', 'dispatched', 'delivered', 'cancelled', 'returned')),
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
    status TEXT NOT NULL
        CHECK (status IN ('preparing', 'in transit', 'delivered', 'cancelled'))
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
    "Ottilie", "Barnaby", "Perpetua", "Lorcan", "Saffron", "Idris", "Marigold", "Tobiah", "Niamh",
    "Quentin", "Zadie", "Ambrose", "Clementine", "Rufus", "Oonagh", "Jolyon", "Pandora", "Cormac",
    "Winifred", "Tariq", "Hephzibah", "Ludo", "Ffion", "Caspian", "Araminta", "Desmond", "Xanthe",
    "Murdo", "Priya", "Leopold", "Bronagh", "Ignatius", "Tamsin", "Olumide",
)  # fmt: skip
LAST_NAMES = (
    "Thimblewick", "Oakhollow", "Pennyfeather", "Drizzlecombe", "Marrowby", "Inkpenny",
    "Larkhurst", "Bramblesea", "Quickthorn", "Mossgrave", "Teasdown", "Fiddlecote", "Wetherlea",
    "Puddifer", "Candlebrook", "Hobnail", "Snowberry", "Gorsefield", "Tansyworth", "Ravelstone",
    "Cobbleden", "Mistlebury", "Anglestone", "Featherlow",
)  # fmt: skip
STREETS = (
    "Cooper's Row", "Mill Bank", "Larch Avenue", "Weaver Street", "Station Rise", "Orchard Close",
    "Kiln Lane", "Harbour View",
)  # fmt: skip
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
WELCOME_DISCOUNT = Decimal("10.00")
PAYMENT_METHODS = ("card", "card", "card", "digital wallet", "gift card and card")
#: The status of a shipment by the status of its order.
SHIPMENT_STATUS = {
    "delivered": "delivered",
    "returned": "delivered",
    "dispatched": "in transit",
    "processing": "preparing",
    "cancelled": "cancelled",
}


@dataclass(frozen=True)
class Product:
    sku: str
    name: str
    category: str
    price: Decimal
    delivery_class: str
    in_stock: bool


@dataclass(frozen=True)
class Order:
    """An order to write. ``status`` None: find one that fits its dates."""

    number: int
    ordered_at: datetime
    lines: tuple[tuple[str, int], ...]
    status: str | None = None
    months: int = 0
    #: The number of an instalment that was paid late, and by how many days.
    late: tuple[int, int] | None = None
    delivered: date | None = None
    first_due: date | None = None
    promo: str | None = None


@dataclass(frozen=True)
class Customer:
    """A customer to write, with one address and perhaps some orders."""

    name: str
    email: str
    tier: Tier
    lifetime_value: Decimal
    seats: int
    tenure_months: int
    place: tuple[str, str]
    membership_started: date | None
    orders: tuple[Order, ...] = ()

    @property
    def postcode(self) -> str:
        return self.place[1]


@dataclass(frozen=True)
class Plan:
    """The terms of an instalment plan to write."""

    order_number: str
    months: int
    principal: Decimal
    first_due: date
    late: tuple[int, int] | None


STORY = (
    Customer(
        "Ottilie Thimblewick", "ottilie.thimblewick@mail.example", "standard",
        Decimal("214.90"), 1, 8, ("York", "YO24 1QB"), None,
        (Order(100901, datetime(2026, 11, 2, 10, 14), (("QB-LA-253", 1),), "delivered",
                    delivered=date(2026, 11, 4)),),
    ),
    Customer(
        "Desmond Marrowby", "desmond.marrowby@mail.example", "plus",
        Decimal("1250.00"), 1, 31, ("Birmingham", "B14 7QB"), date(2026, 4, 6),
        (Order(100902, datetime(2026, 7, 29, 19, 40), (("QB-AP-402", 1),), "delivered",
                    months=12, late=(3, 9), delivered=date(2026, 8, 6),
                    first_due=date(2026, 9, 3)),),
    ),
    Customer(
        "Ffion Larkhurst", "ffion.larkhurst@mail.example", "standard",
        Decimal("96.85"), 1, 2, ("Cardiff", "CF11 6QB"), None,
        (Order(100903, datetime(2026, 11, 19, 16, 25), (("QB-KE-101", 1), ("QB-TO-111", 1)),
                    "dispatched"),),
    ),
    Customer(
        "Quentin Ravelstone", "quentin.ravelstone@mail.example", "plus",
        Decimal("2310.40"), 1, 44, ("Bristol", "BS6 5QB"), date(2026, 7, 18),
        (Order(100904, datetime(2026, 11, 11, 9, 5), (("QB-FU-305", 1), ("QB-FU-306", 3)),
                    "processing"),),
    ),
    Customer(
        "Leopold Wetherlea", "leopold.wetherlea@mail.example", "plus",
        Decimal("3140.75"), 1, 67, ("Norwich", "NR2 3QB"), date(2026, 2, 14),
        (Order(100905, datetime(2026, 10, 26, 11, 30), (("QB-FU-304", 1),), "delivered",
                    delivered=date(2026, 10, 30)),),
    ),
    Customer(
        "Tamsin Fiddlecote", "tamsin.fiddlecote@mail.example", "plus",
        Decimal("688.20"), 1, 15, ("Exeter", "EX4 4QB"), date(2026, 8, 22),
        (Order(100906, datetime(2026, 9, 3, 20, 2), (("QB-BL-122", 1),), "delivered"),),
    ),
    Customer(
        "Olumide Candlebrook", "olumide.candlebrook@mail.example", "plus",
        Decimal("4875.60"), 1, 52, ("Manchester", "M20 2QB"), date(2026, 5, 25),
        (Order(100907, datetime(2026, 10, 19, 8, 50), (("QB-CO-151", 1),), "delivered"),
         Order(100908, datetime(2026, 11, 18, 9, 30), (("QB-AP-404", 1),), "processing")),
    ),
    Customer(
        "Xanthe Snowberry", "xanthe.snowberry@mail.example", "standard",
        Decimal("149.00"), 1, 1, ("Brighton", "BN2 3QB"), None,
        (Order(100909, datetime(2026, 11, 9, 13, 12), (("QB-CW-204", 1),), "delivered",
                    delivered=date(2026, 11, 11)),),
    ),
    Customer(
        "Araminta Wetherlea", "araminta.wetherlea@mail.example", "standard",
        Decimal("0"), 1, 0, ("Norwich", "NR2 1QB"), None,
    ),
    Customer(
        "Winifred Mossgrave", "winifred.mossgrave@mail.example", "standard",
        Decimal("88.90"), 1, 26, ("Newcastle", "NE3 4QB"), None,
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


def delivery_price(delivery_class: str, zone: Zone, tier: Tier, goods: Decimal) -> Decimal:
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


def return_charge(delivery_class: str, zone: Zone, tier: Tier) -> Decimal:
    """What comes off a refund for the label or collection, as in ``policies/returns.md``."""
    abroad = zone in (Zone.IRELAND, Zone.CHANNEL_ISLANDS)
    if delivery_class != "parcel" and abroad:
        return Decimal("45")
    if tier != "standard" or zone is Zone.CHANNEL_ISLANDS:
        return Decimal("0")
    if delivery_class == "parcel":
        return Decimal("7.95") if abroad else Decimal("3.95")
    return Decimal("25")


def arrival(order: Order, status: str, estimated: date, rng: random.Random) -> date | None:
    """The day on which the order arrived, or None."""
    if status not in ("delivered", "returned"):
        return None
    if order.delivered:
        return order.delivered
    return min(add_working_days(estimated, rng.choice((0, 0, 0, 0, 1, 2))), TODAY)


def dispatch_day(order: Order, status: str, estimated: date, arrived: date | None) -> date | None:
    """The day on which the order left the warehouse, or None."""
    if arrived:
        return max(order.ordered_at.date(), arrived - timedelta(days=2))
    if status == "dispatched":
        return max(order.ordered_at.date(), min(TODAY, estimated - timedelta(days=2)))
    return None


class Writer:
    """Adds customers and orders, keeping the running numbers."""

    def __init__(self, db: sqlite3.Connection, products: list[Product], rng: random.Random) -> None:
        self.db = db
        self.products = {product.sku: product for product in products}
        self.rng = rng
        self.customers = 0
        self.plans = 0

    def add_customer(self, person: Customer) -> int:
        """Write a customer with their address and orders; returns the key of both."""
        self.customers += 1
        key = self.customers
        since = add_months(TODAY, -person.tenure_months)
        started = person.membership_started
        self.db.execute(
            "INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (key, person.name, person.email, person.tier, number(person.lifetime_value),
             person.seats, person.tenure_months, since.isoformat(),
             started.isoformat() if started else None),
        )  # fmt: skip
        town, postcode = person.place
        street = f"{self.rng.randint(1, 120)} {self.rng.choice(STREETS)}"
        self.db.execute(
            "INSERT INTO addresses VALUES (?, ?, ?, ?, ?, ?)",
            (key, key, street, town, postcode, zone_for_postcode(postcode).value),
        )
        for order in person.orders:
            self.add_order(order, key, person)
        return key

    def find_status(self, delivery_class: str, estimated: date) -> str:
        """A status that fits the estimated date; a few orders come back or are cancelled."""
        if estimated > TODAY:
            return "dispatched" if delivery_class == "parcel" else "processing"
        status = self.rng.choices(("delivered", "returned", "cancelled"), weights=(86, 9, 5))[0]
        # A return needs time to come back and be refunded.
        if status == "returned" and (TODAY - estimated).days < 21:
            return "delivered"
        return status

    def add_order(self, order: Order, key: int, person: Customer) -> Decimal:
        """Write one order with lines, shipment, payments and plan; returns what was kept."""
        order_number = f"QB-O-{order.number}"
        bought = [(self.products[sku], count) for sku, count in order.lines]
        slowest = max((product.delivery_class for product, _ in bought), key=SPEED_ORDER.index)
        goods = sum((product.price * count for product, count in bought), Decimal("0"))
        discount = WELCOME_DISCOUNT if order.promo else Decimal("0")
        zone = zone_for_postcode(person.postcode)
        charge = delivery_price(slowest, zone, person.tier, goods - discount)
        total = goods - discount + charge
        estimated = estimate_delivery(order.ordered_at, DeliveryClass(slowest), person.postcode)
        status = order.status or self.find_status(slowest, estimated)
        arrived = arrival(order, status, estimated, self.rng)
        shipped = dispatch_day(order, status, estimated, arrived)
        self.db.execute(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (order_number, key, key, order.ordered_at.isoformat(sep=" "), status,
             number(goods), number(discount), number(charge), number(total), order.promo),
        )  # fmt: skip
        self.db.executemany(
            "INSERT INTO order_lines (order_number, sku, quantity, unit_price_gbp) VALUES (?, ?, ?, ?)",
            [(order_number, product.sku, count, number(product.price)) for product, count in bought],
        )
        self.db.execute(
            "INSERT INTO shipments (order_number, delivery_class, estimated_date, dispatched_date,"
            " delivered_date, tracking_code, status) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (order_number, slowest, estimated.isoformat(),
             shipped.isoformat() if shipped else None,
             arrived.isoformat() if arrived else None,
             f"QBT{order.number * 7919 % 10_000_000:07d}", SHIPMENT_STATUS[status]),
        )  # fmt: skip
        ordered_on = order.ordered_at.date()
        method = "instalments" if order.months else self.rng.choice(PAYMENT_METHODS)
        self.add_payment(order_number, "payment", method, total, ordered_on)
        if status == "cancelled":
            self.add_payment(order_number, "refund", method, total, ordered_on)
            return Decimal("0")
        if status == "returned" and arrived:
            # The whole order comes back within 14 days, so standard delivery is refunded too.
            refunded_on = add_working_days(arrived + timedelta(days=9), 3)
            refund = total - return_charge(slowest, zone, person.tier)
            self.add_payment(order_number, "refund", method, refund, refunded_on)
            return Decimal("0")
        if order.months:
            first = order.first_due or add_months(shipped or estimated, 1)
            plan = Plan(order_number, order.months, total, first, order.late)
            self.add_plan(plan, person.tier)
        return total

    def add_payment(self, order: str, kind: str, method: str, amount: Decimal, day: date) -> None:
        self.db.execute(
            "INSERT INTO payments (order_number, kind, method, amount_gbp, paid_on) VALUES (?, ?, ?, ?, ?)",
            (order, kind, method, number(amount), day.isoformat()),
        )

    def add_plan(self, plan: Plan, tier: Tier) -> None:
        """Write a plan and its schedule; what falls due after TODAY is unpaid."""
        self.plans += 1
        last_due = add_months(plan.first_due, plan.months - 1)
        self.db.execute(
            "INSERT INTO instalment_plans VALUES (?, ?, ?, ?, ?, ?)",
            (self.plans, plan.order_number, plan.months, number(plan.principal),
             plan.first_due.isoformat(), "settled" if last_due < TODAY else "open"),
        )  # fmt: skip
        fees = Decimal("0.00")
        for line in instalment_schedule(plan.principal, plan.months):
            due = add_months(plan.first_due, line.number - 1)
            days_late = plan.late[1] if plan.late and plan.late[0] == line.number else 0
            paid = due + timedelta(days=days_late)
            fee = late_fee(line.payment, min(days_late, (TODAY - due).days), tier, fees)
            fees += fee
            self.db.execute(
                "INSERT INTO instalments VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.plans, line.number, due.isoformat(), number(line.payment),
                 number(line.interest), paid.isoformat() if paid <= TODAY else None, number(fee)),
            )  # fmt: skip


def make_postcode(rng: random.Random, outward: str) -> str:
    """A postcode of the right form; the second part is made up."""
    if outward.startswith("D0"):
        return f"{outward} X{rng.choice('AEFH')}{rng.randint(10, 99)}"
    return f"{outward} {rng.randint(1, 9)}Q{rng.choice('ABDEFGH')}"


def make_people(rng: random.Random, count: int) -> list[Customer]:
    """Invented customers of all tiers and zones, no name twice."""
    taken = {person.name for person in STORY}
    people: list[Customer] = []
    while len(people) < count:
        name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
        if name in taken:
            continue
        taken.add(name)
        tiers: tuple[Tier, ...] = ("standard", "plus", "premium")
        tier = rng.choices(tiers, weights=(60, 30, 10))[0]
        seats = rng.randint(2, 5) if tier == "premium" else 1
        if tier == "standard" and rng.random() < 0.1:
            seats = rng.randint(2, 12)  # a business account
        town, outward = rng.choice(PLACES)
        started = None if tier == "standard" else TODAY - timedelta(days=rng.randint(5, 330))
        people.append(
            Customer(
                name=name,
                email=name.lower().replace(" ", ".") + "@mail.example",
                tier=tier,
                lifetime_value=Decimal(rng.randint(0, 260000)) / 100,
                seats=seats,
                tenure_months=rng.randint(11, 90),
                place=(town, make_postcode(rng, outward)),
                membership_started=started,
            )
        )
    return people


def make_order(
    rng: random.Random, products: list[Product], person: Customer, moment: datetime, new: bool
) -> Order:
    """An order of one to three products that can be sent to this person."""
    abroad = zone_for_postcode(person.postcode) in (Zone.IRELAND, Zone.CHANNEL_ISLANDS)
    choice = [p for p in products if p.in_stock and not (abroad and p.delivery_class == "install")]
    picked = rng.sample(choice, rng.choices((1, 2, 3), weights=(60, 28, 12))[0])
    lines = tuple((p, rng.choice((1, 1, 1, 2)) if p.delivery_class == "parcel" else 1) for p in picked)
    goods = sum((product.price * count for product, count in lines), Decimal("0"))
    order = Order(0, moment, tuple((product.sku, count) for product, count in lines))
    private = person.tier != "standard" or person.seats == 1
    if Decimal("160") <= goods <= Decimal("2900") and private and not abroad and rng.random() < 0.3:
        months = rng.choice((3, 6, 12, 24) if goods >= 600 else (3, 6, 12))
        late = (rng.randint(1, 3), rng.choice((4, 8, 11))) if rng.random() < 0.3 else None
        return replace(order, months=months, late=late)
    if new and goods >= 75 and rng.random() < 0.4:
        return replace(order, promo="HELLO10")
    return order


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
        writer.add_customer(person)
    people = {writer.add_customer(person): person for person in make_people(rng, RANDOM_CUSTOMERS)}
    keys = sorted(people)

    days = (TODAY - FIRST_ORDER_DAY).days
    last = datetime.combine(TODAY, time())
    moments = sorted(
        # More orders in the recent weeks than in the first ones.
        last
        - timedelta(int(days * rng.random() ** 1.6))
        + timedelta(hours=rng.randint(7, 22), minutes=rng.randint(0, 59))
        for _ in range(RANDOM_ORDERS)
    )
    spent: dict[int, Decimal] = {}
    for offset, moment in enumerate(moments):
        key = rng.choice(keys)
        order = make_order(rng, products, people[key], moment, new=key not in spent)
        order = replace(order, number=FIRST_ORDER_NUMBER + offset)
        spent[key] = spent.get(key, Decimal("0")) + writer.add_order(order, key, people[key])
    for key, amount in sorted(spent.items()):
        db.execute(
            "UPDATE customers SET lifetime_value = round(lifetime_value + ?, 2) WHERE customer_id = ?",
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
