"""Small faults of policies, functions and privileges: each breaks one rule, as those in `plants`."""

from tests.migrations.lint.plants import Plant

_ORG = "org_id = nullif(current_setting('app.org_id', true), '')::uuid"
_MADE = "LANGUAGE sql SET search_path = pg_catalog, public, pg_temp"
_QUIET = "; REVOKE ALL ON FUNCTION planted FROM PUBLIC"

POLICIES: tuple[Plant, ...] = (
    (
        "writes_are_checked",
        f"CREATE POLICY planted ON tickets USING ({_ORG})",
        "tickets.planted does not say what may be written",
    ),
    (
        "writes_are_checked",
        f"CREATE POLICY planted ON tickets FOR UPDATE USING ({_ORG})",
        "tickets.planted does not say what may be written",
    ),
    (
        "nobody_sees_everything",
        "CREATE POLICY planted ON tickets FOR SELECT USING (true)",
        "tickets.planted shows everything to public",
    ),
    (
        "nobody_sees_everything",
        "CREATE POLICY planted ON tickets FOR SELECT TO postern_registrar, postern_owner USING (true)",
        "tickets.planted shows everything to postern_registrar, postern_owner",
    ),
    (
        "nobody_sees_everything",
        "CREATE POLICY planted ON tickets FOR INSERT TO postern_app WITH CHECK (true)",
        "tickets.planted lets postern_app write anything",
    ),
    (
        "nobody_sees_everything",
        "CREATE POLICY planted ON raw_mail FOR UPDATE TO postern_gateway USING (false) WITH CHECK (true)",
        "raw_mail.planted lets postern_gateway write anything",
    ),
    (
        "policies_begin_with_the_organization",
        "CREATE POLICY planted ON tickets FOR SELECT USING (current_setting('app.role', true) = 'admin')",
        "tickets.planted sees beyond the organization",
    ),
    (
        "policies_begin_with_the_organization",
        f"CREATE POLICY planted ON tickets FOR SELECT USING ({_ORG} AND is_spam OR title = '')",
        "tickets.planted sees beyond the organization",
    ),
    (
        "policies_begin_with_the_organization",
        f"CREATE POLICY planted ON tickets FOR SELECT USING ({_ORG} OR is_spam)",
        "tickets.planted sees beyond the organization",
    ),
    (
        "policies_begin_with_the_organization",
        f"CREATE POLICY planted ON profiles FOR UPDATE USING ({_ORG}) WITH CHECK (role = 'agent')",
        "profiles.planted writes beyond the organization",
    ),
    (
        "policies_begin_with_the_organization",
        "CREATE POLICY planted ON organizations FOR SELECT USING (is_default)",
        "organizations.planted sees beyond the organization",
    ),
    (
        "no_context_is_no_error",
        f"CREATE POLICY planted ON tickets FOR SELECT USING ({_ORG} AND current_setting('app.role') = 'agent')",
        "tickets.planted fails where the context is not set",
    ),
    (
        "no_context_is_no_error",
        f"CREATE POLICY planted ON tickets FOR SELECT USING ({_ORG} AND id = current_setting('app.x', true)::uuid)",
        "tickets.planted fails where the context is not set",
    ),
    (
        "policies_are_for_all",
        f"CREATE POLICY planted ON tickets FOR SELECT TO postern_app USING ({_ORG})",
        "tickets.planted is for postern_app alone, so no door passes",
    ),
    (
        "policies_stand_alone",
        f"CREATE POLICY planted ON tickets FOR SELECT USING ({_ORG} AND created_by = acting_profile())",
        "tickets.planted leans on acting_profile()",
    ),
    (
        "policies_stand_alone",
        (
            "CREATE VIEW seen WITH (security_invoker) AS SELECT id FROM profiles;"
            f" CREATE POLICY planted ON tickets FOR SELECT USING ({_ORG} AND created_by IN (SELECT id FROM seen))"
        ),
        "tickets.planted leans on seen",
    ),
    (
        "door_policies_are_used",
        f"CREATE POLICY planted ON letter_templates TO postern_owner USING ({_ORG}) WITH CHECK ({_ORG})",
        "letter_templates.planted serves no function of postern_owner",
    ),
    (
        "door_policies_are_used",
        "CREATE POLICY planted ON blobs FOR SELECT TO postern_registrar USING (true)",
        "blobs.planted serves no function of postern_registrar",
    ),
    (
        "no_policy_reads_back",
        f"CREATE POLICY planted ON profiles FOR SELECT USING ({_ORG} AND id IN (SELECT p.id FROM profiles p))",
        "profiles.planted reads profiles, whose policies read profiles",
    ),
    (
        "no_policy_reads_back",
        (
            f"CREATE POLICY planted ON ticket_numbers FOR DELETE USING ({_ORG} AND EXISTS ("
            "SELECT FROM ticket_numbers n WHERE n.ticket_id = ticket_numbers.ticket_id))"
        ),
        "ticket_numbers.planted reads ticket_numbers, whose policies read ticket_numbers",
    ),
)

