"""How much of one mail is read; what exceeds a limit is kept in the raw mail, and the parsed one says so."""

PARTS = 5_000
DEPTH = 50
HEADERS = 1_000
HEADER_BYTES = 262_144
ADDRESSES = 1_000
REFERENCES = 50
AWAITED = 10  # mails that may yet come and belong to a ticket which began with an answer to them
IDENTIFIER_BYTES = 998  # RFC 5322 section 2.1.1: the longest line
SUBJECT_CHARACTERS = 1_000
NAME_CHARACTERS = 200
FILE_NAME_CHARACTERS = 255
FIELD_CHARACTERS = 1_000  # any other header value
RAW_FIELD_BYTES = 16_384  # of one header value, before it is decoded
ADDRESS_FIELD_BYTES = HEADER_BYTES
HTML_CHARACTERS = 2_000_000  # above, HTML is handed over as an attachment
PAGES = 10  # of HTML; what follows is text only
HTML_TAGS = 60_000  # what somebody wrote has less than a tenth
MARKS = 50
RECIPIENTS = 200  # of one notice
