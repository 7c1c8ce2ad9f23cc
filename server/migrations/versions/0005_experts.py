"""What experts say of themselves: topics, products, languages, hours and how much they take at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Create the table; its key is the person's."""
    op.create_table(
        "experts",
        sa.Column(
            "person",
            ROW_ID,
            sa.ForeignKey("people.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("topics", JSON, nullable=False),
        sa.Column("products", JSON, nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("hours", sa.String(300), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("most", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
