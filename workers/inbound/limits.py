"""How much of one mail is read; what exceeds a limit is kept in the raw mail, and the parsed one says so."""

PARTS = 5_000
DEPTH = 50
HEADERS = 1_000
HEADER_BYTES = 262_144
ADDRESSES = 1_000
REFERENCES = 50
IDENTIFIER_BYTES = 998  # RFC 5322 section 2.1.1: the longest line
SUBJECT_CHARACTERS = 1_000
NAME_CHARACTERS = 200
FILE_NAME_CHARACTERS = 255
FIELD_CHARACTERS = 1_000  # any other header value
RAW_FIELD_BYTES = 16_384  # of one header value, before it is decoded
ADDRESS_FIELD_BYTES = HEADER_BYTES
HTML_CHARACTERS = 2_000_000  # above, HTML is handed over as an attachment
MARKS = 50
