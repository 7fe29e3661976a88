"""How much a mail looks like spam: what an organization taught, and signals that explain themselves."""
