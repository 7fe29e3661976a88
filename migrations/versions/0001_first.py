"""The first schema: organizations, people, mail in, tickets, the outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.run import sql

revision = "0001"
down_revision = None


DOMAINS = """
CREATE DOMAIN direction AS text CHECK (VALUE IN ('in', 'out'));
CREATE DOMAIN mail_stage AS text CHECK (VALUE IN ('received', 'filed', 'quarantined', 'dropped'));
CREATE DOMAIN mailbox_kind AS text CHECK (VALUE IN ('smtp', 'imap'));
CREATE DOMAIN message_type AS text CHECK (VALUE IN ('reply', 'note', 'status_change', 'assignment_change', 'system'));
CREATE DOMAIN outgoing_state AS text CHECK (VALUE IN ('queued', 'sending', 'sent', 'delivered', 'deferred', 'bounced', 'failed', 'captured', 'unknown'));
CREATE DOMAIN participant_kind AS text CHECK (VALUE IN ('requester', 'cc', 'watcher'));
CREATE DOMAIN presence AS text CHECK (VALUE IN ('online', 'away', 'offline'));
CREATE DOMAIN profile_role AS text CHECK (VALUE IN ('customer', 'agent', 'admin', 'system', 'guest'));
CREATE DOMAIN routing_type AS text CHECK (VALUE IN ('internal', 'organization', 'hybrid'));
CREATE DOMAIN sender_type AS text CHECK (VALUE IN ('agent', 'customer', 'system'));
CREATE DOMAIN stage_category AS text CHECK (VALUE IN ('open', 'in_progress', 'waiting_on_customer', 'resolved', 'closed'));
CREATE DOMAIN ticket_priority AS text CHECK (VALUE IN ('low', 'normal', 'high', 'urgent'));
CREATE DOMAIN ticket_source AS text CHECK (VALUE IN ('email', 'web', 'api', 'chat'));
"""
# Mail and files are stored as they are: compressing bytes that are base64 or already packed costs more than it saves.
STORAGE = """
ALTER TABLE raw_mail ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE blobs ALTER COLUMN content SET STORAGE EXTERNAL;
"""


def upgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.execute(DOMAINS)
    create_tables()
    op.execute(STORAGE)
    op.execute(sql("statistics.sql"))
    op.execute("RESET ROLE")


def create_tables() -> None:
    op.create_table('organizations',
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('external_id', sa.Text(), nullable=True),
    sa.Column('ticket_prefix', sa.Text(), nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('is_default', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('support_email', sa.Text(), nullable=True),
    sa.Column('support_phone', sa.Text(), nullable=True),
    sa.Column('support_message', sa.Text(), nullable=True),
    sa.Column('settings', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organizations')),
    sa.UniqueConstraint('external_id', name=op.f('uq_organizations_external_id')),
    sa.UniqueConstraint('slug', name=op.f('uq_organizations_slug'))
    )
    op.create_index('ix_organizations_name', 'organizations', ['name'], unique=False)
    op.create_index('uq_organizations_is_default', 'organizations', ['is_default'], unique=True, postgresql_where=sa.text('is_default'))
    op.create_table('blobs',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_blobs_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'sha256', name=op.f('pk_blobs'))
    )
    op.create_table('departments',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_departments_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_departments'))
    )
    op.create_index('uq_departments_name', 'departments', ['org_id', sa.literal_column('lower(name)')], unique=True)
    op.create_table('organization_settings',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('is_provisioned', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('provisioned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('auto_assign_enabled', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('email_notifications_enabled', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('branding', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('locale', sa.Text(), server_default=sa.text("'en'"), nullable=False),
    sa.Column('timezone', sa.Text(), server_default=sa.text("'UTC'"), nullable=False),
    sa.Column('business_hours', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('policies', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_organization_settings_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', name=op.f('pk_organization_settings'))
    )
    op.create_table('ticket_counters',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('month', sa.Text(), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_ticket_counters_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'month', name=op.f('pk_ticket_counters'))
    )
    op.create_table('workflows',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('is_default', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_workflows_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_workflows'))
    )
    op.create_index('ix_workflows_active', 'workflows', ['org_id'], unique=False, postgresql_where=sa.text('is_active'))
    op.create_index('uq_workflows_default', 'workflows', ['org_id'], unique=True, postgresql_where=sa.text('is_default'))
    op.create_table('mailboxes',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', postgresql.DOMAIN('mailbox_kind', sa.Text(), create_type=False), server_default=sa.text("'smtp'"), nullable=False),
    sa.Column('department_id', sa.Uuid(), nullable=True),
    sa.Column('workflow_id', sa.Uuid(), nullable=True),
    sa.Column('default_priority', postgresql.DOMAIN('ticket_priority', sa.Text(), create_type=False), server_default=sa.text("'normal'"), nullable=False),
    sa.Column('signature', sa.Text(), nullable=True),
    sa.Column('locale', sa.Text(), nullable=True),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('settings', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id', 'department_id'], ['departments.org_id', 'departments.id'], name=op.f('fk_mailboxes_org_id_department_id'), ondelete='SET NULL (department_id)'),
    sa.ForeignKeyConstraint(['org_id', 'workflow_id'], ['workflows.org_id', 'workflows.id'], name=op.f('fk_mailboxes_org_id_workflow_id'), ondelete='SET NULL (workflow_id)'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_mailboxes_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_mailboxes'))
    )
    op.create_index('ix_mailboxes_department_id', 'mailboxes', ['org_id', 'department_id'], unique=False)
    op.create_index('ix_mailboxes_workflow_id', 'mailboxes', ['org_id', 'workflow_id'], unique=False)
    op.create_index('uq_mailboxes_address', 'mailboxes', ['org_id', sa.literal_column('lower(address)')], unique=True)
    op.create_table('profiles',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('username', sa.Text(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('role', postgresql.DOMAIN('profile_role', sa.Text(), create_type=False), server_default=sa.text("'customer'"), nullable=False),
    sa.Column('department_id', sa.Uuid(), nullable=True),
    sa.Column('audiences', sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('status', postgresql.DOMAIN('presence', sa.Text(), create_type=False), server_default=sa.text("'offline'"), nullable=False),
    sa.Column('last_active', sa.DateTime(timezone=True), nullable=True),
    sa.Column('preferences', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('avatar_url', sa.Text(), nullable=True),
    sa.Column('locale', sa.Text(), nullable=True),
    sa.Column('timezone', sa.Text(), nullable=True),
    sa.Column('custom_fields', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('metadata', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['org_id', 'department_id'], ['departments.org_id', 'departments.id'], name=op.f('fk_profiles_org_id_department_id'), ondelete='SET NULL (department_id)'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_profiles_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_profiles'))
    )
    op.create_index('ix_profiles_department_id', 'profiles', ['org_id', 'department_id'], unique=False)
    op.create_index('ix_profiles_role', 'profiles', ['org_id', 'role'], unique=False)
    op.create_index('uq_profiles_email', 'profiles', ['org_id', sa.literal_column('lower(email)')], unique=True, postgresql_where=sa.text("email IS NOT NULL AND role <> 'guest'"))
    op.create_index('uq_profiles_system', 'profiles', ['org_id'], unique=True, postgresql_where=sa.text("role = 'system'"))
    op.create_index('uq_profiles_username', 'profiles', ['org_id', 'username'], unique=True)
    op.create_table('workflow_stages',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('workflow_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('category', postgresql.DOMAIN('stage_category', sa.Text(), create_type=False), nullable=False),
    sa.Column('is_start', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('is_end', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('is_other', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('next_stage_id', sa.Uuid(), nullable=True),
    sa.Column('prev_stage_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('id <> next_stage_id AND id <> prev_stage_id', name=op.f('ck_workflow_stages_no_self_reference')),
    sa.ForeignKeyConstraint(['org_id', 'workflow_id', 'next_stage_id'], ['workflow_stages.org_id', 'workflow_stages.workflow_id', 'workflow_stages.id'], name=op.f('fk_workflow_stages_org_id_workflow_id_next_stage_id'), ondelete='SET NULL (next_stage_id)'),
    sa.ForeignKeyConstraint(['org_id', 'workflow_id', 'prev_stage_id'], ['workflow_stages.org_id', 'workflow_stages.workflow_id', 'workflow_stages.id'], name=op.f('fk_workflow_stages_org_id_workflow_id_prev_stage_id'), ondelete='SET NULL (prev_stage_id)'),
    sa.ForeignKeyConstraint(['org_id', 'workflow_id'], ['workflows.org_id', 'workflows.id'], name=op.f('fk_workflow_stages_org_id_workflow_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_workflow_stages_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_workflow_stages')),
    sa.UniqueConstraint('org_id', 'workflow_id', 'id', name=op.f('uq_workflow_stages_org_id_workflow_id_id'))
    )
    op.create_index('ix_workflow_stages_next_stage_id', 'workflow_stages', ['org_id', 'workflow_id', 'next_stage_id'], unique=False)
    op.create_index('ix_workflow_stages_prev_stage_id', 'workflow_stages', ['org_id', 'workflow_id', 'prev_stage_id'], unique=False)
    op.create_index('uq_workflow_stages_is_end', 'workflow_stages', ['org_id', 'workflow_id'], unique=True, postgresql_where=sa.text('is_end'))
    op.create_index('uq_workflow_stages_is_other', 'workflow_stages', ['org_id', 'workflow_id'], unique=True, postgresql_where=sa.text('is_other'))
    op.create_index('uq_workflow_stages_is_start', 'workflow_stages', ['org_id', 'workflow_id'], unique=True, postgresql_where=sa.text('is_start'))
    op.create_table('profile_addresses',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('profile_id', sa.Uuid(), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id', 'profile_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_profile_addresses_org_id_profile_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_profile_addresses_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'address', name=op.f('pk_profile_addresses'))
    )
    op.create_index('ix_profile_addresses_profile_id', 'profile_addresses', ['org_id', 'profile_id'], unique=False)
    op.create_table('raw_mail',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('mailbox_id', sa.Uuid(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('mail_from', sa.Text(), nullable=False),
    sa.Column('recipients', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('peer', postgresql.INET(), nullable=True),
    sa.Column('helo', sa.Text(), nullable=True),
    sa.Column('protocol', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('stage', postgresql.DOMAIN('mail_stage', sa.Text(), create_type=False), server_default=sa.text("'received'"), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ring_at', sa.DateTime(timezone=True), server_default=sa.text("now() + interval '10 seconds'"), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('trace', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('repeats', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('last_repeat_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ticket_id', sa.Uuid(), nullable=True),
    sa.Column('comment_id', sa.Uuid(), nullable=True),
    sa.Column('processed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['org_id', 'mailbox_id'], ['mailboxes.org_id', 'mailboxes.id'], name=op.f('fk_raw_mail_org_id_mailbox_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_raw_mail_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_raw_mail'))
    )
    op.create_index('ix_raw_mail_stage', 'raw_mail', ['org_id', 'stage'], unique=False, postgresql_where=sa.text("stage <> 'filed'"))
    op.create_index('ix_raw_mail_ticket_id', 'raw_mail', ['org_id', 'ticket_id'], unique=False)
    op.create_index('ix_raw_mail_claimed', 'raw_mail', ['id'], unique=False, postgresql_where=sa.text("stage = 'received'"))
    op.create_index('ix_raw_mail_waiting', 'raw_mail', ['ring_at'], unique=False, postgresql_where=sa.text("stage = 'received'"))
    op.create_index('uq_raw_mail_digest', 'raw_mail', ['org_id', 'mailbox_id', 'digest'], unique=True)
    op.create_table('receiving_addresses',
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('mailbox_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id', 'mailbox_id'], ['mailboxes.org_id', 'mailboxes.id'], name=op.f('fk_receiving_addresses_org_id_mailbox_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('address', name=op.f('pk_receiving_addresses'))
    )
    op.create_index('ix_receiving_addresses_mailbox_id', 'receiving_addresses', ['org_id', 'mailbox_id'], unique=False)
    op.create_table('tickets',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('workflow_id', sa.Uuid(), nullable=False),
    sa.Column('current_stage_id', sa.Uuid(), nullable=False),
    sa.Column('latest_history_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('priority', postgresql.DOMAIN('ticket_priority', sa.Text(), create_type=False), nullable=False),
    sa.Column('status', postgresql.DOMAIN('stage_category', sa.Text(), create_type=False), nullable=False),
    sa.Column('assigned_to', sa.Uuid(), nullable=True),
    sa.Column('created_by', sa.Uuid(), nullable=False),
    sa.Column('department_id', sa.Uuid(), nullable=True),
    sa.Column('mailbox_id', sa.Uuid(), nullable=True),
    sa.Column('routing_type', postgresql.DOMAIN('routing_type', sa.Text(), create_type=False), server_default=sa.text("'internal'"), nullable=False),
    sa.Column('assigned_org_id', sa.Uuid(), nullable=True),
    sa.Column('source', postgresql.DOMAIN('ticket_source', sa.Text(), create_type=False), nullable=False),
    sa.Column('source_ip', postgresql.INET(), nullable=True),
    sa.Column('user_agent', sa.Text(), nullable=True),
    sa.Column('custom_fields', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('sender_verified', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('spam_score', sa.Numeric(precision=3, scale=2), nullable=True),
    sa.Column('is_spam', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('merged_into_id', sa.Uuid(), nullable=True),
    sa.Column('metadata', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_activity_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('first_response_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('spam_score BETWEEN 0 AND 1', name=op.f('ck_tickets_spam_score')),
    sa.ForeignKeyConstraint(['org_id', 'assigned_to'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_tickets_org_id_assigned_to'), ondelete='SET NULL (assigned_to)'),
    sa.ForeignKeyConstraint(['org_id', 'created_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_tickets_org_id_created_by')),
    sa.ForeignKeyConstraint(['org_id', 'department_id'], ['departments.org_id', 'departments.id'], name=op.f('fk_tickets_org_id_department_id'), ondelete='SET NULL (department_id)'),
    sa.ForeignKeyConstraint(['org_id', 'id', 'latest_history_id'], ['ticket_history.org_id', 'ticket_history.ticket_id', 'ticket_history.id'], name='fk_tickets_latest_history', initially='DEFERRED', deferrable=True, use_alter=True),
    sa.ForeignKeyConstraint(['org_id', 'mailbox_id'], ['mailboxes.org_id', 'mailboxes.id'], name=op.f('fk_tickets_org_id_mailbox_id'), ondelete='SET NULL (mailbox_id)'),
    sa.ForeignKeyConstraint(['org_id', 'merged_into_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_tickets_org_id_merged_into_id'), ondelete='SET NULL (merged_into_id)'),
    sa.ForeignKeyConstraint(['org_id', 'workflow_id', 'current_stage_id'], ['workflow_stages.org_id', 'workflow_stages.workflow_id', 'workflow_stages.id'], name=op.f('fk_tickets_org_id_workflow_id_current_stage_id')),
    sa.ForeignKeyConstraint(['org_id', 'workflow_id'], ['workflows.org_id', 'workflows.id'], name=op.f('fk_tickets_org_id_workflow_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_tickets_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_tickets')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_tickets_org_id_number'))
    )
    op.create_index('ix_tickets_assigned_to', 'tickets', ['org_id', 'assigned_to'], unique=False)
    op.create_index('ix_tickets_created_by', 'tickets', ['org_id', 'created_by'], unique=False)
    op.create_index('ix_tickets_department_id', 'tickets', ['org_id', 'department_id'], unique=False)
    op.create_index('ix_tickets_last_activity_at', 'tickets', ['org_id', 'last_activity_at'], unique=False)
    op.create_index('ix_tickets_mailbox_id', 'tickets', ['org_id', 'mailbox_id'], unique=False)
    op.create_index('ix_tickets_merged_into_id', 'tickets', ['org_id', 'merged_into_id'], unique=False)
    op.create_index('ix_tickets_workflow_id', 'tickets', ['org_id', 'workflow_id', 'current_stage_id'], unique=False)
    op.create_table('ticket_comments',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('sender_type', postgresql.DOMAIN('sender_type', sa.Text(), create_type=False), nullable=False),
    sa.Column('message_type', postgresql.DOMAIN('message_type', sa.Text(), create_type=False), server_default=sa.text("'reply'"), nullable=False),
    sa.Column('is_internal', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('full_text', sa.Text(), nullable=True),
    sa.Column('html', sa.Text(), nullable=True),
    sa.Column('message_id', sa.Text(), nullable=True),
    sa.Column('raw_mail_id', sa.Uuid(), nullable=True),
    sa.Column('metadata', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['org_id', 'author_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_ticket_comments_org_id_author_id')),
    sa.ForeignKeyConstraint(['org_id', 'raw_mail_id'], ['raw_mail.org_id', 'raw_mail.id'], name=op.f('fk_ticket_comments_org_id_raw_mail_id'), ondelete='SET NULL (raw_mail_id)'),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_ticket_comments_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_ticket_comments_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_ticket_comments'))
    )
    op.create_index('ix_ticket_comments_author_id', 'ticket_comments', ['org_id', 'author_id'], unique=False)
    op.create_index('ix_ticket_comments_raw_mail_id', 'ticket_comments', ['org_id', 'raw_mail_id'], unique=False)
    op.create_index('ix_ticket_comments_ticket_id', 'ticket_comments', ['org_id', 'ticket_id', 'created_at'], unique=False)
    op.create_table('ticket_history',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('previous_history_id', sa.Uuid(), nullable=True),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('priority', postgresql.DOMAIN('ticket_priority', sa.Text(), create_type=False), nullable=False),
    sa.Column('assigned_to', sa.Uuid(), nullable=True),
    sa.Column('assigned_org_id', sa.Uuid(), nullable=True),
    sa.Column('workflow_stage_id', sa.Uuid(), nullable=False),
    sa.Column('category', postgresql.DOMAIN('stage_category', sa.Text(), create_type=False), nullable=False),
    sa.Column('changed_by', sa.Uuid(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('changes', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['org_id', 'assigned_to'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_ticket_history_org_id_assigned_to')),
    sa.ForeignKeyConstraint(['org_id', 'changed_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_ticket_history_org_id_changed_by')),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id', 'previous_history_id'], ['ticket_history.org_id', 'ticket_history.ticket_id', 'ticket_history.id'], name=op.f('fk_ticket_history_org_id_ticket_id_previous_history_id')),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_ticket_history_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'workflow_stage_id'], ['workflow_stages.org_id', 'workflow_stages.id'], name=op.f('fk_ticket_history_org_id_workflow_stage_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_ticket_history_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_ticket_history')),
    sa.UniqueConstraint('org_id', 'ticket_id', 'id', name=op.f('uq_ticket_history_org_id_ticket_id_id')),
    sa.UniqueConstraint('org_id', 'ticket_id', 'previous_history_id', name=op.f('uq_ticket_history_org_id_ticket_id_previous_history_id'), postgresql_nulls_not_distinct=True)
    )
    op.create_index('ix_ticket_history_assigned_to', 'ticket_history', ['org_id', 'assigned_to'], unique=False)
    op.create_index('ix_ticket_history_changed_at', 'ticket_history', ['org_id', 'changed_at'], unique=False)
    op.create_index('ix_ticket_history_changed_by', 'ticket_history', ['org_id', 'changed_by'], unique=False)
    op.create_index('ix_ticket_history_workflow_stage_id', 'ticket_history', ['org_id', 'workflow_stage_id'], unique=False)
    op.create_table('ticket_numbers',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_ticket_numbers_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_ticket_numbers_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'number', name=op.f('pk_ticket_numbers'))
    )
    op.create_index('ix_ticket_numbers_ticket_id', 'ticket_numbers', ['org_id', 'ticket_id'], unique=False)
    op.create_table('ticket_participants',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('profile_id', sa.Uuid(), nullable=False),
    sa.Column('kind', postgresql.DOMAIN('participant_kind', sa.Text(), create_type=False), nullable=False),
    sa.Column('added_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id', 'profile_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_ticket_participants_org_id_profile_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_ticket_participants_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_ticket_participants_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'ticket_id', 'profile_id', name=op.f('pk_ticket_participants'))
    )
    op.create_index('ix_ticket_participants_profile_id', 'ticket_participants', ['org_id', 'profile_id'], unique=False)
    op.create_table('message_ids',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('direction', postgresql.DOMAIN('direction', sa.Text(), create_type=False), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('comment_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['org_id', 'comment_id'], ['ticket_comments.org_id', 'ticket_comments.id'], name=op.f('fk_message_ids_org_id_comment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_message_ids_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_message_ids_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_message_ids'))
    )
    op.create_index('ix_message_ids_comment_id', 'message_ids', ['org_id', 'comment_id'], unique=False)
    op.create_index('ix_message_ids_message_id', 'message_ids', ['org_id', 'message_id'], unique=False)
    op.create_index('ix_message_ids_ticket_id', 'message_ids', ['org_id', 'ticket_id'], unique=False)
    op.create_table('outgoing',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('handle', sa.BigInteger(), nullable=False),
    sa.Column('mailbox_id', sa.Uuid(), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('comment_id', sa.Uuid(), nullable=True),
    sa.Column('profile_id', sa.Uuid(), nullable=False),
    sa.Column('letter', sa.Text(), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('recipient_name', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('sender_name', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('context', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('state', postgresql.DOMAIN('outgoing_state', sa.Text(), create_type=False), server_default=sa.text("'queued'"), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['org_id', 'comment_id'], ['ticket_comments.org_id', 'ticket_comments.id'], name=op.f('fk_outgoing_org_id_comment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'mailbox_id'], ['mailboxes.org_id', 'mailboxes.id'], name=op.f('fk_outgoing_org_id_mailbox_id')),
    sa.ForeignKeyConstraint(['org_id', 'profile_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_outgoing_org_id_profile_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_outgoing_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_outgoing_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_outgoing'))
    )
    op.create_index('ix_outgoing_comment_id', 'outgoing', ['org_id', 'comment_id'], unique=False)
    op.create_index('ix_outgoing_claimed', 'outgoing', ['id'], unique=False, postgresql_where=sa.text("state IN ('queued', 'sending', 'deferred')"))
    op.create_index('ix_outgoing_due', 'outgoing', ['next_try_at'], unique=False, postgresql_where=sa.text("state IN ('queued', 'sending', 'deferred')"))
    op.create_index('ix_outgoing_mailbox_id', 'outgoing', ['org_id', 'mailbox_id'], unique=False)
    op.create_index('ix_outgoing_profile_id', 'outgoing', ['org_id', 'profile_id'], unique=False)
    op.create_index('ix_outgoing_state', 'outgoing', ['org_id', 'state'], unique=False)
    op.create_index('ix_outgoing_ticket_id', 'outgoing', ['org_id', 'ticket_id'], unique=False)
    op.create_index('uq_outgoing_handle', 'outgoing', ['org_id', 'handle'], unique=True)
    op.create_table('ticket_attachments',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('comment_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('content_type', sa.Text(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('content_id', sa.Text(), nullable=True),
    sa.Column('is_inline', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('position', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('uploaded_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id', 'comment_id'], ['ticket_comments.org_id', 'ticket_comments.id'], name=op.f('fk_ticket_attachments_org_id_comment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_ticket_attachments_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'uploaded_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_ticket_attachments_org_id_uploaded_by')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_ticket_attachments_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_ticket_attachments'))
    )
    op.create_index('ix_ticket_attachments_comment_id', 'ticket_attachments', ['org_id', 'comment_id'], unique=False)
    op.create_index('ix_ticket_attachments_sha256', 'ticket_attachments', ['org_id', 'sha256'], unique=False)
    op.create_index('ix_ticket_attachments_ticket_id', 'ticket_attachments', ['org_id', 'ticket_id'], unique=False)
    op.create_index('ix_ticket_attachments_uploaded_by', 'ticket_attachments', ['org_id', 'uploaded_by'], unique=False)
    op.create_table('deliveries',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('outgoing_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('outcome', postgresql.DOMAIN('outgoing_state', sa.Text(), create_type=False), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['org_id', 'outgoing_id'], ['outgoing.org_id', 'outgoing.id'], name=op.f('fk_deliveries_org_id_outgoing_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_deliveries_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_deliveries'))
    )
    op.create_index('ix_deliveries_outgoing_id', 'deliveries', ['org_id', 'outgoing_id'], unique=False)
    op.create_foreign_key('fk_tickets_latest_history', 'tickets', 'ticket_history', ['org_id', 'id', 'latest_history_id'], ['org_id', 'ticket_id', 'id'], deferrable=True, initially='DEFERRED')


def downgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.execute(sql("drop.sql"))
    op.execute("RESET ROLE")
