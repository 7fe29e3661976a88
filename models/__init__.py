"""The nouns: what a mail, a ticket and a letter are, and where they lie."""
