"""Bytes of a mail to text: transfer encodings, charsets, encoded words. Nothing fails; what is repaired is marked."""
