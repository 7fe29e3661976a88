CREATE TRIGGER version BEFORE INSERT OR UPDATE ON articles FOR EACH ROW EXECUTE FUNCTION update_article_version();
CREATE TRIGGER version_made AFTER INSERT ON articles FOR EACH ROW EXECUTE FUNCTION note_article_version();
CREATE TRIGGER version_changed AFTER UPDATE ON articles FOR EACH ROW
WHEN (NEW.version <> OLD.version) EXECUTE FUNCTION note_article_version();
