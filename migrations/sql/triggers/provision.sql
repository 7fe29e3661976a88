CREATE TRIGGER provision AFTER INSERT ON organizations FOR EACH ROW EXECUTE FUNCTION provision_organization();
