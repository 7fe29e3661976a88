-- As `cut`, for HTML. Where tags or entities may stand inside of what must go, all of it goes: its text is kept beside it.
CREATE FUNCTION cut_html(p_html text, p_text text, p_pattern text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN p_pattern IS NOT NULL AND p_text !~* p_pattern AND p_html !~* p_pattern
                     AND regexp_replace(regexp_replace(p_html, '<[^>]*>', '', 'g'), '&[^;]{1,10};', ' ', 'g') !~* p_pattern
                THEN p_html END
$$;
