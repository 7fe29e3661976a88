-- Every change of a setting is noted, whoever makes it. Tables whose rows workers write by themselves (a limit that was
-- reached, a token that was renewed) are noted when an admin writes; of people only what they may do, so that filing a
-- mail notes nothing.
DO $$
DECLARE
    it record;
    v_settings name[] := ARRAY[
        'allowed_sealers', 'business_calendars', 'departments', 'field_definitions', 'field_visibility_rules',
        'legal_holds', 'letter_templates', 'macros', 'mailboxes', 'org_invites', 'organization_partners', 'organization_settings',
        'organizations', 'request_types', 'routing_rules', 'signing_keys', 'sla_policies', 'teams', 'webhooks',
        'workflow_stage_hooks', 'workflow_stages', 'workflows'];
    v_by_admins name[] := ARRAY['events', 'mailbox_tokens', 'rate_limits', 'team_members'];
    v_silent text[] := ARRAY['updated_at', 'last_seen_at', 'last_error', 'last_error_at', 'error_count',
                             'failing_since', 'error_is_permanent', 'trouble_told_at', 'lag_seconds', 'oldest_waiting_at',
                             'gap_alarms', 'set_aside'];
BEGIN
    FOR it IN
        SELECT c.relname, c.relname = ANY (v_by_admins) AS by_admins,
               ARRAY(SELECT a.attname::text FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
                     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number ORDER BY k.place) AS keys
        FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (v_settings || v_by_admins)
    LOOP
        EXECUTE format(
            'CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW %s EXECUTE FUNCTION note_setting(%L, %L)',
            it.relname, CASE WHEN it.by_admins THEN 'WHEN (current_setting(''app.role'', true) = ''admin'')' END,
            it.keys, v_silent);
    END LOOP;
END
$$;
CREATE TRIGGER audit_made AFTER INSERT ON profiles FOR EACH ROW WHEN (NEW.role IN ('agent', 'admin'))
EXECUTE FUNCTION note_setting('{org_id,id}', '{}', '{role,email,department_id}');
CREATE TRIGGER audit_changed AFTER UPDATE ON profiles FOR EACH ROW
WHEN ((OLD.role, OLD.email, OLD.department_id, OLD.deleted_at) IS DISTINCT FROM
      (NEW.role, NEW.email, NEW.department_id, NEW.deleted_at))
EXECUTE FUNCTION note_setting('{org_id,id}', '{}', '{role,email,department_id,deleted_at}');
CREATE TRIGGER audit_removed AFTER DELETE ON profiles FOR EACH ROW
EXECUTE FUNCTION note_setting('{org_id,id}', '{}', '{role,email,department_id,deleted_at}');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- At the commit, so that two who change settings wait for each other no longer than that, and never in a circle.
CREATE CONSTRAINT TRIGGER chained AFTER INSERT ON audit_log DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION chain_audit();
