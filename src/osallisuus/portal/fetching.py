"""Addresses → answers, as a harvester asks: bounded in time and size, redirects followed by hand, nothing trusted."""

import hashlib
import ipaddress
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urldefrag, urljoin, urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from osallisuus.portal.deadline import POOLS, Deadline
from osallisuus.portal.finding import Finding, UnreadableError
from osallisuus.portal.reading import Reader

LIMIT = 50 << 20
"""Most bytes that are read of one answer: what CKAN takes of a page of a catalog."""

REDIRECTS = 10
SECONDS = 30.0
ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
"""Algorithms of checksums that can be proved, by the names that end the IRIs of SPDX."""

_CHUNK = 1 << 16
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "osallisuus-check"}


@dataclass(frozen=True)
class Reply:
    """What an address answered, after redirects.

    Attributes:
        address: the last address, as a public one.
        status: HTTP status.
        media_type: media type without parameters, in lower case; empty when none was told.
        length: value of Content-Length where it is that of the content itself, unpacked; else None.
        content: the bytes, at most `LIMIT` of them.
        whole: whether those are all.
        digests: algorithm → checksum of the content in hexadecimal.
    """

    address: str
    status: int
    media_type: str
    length: int | None = None
    content: bytes = field(default=b"", repr=False)
    whole: bool = True
    digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300


class Client:
    """Asks addresses; those that begin with a mapped prefix are asked at another place.

    Attributes:
        reader: what reads the content of answers.
        public: whether those who ask are somewhere in the world, and so reach no address of this network.
    """

    def __init__(
        self, mapping: Mapping[str, str] | None = None, seconds: float = SECONDS, *, public: bool = False
    ) -> None:
        self.reader = Reader()
        self.public = public
        self._mapping = sorted((mapping or {}).items(), key=lambda each: -len(each[0]))
        self._seconds = seconds
        self._pool = urllib3.PoolManager(maxsize=8, retries=False)
        self._pool.pool_classes_by_scheme = POOLS

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.clear()
        self.reader.close()

    def ask(self, method: str, address: str, algorithms: Iterable[str] = ()) -> Reply:
        """Return the answer to `HEAD` or `GET`, the content too for the latter.

        Raises:
            UnreadableError: there was no answer, or redirects lead nowhere.
        """
        with Deadline(self._seconds) as deadline:
            try:
                reply = self._follow(method, address, deadline)
            except UnreadableError:
                if not deadline.over:
                    raise
        if deadline.over:  # an answer that was cut off there may look like a whole one
            raise UnreadableError(Finding(address, "slow", {"seconds": f"{self._seconds:g}"}))
        found = {
            each: hashlib.new(each, reply.content, usedforsecurity=False).hexdigest() for each in algorithms
        }
        return replace(reply, digests=found)

    def _follow(self, method: str, address: str, deadline: Deadline) -> Reply:
        seen = [_without_fragment(address)]
        while True:
            response = self._open(method, seen[-1], deadline)
            try:
                if 300 <= response.status < 400 and response.status != 304:
                    seen.append(_next(seen, response))
                    continue
                return self._read(method, seen[-1], response, deadline)
            finally:
                response.close()

    def _open(self, method: str, address: str, deadline: Deadline) -> urllib3.BaseHTTPResponse:
        _refuse(address)
        place = next(
            (local + address[len(at) :] for at, local in self._mapping if address.startswith(at)), None
        )
        if self.public and place is None and is_local(address):
            raise UnreadableError(Finding(address, "local", {"host": urlsplit(address).hostname or ""}))
        place = place or address
        left = deadline.left
        try:
            return self._pool.request(
                method,
                place,
                headers=_HEADERS,
                redirect=False,
                preload_content=False,
                timeout=urllib3.Timeout(connect=min(10.0, left), read=left),
            )
        except HTTPError as error:
            raise UnreadableError(self._explain(address, place, error)) from error

    def _read(
        self, method: str, address: str, response: urllib3.BaseHTTPResponse, deadline: Deadline
    ) -> Reply:
        told = response.headers.get("Content-Length", "")
        packed = response.headers.get("Content-Encoding", "identity") != "identity"
        length = int(told) if re.fullmatch("[0-9]{1,18}", told) and not packed else None
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if method == "HEAD":
            return Reply(address, response.status, media_type, length)
        content, whole = bytearray(), True
        try:
            while whole and not deadline.over and (part := response.read1(_CHUNK)):
                content += part
                whole = len(content) <= LIMIT
        except HTTPError as error:
            raise UnreadableError(self._explain(address, address, error)) from error
        return Reply(address, response.status, media_type, length, bytes(content), whole)

    def _explain(self, address: str, place: str, error: HTTPError) -> Finding:
        said = error.args[-1] if error.args else error
        problem = str(said) if isinstance(said, Exception) else str(said).rpartition(": ")[2]
        for kinds, key in _KEYS:
            if isinstance(error, kinds):
                host = urlsplit(place).hostname or ""
                values = {"problem": problem, "host": host, "seconds": f"{self._seconds:g}"}
                return Finding(address, key, values)
        return Finding(address, "broken", {"problem": problem})


_KEYS: tuple[tuple[tuple[type[HTTPError], ...], str], ...] = (
    ((LocationValueError,), "address"),
    ((NameResolutionError,), "name"),
    ((SSLError,), "tls"),
    ((NewConnectionError,), "refused"),
    ((ConnectTimeoutError, ReadTimeoutError), "slow"),
)
"""Errors of urllib3 → the key of the finding; the first that fits, for some are kinds of others."""


def _refuse(address: str) -> None:
    try:
        scheme = urlsplit(address).scheme
    except ValueError as error:
        raise UnreadableError(Finding(address, "address", {"problem": str(error)})) from error
    if scheme not in {"http", "https"}:
        raise UnreadableError(Finding(address, "scheme"))


def is_local(address: str) -> bool:
    """Whether an address names a machine that only its own network, or itself, can reach; names are not looked up."""
    try:
        host = (urlsplit(address).hostname or "").rstrip(".").partition("%")[0]
        if _LOCAL_NAME.search(host):
            return True
        number = _number(host)
    except ValueError:
        return False  # it is a name, or no address at all
    inner = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
    return not (inner or number).is_global


_LOCAL_NAME = re.compile(r"(^|\.)localhost(\.localdomain)?$|\.(local|internal|home\.arpa)$")


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the number of a machine, in any spelling that a client takes: 127.1 is 127.0.0.1.

    Raises:
        ValueError: it is a name.
    """
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return ipaddress.ip_address(host)


def _without_fragment(address: str) -> str:
    try:
        return urldefrag(address).url
    except ValueError as error:
        raise UnreadableError(Finding(address, "address", {"problem": str(error)})) from error


def _next(seen: list[str], response: urllib3.BaseHTTPResponse) -> str:
    """Return where an answer redirects to.

    Raises:
        UnreadableError: nowhere, in a circle, or on and on.
    """
    told = response.headers.get("Location", "")
    if not told:
        raise UnreadableError(Finding(seen[0], "astray", {"status": str(response.status)}))
    try:
        address = urldefrag(urljoin(seen[-1], told)).url
    except ValueError as error:
        raise UnreadableError(Finding(seen[0], "address", {"problem": f"{told}: {error}"})) from error
    if address in seen:
        raise UnreadableError(Finding(seen[0], "loop", {"chain": " → ".join([*seen, address])}))
    if len(seen) > REDIRECTS:
        raise UnreadableError(Finding(seen[0], "far", {"count": str(REDIRECTS)}))
    return address
