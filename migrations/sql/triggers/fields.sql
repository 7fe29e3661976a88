-- After `guard`, which says who may at all. The usual ticket, which came by mail and without fields, is not looked at.
CREATE TRIGGER known_fields BEFORE INSERT ON tickets FOR EACH ROW
WHEN (NEW.custom_fields <> '{}' OR NEW.source IN ('web', 'api')) EXECUTE FUNCTION check_fields('ticket');
CREATE TRIGGER known_fields_changed BEFORE UPDATE OF custom_fields ON tickets FOR EACH ROW
WHEN (NEW.custom_fields IS DISTINCT FROM OLD.custom_fields) EXECUTE FUNCTION check_fields('ticket');
CREATE TRIGGER known_fields BEFORE INSERT ON profiles FOR EACH ROW
WHEN (NEW.custom_fields <> '{}') EXECUTE FUNCTION check_fields('customer');
CREATE TRIGGER known_fields_changed BEFORE UPDATE OF custom_fields ON profiles FOR EACH ROW
WHEN (NEW.custom_fields IS DISTINCT FROM OLD.custom_fields) EXECUTE FUNCTION check_fields('customer');
CREATE TRIGGER known_definition BEFORE INSERT OR UPDATE OF type, options, validation_rules, default_value ON field_definitions
FOR EACH ROW EXECUTE FUNCTION check_definition();
