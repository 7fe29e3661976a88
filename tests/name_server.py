"""A small name server of ours on the loopback: real questions over UDP, answered from a zone."""

import socket
import threading
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

HOST = "127.0.0.1"


class NameServer:
    """Answers while the block lasts.

    `records` are lines such as `_imaps._tcp.example.test. SRV 0 1 993 imap.example.test.`; a name that has none of any
    kind does not exist. What `mute` holds is not answered at all. `asked` are the questions.
    """

    def __init__(self, *records: str, mute: tuple[str, ...] = ()) -> None:
        self.asked: list[str] = []
        self._mute = mute
        self._records: dict[tuple[str, str], list[str]] = {}
        for line in records:
            name, kind, value = line.split(None, 2)
            self._records.setdefault((name.lower(), kind), []).append(value)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def place(self) -> str:
        """For the setting `name_servers`."""
        return f"{HOST}:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *ended: object) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            packet, peer = self._socket.recvfrom(4096)
            if not packet:
                return
            query = dns.message.from_wire(packet)
            (question,) = query.question
            name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
            self.asked.append(f"{name} {kind}")
            if name in self._mute:
                continue
            answer = dns.message.make_response(query)
            answer.flags |= dns.flags.RA
            if found := self._records.get((name, kind)):
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *found))
            elif name not in {known for known, _ in self._records}:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            self._socket.sendto(answer.to_wire(), peer)
