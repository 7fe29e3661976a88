-- The hash of a row of the audit log: of the row before it, of where and what it is, and of the digest of its content.
CREATE FUNCTION audit_hash(p_previous bytea, p_row audit_log) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT sha256(p_previous || p_row.digest || convert_to(jsonb_build_array(
        p_row.org_id, p_row.place, p_row.id, (extract(epoch FROM p_row.at) * 1000000)::bigint, p_row.actor_id, p_row.actor_role,
        p_row.action, p_row.noun, p_row.subject_id)::text, 'UTF8'))
$$;
GRANT EXECUTE ON FUNCTION audit_hash (bytea, audit_log) TO postern_registrar;
