"""POP3, how a fetched mailbox fares, letters withheld or about no ticket, what tickets are found by, and what is kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

COMPLETE = """
SET LOCAL ROLE postern_owner;
SET LOCAL ROLE postern_registrar;
SELECT reindex_words(id) FROM organizations;
RESET ROLE;
"""
WORDS = postgresql.TSVECTOR()
IDS = postgresql.ARRAY(sa.Uuid())
KINDS = """
ALTER DOMAIN mailbox_kind DROP CONSTRAINT mailbox_kind_check;
ALTER DOMAIN mailbox_kind ADD CONSTRAINT mailbox_kind_check CHECK (VALUE IN ({kinds}));
"""
STATES = "'queued', 'sending', 'sent', 'delivered', 'deferred', 'bounced', 'failed', 'captured', 'unknown'"


def upgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.execute(KINDS.format(kinds="'smtp', 'imap', 'pop3'"))
    op.drop_index('ix_mailboxes_fetched', table_name='mailboxes')
    op.create_index('ix_mailboxes_fetched', 'mailboxes', ['org_id', 'id'], unique=False, postgresql_where=sa.text("kind <> 'smtp' AND is_active"))
    op.drop_constraint(op.f('ck_mailboxes_imap_is_reachable'), 'mailboxes')
    op.create_check_constraint(op.f('ck_mailboxes_imap_is_reachable'), 'mailboxes', "kind = 'smtp' OR NOT is_active OR imap_settings ?& ARRAY['host', 'user']")
    op.create_table('mailbox_uidls',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('mailbox_id', sa.Uuid(), nullable=False),
    sa.Column('uidl', sa.Text(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('taken', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("uidl ~ '^[!-~]{1,70}$'", name=op.f('ck_mailbox_uidls_uidl')),
    sa.CheckConstraint('size >= 0', name=op.f('ck_mailbox_uidls_size')),
    sa.ForeignKeyConstraint(['org_id', 'mailbox_id'], ['mailboxes.org_id', 'mailboxes.id'], name=op.f('fk_mailbox_uidls_org_id_mailbox_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_mailbox_uidls_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'mailbox_id', 'uidl', name=op.f('pk_mailbox_uidls'))
    )
    op.add_column('mailboxes', sa.Column('failing_since', sa.DateTime(timezone=True), nullable=True))
    op.add_column('mailboxes', sa.Column('error_is_permanent', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('mailboxes', sa.Column('trouble_told_at', sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE mailboxes SET failing_since = last_error_at WHERE error_count > 0")
    op.alter_column('outgoing', 'ticket_id', nullable=True)
    op.create_check_constraint(op.f('ck_outgoing_about'), 'outgoing', 'comment_id IS NULL OR ticket_id IS NOT NULL')
    _admit(f"{STATES}, 'withheld'")
    op.add_column('outgoing', sa.Column('depth', sa.SmallInteger(), server_default=sa.text('0'), nullable=False))
    op.add_column('outgoing', sa.Column('correspondent_id', sa.Uuid(), nullable=True))
    op.create_check_constraint(op.f('ck_outgoing_depth'), 'outgoing', 'depth >= 0')
    op.create_foreign_key(op.f('fk_outgoing_org_id_correspondent_id'), 'outgoing', 'profiles', ['org_id', 'correspondent_id'], ['org_id', 'id'], ondelete='SET NULL (correspondent_id)')
    op.create_index('ix_outgoing_correspondent_id', 'outgoing', ['org_id', 'correspondent_id', 'created_at'], unique=False, postgresql_where=sa.text('correspondent_id IS NOT NULL'))
    words_of("ticket", sa.Column('public_words', WORDS, nullable=True))
    words_of("article")
    op.create_table('words_waiting',
        tenant(),
        sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
        sa.Column('ticket_ids', IDS, server_default=sa.text("'{}'"), nullable=False),
        sa.Column('article_ids', IDS, server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_words_waiting_org_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_words_waiting')),
    )
    op.create_index('ix_words_waiting_id', 'words_waiting', ['id'])
    hold()
    op.add_column('tickets', sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True))
    closed = sa.text('closed_at IS NOT NULL AND erased_at IS NULL')
    op.create_index('ix_tickets_closed_at', 'tickets', ['org_id', 'id'], postgresql_where=closed)
    audit_actions("insert", "update", "delete", "erase", "redact", "export")
    op.execute("RESET ROLE")


def tenant() -> sa.Column[object]:
    return sa.Column('org_id', sa.Uuid(), nullable=False)


def words_of(noun: str, *further: sa.Column[object]) -> None:
    name, key = f'{noun}_words', f'{noun}_id'
    op.create_table(name,
        tenant(),
        sa.Column(key, sa.Uuid(), nullable=False),
        sa.Column('words', WORDS, nullable=False),
        *further,
        sa.Column('indexed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.ForeignKeyConstraint(['org_id', key], [f'{noun}s.org_id', f'{noun}s.id'], name=op.f(f'fk_{name}_org_id_{key}'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f(f'fk_{name}_org_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('org_id', key, name=op.f(f'pk_{name}')),
    )
    op.create_index(f'ix_{name}_words', name, [sa.text('(ARRAY[org_id])'), 'words'], postgresql_using='gin')


def hold() -> None:
    op.create_table('legal_holds',
        tenant(),
        sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
        sa.Column('profile_id', sa.Uuid(), nullable=True),
        sa.Column('ticket_id', sa.Uuid(), nullable=True),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('placed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('num_nonnulls(profile_id, ticket_id) <= 1', name=op.f('ck_legal_holds_one_subject')),
        sa.CheckConstraint("reason <> '' AND length(reason) <= 10000", name=op.f('ck_legal_holds_reason')),
        sa.ForeignKeyConstraint(['org_id', 'profile_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_legal_holds_org_id_profile_id')),
        sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_legal_holds_org_id_ticket_id')),
        sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_legal_holds_org_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_legal_holds')),
    )
    op.create_index('ix_legal_holds_profile_id', 'legal_holds', ['org_id', 'profile_id'])
    op.create_index('ix_legal_holds_ticket_id', 'legal_holds', ['org_id', 'ticket_id'])
    op.create_index('ix_legal_holds_standing', 'legal_holds', ['org_id'], postgresql_where=sa.text('lifted_at IS NULL'))


def audit_actions(*words: str) -> None:
    """What is noted; a domain's check is replaced as a whole."""
    listed = ", ".join(f"'{word}'" for word in words)
    op.execute("ALTER DOMAIN audit_action DROP CONSTRAINT audit_action_check")
    op.execute(f"ALTER DOMAIN audit_action ADD CONSTRAINT audit_action_check CHECK (VALUE IN ({listed}))")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.execute("DELETE FROM audit_log WHERE action NOT IN ('insert', 'update', 'delete')")
    audit_actions("insert", "update", "delete")
    op.drop_index('ix_tickets_closed_at', 'tickets')
    op.drop_column('tickets', 'erased_at')
    op.drop_table('legal_holds')
    for name in ('words_waiting', 'article_words', 'ticket_words'):
        op.drop_table(name)
    op.drop_index('ix_outgoing_correspondent_id', table_name='outgoing', postgresql_where=sa.text('correspondent_id IS NOT NULL'))
    op.drop_constraint(op.f('fk_outgoing_org_id_correspondent_id'), 'outgoing', type_='foreignkey')
    op.drop_constraint(op.f('ck_outgoing_depth'), 'outgoing')
    op.drop_column('outgoing', 'correspondent_id')
    op.drop_column('outgoing', 'depth')
    op.execute("UPDATE outgoing SET state = 'failed' WHERE state = 'withheld'")
    _admit(STATES)
    op.drop_constraint(op.f('ck_outgoing_about'), 'outgoing')
    op.execute("DELETE FROM outgoing WHERE ticket_id IS NULL")
    op.alter_column('outgoing', 'ticket_id', nullable=False)
    op.drop_column('mailboxes', 'trouble_told_at')
    op.drop_column('mailboxes', 'error_is_permanent')
    op.drop_column('mailboxes', 'failing_since')
    op.drop_table('mailbox_uidls')
    op.execute("UPDATE mailboxes SET kind = 'smtp' WHERE kind = 'pop3'")  # it knows no other way for them
    op.drop_constraint(op.f('ck_mailboxes_imap_is_reachable'), 'mailboxes')
    op.create_check_constraint(op.f('ck_mailboxes_imap_is_reachable'), 'mailboxes', "kind <> 'imap' OR NOT is_active OR imap_settings ?& ARRAY['host', 'user']")
    op.drop_index('ix_mailboxes_fetched', table_name='mailboxes')
    op.create_index('ix_mailboxes_fetched', 'mailboxes', ['org_id', 'id'], unique=False, postgresql_where=sa.text("kind = 'imap' AND is_active"))
    op.execute(KINDS.format(kinds="'smtp', 'imap'"))
    op.execute("RESET ROLE")


def _admit(states: str) -> None:
    op.execute("ALTER DOMAIN outgoing_state DROP CONSTRAINT outgoing_state_check")
    op.execute(f"ALTER DOMAIN outgoing_state ADD CONSTRAINT outgoing_state_check CHECK (VALUE IN ({states}))")
