"""What the door says: whole reply lines as bytes, each with its enhanced code (RFC 2034, RFC 3463)."""

OK = b"250 2.0.0 OK\r\n"
SENDER_OK = b"250 2.1.0 Sender OK\r\n"
RECIPIENT_OK = b"250 2.1.5 Recipient OK\r\n"
STORED = b"250 2.0.0 Stored\r\n"
GO_AHEAD = b"354 End data with <CR><LF>.<CR><LF>\r\n"
BYE = b"221 2.0.0 Bye\r\n"
CANNOT_VERIFY = b"252 2.5.2 Cannot verify, but will take a message and try\r\n"
HELP = b"214 2.0.0 See RFC 5321; this server takes mail for its own mailboxes only\r\n"
READY_FOR_TLS = b"220 2.0.0 Ready to start TLS\r\n"

TOO_MANY_CONNECTIONS = b"421 4.7.0 Too many connections, try again later\r\n"
TOO_OFTEN = b"421 4.7.0 You connect or send too often, try again later\r\n"
SHUTTING_DOWN = b"421 4.3.2 Shutting down, try again later\r\n"
IDLE = b"421 4.4.2 Idle for too long\r\n"
SESSION_OVER = b"421 4.4.2 Session took too long\r\n"
TOO_MANY_ERRORS = b"421 4.7.0 Too many errors\r\n"
TOO_MANY_COMMANDS = b"421 4.7.0 Too many commands without a mail\r\n"

SERVER_FULL = b"451 4.3.1 Too much mail at once, try again later\r\n"
DISK_FULL = b"452 4.3.1 No space left, try again later\r\n"
TOO_MANY_RECIPIENTS = b"452 4.5.3 Too many recipients\r\n"

UNKNOWN_COMMAND = b"500 5.5.1 Unknown command\r\n"
LINE_TOO_LONG = b"500 5.5.6 Command line too long\r\n"
BAD_CHARACTERS = b"500 5.5.2 Control or 8-bit characters in command\r\n"
BAD_ARGUMENT_CHARACTERS = b"501 5.5.2 Control or 8-bit characters in command\r\n"
BARE_LINE_END = b"521 5.5.2 Bare CR or LF in command\r\n"
TEXT_LINE_TOO_LONG = b"500 5.6.0 Line in message too long\r\n"
SYNTAX = b"501 5.5.4 Syntax error in argument\r\n"
NOT_IMPLEMENTED = b"502 5.5.1 Not implemented\r\n"
HELLO_FIRST = b"503 5.5.1 Say hello first\r\n"
NESTED_MAIL = b"503 5.5.1 MAIL was already given\r\n"
NEED_MAIL = b"503 5.5.1 Need MAIL first\r\n"
NEED_RECIPIENT = b"503 5.5.1 Need a valid RCPT first\r\n"
ALREADY_TLS = b"503 5.5.1 TLS is active already\r\n"
NO_TLS = b"454 4.7.0 TLS is not available\r\n"
WRONG_PROTOCOL = b"554 5.5.0 This is a mail server\r\n"
UNKNOWN_RECIPIENT = b"550 5.1.1 No such mailbox here\r\n"
BARE_LINE_END_IN_DATA = b"550 5.6.11 Bare CR or LF in message\r\n"
TOO_MUCH_DATA = b"552 5.3.4 Message is larger than this server takes\r\n"
LARGER_THAN_ANNOUNCED = b"552 5.3.4 Message is much larger than its SIZE said\r\n"


def unavailable(reference: str) -> bytes:
    """The answer to any surprise: try again later.

    Args:
        reference: what our log calls it.
    """
    return f"451 4.3.0 Temporary failure, try again later; reference {reference}\r\n".encode()