FUNCTIONS: tuple[Plant, ...] = (
    (
        "definers_are_listed",
        f"CREATE FUNCTION planted(a int) RETURNS int {_MADE} SECURITY DEFINER RETURN a",
        "planted(integer) runs as postern_owner and is not listed",
    ),
    (
        "definers_are_listed",
        "AS superuser; ALTER FUNCTION postern_metrics() OWNER TO postern_admin",
        "postern_metrics() runs as postern_admin, not as postern_registrar",
    ),
    (
        "what_is_listed_is_there",
        "AS postern_registrar; DROP FUNCTION postern_metrics()",
        "postern_metrics() is listed and no definer",
    ),
    (
        "what_is_listed_is_there",
        "ALTER FUNCTION create_tickets(jsonb) SECURITY INVOKER",
        "create_tickets(jsonb) is listed and no definer",
    ),
    (
        "search_paths_are_fixed",
        "CREATE FUNCTION planted() RETURNS int LANGUAGE sql RETURN 1",
        "planted() looks for names where its caller says",
    ),
    (
        "search_paths_are_fixed",
        "ALTER FUNCTION touch() SET search_path = pg_catalog, public",
        "touch() looks for names where its caller says",
    ),
    (
        "search_paths_are_fixed",
        "ALTER FUNCTION touch() SET search_path = public, pg_catalog, pg_temp",
        "touch() looks for names where its caller says",
    ),
    (
        "functions_are_granted_by_name",
        "GRANT EXECUTE ON FUNCTION touch() TO PUBLIC",
        "touch() may be called by everybody",
    ),
    (
        "functions_are_granted_by_name",
        "AS postern_admin; CREATE FUNCTION planted() RETURNS int LANGUAGE sql RETURN 1",
        "planted() may be called by everybody",
    ),
    *(
        (
            "contexts_end_with_the_transaction",
            f"CREATE FUNCTION planted() RETURNS void LANGUAGE plpgsql AS $$BEGIN {body}; END$$",
            "planted() sets for the session",
        )
        for body in (
            "PERFORM set_config('app.role', 'admin', false)",
            "PERFORM set_config('app.role', coalesce('admin', concat('a', 'true')), p_local)",
            "SET app.role = 'admin'",
            "SET SESSION app.role = 'admin'",
        )
    ),
    (
        "contexts_end_with_the_transaction",
        "AS superuser; ALTER FUNCTION touch() SET app.role = 'admin'",
        "touch() runs with app.role=admin",
    ),
    (
        "contexts_end_with_the_transaction",
        "AS superuser; ALTER ROLE postern_app SET app.role = 'admin'",
        "postern_app begins with app.role=admin",
    ),
)

