-- Who changes where a mailbox logs in, or as whom, has to give its secrets anew: they are for the hosts they were given for,
-- at whatever port, since the certificate is the host's. Another account's UIDs and unique-ids mean other mails, so how far the old one was
-- read goes, too, and with it the lease of whoever reads it.
CREATE FUNCTION forget_login() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM mailbox_tokens WHERE org_id = NEW.org_id AND mailbox_id = NEW.id;
    IF NEW.imap_settings -> 'host' IS DISTINCT FROM OLD.imap_settings -> 'host'
        OR NEW.imap_settings -> 'user' IS DISTINCT FROM OLD.imap_settings -> 'user' THEN
        DELETE FROM mailbox_cursors WHERE org_id = NEW.org_id AND mailbox_id = NEW.id;
        DELETE FROM mailbox_uidls WHERE org_id = NEW.org_id AND mailbox_id = NEW.id;
    END IF;
    RETURN NULL;
END
$$;
