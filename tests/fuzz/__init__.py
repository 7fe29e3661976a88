"""Mails and dialogues that nobody would send, made from our own by chance; a seed makes them the same again."""
