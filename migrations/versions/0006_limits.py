"""Admins get notices of limits."""

from alembic import op

revision = "0006"
down_revision = "0005"

TYPES = "'ticket_created', 'ticket_assigned', 'ticket_updated', 'ticket_commented', 'ticket_resolved', 'ticket_closed', 'stage_hook', 'mention', 'chat', 'sla'"


def upgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    _admit(f"{TYPES}, 'limit'")
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.execute("DELETE FROM notifications WHERE type = 'limit'")
    _admit(TYPES)
    op.execute("RESET ROLE")


def _admit(types: str) -> None:
    op.execute("ALTER DOMAIN notification_type DROP CONSTRAINT notification_type_check")
    op.execute(f"ALTER DOMAIN notification_type ADD CONSTRAINT notification_type_check CHECK (VALUE IN ({types}))")
