"""`make bench-peers`: Postern beside programs that others wrote, on one machine, in turns, in the same minutes."""
