"""The tables: events without text, texts apart from them, people and their tokens. Pure descriptions."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

HEAD = "0006"
"""The newest migration; a database at another one is migrated or refused."""

metadata = MetaData()
RowId = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


class Utc(TypeDecorator[datetime]):
    """A moment: aware when it goes in, UTC when it comes out, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: it could mean any of 38 hours."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"expected a moment with a time zone, received {value.isoformat()}")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give SQLite's naive moments their zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_IS_ABOUT = text("about IS NOT NULL")

# Append-only: triggers of the first migration refuse UPDATE and DELETE.
events = Table(
    "events",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("at", Utc, nullable=False),
    Column("conversation_id", String(200)),
    Column("team", String(60), nullable=False),
    Column("person", String(60), nullable=False),
    Column("suggestion_id", String(200)),
    Column("report_id", String(200)),
    Column("schema", Integer, nullable=False),
    Column("payload", Json, nullable=False),
    Column("about", RowId),
    UniqueConstraint("person", "report_id", name="events_report"),
    Index("events_conversation", "conversation_id", "person"),
    Index("events_suggestion", "suggestion_id"),
    Index("events_team", "team", "kind", "id"),
    Index("events_kind", "kind", "id"),
    Index("events_person", "person", "kind", "at"),
    Index("events_about", "about", sqlite_where=_IS_ABOUT, postgresql_where=_IS_ABOUT),
    sqlite_autoincrement=True,
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("conversation_id", String(200), nullable=False),
    Column("team", String(60), nullable=False),
    Column("agent", String(60), nullable=False),
    Column("helpdesk", String(300), nullable=False),
    Column("subject", Text, nullable=False),
    Column("customer_id", String(300), index=True),
    Column("customer_email", String(300), index=True),
    Column("customer_name", String(300), index=True),
    Column("opened_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False, index=True),
    UniqueConstraint("conversation_id", "team", name="conversations_key"),
    sqlite_autoincrement=True,
)

texts = Table(
    "texts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("conversation", RowId, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("ref", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("stored_at", Utc, nullable=False, index=True),
    UniqueConstraint("conversation", "kind", "ref", name="texts_key"),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", String(60), nullable=False, unique=True),
    Column("team", String(60), nullable=False),
    Column("roles", Json, nullable=False),
    Column("added_at", Utc, nullable=False),
    Column("revoked_at", Utc),
    sqlite_autoincrement=True,
)

# `digest` is the SHA-256 of a random secret that is shown once and kept nowhere.
tokens = Table(
    "tokens",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("purpose", String(20), nullable=False),
    Column("person", RowId, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("made_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("ended_at", Utc),
    sqlite_autoincrement=True,
)

_IS_OFFERED = text("state = 'offered'")

# The key is that of the event that offered it.
handovers = Table(
    "handovers",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("conversation_id", String(200), nullable=False),
    Column("team", String(60), nullable=False),
    Column("sender", String(60), nullable=False),
    Column("report_id", String(200), nullable=False),
    Column("to_kind", String(20), nullable=False),
    Column("to_name", String(60), nullable=False),
    Column("state", String(20), nullable=False),
    Column("holder", String(60)),
    Column("declined", Json, nullable=False),
    Column("offered_at", Utc, nullable=False),
    Column("version", Integer, nullable=False),
    Index("handovers_state", "state", "offered_at"),
    Index(
        "handovers_offered",
        "conversation_id",
        "team",
        unique=True,
        sqlite_where=_IS_OFFERED,
        postgresql_where=_IS_OFFERED,
    ),
)

# One row for each change, never altered; the greatest version of a team and reason counts.
thresholds = Table(
    "thresholds",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("team", String(60), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("quiet", Float),
    Column("shown", Float),
    Column("person", String(60), nullable=False),
    Column("at", Utc, nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("team", "reason", "version", name="thresholds_version"),
    sqlite_autoincrement=True,
)

# What experts set themselves; hours are kept as they wrote them.
experts = Table(
    "experts",
    metadata,
    Column(
        "person", RowId, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("topics", Json, nullable=False),
    Column("products", Json, nullable=False),
    Column("languages", Json, nullable=False),
    Column("hours", String(300), nullable=False),
    Column("zone", String(60), nullable=False),
    Column("most", Integer, nullable=False),
    Column("changed_at", Utc, nullable=False),
)

# Macros, greetings and closings that a person or a team keeps; the greatest id is never given again.
own_texts = Table(
    "own_texts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("person", RowId, ForeignKey("people.id", ondelete="CASCADE"), index=True),
    Column("team", String(60), index=True),
    Column("kind", String(20), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", Utc, nullable=False),
    CheckConstraint("(person IS NULL) <> (team IS NULL)", name="own_texts_keeper"),
    sqlite_autoincrement=True,
)
