"""The systems of the five documents, each used as its text describes, by the application's login with a profile."""
