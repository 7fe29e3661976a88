CREATE TRIGGER resolution BEFORE INSERT ON ticket_feedback FOR EACH ROW EXECUTE FUNCTION find_resolution();