RIGHTS: tuple[Plant, ...] = (
    ("everybody_may_nothing", "GRANT SELECT ON tickets TO PUBLIC", "tickets lets everybody SELECT"),
    ("everybody_may_nothing", "GRANT SELECT (title) ON tickets TO PUBLIC", "tickets.title lets everybody SELECT"),
    (
        "everybody_may_nothing",
        "CREATE SEQUENCE planted; GRANT USAGE ON SEQUENCE planted TO PUBLIC",
        "planted lets everybody USAGE",
    ),
    (
        "everybody_may_nothing",
        "AS superuser; GRANT USAGE ON SCHEMA public TO PUBLIC",
        "schema public lets everybody USAGE",
    ),
    ("logins_define_nothing", "GRANT TRUNCATE ON tickets TO postern_app", "tickets lets postern_app TRUNCATE"),
    ("logins_define_nothing", "GRANT MAINTAIN ON tickets TO postern_app", "tickets lets postern_app MAINTAIN"),
    ("logins_define_nothing", "GRANT TRIGGER ON tickets TO postern_fetcher", "tickets lets postern_fetcher TRIGGER"),
    (
        "logins_define_nothing",
        "GRANT REFERENCES (id) ON tickets TO postern_app",
        "tickets.id lets postern_app REFERENCES",
    ),
    (
        "logins_define_nothing",
        "GRANT SELECT ON ticket_numbers TO postern_gateway WITH GRANT OPTION",
        "ticket_numbers lets postern_gateway SELECT and hand it on",
    ),
    (
        "logins_define_nothing",
        "AS superuser; GRANT CREATE ON SCHEMA public TO postern_app",
        "schema public lets postern_app CREATE",
    ),
    ("the_doors_read_nothing", "GRANT SELECT ON tickets TO postern_gateway", "tickets lets postern_gateway SELECT"),
    (
        "the_doors_read_nothing",
        "GRANT SELECT (id) ON raw_mail TO postern_fetcher",
        "raw_mail.id lets postern_fetcher SELECT",
    ),
    (
        "guarded_rows_have_one_way",
        "GRANT INSERT (org_id) ON tickets TO postern_app",
        "tickets lets postern_app INSERT",
    ),
    (
        "guarded_rows_have_one_way",
        "GRANT UPDATE (priority) ON tickets TO postern_app",
        "tickets.priority lets postern_app UPDATE",
    ),
    (
        "guarded_rows_have_one_way",
        "GRANT DELETE ON ticket_history TO postern_app",
        "ticket_history lets postern_app DELETE",
    ),
    (
        "guarded_rows_have_one_way",
        "GRANT UPDATE ON ticket_history TO postern_app",
        "ticket_history lets postern_app UPDATE",
    ),
    (
        "guarded_rows_have_one_way",
        "GRANT SELECT (address) ON receiving_addresses TO postern_app",
        "receiving_addresses.address lets postern_app SELECT",
    ),
    *(
        ("roles_are_weak", f"AS superuser; ALTER ROLE {role} {attribute}", f"{role} is {what}")
        for role, attribute, what in (
            ("postern_app", "SUPERUSER", "a superuser"),
            ("postern_registrar", "BYPASSRLS", "above row level security"),
            ("postern_gateway", "CREATEROLE", "a maker of roles"),
            ("postern_fetcher", "CREATEDB", "a maker of databases"),
            ("postern_app", "REPLICATION", "a replica"),
            ("postern_owner", "LOGIN", "a login"),
            ("postern_registrar", "LOGIN", "a login"),
        )
    ),
    (
        "roles_stay_apart",
        "AS superuser; GRANT postern_registrar TO postern_owner WITH INHERIT TRUE",
        "postern_owner inherits what postern_registrar sees",
    ),
    (
        "roles_stay_apart",
        "AS superuser; GRANT postern_owner TO postern_app WITH INHERIT FALSE, SET TRUE",
        "postern_app is postern_owner",
    ),
    (
        "roles_stay_apart",
        "AS superuser; GRANT pg_read_all_data TO postern_registrar",
        "postern_registrar is pg_read_all_data",
    ),
)
