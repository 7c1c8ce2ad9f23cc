"""Events, conversations with their texts, people with their tokens.

Written out in full rather than taken from `server.tables`, which describes the newest database, not this one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create everything."""
    _create_events()
    _create_conversations()
    _create_people()
    if op.get_bind().dialect.name == "postgresql":
        _keep_no_statistics()
        _refuse_changes_on_postgresql()
    else:
        _refuse_changes_on_sqlite()


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("conversation_id", sa.String(200), nullable=False),
        sa.Column("team", sa.String(60), nullable=False),
        sa.Column("person", sa.String(60), nullable=False),
        sa.Column("suggestion_id", sa.String(200)),
        sa.Column("report_id", sa.String(200)),
        sa.Column("schema", sa.Integer, nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.UniqueConstraint("person", "report_id", name="events_report"),
        sqlite_autoincrement=True,
    )
    op.create_index("events_conversation", "events", ["conversation_id", "person"])
    op.create_index("events_suggestion", "events", ["suggestion_id"])
    op.create_index("events_team", "events", ["team", "kind", "id"])


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("conversation_id", sa.String(200), nullable=False),
        sa.Column("team", sa.String(60), nullable=False),
        sa.Column("agent", sa.String(60), nullable=False),
        sa.Column("helpdesk", sa.String(300), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("customer_id", sa.String(300), index=True),
        sa.Column("customer_email", sa.String(300), index=True),
        sa.Column("customer_name", sa.String(300), index=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False, index=True),
        sa.UniqueConstraint("conversation_id", "team", name="conversations_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "texts",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column(
            "conversation", ROW_ID, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("ref", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("stored_at", MOMENT, nullable=False, index=True),
        sa.UniqueConstraint("conversation", "kind", "ref", name="texts_key"),
        sqlite_autoincrement=True,
    )


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("name", sa.String(60), nullable=False, unique=True),
        sa.Column("team", sa.String(60), nullable=False),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tokens",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column(
            "person", ROW_ID, sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sqlite_autoincrement=True,
    )


def _keep_no_statistics() -> None:
    """PostgreSQL copies frequent values into its statistics, from which erasing rows doesn't take them."""
    for table, column in (
        ("texts", "text"),
        ("conversations", "subject"),
        ("conversations", "customer_id"),
        ("conversations", "customer_email"),
        ("conversations", "customer_name"),
    ):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def _refuse_changes_on_sqlite() -> None:
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER events_refuse_{change.lower()} BEFORE {change} ON events "
            "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
        )


def _refuse_changes_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION events_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION events_refuse_change()"
    )
