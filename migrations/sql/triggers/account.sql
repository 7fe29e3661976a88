CREATE TRIGGER newcomer AFTER INSERT ON accounts FOR EACH ROW
WHEN (nullif(current_setting('app.org_id', true), '') IS NULL) EXECUTE FUNCTION handle_new_user();
