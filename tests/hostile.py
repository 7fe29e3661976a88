"""Mails that were made to hurt who reads them: what FAULTS_AND_ATTACKS.md lists in its section 0.1, and more."""

HEADERS = b"From: Ann <ann@good.test>\r\nSubject: hostile\r\nMessage-ID: <h@x.test>\r\nReferences: <r@x.test>\r\n"


def multipart(count: int, kind: bytes = b"mixed") -> bytes:
    return b"".join(b"Content-Type: multipart/%s; boundary=b%d\r\n\r\n--b%d\r\n" % (kind, n, n) for n in range(count))


def html(page: bytes) -> bytes:
    return b"Content-Type: text/html\r\n\r\n" + page


def pages(count: int) -> bytes:
    """Dense HTML, of which each page of 210 kB needs some 70 ms: 33 take seconds, 250 more than any mail may."""
    tags = b"<div>" * 70 + b"</u>" * 7_000 + b"<i></i>\r\n" * 20_000  # whatever ends here is looked for far above
    page = b"--b\r\nContent-Type: text/html\r\n\r\nx" + tags
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + page * count


HOSTILE = {
    "10,000 deep multipart": multipart(10_000) + b"\r\nx",
    "1,000 deep multipart": multipart(1_000) + b"\r\nx",
    "10,000 deep alternatives": multipart(10_000, b"alternative") + b"\r\nx",
    "one boundary 10,000 times": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 10_000,
    "10,000 deep message/rfc822": b"Content-Type: message/rfc822\r\n\r\n" * 10_000,
    "100,000 parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000,
    "200,000 semicolons": b"Content-Type: text/plain" + b";" * 200_000 + b"\r\n\r\nx",
    "50,000 escaped quotes": b'Content-Type: multipart/mixed; a="' + b'\\";' * 50_000 + b"\r\n\r\nx",
    "20,000 encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 18_000 + b"\r\n\r\nx",
    "20,000 addresses": b"To: " + b", ".join(b"a%d@b.test" % n for n in range(20_000)) + b"\r\n\r\nx",
    "5,000 pieces of a name": b"Content-Type: image/png"
    + b"".join(b"; name*%d*=a" % n for n in range(5_000))
    + b"\r\n\r\nx",
    "5,000 parentheses": b"To: " + b"(" * 5_000 + b"\r\n\r\nx",
    "a folded header of 1 MB": b"X: " + b"a\r\n " * 250_000 + b"\r\n\r\nx",
    "100,000 headers": b"X: y\r\n" * 100_000 + b"\r\nx",
    "20,000 references": b"References: " + b" ".join(b"<%d@x.test>" % n for n in range(20_000)) + b"\r\n\r\nx",
    "E9": b"Content-Type: message/rfc822\r\nz",
    "deep HTML": html(b"<div>" * 100_000 + b"x"),
    "wide HTML table": html(b"<table><tr><td>" + b"x" * 90_000 + b"</td></tr>" + b"<tr><td>y</td></tr>" * 5_000),
    "padded HTML": html(b'<div style="padding-left:99999999em">x</div>' * 10),
    "growing HTML": html(
        b"<p>" + b"".join(b"<font color=%d>" % n for n in range(1_500)) + b"</p>" + b"<p>x</p>" * 1_500
    ),
    "one line for 60 kB": b"\r\n" + b"On " * 20_000,
    "30 MB in one line": b"\r\n" + b"a" * 30_000_000,
    "20 MB of base64": b"Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + (b"QUJD" * 19 + b"\r\n") * 256_000,
    "a dangerous charset": b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a" * 200_000 + b"-\xff",
}
