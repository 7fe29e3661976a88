"""Before 250, and every other door to the outside. Accept, never judge."""
