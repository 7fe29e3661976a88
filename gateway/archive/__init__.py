"""Mail that lies in files: what an MTA hands over on stdin, and mbox, Maildir and `.eml` for an import."""
