"""A request and its answer, free of any framework: what the front, the endpoint and the cache hand to each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_HEAD = 64 << 10
"""Bytes of the head of a request."""
MAX_BODY = 1 << 20
"""Bytes of its body."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was sent.

    Attributes:
        method: in upper case.
        path: decoded, with its leading slash.
        query: the query string, percent-encoded as sent, without the question mark.
        headers: lower-case name → value; repeated headers are joined by commas.
        body: all of it.
        client: address of the client, without port.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before it is compressed, dated and made conditional.

    Attributes:
        status: of HTTP.
        content_type: media type with its parameters.
        body: all of it.
        headers: further headers, such as `Vary` or `Retry-After`.
    """

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
