"""What is mutated: the mails of the stories, and some that hold everything a mail can hold."""

from tests.running import ROOT

RICH = (
    b"Received: from a.test by b.test; Tue, 3 Nov 2026 10:00:00 +0100\r\nReturn-Path: <ann@good.test>\r\n"
    b"Message-ID: <1@good.test>\r\nDate: Tue, 3 Nov 2026 10:00:00 +0100\r\n"
    b"From: =?utf-8?q?Ann_M=C3=BCller?= <Ann@GOOD.test>\r\nReply-To: desk@good.test\r\n"
    b'To: "Support, all" <support@demo.test>, group: b@c.test, d@e.test;\r\nCc: (x) d@e.test\r\n'
    b"Subject: =?utf-8?b?R3LDvMOfZQ==?= =?iso-8859-1?q?_=FC?=\r\nIn-Reply-To: <0@demo.test>\r\n"
    b"References: <r@demo.test>\r\n <0@demo.test>\r\nAuto-Submitted: no\r\nList-Id: A list <a.list.test>\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=b"\r\n\r\nfor old readers\r\n--=b\r\n'
    b'Content-Type: multipart/alternative; boundary="=c"\r\n\r\n--=c\r\nContent-Type: text/plain; charset=utf-8\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe!\r\n\r\nOn Mon, 2 Nov 2026 at 09:00, S "
    b"<support@demo.test> wrote:\r\n> hello\r\n\r\n--=c\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n"
    b"<table><tr><td><p style='x'>Gr\xfc\xdfe!</p><img src=cid:logo><a href=http://127.0.0.1/x>y</a>\r\n--=c--\r\n--=b\r\n"
    b"Content-Type: image/png\r\nContent-ID: <logo>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0=\r\n--=b\r\n"
    b"Content-Type: application/pdf; name*0*=utf-8''gr%C3%BC; name*1=%C3%9Fe.pdf\r\n"
    b"Content-Disposition: attachment; filename*=utf-8''gr%C3%BC%C3%9Fe.pdf\r\n\r\n%PDF\r\n--=b--\r\n"
)
REPORT = (
    b"From: MAILER-DAEMON@mx.test\r\nTo: support@demo.test\r\nSubject: Undelivered\r\nAuto-Submitted: auto-replied\r\n"
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n--r\r\n\r\nIt did not work.\r\n"
    b"--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n"
    b"Final-Recipient: rfc822; ann@good.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    b"--r\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <x@demo.test>\r\nSubject: Hello\r\n\r\nHi.\r\n--r--\r\n"
)
FOREIGN = (
    "From: 王 <w@good.test>\r\nSubject: 你好\r\nContent-Type: text/plain; charset=gb18030\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\n".encode()
    + "水壶不烧水。\r\n".encode("gb18030")
)
UU = b"From: u@good.test\r\nSubject: old\r\n\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n"
STORIES = tuple(
    path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    for path in sorted((ROOT / "tests" / "journeys").glob("*/*.eml"))
)
SEEDS = (RICH, REPORT, FOREIGN, UU, *STORIES)
