CREATE TRIGGER reading BEFORE INSERT OR UPDATE OF is_read, read_at ON notifications
FOR EACH ROW EXECUTE FUNCTION note_reading();
