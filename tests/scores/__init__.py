"""How much of real mail is read right: `make corpus` compares with what the sources of each mail state about it."""
