-- Where in the organization any of these texts stands, in every column of every table that could hold it, and in how many
-- rows: what an erasure left, and why. It reads everything.
CREATE FUNCTION mentions(p_spans text[]) RETURNS TABLE (place text, number bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    it record;
    v_pattern text := span_pattern(p_spans);
BEGIN
    FOR it IN
        SELECT c.relname, a.attname, coalesce(nullif(t.typbasetype, 0), t.oid) = 'bytea'::regtype AS raw
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND has_column_privilege(c.oid, a.attnum, 'SELECT')
          AND coalesce(nullif(t.typbasetype, 0), t.oid) = ANY ('{text,jsonb,bytea,text[],inet,tsvector}'::regtype[])
          AND EXISTS (SELECT FROM pg_attribute o WHERE o.attrelid = c.oid AND o.attname = 'org_id')
        ORDER BY c.relname, a.attnum
    LOOP
        EXECUTE format('SELECT count(*) FROM %I t WHERE t.org_id = $1 AND ' || CASE WHEN it.raw
            THEN 'EXISTS (SELECT FROM unnest($3) AS s (said) WHERE position(convert_to(s.said, ''UTF8'') IN t.%I) > 0)'
            ELSE 't.%I::text ~* $2' END, it.relname, it.attname)
        INTO number USING nullif(current_setting('app.org_id', true), '')::uuid, v_pattern, p_spans;
        IF number > 0 THEN
            place := it.relname || '.' || it.attname;
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION mentions (text[]) TO postern_app;
