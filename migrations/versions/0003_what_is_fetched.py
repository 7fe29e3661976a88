"""How far back a folder is complete, what could not be taken from it, and how a fetched mailbox fares in numbers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.add_column('mailbox_cursors', sa.Column('set_aside', postgresql.INT8MULTIRANGE(), server_default=sa.text("'{}'"), nullable=False))
    op.add_column('mailbox_cursors', sa.Column('complete_since', sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f('ck_mailbox_cursors_set_aside'), 'mailbox_cursors', "set_aside <@ '{[1, 4294967295]}'::int8multirange")
    op.add_column('mailboxes', sa.Column('lag_seconds', sa.Float(), nullable=True))
    op.add_column('mailboxes', sa.Column('oldest_waiting_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('mailboxes', sa.Column('gap_alarms', sa.Integer(), server_default=sa.text('0'), nullable=False))
    op.add_column('mailboxes', sa.Column('set_aside', sa.Integer(), server_default=sa.text('0'), nullable=False))
    op.create_check_constraint(op.f('ck_mailboxes_fetching'), 'mailboxes', 'lag_seconds >= 0 AND gap_alarms >= 0 AND set_aside >= 0')
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.drop_constraint(op.f('ck_mailboxes_fetching'), 'mailboxes')
    op.drop_column('mailboxes', 'set_aside')
    op.drop_column('mailboxes', 'gap_alarms')
    op.drop_column('mailboxes', 'oldest_waiting_at')
    op.drop_column('mailboxes', 'lag_seconds')
    op.drop_constraint(op.f('ck_mailbox_cursors_set_aside'), 'mailbox_cursors')
    op.drop_column('mailbox_cursors', 'complete_since')
    op.drop_column('mailbox_cursors', 'set_aside')
    op.execute("RESET ROLE")
