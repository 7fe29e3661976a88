"""Small faults of tables, columns, keys and views: each breaks one rule, in words that the rule must answer."""

Plant = tuple[str, str, str]
"""Rule, what to run as the owner (a first `AS <role>;` runs it as somebody else), the line that tells of it."""

_ORG = "org_id uuid NOT NULL REFERENCES organizations"

TABLES: tuple[Plant, ...] = (
    ("the_owner_owns", "AS postern_registrar; CREATE TABLE planted ()", "planted belongs to postern_registrar"),
    ("the_owner_owns", "AS postern_registrar; CREATE SEQUENCE planted", "planted belongs to postern_registrar"),
    ("row_security_is_forced", "CREATE TABLE planted ()", "planted has row level security off"),
    (
        "row_security_is_forced",
        "ALTER TABLE tickets NO FORCE ROW LEVEL SECURITY",
        "tickets does not bind its owner",
    ),
    (
        "row_security_is_forced",
        "CREATE TABLE planted (id uuid) PARTITION BY RANGE (id); ALTER TABLE planted ENABLE ROW LEVEL SECURITY",
        "planted does not bind its owner",
    ),
    ("tables_have_policies", "CREATE TABLE planted ()", "planted has no policy"),
    ("rows_have_organizations", "CREATE TABLE planted ()", "planted has no org_id"),
    ("rows_have_organizations", "CREATE TABLE planted (org_id uuid)", "planted has rows of no organization"),
    (
        "rows_have_organizations",
        "ALTER TABLE receiving_addresses ALTER org_id DROP NOT NULL",
        "receiving_addresses has rows of no organization",
    ),
)

COLUMNS: tuple[Plant, ...] = (
    (
        "no_enums",
        "CREATE TYPE planted AS ENUM ('a', 'b')",
        "planted is an enum, whose operators are not leakproof",
    ),
    (
        "closed_sets_are_domains",
        "ALTER TABLE profiles ALTER status TYPE text",
        "profiles.status is a closed set, but plain text",
    ),
    (
        "closed_sets_are_domains",
        "CREATE TABLE planted (hook_type varchar(9))",
        "planted.hook_type is a closed set, but plain character varying(9)",
    ),
    (
        "closed_sets_are_domains",
        "CREATE TABLE planted (mood text CHECK (mood IN ('glad', 'sad')))",
        "planted.mood is a closed set, but plain text",
    ),
    (
        "times_have_zones",
        "CREATE TABLE planted (seen timestamp)",
        "planted.seen is timestamp without time zone",
    ),
    (
        "changes_are_dated",
        "CREATE TABLE planted (updated_at timestamptz)",
        "planted has an updated_at that nothing moves",
    ),
    (
        "changes_are_dated",
        "ALTER TABLE tickets DISABLE TRIGGER touch",
        "tickets has an updated_at that nothing moves",
    ),
    (
        "changes_are_dated",
        (
            "DROP TRIGGER touch ON workflows; CREATE TRIGGER touch BEFORE UPDATE OF name ON workflows"
            " FOR EACH ROW EXECUTE FUNCTION touch()"
        ),
        "workflows has an updated_at that nothing moves",
    ),
    (
        "identifiers_are_ordered",
        "CREATE TABLE planted (id serial)",
        "planted.id starts as nextval('planted_id_seq'::regclass)",
    ),
    (
        "identifiers_are_ordered",
        "ALTER TABLE tickets ALTER id SET DEFAULT gen_random_uuid()",
        "tickets.id starts as gen_random_uuid()",
    ),
    ("identifiers_are_ordered", "CREATE TABLE planted (id uuid)", "planted.id starts as nothing"),
)

