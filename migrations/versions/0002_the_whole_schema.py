"""All other tables of the one schema: accounts, requests, workflows' hooks, gatekeeping, knowledge, talk, notices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.run import sql

revision = "0002"
down_revision = "0001"

DOMAINS = """
CREATE DOMAIN article_status AS text CHECK (VALUE IN ('draft', 'published', 'archived'));
CREATE DOMAIN audit_action AS text CHECK (VALUE IN ('insert', 'update', 'delete'));
CREATE DOMAIN category_kind AS text CHECK (VALUE IN ('ticket', 'article'));
CREATE DOMAIN chat_status AS text CHECK (VALUE IN ('waiting', 'active', 'ended'));
CREATE DOMAIN command_outcome AS text CHECK (VALUE IN ('done', 'refused', 'unknown', 'failed'));
CREATE DOMAIN counted AS text CHECK (VALUE IN ('ip', 'network', 'email', 'domain', 'user', 'organization'));
CREATE DOMAIN field_entity AS text CHECK (VALUE IN ('ticket', 'customer'));
CREATE DOMAIN field_type AS text CHECK (VALUE IN ('text', 'textarea', 'number', 'boolean', 'date', 'select', 'multiselect', 'dropdown_dynamic_event', 'file'));
CREATE DOMAIN held_state AS text CHECK (VALUE IN ('held', 'confirmed', 'dropped', 'expired'));
CREATE DOMAIN hook_run_state AS text CHECK (VALUE IN ('waiting', 'done', 'skipped', 'failed'));
CREATE DOMAIN hook_type AS text CHECK (VALUE IN ('notification', 'reply', 'assign', 'priority', 'tag', 'webhook', 'advance'));
CREATE DOMAIN limited_action AS text CHECK (VALUE IN ('connection', 'ticket_create', 'email_verify', 'message_send'));
CREATE DOMAIN link_kind AS text CHECK (VALUE IN ('merged', 'split', 'related', 'duplicate'));
CREATE DOMAIN notification_type AS text CHECK (VALUE IN ('ticket_created', 'ticket_assigned', 'ticket_updated', 'ticket_commented', 'ticket_resolved', 'ticket_closed', 'stage_hook', 'mention', 'chat', 'sla'));
CREATE DOMAIN request_category AS text CHECK (VALUE IN ('billing', 'technical', 'event', 'general'));
CREATE DOMAIN sender_kind AS text CHECK (VALUE IN ('address', 'domain', 'network'));
CREATE DOMAIN signing_algorithm AS text CHECK (VALUE IN ('rsa-sha256', 'ed25519-sha256'));
CREATE DOMAIN suppression_reason AS text CHECK (VALUE IN ('bounced', 'complained', 'unsubscribed', 'manual'));
CREATE DOMAIN timer_kind AS text CHECK (VALUE IN ('advance', 'reminder', 'close', 'first_response', 'resolution'));
CREATE DOMAIN token_kind AS text CHECK (VALUE IN ('imap_password', 'smtp_password', 'oauth_client', 'oauth_refresh', 'oauth_access'));
"""

# Organizations that were there before get what new ones begin with.
COMPLETE = """
DO $$
DECLARE
    v_orgs uuid[];
    v_org uuid;
BEGIN
    SET LOCAL ROLE postern_owner;
    SET LOCAL ROLE postern_registrar;
    v_orgs := ARRAY(SELECT id FROM organizations);
    SET LOCAL ROLE postern_owner;
    FOREACH v_org IN ARRAY v_orgs LOOP
        PERFORM set_config('app.org_id', v_org::text, true);
        PERFORM install_defaults(v_org);
    END LOOP;
    PERFORM set_config('app.org_id', '', true);
    RESET ROLE;
