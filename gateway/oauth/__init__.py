"""OAuth 2 for mailboxes: a person lets Postern in once, at their provider, and no password is ever told to us.

providers: whose login pages; client: what we are there; wire: one question; answers: what a token server may say;
device, redirect, loopback: how a person lets us in; renew: how we stay in; sasl: how it is said to a mail server.
"""
