CREATE TRIGGER forget_login AFTER UPDATE OF imap_settings, smtp_settings ON mailboxes
FOR EACH ROW WHEN (
    ROW (NEW.imap_settings -> 'host', NEW.imap_settings -> 'user', NEW.smtp_settings -> 'host', NEW.smtp_settings -> 'user')
    IS DISTINCT FROM
    ROW (OLD.imap_settings -> 'host', OLD.imap_settings -> 'user', OLD.smtp_settings -> 'host', OLD.smtp_settings -> 'user'))
EXECUTE FUNCTION forget_login();
