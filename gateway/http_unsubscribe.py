"""The link in a letter by which somebody leaves a ticket (RFC 8058), taken as what a mail to its address would be.

So it is durable before it is answered, filed like any mail, and `postern mail explain` tells what became of it. A
second click is a repeat. Looking at the page changes nothing: scanners of mail look at every link.
"""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway import envelope
from gateway.arrivals import Origin, arrivals
from gateway.failures import DiskFull, Unavailable
from gateway.smtp import Door
from models.marks import is_unsubscribe

PROTOCOL = "http"
CONTENT = b"Subject: unsubscribe\r\n\r\nThe link in the letter was used.\r\n"
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<meta name="robots" content="noindex"><title>Unsubscribe</title><body>{}</body></html>'
)
_ASK = _PAGE.format(
    "<p>No more letters about this ticket?</p>"
    '<form method="post"><button name="List-Unsubscribe" value="One-Click">Unsubscribe</button></form>'
)
_DONE = _PAGE.format("<p>You get no more letters about this ticket.</p>")
_UNKNOWN = _PAGE.format("<p>This link is not one of ours.</p>")
_LATER = _PAGE.format("<p>This could not be stored. Please try again in a few minutes.</p>")


async def unsubscribe(request: Request, door: Door) -> Response:
    """GET asks, POST leaves.

    Args:
        request: with the address of the letter in its path.
        door: where mail is taken.
    """
    address: str = request.path_params["address"]
    try:
        target = await door.addresses.resolve(address) if _may_be_ours(address) else None
        if target is None:
            return HTMLResponse(_UNKNOWN, 404)
        if request.method != "POST":
            return HTMLResponse(_ASK)
        await door.acceptor.accept(arrivals([(address, target)], CONTENT, Origin("", None, None, PROTOCOL)))
    except (Unavailable, DiskFull):
        return HTMLResponse(_LATER, 503)
    return HTMLResponse(_DONE)


def _may_be_ours(address: str) -> bool:
    raw = address.encode("utf-8", "replace")
    return is_unsubscribe(address) and isinstance(envelope.recipient(b"TO:<" + raw + b">", utf8=True), str)
