"""Who asks where a proxy stands in front: the address that a trusted proxy tells, and nothing else.

Of all that proxies tell, only `X-Forwarded-For` is read, and only for the turns that clients take: links and redirects
are relative, and IRIs come from the settings, so host, protocol and prefix are not needed. `Forwarded` is not read beside
it: a proxy that sets one of the two passes the other on as the client wrote it.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

_HOUSE = 64
"""Bits of an IPv6 address that are one customer's: the rest she gives to her machines as she likes."""


def read_networks(text: str) -> tuple[Network, ...]:
    """Return the proxies that a setting names.

    Args:
        text: addresses and networks between commas, such as `127.0.0.1,10.1.0.0/16`; empty for none.

    Raises:
        ValueError: one of them is neither, or is every address; the text says the cure.
    """
    return tuple(_read(each.strip()) for each in text.split(",") if each.strip())


def _read(text: str) -> Network:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ValueError(f"{error}; write it like 127.0.0.1, 10.1.0.0/16 or ::1.") from error
    if network.prefixlen == 0:
        raise ValueError(f"{text} is every address: any client could claim to be another; name the proxies.")
    return network


def find_client(peer: str, told: str, trusted: tuple[Network, ...]) -> str:
    """Return the address by which a client takes turns.

    Each proxy appends the address that it was asked from, so the list is believed from its right end, as far as those
    who wrote it are trusted; what is left of the first other address may be invented.

    Args:
        peer: address that the connection comes from, or empty.
        told: value of X-Forwarded-For, or empty.
        trusted: the proxies that are believed.

    Returns:
        The right-most address that is no trusted proxy; for IPv6, its network.
    """
    found = peer
    for each in (peer, *reversed(told.split(","))) if trusted and told else (peer,):
        address = _address(each)
        if address is None:
            return found  # whoever wrote this is the last that is known
        found = _shared(address)
        if not any(address in network for network in trusted):
            return found
    return found


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address, which may have a port; None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found


def _shared(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), _HOUSE), strict=False))
