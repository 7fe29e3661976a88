"""Webhooks are called: each call a row like a letter's, its tries beside those of letters, the key of each secret."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

STATE = postgresql.DOMAIN('outgoing_state', sa.Text(), create_type=False)
OPEN = sa.text("state IN ('queued', 'sending', 'deferred')")
INDEXES = {
    'webhook_id': ['org_id', 'webhook_id'], 'ticket_id': ['org_id', 'ticket_id', 'history_id'],
    'comment_id': ['org_id', 'comment_id'], 'hook_id': ['org_id', 'hook_id'],
}


def upgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.add_column('webhooks', sa.Column('key_id', sa.Text(), nullable=True))
    op.create_table('webhook_calls',
        sa.Column('org_id', sa.Uuid(), nullable=False),
        sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
        sa.Column('webhook_id', sa.Uuid(), nullable=False),
        sa.Column('event', sa.Text(), nullable=False),
        sa.Column('ticket_id', sa.Uuid(), nullable=True),
        sa.Column('history_id', sa.Uuid(), nullable=True),
        sa.Column('comment_id', sa.Uuid(), nullable=True),
        sa.Column('hook_id', sa.Uuid(), nullable=True),
        sa.Column('state', STATE, server_default=sa.text("'queued'"), nullable=False),
        sa.Column('attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('next_try_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answer', sa.Text(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('(ticket_id IS NULL) = (history_id IS NULL)', name=op.f('ck_webhook_calls_about')),
        sa.ForeignKeyConstraint(['org_id', 'comment_id'], ['ticket_comments.org_id', 'ticket_comments.id'], name=op.f('fk_webhook_calls_org_id_comment_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['org_id', 'hook_id'], ['workflow_stage_hooks.org_id', 'workflow_stage_hooks.id'], name=op.f('fk_webhook_calls_org_id_hook_id'), ondelete='SET NULL (hook_id)'),
        sa.ForeignKeyConstraint(['org_id', 'ticket_id', 'history_id'], ['ticket_history.org_id', 'ticket_history.ticket_id', 'ticket_history.id'], name=op.f('fk_webhook_calls_org_id_ticket_id_history_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['org_id', 'webhook_id'], ['webhooks.org_id', 'webhooks.id'], name=op.f('fk_webhook_calls_org_id_webhook_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_webhook_calls_org_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_webhook_calls')),
    )
    for name, columns in INDEXES.items():
        op.create_index(f'ix_webhook_calls_{name}', 'webhook_calls', columns, unique=False)
    op.create_index('ix_webhook_calls_due', 'webhook_calls', ['next_try_at'], unique=False, postgresql_where=OPEN)
    op.create_index('ix_webhook_calls_open', 'webhook_calls', ['webhook_id', 'id'], unique=False, postgresql_where=OPEN)
    op.add_column('deliveries', sa.Column('call_id', sa.Uuid(), nullable=True))
    op.alter_column('deliveries', 'outgoing_id', nullable=True)
    op.create_check_constraint(op.f('ck_deliveries_of_one'), 'deliveries', 'num_nonnulls(outgoing_id, call_id) = 1')
    op.create_foreign_key(op.f('fk_deliveries_org_id_call_id'), 'deliveries', 'webhook_calls', ['org_id', 'call_id'], ['org_id', 'id'], ondelete='CASCADE')
    op.create_index('ix_deliveries_call_id', 'deliveries', ['org_id', 'call_id'], unique=False)
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.execute("DELETE FROM deliveries WHERE outgoing_id IS NULL")
    op.drop_constraint(op.f('ck_deliveries_of_one'), 'deliveries')
    op.drop_column('deliveries', 'call_id')
    op.alter_column('deliveries', 'outgoing_id', nullable=False)
    op.drop_table('webhook_calls')
    op.drop_column('webhooks', 'key_id')
    op.execute("RESET ROLE")
