"""Stories through the front door: a mail goes in by SMTP, rows and letters come out of the running system."""
