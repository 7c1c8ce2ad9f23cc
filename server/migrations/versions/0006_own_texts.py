"""Macros, greetings and closings that a person or a team keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the table; a row is one person's or one team's, never both."""
    op.create_table(
        "own_texts",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("person", ROW_ID, sa.ForeignKey("people.id", ondelete="CASCADE")),
        sa.Column("team", sa.String(60)),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(person IS NULL) <> (team IS NULL)", name="own_texts_keeper"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_own_texts_person", "own_texts", ["person"])
    op.create_index("ix_own_texts_team", "own_texts", ["team"])
