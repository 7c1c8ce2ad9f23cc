"""Thresholds of a team: one row for each change of a reason's, the newest counts; who, when and why stay."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the table; two leads can't both make the same version."""
    op.create_table(
        "thresholds",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("team", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("quiet", sa.Float),
        sa.Column("shown", sa.Float),
        sa.Column("person", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.UniqueConstraint("team", "reason", "version", name="thresholds_version"),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "postgresql":  # a lead may name a customer in it
        op.execute("ALTER TABLE thresholds ALTER COLUMN why SET STATISTICS 0")
