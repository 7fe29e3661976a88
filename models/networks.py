"""Which addresses a server of an organization may have: public ones, and those in networks that the installation names.

Who may name a host may otherwise make us talk to what only we can reach: a database, a router, a cloud's metadata. The
tables are IANA's special-purpose registries (RFC 6890 and its updates), not those of `ipaddress`, which differ between
versions of Python.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from models.settings import settings

Address = IPv4Address | IPv6Address

SPECIAL = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
GLOBAL_UNICAST = IPv6Network("2000::/3")  # all that is public in IPv6 so far, but for:
SPECIAL_6 = tuple(IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "3fff::/20"))
# IPv4 in IPv6, by the place of its last bit: whoever relays it reaches what the inner address means there.
EMBEDDED = (
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped, RFC 4291
    (IPv6Network("::ffff:0:0:0/96"), 0),  # translated, RFC 7915
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64, RFC 6052
    (IPv6Network("2002::/16"), 80),  # 6to4, RFC 3056
)

NETWORK_BITS = {4: 24, 6: 64}


def may_be_reached(text: str) -> bool:
    """Whether an address is public or in one of the installation's own networks.

    Args:
        text: in digits, as a resolver gives it; an interface after `%` is not looked at.
    """
    address = ip_address(text.partition("%")[0])
    inner = embedded(address)
    own = own_networks()
    return any(one in network for one in {address, inner} for network in own) or is_public(inner)


def is_public(address: Address) -> bool:
    """Whether an address means the same machine to everybody.

    Args:
        address: one that embeds no other.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in SPECIAL)
    return address in GLOBAL_UNICAST and not any(address in network for network in SPECIAL_6)


def speaks_for_many(text: str) -> bool:
    """Whether a client is a relay of ours, with everybody's mail: it is not public, or in one of our networks.

    Args:
        text: its address; IPv4 within IPv6 counts as what it means.
    """
    return _is_near(text) or any(ip_address(text) in network for network in own_networks())


@lru_cache(maxsize=4096)
def _is_near(text: str) -> bool:
    return not is_public(embedded(ip_address(text)))


def embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, or else the address itself."""
    for network, below in EMBEDDED:
        if isinstance(address, IPv6Address) and address in network:
            return IPv4Address(int(address) >> below & 0xFFFFFFFF)
    return address


@lru_cache(maxsize=4096)
def network_of(text: str) -> str:
    """The network that an address counts as part of: what is usually given to one customer or one rack."""
    address = ip_address(text)
    return str(ip_network((address, NETWORK_BITS[address.version]), strict=False))


def own_networks() -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of the setting `own_networks`, which checked them."""
    return tuple(ip_network(part.strip(), strict=False) for part in settings().own_networks.split(",") if part.strip())
