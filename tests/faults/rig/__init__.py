"""What the fault tests share: a world that sends, a relay that counts, a system that is killed, and what must hold."""
