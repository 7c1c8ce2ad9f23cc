"""Events about no conversation, and events that answer an earlier one.

SQLite can't loosen a column, so its table is copied; the triggers that keep it append-only go with the old
one and are made again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
IS_ABOUT = sa.text("about IS NOT NULL")


def upgrade() -> None:
    """Loosen `conversation_id`, add `about`, and index what owners, leads and agents look up."""
    with op.batch_alter_table("events", table_kwargs={"sqlite_autoincrement": True}) as events:
        events.alter_column("conversation_id", existing_type=sa.String(200), nullable=True)
        events.add_column(sa.Column("about", ROW_ID))
    op.create_index("events_kind", "events", ["kind", "id"])
    op.create_index("events_person", "events", ["person", "kind", "at"])
    op.create_index("events_about", "events", ["about"], sqlite_where=IS_ABOUT, postgresql_where=IS_ABOUT)
    if op.get_bind().dialect.name == "sqlite":
        _refuse_changes()


def _refuse_changes() -> None:
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER events_refuse_{change.lower()} BEFORE {change} ON events "
            "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
        )