END
$$;
"""


def upgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.execute(DOMAINS)
    change_tables()
    op.execute(sql("statistics.sql"))
    op.execute("RESET ROLE")


def change_tables() -> None:
    op.create_table('accounts',
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('secret_hash', sa.Text(), nullable=True),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('last_login_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts'))
    )
    op.create_index('uq_accounts_email', 'accounts', [sa.literal_column('lower(email)')], unique=True)
    op.create_table('door_limits',
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('identifier_type', postgresql.DOMAIN('counted', sa.Text(), create_type=False), nullable=False),
    sa.Column('identifier', sa.Text(), nullable=False),
    sa.Column('action', postgresql.DOMAIN('limited_action', sa.Text(), create_type=False), nullable=False),
    sa.Column('attempt_count', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('window_start', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('window_seconds', sa.Integer(), server_default=sa.text('3600'), nullable=False),
    sa.Column('is_blocked', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('blocked_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("CASE identifier_type WHEN 'ip' THEN identifier = host(identifier::inet) WHEN 'network' THEN identifier = identifier::cidr::text WHEN 'user' THEN identifier = identifier::uuid::text WHEN 'organization' THEN identifier = identifier::uuid::text ELSE identifier <> '' AND identifier = lower(identifier) END", name=op.f('ck_door_limits_identifier')),
    sa.CheckConstraint('attempt_count >= 0', name=op.f('ck_door_limits_attempt_count')),
    sa.CheckConstraint('is_blocked OR blocked_until IS NULL', name=op.f('ck_door_limits_blocked_until')),
    sa.CheckConstraint('window_seconds > 0', name=op.f('ck_door_limits_window_seconds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_door_limits')),
    sa.UniqueConstraint('identifier_type', 'identifier', 'action', name=op.f('uq_door_limits_identifier_type_identifier_action'))
    )
    op.create_index('ix_door_limits_window_start', 'door_limits', ['window_start'], unique=False)
    op.create_table('account_identities',
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_account_identities_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('provider', 'subject', name=op.f('pk_account_identities'))
    )
    op.create_index('ix_account_identities_account_id', 'account_identities', ['account_id'], unique=False)
    op.create_table('admin_invite_codes',
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('octet_length(digest) = 32', name=op.f('ck_admin_invite_codes_digest')),
    sa.ForeignKeyConstraint(['used_by'], ['accounts.id'], name=op.f('fk_admin_invite_codes_used_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_admin_invite_codes'))
    )
    op.create_index('ix_admin_invite_codes_used_by', 'admin_invite_codes', ['used_by'], unique=False)
    op.create_table('audit_log',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('actor_role', postgresql.DOMAIN('profile_role', sa.Text(), create_type=False), nullable=True),
    sa.Column('action', postgresql.DOMAIN('audit_action', sa.Text(), create_type=False), nullable=False),
    sa.Column('noun', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Text(), nullable=False),
    sa.Column('changes', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_audit_log_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_audit_log'))
    )
    op.create_index('ix_audit_log_actor_id', 'audit_log', ['org_id', 'actor_id'], unique=False)
    op.create_index('ix_audit_log_at', 'audit_log', ['org_id', 'at'], unique=False)
    op.create_index('ix_audit_log_noun', 'audit_log', ['org_id', 'noun', 'subject_id'], unique=False)
    op.create_table('business_calendars',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('timezone', sa.Text(), nullable=True),
    sa.Column('hours', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('holidays', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('is_default', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("(timestamp '2000-01-01' AT TIME ZONE timezone) IS NOT NULL OR timezone IS NULL", name=op.f('ck_business_calendars_timezone')),
    sa.CheckConstraint("jsonb_typeof(holidays) = 'array'", name=op.f('ck_business_calendars_holidays')),
    sa.CheckConstraint("jsonb_typeof(hours) = 'object'", name=op.f('ck_business_calendars_hours')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_business_calendars_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_business_calendars'))
    )
    op.create_index('uq_business_calendars_is_default', 'business_calendars', ['org_id'], unique=True, postgresql_where=sa.text('is_default'))
    op.create_index('uq_business_calendars_name', 'business_calendars', ['org_id', sa.literal_column('lower(name)')], unique=True)
    op.create_table('categories',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('kind', postgresql.DOMAIN('category_kind', sa.Text(), create_type=False), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('sort_order', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('id <> parent_id', name=op.f('ck_categories_not_its_own_parent')),
    sa.ForeignKeyConstraint(['org_id', 'kind', 'parent_id'], ['categories.org_id', 'categories.kind', 'categories.id'], name=op.f('fk_categories_org_id_kind_parent_id'), ondelete='SET NULL (parent_id)'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_categories_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_categories')),
    sa.UniqueConstraint('org_id', 'kind', 'id', name=op.f('uq_categories_org_id_kind_id'))
    )
    op.create_index('uq_categories_name', 'categories', ['org_id', 'kind', 'parent_id', sa.literal_column('lower(name)')], unique=True, postgresql_nulls_not_distinct=True)
    op.create_table('events',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('location', sa.Text(), nullable=True),
    sa.Column('external_id', sa.Text(), nullable=True),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('metadata', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('ends_at >= starts_at', name=op.f('ck_events_ends_after_it_starts')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_events_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_events')),
    sa.UniqueConstraint('org_id', 'external_id', name=op.f('uq_events_org_id_external_id'))
    )
    op.create_index('ix_events_starts_at', 'events', ['org_id', 'starts_at'], unique=False)
    op.create_table('field_definitions',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('entity', postgresql.DOMAIN('field_entity', sa.Text(), create_type=False), server_default=sa.text("'ticket'"), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('type', postgresql.DOMAIN('field_type', sa.Text(), create_type=False), nullable=False),
    sa.Column('is_required', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('default_value', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('placeholder', sa.Text(), nullable=True),
    sa.Column('options', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('validation_rules', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('sort_order', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("jsonb_typeof(options) = 'array'", name=op.f('ck_field_definitions_options')),
    sa.CheckConstraint("jsonb_typeof(validation_rules) = 'object'", name=op.f('ck_field_definitions_validation_rules')),
    sa.CheckConstraint("key ~ '^[a-z][a-z0-9_]{0,62}$'", name=op.f('ck_field_definitions_key')),
    sa.CheckConstraint("type NOT IN ('select', 'multiselect') OR options <> '[]'", name=op.f('ck_field_definitions_something_to_select')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_field_definitions_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_field_definitions')),
    sa.UniqueConstraint('org_id', 'entity', 'key', name=op.f('uq_field_definitions_org_id_entity_key'))
    )
    op.create_table('rate_limits',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('identifier_type', postgresql.DOMAIN('counted', sa.Text(), create_type=False), nullable=False),
    sa.Column('identifier', sa.Text(), nullable=False),
    sa.Column('action', postgresql.DOMAIN('limited_action', sa.Text(), create_type=False), nullable=False),
    sa.Column('attempt_count', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('window_start', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('window_seconds', sa.Integer(), server_default=sa.text('3600'), nullable=False),
    sa.Column('is_blocked', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('blocked_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("CASE identifier_type WHEN 'ip' THEN identifier = host(identifier::inet) WHEN 'network' THEN identifier = identifier::cidr::text WHEN 'user' THEN identifier = identifier::uuid::text WHEN 'organization' THEN identifier = identifier::uuid::text ELSE identifier <> '' AND identifier = lower(identifier) END", name=op.f('ck_rate_limits_identifier')),
    sa.CheckConstraint('attempt_count >= 0', name=op.f('ck_rate_limits_attempt_count')),
    sa.CheckConstraint('is_blocked OR blocked_until IS NULL', name=op.f('ck_rate_limits_blocked_until')),
    sa.CheckConstraint('window_seconds > 0', name=op.f('ck_rate_limits_window_seconds')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_rate_limits_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_rate_limits')),
    sa.UniqueConstraint('org_id', 'identifier_type', 'identifier', 'action', name=op.f('uq_rate_limits_org_id_identifier_type_identifier_action'))
    )
    op.create_index('ix_rate_limits_window_start', 'rate_limits', ['org_id', 'window_start'], unique=False)
    op.create_table('signing_keys',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('domain', sa.Text(), nullable=False),
    sa.Column('selector', sa.Text(), nullable=False),
    sa.Column('algorithm', postgresql.DOMAIN('signing_algorithm', sa.Text(), create_type=False), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('key_id', sa.Text(), nullable=False),
    sa.Column('public_key', sa.Text(), nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("domain = lower(domain) AND domain ~ '^[^@\\s\\u0001-\\u001f\\u007f-\\u009f]+$'", name=op.f('ck_signing_keys_domain')),
    sa.CheckConstraint("selector ~ '^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$'", name=op.f('ck_signing_keys_selector')),
    sa.CheckConstraint('octet_length(sealed) BETWEEN 28 AND 65536', name=op.f('ck_signing_keys_is_sealed')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_signing_keys_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_signing_keys')),
    sa.UniqueConstraint('org_id', 'domain', 'selector', name=op.f('uq_signing_keys_org_id_domain_selector'))
    )
    op.create_index('uq_signing_keys_active', 'signing_keys', ['org_id', 'domain', 'algorithm'], unique=True, postgresql_where=sa.text('is_active'))
    op.create_table('spam_models',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('spam', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('ham', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('trained_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settings', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('spam >= 0 AND ham >= 0', name=op.f('ck_spam_models_counts')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_spam_models_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', name=op.f('pk_spam_models'))
    )
    op.create_table('spam_tokens',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('token', sa.Text(), nullable=False),
    sa.Column('spam', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('ham', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('length(token) BETWEEN 1 AND 200', name=op.f('ck_spam_tokens_token')),
    sa.CheckConstraint('spam >= 0 AND ham >= 0', name=op.f('ck_spam_tokens_counts')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_spam_tokens_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'token', name=op.f('pk_spam_tokens'))
    )
    op.create_index('ix_spam_tokens_seen_at', 'spam_tokens', ['org_id', 'seen_at'], unique=False)
    op.create_table('tags',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('colour', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_tags_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_tags'))
    )
    op.create_index('uq_tags_name', 'tags', ['org_id', sa.literal_column('lower(name)')], unique=True)
    op.create_table('teams',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('is_support_team', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_teams_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_teams'))
    )
    op.create_index('uq_teams_name', 'teams', ['org_id', sa.literal_column('lower(name)')], unique=True)
    op.create_index('uq_teams_support', 'teams', ['org_id'], unique=True, postgresql_where=sa.text('is_support_team'))
    op.create_table('webhooks',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('sealed_secret', sa.LargeBinary(), nullable=True),
    sa.Column('events', sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("url ~ '^https?://'", name=op.f('ck_webhooks_url')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_webhooks_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_webhooks'))
    )
    op.create_index('uq_webhooks_name', 'webhooks', ['org_id', sa.literal_column('lower(name)')], unique=True)
    op.create_table('request_types',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('category', postgresql.DOMAIN('request_category', sa.Text(), create_type=False), server_default=sa.text("'general'"), nullable=False),
    sa.Column('default_routing', postgresql.DOMAIN('routing_type', sa.Text(), create_type=False), server_default=sa.text("'internal'"), nullable=False),
    sa.Column('default_priority', postgresql.DOMAIN('ticket_priority', sa.Text(), create_type=False), server_default=sa.text("'normal'"), nullable=False),
    sa.Column('department_id', sa.Uuid(), nullable=True),
    sa.Column('workflow_id', sa.Uuid(), nullable=True),
    sa.Column('requires_event', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('allowed_roles', sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('match_rules', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('sort_order', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("jsonb_typeof(match_rules) = 'object'", name=op.f('ck_request_types_match_rules')),
    sa.ForeignKeyConstraint(['org_id', 'department_id'], ['departments.org_id', 'departments.id'], name=op.f('fk_request_types_org_id_department_id'), ondelete='SET NULL (department_id)'),
    sa.ForeignKeyConstraint(['org_id', 'workflow_id'], ['workflows.org_id', 'workflows.id'], name=op.f('fk_request_types_org_id_workflow_id'), ondelete='SET NULL (workflow_id)'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_request_types_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_request_types'))
    )
    op.create_index('ix_request_types_department_id', 'request_types', ['org_id', 'department_id'], unique=False)
    op.create_index('ix_request_types_workflow_id', 'request_types', ['org_id', 'workflow_id'], unique=False)
    op.create_index('uq_request_types_name', 'request_types', ['org_id', sa.literal_column('lower(name)')], unique=True)
    op.create_table('allowed_sealers',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('domain', sa.Text(), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("domain = lower(domain) AND domain ~ '^[^@\\s\\u0001-\\u001f\\u007f-\\u009f]+$'", name=op.f('ck_allowed_sealers_domain')),
    sa.ForeignKeyConstraint(['org_id', 'created_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_allowed_sealers_org_id_created_by')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_allowed_sealers_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'domain', name=op.f('pk_allowed_sealers'))
    )
    op.create_index('ix_allowed_sealers_created_by', 'allowed_sealers', ['org_id', 'created_by'], unique=False)
    op.create_table('articles',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('slug', sa.Text(), nullable=True),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('status', postgresql.DOMAIN('article_status', sa.Text(), create_type=False), server_default=sa.text("'draft'"), nullable=False),
    sa.Column('category_id', sa.Uuid(), nullable=True),
    sa.Column('tags', sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('metadata', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 200", name=op.f('ck_articles_slug')),
    sa.CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name=op.f('ck_articles_published_at')),
    sa.CheckConstraint("title <> '' AND length(title) <= 1000", name=op.f('ck_articles_title')),
    sa.CheckConstraint('length(content) <= 1000000', name=op.f('ck_articles_content')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_articles_version')),
    sa.ForeignKeyConstraint(['org_id', 'author_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_articles_org_id_author_id')),
    sa.ForeignKeyConstraint(['org_id', 'category_id'], ['categories.org_id', 'categories.id'], name=op.f('fk_articles_org_id_category_id'), ondelete='SET NULL (category_id)'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_articles_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_articles')),
    sa.UniqueConstraint('org_id', 'slug', name=op.f('uq_articles_org_id_slug'))
    )
    op.create_index('ix_articles_author_id', 'articles', ['org_id', 'author_id'], unique=False)
    op.create_index('ix_articles_category_id', 'articles', ['org_id', 'category_id'], unique=False)
    op.create_index('ix_articles_status', 'articles', ['org_id', 'status', 'published_at'], unique=False)
    op.create_index('ix_articles_tags', 'articles', ['tags'], unique=False, postgresql_using='gin')
    op.create_table('blocked_senders',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('kind', postgresql.DOMAIN('sender_kind', sa.Text(), create_type=False), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("CASE kind WHEN 'network' THEN value = value::cidr::text WHEN 'address' THEN value = lower(value) AND value ~ '^[^@\\s\\u0001-\\u001f\\u007f-\\u009f]+@[^@\\s\\u0001-\\u001f\\u007f-\\u009f]+$' ELSE value = lower(value) AND value ~ '^[^@\\s\\u0001-\\u001f\\u007f-\\u009f]+$' END", name=op.f('ck_blocked_senders_value')),
    sa.ForeignKeyConstraint(['org_id', 'created_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_blocked_senders_org_id_created_by')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_blocked_senders_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_blocked_senders')),
    sa.UniqueConstraint('org_id', 'kind', 'value', name=op.f('uq_blocked_senders_org_id_kind_value'))
    )
    op.create_index('ix_blocked_senders_created_by', 'blocked_senders', ['org_id', 'created_by'], unique=False)
    op.create_table('field_visibility_rules',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('field_definition_id', sa.Uuid(), nullable=False),
    sa.Column('request_type_id', sa.Uuid(), nullable=True),
    sa.Column('user_roles', sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('show_to_customers', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('show_to_agents', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('additional_conditions', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("jsonb_typeof(additional_conditions) = 'object'", name=op.f('ck_field_visibility_rules_additional_conditions')),
    sa.ForeignKeyConstraint(['org_id', 'field_definition_id'], ['field_definitions.org_id', 'field_definitions.id'], name=op.f('fk_field_visibility_rules_org_id_field_definition_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'request_type_id'], ['request_types.org_id', 'request_types.id'], name=op.f('fk_field_visibility_rules_org_id_request_type_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_field_visibility_rules_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_field_visibility_rules'))
    )
    op.create_index('ix_field_visibility_rules_field_definition_id', 'field_visibility_rules', ['org_id', 'field_definition_id'], unique=False)
    op.create_index('ix_field_visibility_rules_request_type_id', 'field_visibility_rules', ['org_id', 'request_type_id'], unique=False)
    op.create_table('macros',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('actions', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('metadata', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("jsonb_typeof(actions) = 'array'", name=op.f('ck_macros_actions')),
    sa.ForeignKeyConstraint(['org_id', 'created_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_macros_org_id_created_by')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_macros_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_macros'))
    )
    op.create_index('ix_macros_created_by', 'macros', ['org_id', 'created_by'], unique=False)
    op.create_index('uq_macros_title', 'macros', ['org_id', sa.literal_column('lower(title)')], unique=True)
    op.create_table('org_invites',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('role', postgresql.DOMAIN('profile_role', sa.Text(), create_type=False), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("role NOT IN ('system', 'guest')", name=op.f('ck_org_invites_role')),
    sa.CheckConstraint('octet_length(digest) = 32', name=op.f('ck_org_invites_digest')),
    sa.ForeignKeyConstraint(['org_id', 'created_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_org_invites_org_id_created_by')),
    sa.ForeignKeyConstraint(['org_id', 'used_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_org_invites_org_id_used_by'), ondelete='SET NULL (used_by)'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_org_invites_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_org_invites')),
    sa.UniqueConstraint('org_id', 'digest', name=op.f('uq_org_invites_org_id_digest'))
    )
    op.create_index('ix_org_invites_created_by', 'org_invites', ['org_id', 'created_by'], unique=False)
    op.create_index('ix_org_invites_email', 'org_invites', ['org_id', sa.literal_column('lower(email)')], unique=False)
    op.create_index('ix_org_invites_used_by', 'org_invites', ['org_id', 'used_by'], unique=False)
    op.create_table('organization_partners',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('partner_org_id', sa.Uuid(), nullable=False),
    sa.Column('offered_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('org_id <> partner_org_id', name=op.f('ck_organization_partners_two_organizations')),
    sa.ForeignKeyConstraint(['org_id', 'offered_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_organization_partners_org_id_offered_by'), ondelete='SET NULL (offered_by)'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_organization_partners_org_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['partner_org_id'], ['organizations.id'], name=op.f('fk_organization_partners_partner_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'partner_org_id', name=op.f('pk_organization_partners'))
    )
    op.create_index('ix_organization_partners_offered_by', 'organization_partners', ['org_id', 'offered_by'], unique=False)
    op.create_index('ix_organization_partners_partner_org_id', 'organization_partners', ['partner_org_id', 'org_id'], unique=False)
    op.create_table('routing_rules',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('sort_order', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('conditions', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('request_type_id', sa.Uuid(), nullable=True),
    sa.Column('department_id', sa.Uuid(), nullable=True),
    sa.Column('assignee_id', sa.Uuid(), nullable=True),
    sa.Column('priority', postgresql.DOMAIN('ticket_priority', sa.Text(), create_type=False), nullable=True),
    sa.Column('tags', sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("jsonb_typeof(conditions) = 'object'", name=op.f('ck_routing_rules_conditions')),
    sa.ForeignKeyConstraint(['org_id', 'assignee_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_routing_rules_org_id_assignee_id'), ondelete='SET NULL (assignee_id)'),
    sa.ForeignKeyConstraint(['org_id', 'department_id'], ['departments.org_id', 'departments.id'], name=op.f('fk_routing_rules_org_id_department_id'), ondelete='SET NULL (department_id)'),
    sa.ForeignKeyConstraint(['org_id', 'request_type_id'], ['request_types.org_id', 'request_types.id'], name=op.f('fk_routing_rules_org_id_request_type_id'), ondelete='SET NULL (request_type_id)'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_routing_rules_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_routing_rules'))
    )
    op.create_index('ix_routing_rules_assignee_id', 'routing_rules', ['org_id', 'assignee_id'], unique=False)
    op.create_index('ix_routing_rules_department_id', 'routing_rules', ['org_id', 'department_id'], unique=False)
    op.create_index('ix_routing_rules_request_type_id', 'routing_rules', ['org_id', 'request_type_id'], unique=False)
    op.create_index('uq_routing_rules_name', 'routing_rules', ['org_id', sa.literal_column('lower(name)')], unique=True)
    op.create_table('sla_policies',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('priority', postgresql.DOMAIN('ticket_priority', sa.Text(), create_type=False), nullable=True),
    sa.Column('request_type_id', sa.Uuid(), nullable=True),
    sa.Column('first_response_minutes', sa.Integer(), nullable=True),
    sa.Column('resolution_minutes', sa.Integer(), nullable=True),
    sa.Column('calendar_id', sa.Uuid(), nullable=True),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('first_response_minutes > 0 AND resolution_minutes > 0', name=op.f('ck_sla_policies_targets')),
    sa.CheckConstraint('first_response_minutes IS NOT NULL OR resolution_minutes IS NOT NULL', name=op.f('ck_sla_policies_some_target')),
    sa.CheckConstraint('resolution_minutes >= first_response_minutes', name=op.f('ck_sla_policies_in_order')),
    sa.ForeignKeyConstraint(['org_id', 'calendar_id'], ['business_calendars.org_id', 'business_calendars.id'], name=op.f('fk_sla_policies_org_id_calendar_id'), ondelete='SET NULL (calendar_id)'),
    sa.ForeignKeyConstraint(['org_id', 'request_type_id'], ['request_types.org_id', 'request_types.id'], name=op.f('fk_sla_policies_org_id_request_type_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_sla_policies_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_sla_policies'))
    )
    op.create_index('ix_sla_policies_calendar_id', 'sla_policies', ['org_id', 'calendar_id'], unique=False)
    op.create_index('ix_sla_policies_request_type_id', 'sla_policies', ['org_id', 'request_type_id'], unique=False)
    op.create_index('uq_sla_policies_name', 'sla_policies', ['org_id', sa.literal_column('lower(name)')], unique=True)
    op.create_index('uq_sla_policies_scope', 'sla_policies', ['org_id', 'request_type_id', 'priority'], unique=True, postgresql_nulls_not_distinct=True, postgresql_where=sa.text('is_active'))
    op.create_table('suppressions',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('reason', postgresql.DOMAIN('suppression_reason', sa.Text(), create_type=False), nullable=False),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("address = lower(address) AND address ~ '^[^@\\s\\u0001-\\u001f\\u007f-\\u009f]+@[^@\\s\\u0001-\\u001f\\u007f-\\u009f]+$'", name=op.f('ck_suppressions_address')),
    sa.ForeignKeyConstraint(['org_id', 'created_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_suppressions_org_id_created_by')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_suppressions_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'address', 'reason', name=op.f('pk_suppressions'))
    )
    op.create_index('ix_suppressions_created_by', 'suppressions', ['org_id', 'created_by'], unique=False)
    op.create_table('team_members',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('profile_id', sa.Uuid(), nullable=False),
    sa.Column('added_by', sa.Uuid(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id', 'added_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_team_members_org_id_added_by'), ondelete='SET NULL (added_by)'),
    sa.ForeignKeyConstraint(['org_id', 'profile_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_team_members_org_id_profile_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'team_id'], ['teams.org_id', 'teams.id'], name=op.f('fk_team_members_org_id_team_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_team_members_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'team_id', 'profile_id', name=op.f('pk_team_members'))
    )
    op.create_index('ix_team_members_added_by', 'team_members', ['org_id', 'added_by'], unique=False)
    op.create_index('ix_team_members_profile_id', 'team_members', ['org_id', 'profile_id'], unique=False)
    op.create_table('workflow_stage_hooks',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('stage_id', sa.Uuid(), nullable=False),
    sa.Column('hook_type', postgresql.DOMAIN('hook_type', sa.Text(), create_type=False), nullable=False),
    sa.Column('config', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('position', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("coalesce(CASE hook_type::text\n    WHEN 'notification' THEN config ? 'message' AND CASE config ->> 'target_type'\n        WHEN 'specific_user' THEN config ? 'target_user_id'\n        WHEN 'role' THEN config ->> 'target_role' IN ('customer', 'agent', 'admin')\n        ELSE config ->> 'target_type' IN ('ticket_creator', 'org_admins') END\n    WHEN 'reply' THEN config ? 'message' OR config ? 'macro_id'\n    WHEN 'assign' THEN config ? 'profile_id' OR config ? 'team_id' OR config ? 'department_id'\n    WHEN 'priority' THEN config ->> 'priority' IN ('low', 'normal', 'high', 'urgent')\n    WHEN 'tag' THEN jsonb_typeof(config -> 'add') = 'array' OR jsonb_typeof(config -> 'remove') = 'array'\n    WHEN 'webhook' THEN config ? 'webhook_id'\n    WHEN 'advance' THEN config ? 'stage_id' AND jsonb_typeof(config -> 'after_minutes') = 'number'\n        AND (config ->> 'after_minutes')::numeric BETWEEN 0 AND 5256000\nEND, false)", name=op.f('ck_workflow_stage_hooks_valid_config')),
    sa.ForeignKeyConstraint(['org_id', 'stage_id'], ['workflow_stages.org_id', 'workflow_stages.id'], name=op.f('fk_workflow_stage_hooks_org_id_stage_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_workflow_stage_hooks_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_workflow_stage_hooks'))
    )
    op.create_index('ix_workflow_stage_hooks_stage_id', 'workflow_stage_hooks', ['org_id', 'stage_id'], unique=False)
    op.create_table('article_feedback',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('article_id', sa.Uuid(), nullable=False),
    sa.Column('profile_id', sa.Uuid(), nullable=False),
    sa.Column('helpful', sa.Boolean(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('length(comment) <= 10000', name=op.f('ck_article_feedback_comment')),
    sa.ForeignKeyConstraint(['org_id', 'article_id'], ['articles.org_id', 'articles.id'], name=op.f('fk_article_feedback_org_id_article_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'profile_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_article_feedback_org_id_profile_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_article_feedback_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_article_feedback')),
    sa.UniqueConstraint('org_id', 'article_id', 'profile_id', name=op.f('uq_article_feedback_org_id_article_id_profile_id'))
    )
    op.create_index('ix_article_feedback_profile_id', 'article_feedback', ['org_id', 'profile_id'], unique=False)
    op.create_table('article_versions',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('article_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('changed_by', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id', 'article_id'], ['articles.org_id', 'articles.id'], name=op.f('fk_article_versions_org_id_article_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'changed_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_article_versions_org_id_changed_by')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_article_versions_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_article_versions')),
    sa.UniqueConstraint('org_id', 'article_id', 'version', name=op.f('uq_article_versions_org_id_article_id_version'))
    )
    op.create_index('ix_article_versions_changed_by', 'article_versions', ['org_id', 'changed_by'], unique=False)
    op.create_table('letter_templates',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('mailbox_id', sa.Uuid(), nullable=True),
    sa.Column('letter', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body_text', sa.Text(), nullable=False),
    sa.Column('body_html', sa.Text(), nullable=True),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("letter ~ '^[a-z][a-z_]{0,62}$'", name=op.f('ck_letter_templates_letter')),
    sa.CheckConstraint("locale ~ '^[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*$'", name=op.f('ck_letter_templates_locale')),
    sa.CheckConstraint("subject !~ '[\\u0001-\\u001f\\u007f-\\u009f]' AND length(subject) <= 1000", name=op.f('ck_letter_templates_subject')),
    sa.CheckConstraint('length(body_text) <= 100000 AND length(body_html) <= 100000', name=op.f('ck_letter_templates_size')),
    sa.ForeignKeyConstraint(['org_id', 'mailbox_id'], ['mailboxes.org_id', 'mailboxes.id'], name=op.f('fk_letter_templates_org_id_mailbox_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_letter_templates_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_letter_templates')),
    sa.UniqueConstraint('org_id', 'mailbox_id', 'letter', 'locale', name=op.f('uq_letter_templates_org_id_mailbox_id_letter_locale'), postgresql_nulls_not_distinct=True)
    )
    op.create_table('mailbox_cursors',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('mailbox_id', sa.Uuid(), nullable=False),
    sa.Column('folder', sa.Text(), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=True),
    sa.Column('highest_uid', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('ledger', postgresql.INT8MULTIRANGE(), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('leased_by', sa.Text(), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("folder <> '' AND (lower(folder) <> 'inbox' OR folder = 'INBOX')", name=op.f('ck_mailbox_cursors_folder')),
    sa.CheckConstraint("leased_by IS NULL OR leased_by <> '' AND folder = 'INBOX' AND leased_until IS NOT NULL", name=op.f('ck_mailbox_cursors_lease')),
    sa.CheckConstraint("ledger <@ '{[1, 4294967295]}'::int8multirange", name=op.f('ck_mailbox_cursors_ledger')),
    sa.CheckConstraint('highest_uid BETWEEN 0 AND 4294967295', name=op.f('ck_mailbox_cursors_highest_uid')),
    sa.CheckConstraint('uidvalidity BETWEEN 1 AND 4294967295', name=op.f('ck_mailbox_cursors_uidvalidity')),
    sa.ForeignKeyConstraint(['org_id', 'mailbox_id'], ['mailboxes.org_id', 'mailboxes.id'], name=op.f('fk_mailbox_cursors_org_id_mailbox_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_mailbox_cursors_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'mailbox_id', 'folder', name=op.f('pk_mailbox_cursors'))
    )
    op.create_index('ix_mailbox_cursors_leased_until', 'mailbox_cursors', ['leased_until'], unique=False, postgresql_where=sa.text("folder = 'INBOX'"))
    op.create_table('mailbox_tokens',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('mailbox_id', sa.Uuid(), nullable=False),
    sa.Column('kind', postgresql.DOMAIN('token_kind', sa.Text(), create_type=False), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('key_id', sa.Text(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('octet_length(sealed) BETWEEN 28 AND 65536', name=op.f('ck_mailbox_tokens_is_sealed')),
    sa.ForeignKeyConstraint(['org_id', 'mailbox_id'], ['mailboxes.org_id', 'mailboxes.id'], name=op.f('fk_mailbox_tokens_org_id_mailbox_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_mailbox_tokens_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'mailbox_id', 'kind', name=op.f('pk_mailbox_tokens'))
    )
    op.create_table('chat_sessions',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('agent_id', sa.Uuid(), nullable=True),
    sa.Column('status', postgresql.DOMAIN('chat_status', sa.Text(), create_type=False), server_default=sa.text("'waiting'"), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=True),
    sa.Column('metadata', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status <> 'active' OR agent_id IS NOT NULL", name=op.f('ck_chat_sessions_active_has_agent')),
    sa.CheckConstraint("status = 'ended' OR ended_at IS NULL", name=op.f('ck_chat_sessions_ended_at')),
    sa.ForeignKeyConstraint(['org_id', 'agent_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_chat_sessions_org_id_agent_id')),
    sa.ForeignKeyConstraint(['org_id', 'customer_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_chat_sessions_org_id_customer_id')),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_chat_sessions_org_id_ticket_id'), ondelete='SET NULL (ticket_id)'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_chat_sessions_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_chat_sessions'))
    )
    op.create_index('ix_chat_sessions_agent_id', 'chat_sessions', ['org_id', 'agent_id'], unique=False)
    op.create_index('ix_chat_sessions_customer_id', 'chat_sessions', ['org_id', 'customer_id'], unique=False)
    op.create_index('ix_chat_sessions_ticket_id', 'chat_sessions', ['org_id', 'ticket_id'], unique=False)
    op.create_index('ix_chat_sessions_waiting', 'chat_sessions', ['org_id', 'created_at'], unique=False, postgresql_where=sa.text("status = 'waiting'"))
    op.create_table('command_log',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('raw_mail_id', sa.Uuid(), nullable=True),
    sa.Column('profile_id', sa.Uuid(), nullable=False),
    sa.Column('command', sa.Text(), nullable=False),
    sa.Column('outcome', postgresql.DOMAIN('command_outcome', sa.Text(), create_type=False), nullable=False),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id', 'profile_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_command_log_org_id_profile_id')),
    sa.ForeignKeyConstraint(['org_id', 'raw_mail_id'], ['raw_mail.org_id', 'raw_mail.id'], name=op.f('fk_command_log_org_id_raw_mail_id'), ondelete='SET NULL (raw_mail_id)'),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_command_log_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_command_log_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_command_log'))
    )
    op.create_index('ix_command_log_profile_id', 'command_log', ['org_id', 'profile_id'], unique=False)
    op.create_index('ix_command_log_raw_mail_id', 'command_log', ['org_id', 'raw_mail_id'], unique=False)
    op.create_index('ix_command_log_ticket_id', 'command_log', ['org_id', 'ticket_id', 'at'], unique=False)
    op.create_table('email_verification_tokens',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('token_digest', sa.LargeBinary(), nullable=False),
    sa.Column('ip', postgresql.INET(), nullable=True),
    sa.Column('attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), server_default=sa.text("now() + interval '1 hour'"), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('raw_mail_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('attempts >= 0', name=op.f('ck_email_verification_tokens_attempts')),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_email_verification_tokens_email')),
    sa.CheckConstraint('octet_length(token_digest) = 32', name=op.f('ck_email_verification_tokens_token_digest')),
    sa.ForeignKeyConstraint(['org_id', 'raw_mail_id'], ['raw_mail.org_id', 'raw_mail.id'], name=op.f('fk_email_verification_tokens_org_id_raw_mail_id'), ondelete='SET NULL (raw_mail_id)'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_email_verification_tokens_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_email_verification_tokens')),
    sa.UniqueConstraint('org_id', 'token_digest', name=op.f('uq_email_verification_tokens_org_id_token_digest'))
    )
    op.create_index('ix_email_verification_tokens_email', 'email_verification_tokens', ['org_id', 'email'], unique=False)
    op.create_index('ix_email_verification_tokens_expires_at', 'email_verification_tokens', ['org_id', 'expires_at'], unique=False)
    op.create_index('ix_email_verification_tokens_raw_mail_id', 'email_verification_tokens', ['org_id', 'raw_mail_id'], unique=False)
    op.create_table('ticket_links',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('linked_ticket_id', sa.Uuid(), nullable=False),
    sa.Column('kind', postgresql.DOMAIN('link_kind', sa.Text(), create_type=False), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('ticket_id <> linked_ticket_id', name=op.f('ck_ticket_links_not_to_itself')),
    sa.ForeignKeyConstraint(['org_id', 'created_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_ticket_links_org_id_created_by')),
    sa.ForeignKeyConstraint(['org_id', 'linked_ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_ticket_links_org_id_linked_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_ticket_links_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_ticket_links_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_ticket_links'))
    )
    op.create_index('ix_ticket_links_created_by', 'ticket_links', ['org_id', 'created_by'], unique=False)
    op.create_index('ix_ticket_links_linked_ticket_id', 'ticket_links', ['org_id', 'linked_ticket_id'], unique=False)
    op.create_index('ix_ticket_links_ticket_id', 'ticket_links', ['org_id', 'ticket_id'], unique=False)
    op.create_index('uq_ticket_links_pair', 'ticket_links', ['org_id', sa.literal_column('LEAST(ticket_id, linked_ticket_id)'), sa.literal_column('GREATEST(ticket_id, linked_ticket_id)')], unique=True)
    op.create_table('ticket_tags',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('tag_id', sa.Uuid(), nullable=False),
    sa.Column('added_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id', 'added_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_ticket_tags_org_id_added_by')),
    sa.ForeignKeyConstraint(['org_id', 'tag_id'], ['tags.org_id', 'tags.id'], name=op.f('fk_ticket_tags_org_id_tag_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_ticket_tags_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_ticket_tags_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'ticket_id', 'tag_id', name=op.f('pk_ticket_tags'))
    )
    op.create_index('ix_ticket_tags_added_by', 'ticket_tags', ['org_id', 'added_by'], unique=False)
    op.create_index('ix_ticket_tags_tag_id', 'ticket_tags', ['org_id', 'tag_id'], unique=False)
    op.create_table('timers',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('kind', postgresql.DOMAIN('timer_kind', sa.Text(), create_type=False), nullable=False),
    sa.Column('hook_id', sa.Uuid(), nullable=True),
    sa.Column('stage_id', sa.Uuid(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['org_id', 'hook_id'], ['workflow_stage_hooks.org_id', 'workflow_stage_hooks.id'], name=op.f('fk_timers_org_id_hook_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'stage_id'], ['workflow_stages.org_id', 'workflow_stages.id'], name=op.f('fk_timers_org_id_stage_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_timers_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_timers_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_timers'))
    )
    op.create_index('ix_timers_due', 'timers', ['due_at'], unique=False, postgresql_where=sa.text('fired_at IS NULL AND cancelled_at IS NULL'))
    op.create_index('ix_timers_hook_id', 'timers', ['org_id', 'hook_id'], unique=False)
    op.create_index('ix_timers_stage_id', 'timers', ['org_id', 'stage_id'], unique=False)
    op.create_index('ix_timers_ticket_id', 'timers', ['org_id', 'ticket_id'], unique=False)
    op.create_table('chat_messages',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('sender_id', sa.Uuid(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('attachments', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("jsonb_typeof(attachments) = 'array'", name=op.f('ck_chat_messages_attachments')),
    sa.CheckConstraint('length(content) <= 100000', name=op.f('ck_chat_messages_content')),
    sa.ForeignKeyConstraint(['org_id', 'sender_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_chat_messages_org_id_sender_id')),
    sa.ForeignKeyConstraint(['org_id', 'session_id'], ['chat_sessions.org_id', 'chat_sessions.id'], name=op.f('fk_chat_messages_org_id_session_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_chat_messages_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_chat_messages'))
    )
    op.create_index('ix_chat_messages_sender_id', 'chat_messages', ['org_id', 'sender_id'], unique=False)
    op.create_index('ix_chat_messages_session_id', 'chat_messages', ['org_id', 'session_id', 'created_at'], unique=False)
    op.create_table('held_comments',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('raw_mail_id', sa.Uuid(), nullable=True),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=True),
    sa.Column('is_internal', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('state', postgresql.DOMAIN('held_state', sa.Text(), create_type=False), server_default=sa.text("'held'"), nullable=False),
    sa.Column('token_digest', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('comment_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("comment_id IS NULL OR state = 'confirmed'", name=op.f('ck_held_comments_posted_when_confirmed')),
    sa.CheckConstraint('octet_length(token_digest) = 32', name=op.f('ck_held_comments_token_digest')),
    sa.ForeignKeyConstraint(['org_id', 'author_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_held_comments_org_id_author_id')),
    sa.ForeignKeyConstraint(['org_id', 'comment_id'], ['ticket_comments.org_id', 'ticket_comments.id'], name=op.f('fk_held_comments_org_id_comment_id'), ondelete='SET NULL (comment_id)'),
    sa.ForeignKeyConstraint(['org_id', 'raw_mail_id'], ['raw_mail.org_id', 'raw_mail.id'], name=op.f('fk_held_comments_org_id_raw_mail_id'), ondelete='SET NULL (raw_mail_id)'),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_held_comments_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_held_comments_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_held_comments')),
    sa.UniqueConstraint('org_id', 'raw_mail_id', name=op.f('uq_held_comments_org_id_raw_mail_id')),
    sa.UniqueConstraint('org_id', 'token_digest', name=op.f('uq_held_comments_org_id_token_digest'))
    )
    op.create_index('ix_held_comments_author_id', 'held_comments', ['org_id', 'author_id'], unique=False)
    op.create_index('ix_held_comments_comment_id', 'held_comments', ['org_id', 'comment_id'], unique=False)
    op.create_index('ix_held_comments_expires_at', 'held_comments', ['org_id', 'expires_at'], unique=False, postgresql_where=sa.text("state = 'held'"))
    op.create_index('ix_held_comments_ticket_id', 'held_comments', ['org_id', 'ticket_id'], unique=False)
    op.create_table('hook_runs',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('history_id', sa.Uuid(), nullable=False),
    sa.Column('hook_id', sa.Uuid(), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('state', postgresql.DOMAIN('hook_run_state', sa.Text(), create_type=False), server_default=sa.text("'waiting'"), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['org_id', 'hook_id'], ['workflow_stage_hooks.org_id', 'workflow_stage_hooks.id'], name=op.f('fk_hook_runs_org_id_hook_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id', 'history_id'], ['ticket_history.org_id', 'ticket_history.ticket_id', 'ticket_history.id'], name=op.f('fk_hook_runs_org_id_ticket_id_history_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_hook_runs_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'history_id', 'hook_id', name=op.f('pk_hook_runs'))
    )
    op.create_index('ix_hook_runs_due', 'hook_runs', ['next_try_at'], unique=False, postgresql_where=sa.text("state = 'waiting'"))
    op.create_index('ix_hook_runs_hook_id', 'hook_runs', ['org_id', 'hook_id'], unique=False)
    op.create_index('ix_hook_runs_ticket_id', 'hook_runs', ['org_id', 'ticket_id', 'history_id'], unique=False)
    op.create_table('notifications',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('profile_id', sa.Uuid(), nullable=False),
    sa.Column('type', postgresql.DOMAIN('notification_type', sa.Text(), create_type=False), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('content', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('link', sa.Text(), nullable=True),
    sa.Column('ticket_id', sa.Uuid(), nullable=True),
    sa.Column('comment_id', sa.Uuid(), nullable=True),
    sa.Column('is_read', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), server_default=sa.text("now() + interval '30 days'"), nullable=False),
    sa.CheckConstraint('is_read = (read_at IS NOT NULL)', name=op.f('ck_notifications_read_at')),
    sa.ForeignKeyConstraint(['org_id', 'comment_id'], ['ticket_comments.org_id', 'ticket_comments.id'], name=op.f('fk_notifications_org_id_comment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'profile_id'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_notifications_org_id_profile_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_notifications_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_notifications_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_notifications'))
    )
    op.create_index('ix_notifications_comment_id', 'notifications', ['org_id', 'comment_id'], unique=False)
    op.create_index('ix_notifications_expires_at', 'notifications', ['expires_at'], unique=False)
    op.create_index('ix_notifications_profile_id', 'notifications', ['org_id', 'profile_id', 'created_at'], unique=False)
    op.create_index('ix_notifications_ticket_id', 'notifications', ['org_id', 'ticket_id'], unique=False)
    op.create_index('ix_notifications_unread', 'notifications', ['org_id', 'profile_id', 'created_at'], unique=False, postgresql_where=sa.text('NOT is_read'))
    op.create_table('ticket_feedback',
    sa.Column('org_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('history_id', sa.Uuid(), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=False),
    sa.Column('rating', sa.SmallInteger(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('rating BETWEEN 1 AND 5', name=op.f('ck_ticket_feedback_rating')),
    sa.ForeignKeyConstraint(['org_id', 'created_by'], ['profiles.org_id', 'profiles.id'], name=op.f('fk_ticket_feedback_org_id_created_by')),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id', 'history_id'], ['ticket_history.org_id', 'ticket_history.ticket_id', 'ticket_history.id'], name=op.f('fk_ticket_feedback_org_id_ticket_id_history_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id', 'ticket_id'], ['tickets.org_id', 'tickets.id'], name=op.f('fk_ticket_feedback_org_id_ticket_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_ticket_feedback_org_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_ticket_feedback')),
    sa.UniqueConstraint('org_id', 'ticket_id', 'history_id', name=op.f('uq_ticket_feedback_org_id_ticket_id_history_id'))
    )
    op.create_index('ix_ticket_feedback_created_by', 'ticket_feedback', ['org_id', 'created_by'], unique=False)
    op.add_column('mailboxes', sa.Column('imap_settings', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    op.add_column('mailboxes', sa.Column('smtp_settings', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    op.add_column('mailboxes', sa.Column('sender_name', sa.Text(), nullable=True))
    op.add_column('mailboxes', sa.Column('sender_address', sa.Text(), nullable=True))
    op.add_column('mailboxes', sa.Column('request_type_id', sa.Uuid(), nullable=True))
    op.add_column('mailboxes', sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('mailboxes', sa.Column('last_error', sa.Text(), nullable=True))
    op.add_column('mailboxes', sa.Column('last_error_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('mailboxes', sa.Column('error_count', sa.Integer(), server_default=sa.text('0'), nullable=False))
    op.create_index('ix_mailboxes_fetched', 'mailboxes', ['org_id', 'id'], unique=False, postgresql_where=sa.text("kind = 'imap' AND is_active"))
    op.create_index('ix_mailboxes_request_type_id', 'mailboxes', ['org_id', 'request_type_id'], unique=False)
    op.create_foreign_key(op.f('fk_mailboxes_org_id_request_type_id'), 'mailboxes', 'request_types', ['org_id', 'request_type_id'], ['org_id', 'id'], ondelete='SET NULL (request_type_id)')
    op.add_column('organization_settings', sa.Column('provisioned_by', sa.Uuid(), nullable=True))
    op.add_column('organization_settings', sa.Column('department_isolation', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('organization_settings', sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False))
    op.create_index('ix_organization_settings_provisioned_by', 'organization_settings', ['provisioned_by'], unique=False)
    op.create_foreign_key(op.f('fk_organization_settings_provisioned_by'), 'organization_settings', 'accounts', ['provisioned_by'], ['id'], ondelete='SET NULL')
    op.add_column('organizations', sa.Column('created_by', sa.Uuid(), nullable=True))
    op.create_index('ix_organizations_created_by', 'organizations', ['created_by'], unique=False)
    op.create_foreign_key(op.f('fk_organizations_created_by'), 'organizations', 'accounts', ['created_by'], ['id'], ondelete='SET NULL')
    op.add_column('profiles', sa.Column('home_org_id', sa.Uuid(), nullable=True))
    op.add_column('profiles', sa.Column('added_by', sa.Uuid(), nullable=True))
    op.create_index('ix_profiles_account_id', 'profiles', ['account_id'], unique=False, postgresql_where=sa.text('account_id IS NOT NULL'))
    op.create_index('ix_profiles_added_by', 'profiles', ['org_id', 'added_by'], unique=False, postgresql_where=sa.text('added_by IS NOT NULL'))
    op.create_index('ix_profiles_home_org_id', 'profiles', ['home_org_id'], unique=False, postgresql_where=sa.text('home_org_id IS NOT NULL'))
    op.create_index('uq_profiles_account_id', 'profiles', ['org_id', 'account_id'], unique=True, postgresql_where=sa.text("account_id IS NOT NULL AND role <> 'guest'"))
    op.create_foreign_key(op.f('fk_profiles_home_org_id'), 'profiles', 'organizations', ['home_org_id'], ['id'], ondelete='SET NULL')
    op.create_foreign_key(op.f('fk_profiles_org_id_added_by'), 'profiles', 'profiles', ['org_id', 'added_by'], ['org_id', 'id'], ondelete='SET NULL (added_by)')
    op.create_foreign_key(op.f('fk_profiles_account_id'), 'profiles', 'accounts', ['account_id'], ['id'], ondelete='SET NULL')
    op.add_column('tickets', sa.Column('request_type_id', sa.Uuid(), nullable=True))
    op.add_column('tickets', sa.Column('category_id', sa.Uuid(), nullable=True))
    op.add_column('tickets', sa.Column('event_id', sa.Uuid(), nullable=True))
    op.add_column('tickets', sa.Column('requester_organization', sa.Text(), nullable=True))
    op.create_index('ix_tickets_assigned_org_id', 'tickets', ['assigned_org_id'], unique=False)
    op.create_index('ix_tickets_category_id', 'tickets', ['org_id', 'category_id'], unique=False)
    op.create_index('ix_tickets_due_at', 'tickets', ['org_id', 'due_at'], unique=False, postgresql_where=sa.text('due_at IS NOT NULL'))
    op.create_index('ix_tickets_event_id', 'tickets', ['org_id', 'event_id'], unique=False)
    op.create_index('ix_tickets_request_type_id', 'tickets', ['org_id', 'request_type_id'], unique=False)
    op.create_index('ix_tickets_status', 'tickets', ['org_id', 'status', 'priority'], unique=False)
    op.create_foreign_key(op.f('fk_tickets_org_id_category_id'), 'tickets', 'categories', ['org_id', 'category_id'], ['org_id', 'id'], ondelete='SET NULL (category_id)')
    op.create_foreign_key(op.f('fk_tickets_assigned_org_id'), 'tickets', 'organizations', ['assigned_org_id'], ['id'], ondelete='SET NULL')
    op.create_foreign_key(op.f('fk_tickets_org_id_request_type_id'), 'tickets', 'request_types', ['org_id', 'request_type_id'], ['org_id', 'id'], ondelete='SET NULL (request_type_id)')
    op.create_foreign_key(op.f('fk_tickets_org_id_event_id'), 'tickets', 'events', ['org_id', 'event_id'], ['org_id', 'id'], ondelete='SET NULL (event_id)')
    op.create_check_constraint(op.f('ck_profiles_a_home_makes_a_guest'), 'profiles', "home_org_id IS NULL OR role = 'guest'")
    op.create_check_constraint(op.f('ck_profiles_a_guest_has_a_home'), 'profiles', "role <> 'guest' OR home_org_id IS NOT NULL OR deleted_at IS NOT NULL")
    op.create_check_constraint(op.f('ck_blobs_digest'), 'blobs', 'sha256 = sha256(content)')
    op.create_check_constraint(op.f('ck_tickets_not_into_itself'), 'tickets', 'merged_into_id <> id')
    op.create_check_constraint(op.f('ck_mailboxes_error_count'), 'mailboxes', 'error_count >= 0')
    op.create_check_constraint(op.f('ck_mailboxes_imap_settings'), 'mailboxes', "imap_settings - ARRAY['host', 'port', 'tls', 'user', 'auth', 'folders'] = '{}'")
    op.create_check_constraint(op.f('ck_mailboxes_imap_is_reachable'), 'mailboxes', "kind <> 'imap' OR NOT is_active OR imap_settings ?& ARRAY['host', 'user']")
    op.create_check_constraint(op.f('ck_mailboxes_sender_address'), 'mailboxes', "sender_address ~ '^[^@\\s\\u0001-\\u001f\\u007f-\\u009f]+@[^@\\s\\u0001-\\u001f\\u007f-\\u009f]+$'")
    op.create_check_constraint(op.f('ck_mailboxes_sender_name'), 'mailboxes', "sender_name !~ '[\\u0001-\\u001f\\u007f-\\u009f]'")
    op.create_check_constraint(op.f('ck_mailboxes_smtp_settings'), 'mailboxes', "smtp_settings - ARRAY['host', 'port', 'tls', 'user', 'auth'] = '{}'")
    op.create_check_constraint(op.f('ck_organization_settings_timezone'), 'organization_settings', "(timestamp '2000-01-01' AT TIME ZONE timezone) IS NOT NULL")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    restore_tables()
    op.execute("DROP DOMAIN article_status, audit_action, category_kind, chat_status, command_outcome, counted, field_entity, field_type, held_state, hook_run_state, hook_type, limited_action, link_kind, notification_type, request_category, sender_kind, signing_algorithm, suppression_reason, timer_kind, token_kind")
    op.execute("RESET ROLE")


def restore_tables() -> None:
    op.drop_constraint(op.f('ck_profiles_a_home_makes_a_guest'), 'profiles', type_='check')
    op.drop_constraint(op.f('ck_profiles_a_guest_has_a_home'), 'profiles', type_='check')
    op.drop_constraint(op.f('ck_blobs_digest'), 'blobs', type_='check')
    op.drop_constraint(op.f('ck_tickets_not_into_itself'), 'tickets', type_='check')
    op.drop_constraint(op.f('ck_mailboxes_error_count'), 'mailboxes', type_='check')
    op.drop_constraint(op.f('ck_mailboxes_imap_settings'), 'mailboxes', type_='check')
    op.drop_constraint(op.f('ck_mailboxes_imap_is_reachable'), 'mailboxes', type_='check')
    op.drop_constraint(op.f('ck_mailboxes_sender_address'), 'mailboxes', type_='check')
    op.drop_constraint(op.f('ck_mailboxes_sender_name'), 'mailboxes', type_='check')
    op.drop_constraint(op.f('ck_mailboxes_smtp_settings'), 'mailboxes', type_='check')
    op.drop_constraint(op.f('ck_organization_settings_timezone'), 'organization_settings', type_='check')
    op.drop_constraint(op.f('fk_tickets_org_id_event_id'), 'tickets', type_='foreignkey')
    op.drop_constraint(op.f('fk_tickets_org_id_request_type_id'), 'tickets', type_='foreignkey')
    op.drop_constraint(op.f('fk_tickets_assigned_org_id'), 'tickets', type_='foreignkey')
    op.drop_constraint(op.f('fk_tickets_org_id_category_id'), 'tickets', type_='foreignkey')
    op.drop_index('ix_tickets_status', table_name='tickets')
    op.drop_index('ix_tickets_request_type_id', table_name='tickets')
    op.drop_index('ix_tickets_event_id', table_name='tickets')
    op.drop_index('ix_tickets_due_at', table_name='tickets', postgresql_where=sa.text('due_at IS NOT NULL'))
    op.drop_index('ix_tickets_category_id', table_name='tickets')
    op.drop_index('ix_tickets_assigned_org_id', table_name='tickets')
    op.drop_column('tickets', 'requester_organization')
    op.drop_column('tickets', 'event_id')
    op.drop_column('tickets', 'category_id')
    op.drop_column('tickets', 'request_type_id')
    op.drop_constraint(op.f('fk_profiles_account_id'), 'profiles', type_='foreignkey')
    op.drop_constraint(op.f('fk_profiles_org_id_added_by'), 'profiles', type_='foreignkey')
    op.drop_constraint(op.f('fk_profiles_home_org_id'), 'profiles', type_='foreignkey')
    op.drop_index('uq_profiles_account_id', table_name='profiles', postgresql_where=sa.text("account_id IS NOT NULL AND role <> 'guest'"))
    op.drop_index('ix_profiles_home_org_id', table_name='profiles', postgresql_where=sa.text('home_org_id IS NOT NULL'))
    op.drop_index('ix_profiles_added_by', table_name='profiles', postgresql_where=sa.text('added_by IS NOT NULL'))
    op.drop_index('ix_profiles_account_id', table_name='profiles', postgresql_where=sa.text('account_id IS NOT NULL'))
    op.drop_column('profiles', 'added_by')
    op.drop_column('profiles', 'home_org_id')
    op.drop_constraint(op.f('fk_organizations_created_by'), 'organizations', type_='foreignkey')
    op.drop_index('ix_organizations_created_by', table_name='organizations')
    op.drop_column('organizations', 'created_by')
    op.drop_constraint(op.f('fk_organization_settings_provisioned_by'), 'organization_settings', type_='foreignkey')
    op.drop_index('ix_organization_settings_provisioned_by', table_name='organization_settings')
    op.drop_column('organization_settings', 'created_at')
    op.drop_column('organization_settings', 'department_isolation')
    op.drop_column('organization_settings', 'provisioned_by')
    op.drop_constraint(op.f('fk_mailboxes_org_id_request_type_id'), 'mailboxes', type_='foreignkey')
    op.drop_index('ix_mailboxes_request_type_id', table_name='mailboxes')
    op.drop_index('ix_mailboxes_fetched', table_name='mailboxes', postgresql_where=sa.text("kind = 'imap' AND is_active"))
    op.drop_column('mailboxes', 'error_count')
    op.drop_column('mailboxes', 'last_error_at')
    op.drop_column('mailboxes', 'last_error')
    op.drop_column('mailboxes', 'last_seen_at')
    op.drop_column('mailboxes', 'request_type_id')
    op.drop_column('mailboxes', 'sender_address')
    op.drop_column('mailboxes', 'sender_name')
    op.drop_column('mailboxes', 'smtp_settings')
    op.drop_column('mailboxes', 'imap_settings')
    op.drop_index('ix_ticket_feedback_created_by', table_name='ticket_feedback')
    op.drop_table('ticket_feedback')
    op.drop_index('ix_notifications_unread', table_name='notifications', postgresql_where=sa.text('NOT is_read'))
    op.drop_index('ix_notifications_ticket_id', table_name='notifications')
    op.drop_index('ix_notifications_profile_id', table_name='notifications')
    op.drop_index('ix_notifications_expires_at', table_name='notifications')
    op.drop_index('ix_notifications_comment_id', table_name='notifications')
    op.drop_table('notifications')
    op.drop_index('ix_hook_runs_ticket_id', table_name='hook_runs')
    op.drop_index('ix_hook_runs_hook_id', table_name='hook_runs')
    op.drop_index('ix_hook_runs_due', table_name='hook_runs', postgresql_where=sa.text("state = 'waiting'"))
    op.drop_table('hook_runs')
    op.drop_index('ix_held_comments_ticket_id', table_name='held_comments')
    op.drop_index('ix_held_comments_expires_at', table_name='held_comments', postgresql_where=sa.text("state = 'held'"))
    op.drop_index('ix_held_comments_comment_id', table_name='held_comments')
    op.drop_index('ix_held_comments_author_id', table_name='held_comments')
    op.drop_table('held_comments')
    op.drop_index('ix_chat_messages_session_id', table_name='chat_messages')
    op.drop_index('ix_chat_messages_sender_id', table_name='chat_messages')
    op.drop_table('chat_messages')
    op.drop_index('ix_timers_ticket_id', table_name='timers')
    op.drop_index('ix_timers_stage_id', table_name='timers')
    op.drop_index('ix_timers_hook_id', table_name='timers')
    op.drop_index('ix_timers_due', table_name='timers', postgresql_where=sa.text('fired_at IS NULL AND cancelled_at IS NULL'))
    op.drop_table('timers')
    op.drop_index('ix_ticket_tags_tag_id', table_name='ticket_tags')
    op.drop_index('ix_ticket_tags_added_by', table_name='ticket_tags')
    op.drop_table('ticket_tags')
    op.drop_index('uq_ticket_links_pair', table_name='ticket_links')
    op.drop_index('ix_ticket_links_ticket_id', table_name='ticket_links')
    op.drop_index('ix_ticket_links_linked_ticket_id', table_name='ticket_links')
    op.drop_index('ix_ticket_links_created_by', table_name='ticket_links')
    op.drop_table('ticket_links')
    op.drop_index('ix_email_verification_tokens_raw_mail_id', table_name='email_verification_tokens')
    op.drop_index('ix_email_verification_tokens_expires_at', table_name='email_verification_tokens')
    op.drop_index('ix_email_verification_tokens_email', table_name='email_verification_tokens')
    op.drop_table('email_verification_tokens')
    op.drop_index('ix_command_log_ticket_id', table_name='command_log')
    op.drop_index('ix_command_log_raw_mail_id', table_name='command_log')
    op.drop_index('ix_command_log_profile_id', table_name='command_log')
    op.drop_table('command_log')
    op.drop_index('ix_chat_sessions_waiting', table_name='chat_sessions', postgresql_where=sa.text("status = 'waiting'"))
    op.drop_index('ix_chat_sessions_ticket_id', table_name='chat_sessions')
    op.drop_index('ix_chat_sessions_customer_id', table_name='chat_sessions')
    op.drop_index('ix_chat_sessions_agent_id', table_name='chat_sessions')
    op.drop_table('chat_sessions')
    op.drop_table('mailbox_tokens')
    op.drop_index('ix_mailbox_cursors_leased_until', table_name='mailbox_cursors', postgresql_where=sa.text("folder = 'INBOX'"))
    op.drop_table('mailbox_cursors')
    op.drop_table('letter_templates')
    op.drop_index('ix_article_versions_changed_by', table_name='article_versions')
    op.drop_table('article_versions')
    op.drop_index('ix_article_feedback_profile_id', table_name='article_feedback')
    op.drop_table('article_feedback')
    op.drop_index('ix_workflow_stage_hooks_stage_id', table_name='workflow_stage_hooks')
    op.drop_table('workflow_stage_hooks')
    op.drop_index('ix_team_members_profile_id', table_name='team_members')
    op.drop_index('ix_team_members_added_by', table_name='team_members')
    op.drop_table('team_members')
    op.drop_index('ix_suppressions_created_by', table_name='suppressions')
    op.drop_table('suppressions')
    op.drop_index('uq_sla_policies_scope', table_name='sla_policies', postgresql_nulls_not_distinct=True, postgresql_where=sa.text('is_active'))
    op.drop_index('uq_sla_policies_name', table_name='sla_policies')
    op.drop_index('ix_sla_policies_request_type_id', table_name='sla_policies')
    op.drop_index('ix_sla_policies_calendar_id', table_name='sla_policies')
    op.drop_table('sla_policies')
    op.drop_index('uq_routing_rules_name', table_name='routing_rules')
    op.drop_index('ix_routing_rules_request_type_id', table_name='routing_rules')
    op.drop_index('ix_routing_rules_department_id', table_name='routing_rules')
    op.drop_index('ix_routing_rules_assignee_id', table_name='routing_rules')
    op.drop_table('routing_rules')
    op.drop_index('ix_organization_partners_partner_org_id', table_name='organization_partners')
    op.drop_index('ix_organization_partners_offered_by', table_name='organization_partners')
    op.drop_table('organization_partners')
    op.drop_index('ix_org_invites_used_by', table_name='org_invites')
    op.drop_index('ix_org_invites_email', table_name='org_invites')
    op.drop_index('ix_org_invites_created_by', table_name='org_invites')
    op.drop_table('org_invites')
    op.drop_index('uq_macros_title', table_name='macros')
    op.drop_index('ix_macros_created_by', table_name='macros')
    op.drop_table('macros')
    op.drop_index('ix_field_visibility_rules_request_type_id', table_name='field_visibility_rules')
    op.drop_index('ix_field_visibility_rules_field_definition_id', table_name='field_visibility_rules')
    op.drop_table('field_visibility_rules')
    op.drop_index('ix_blocked_senders_created_by', table_name='blocked_senders')
    op.drop_table('blocked_senders')
    op.drop_index('ix_articles_tags', table_name='articles', postgresql_using='gin')
    op.drop_index('ix_articles_status', table_name='articles')
    op.drop_index('ix_articles_category_id', table_name='articles')
    op.drop_index('ix_articles_author_id', table_name='articles')
    op.drop_table('articles')
    op.drop_index('ix_allowed_sealers_created_by', table_name='allowed_sealers')
    op.drop_table('allowed_sealers')
    op.drop_index('uq_request_types_name', table_name='request_types')
    op.drop_index('ix_request_types_workflow_id', table_name='request_types')
    op.drop_index('ix_request_types_department_id', table_name='request_types')
    op.drop_table('request_types')
    op.drop_index('uq_webhooks_name', table_name='webhooks')
    op.drop_table('webhooks')
    op.drop_index('uq_teams_support', table_name='teams', postgresql_where=sa.text('is_support_team'))
    op.drop_index('uq_teams_name', table_name='teams')
    op.drop_table('teams')
    op.drop_index('uq_tags_name', table_name='tags')
    op.drop_table('tags')
    op.drop_index('ix_spam_tokens_seen_at', table_name='spam_tokens')
    op.drop_table('spam_tokens')
    op.drop_table('spam_models')
    op.drop_index('uq_signing_keys_active', table_name='signing_keys', postgresql_where=sa.text('is_active'))
    op.drop_table('signing_keys')
    op.drop_index('ix_rate_limits_window_start', table_name='rate_limits')
    op.drop_table('rate_limits')
    op.drop_table('field_definitions')
    op.drop_index('ix_events_starts_at', table_name='events')
    op.drop_table('events')
    op.drop_index('uq_categories_name', table_name='categories', postgresql_nulls_not_distinct=True)
    op.drop_table('categories')
    op.drop_index('uq_business_calendars_name', table_name='business_calendars')
    op.drop_index('uq_business_calendars_is_default', table_name='business_calendars', postgresql_where=sa.text('is_default'))
    op.drop_table('business_calendars')
    op.drop_index('ix_audit_log_noun', table_name='audit_log')
    op.drop_index('ix_audit_log_at', table_name='audit_log')
    op.drop_index('ix_audit_log_actor_id', table_name='audit_log')
    op.drop_table('audit_log')
    op.drop_index('ix_admin_invite_codes_used_by', table_name='admin_invite_codes')
    op.drop_table('admin_invite_codes')
    op.drop_index('ix_account_identities_account_id', table_name='account_identities')
    op.drop_table('account_identities')
    op.drop_index('ix_door_limits_window_start', table_name='door_limits')
    op.drop_table('door_limits')
    op.drop_index('uq_accounts_email', table_name='accounts')
    op.drop_table('accounts')
