"""Notices go out by letter, too: which of them have, or never will."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"


def upgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    # What is there already was read or was not; nobody gets letters about it now.
    op.add_column('notifications', sa.Column('mailed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=True))
    op.alter_column('notifications', 'mailed_at', server_default=None)
    op.create_index('ix_notifications_unmailed', 'notifications', ['created_at'], unique=False, postgresql_where=sa.text('mailed_at IS NULL'))
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.drop_index('ix_notifications_unmailed', table_name='notifications')
    op.drop_column('notifications', 'mailed_at')
    op.execute("RESET ROLE")
