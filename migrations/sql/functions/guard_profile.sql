-- What somebody may change of themselves: how they are called and reached on screen, never what they may do or how they are
-- known. Names by which the program finds a profile of its own are nobody else's.
CREATE FUNCTION guard_profile() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_free text[] := '{name, username, status, last_active, preferences, avatar_url, locale, timezone, updated_at}';
    v_reserved constant text[] := '{system, unknown-sender}';
BEGIN
    IF coalesce(current_setting('app.role', true), '') NOT IN ('system', 'admin') THEN
        -- A login or a home that is deleted unsets what names it, whoever acts; nobody else may write these two.
        IF NEW.account_id IS NULL THEN
            v_free := v_free || 'account_id'::text;
        END IF;
        IF NEW.home_org_id IS NULL THEN
            v_free := v_free || 'home_org_id'::text;
        END IF;
        IF to_jsonb(NEW) - v_free <> to_jsonb(OLD) - v_free
           OR NEW.username IS DISTINCT FROM OLD.username AND lower(NEW.username) = ANY (v_reserved) THEN
            RAISE EXCEPTION 'only an admin may change that of a profile' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    IF NEW.home_org_id IS NULL AND OLD.home_org_id IS NOT NULL THEN
        NEW.deleted_at := coalesce(NEW.deleted_at, now());
    END IF;
    RETURN NEW;
END
$$;