KEYS: tuple[Plant, ...] = (
    (
        "keys_begin_with_the_organization",
        f"CREATE TABLE planted ({_ORG}, id uuid CONSTRAINT pk_planted PRIMARY KEY)",
        "planted.pk_planted tells one organization what another holds",
    ),
    (
        "keys_begin_with_the_organization",
        "ALTER TABLE webhooks ADD CONSTRAINT uq_planted UNIQUE (name, id)",
        "webhooks.uq_planted tells one organization what another holds",
    ),
    (
        "keys_begin_with_the_organization",
        "CREATE UNIQUE INDEX uq_planted ON profiles (lower(email), org_id, id)",
        "profiles.uq_planted tells one organization what another holds",
    ),
    (
        "references_stay_inside",
        (
            "CREATE UNIQUE INDEX uq_planted ON events (id);"
            " ALTER TABLE tickets ADD CONSTRAINT fk_planted FOREIGN KEY (event_id) REFERENCES events (id)"
        ),
        "tickets.fk_planted may point into another organization",
    ),
    (
        "references_stay_inside",
        (
            "ALTER TABLE tickets ADD CONSTRAINT fk_planted FOREIGN KEY (assigned_org_id, created_by)"
            " REFERENCES profiles (org_id, id)"
        ),
        "tickets.fk_planted may point into another organization",
    ),
    (
        "references_stay_inside",
        (
            "ALTER TABLE receiving_addresses ADD other uuid, ADD CONSTRAINT fk_planted"
            " FOREIGN KEY (other, mailbox_id) REFERENCES mailboxes (org_id, id)"
        ),
        "receiving_addresses.fk_planted may point into another organization",
    ),
    ("tenants_exist", "CREATE TABLE planted (org_id uuid NOT NULL)", "planted.org_id names no organization"),
    (
        "unsetting_names_its_column",
        (
            "ALTER TABLE tickets ADD CONSTRAINT fk_planted FOREIGN KEY (org_id, assigned_to)"
            " REFERENCES profiles (org_id, id) ON DELETE SET NULL"
        ),
        "tickets.fk_planted would unset org_id, which is never empty",
    ),
    (
        "unsetting_names_its_column",
        (
            "ALTER TABLE tickets ADD CONSTRAINT fk_planted FOREIGN KEY (org_id, created_by)"
            " REFERENCES profiles (org_id, id) ON DELETE SET NULL (created_by)"
        ),
        "tickets.fk_planted would unset created_by, which is never empty",
    ),
    (
        "history_is_named_with_its_ticket",
        (
            "ALTER TABLE ticket_comments ADD history_id uuid, ADD CONSTRAINT fk_planted"
            " FOREIGN KEY (org_id, history_id) REFERENCES ticket_history (org_id, id)"
        ),
        "ticket_comments.fk_planted may point at a revision of another ticket",
    ),
    (
        "references_have_indexes",
        (
            f"CREATE TABLE planted ({_ORG}, profile_id uuid, PRIMARY KEY (org_id), CONSTRAINT fk_planted"
            " FOREIGN KEY (org_id, profile_id) REFERENCES profiles (org_id, id))"
        ),
        "planted.fk_planted has no index to find who points",
    ),
    (
        "references_have_indexes",
        (
            "DROP INDEX ix_tickets_created_by;"
            " CREATE INDEX ix_planted ON tickets (org_id, created_by) WHERE status = 'open'"
        ),
        "tickets.fk_tickets_org_id_created_by has no index to find who points",
    ),
    (
        "references_have_indexes",
        "DROP INDEX ix_tickets_created_by; CREATE INDEX ix_planted ON tickets (org_id, created_at, created_by)",
        "tickets.fk_tickets_org_id_created_by has no index to find who points",
    ),
    (
        "constraints_are_valid",
        "ALTER TABLE tickets ADD CONSTRAINT ck_planted CHECK (title <> '') NOT VALID",
        "tickets.ck_planted was never checked",
    ),
    (
        "constraints_are_valid",
        (
            "ALTER TABLE tickets ADD CONSTRAINT fk_planted FOREIGN KEY (org_id, created_by)"
            " REFERENCES profiles (org_id, id) NOT ENFORCED"
        ),
        "tickets.fk_planted was never checked",
    ),
)

VIEWS: tuple[Plant, ...] = (
    (
        "views_are_their_readers",
        "CREATE VIEW planted AS SELECT id FROM tickets",
        "planted shows postern_owner's sight to whoever reads it",
    ),
    (
        "views_are_their_readers",
        "CREATE VIEW planted WITH (security_barrier) AS SELECT id FROM tickets",
        "planted shows postern_owner's sight to whoever reads it",
    ),
    (
        "views_are_their_readers",
        "CREATE VIEW planted WITH (security_invoker = false) AS SELECT id FROM tickets",
        "planted shows postern_owner's sight to whoever reads it",
    ),
    (
        "views_are_their_readers",
        "AS postern_registrar; CREATE VIEW planted AS SELECT id FROM organizations",
        "planted shows postern_registrar's sight to whoever reads it",
    ),
    (
        "materialized_views_are_hidden",
        "CREATE MATERIALIZED VIEW planted AS SELECT id FROM tickets",
        "planted belongs to postern_owner, who would refresh it to one organization",
    ),
    (
        "materialized_views_are_hidden",
        (
            "AS postern_registrar; CREATE MATERIALIZED VIEW planted AS SELECT id FROM organizations;"
            " GRANT SELECT ON planted TO postern_app"
        ),
        "planted lets postern_app SELECT",
    ),
    (
        "materialized_views_are_hidden",
        (
            "AS postern_registrar; CREATE MATERIALIZED VIEW planted AS SELECT id FROM organizations;"
            " GRANT SELECT ON planted TO PUBLIC"
        ),
        "planted lets everybody SELECT",
    ),
)
