"""Handovers: one row each, changed by compare-and-swap; what happened to it stays as events.

The key is that of the event that offered it. A conversation of a team is offered to one receiver at a time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
IS_OFFERED = sa.text("state = 'offered'")


def upgrade() -> None:
    """Create the table; the partial index lets one offer a conversation stand."""
    op.create_table(
        "handovers",
        sa.Column("id", ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("conversation_id", sa.String(200), nullable=False),
        sa.Column("team", sa.String(60), nullable=False),
        sa.Column("sender", sa.String(60), nullable=False),
        sa.Column("report_id", sa.String(200), nullable=False),
        sa.Column("to_kind", sa.String(20), nullable=False),
        sa.Column("to_name", sa.String(60), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("holder", sa.String(60)),
        sa.Column("declined", JSON, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("handovers_state", "handovers", ["state", "offered_at"])
    op.create_index(
        "handovers_offered",
        "handovers",
        ["conversation_id", "team"],
        unique=True,
        sqlite_where=IS_OFFERED,
        postgresql_where=IS_OFFERED,
    )
