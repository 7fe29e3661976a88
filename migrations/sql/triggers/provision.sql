CREATE TRIGGER provision AFTER INSERT ON organizations FOR EACH ROW EXECUTE FUNCTION provision_organization();
CREATE TRIGGER provision_creator AFTER INSERT ON organizations FOR EACH ROW
WHEN (NEW.created_by IS NOT NULL) EXECUTE FUNCTION handle_new_org();
