"""Answers kept as bytes: by what was asked, in each content coding, and by the very bytes of a request's head.

A cache belongs to one release and ends with it, so nothing in it can be stale. It is bounded in bytes; what was used
longest ago goes first.
"""

import hashlib
import re
import zlib
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from http import HTTPStatus

import brotli
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_date

from osallisuus.web.messages import Answer, Request

CODINGS = ("br", "gzip")
"""Content codings that are offered, the best first."""

_WORTH = 1024
"""Bytes from which an answer is compressed when it is asked for."""
_OVERHEAD = 512
_CODED = re.compile(r"^(text/|image/svg|application/(?!zip))")
_HEADS = 64
"""Heads of requests that one entry is remembered for: clients that differ in a word only are not without end."""


@dataclass(slots=True)
class Entry:
    """An answer with its tag and its codings.

    Attributes:
        answer: as it was made.
        tag: of its bytes, without quotes.
        coded: content coding → compressed body.
        heads: heads of requests that are replied to with it.
        charged: bytes that the cache counts for it.
        used: whether it was used since the cache last looked for room.
    """

    answer: Answer
    tag: str
    coded: dict[str, bytes] = field(default_factory=dict)
    heads: list[bytes] = field(default_factory=list)
    charged: int = 0
    used: bool = False

    def reply(self, request: Request) -> "Reply":
        """Return the reply to a request for this answer: compressed as it asks, 304 where it has it already."""
        answer, coding = self.answer, self._coding(request)
        body = self.coded[coding] if coding else answer.body
        headers = _fixed(answer.content_type, tuple(answer.headers.items()))
        own = []
        if answer.status == 200:
            tag = f'"{self.tag}-{coding}"' if coding else f'"{self.tag}"'
            own.append((b"etag", tag.encode()))
            if _is_known(request, tag, answer.headers.get("Last-Modified", "")):
                return Reply(304, [*headers[1:], *own], b"", self)
        if coding:
            own.append((b"content-encoding", coding.encode()))
        if answer.status != 204:
            own.append((b"content-length", b"%d" % len(body)))
        return Reply(answer.status, [*headers, *own], b"" if request.method == "HEAD" else body, self)

    def _coding(self, request: Request) -> str:
        """Return the coding to answer in, compressing now if that was not done; empty for none."""
        wanted = request.headers.get("accept-encoding", "")
        if not wanted or len(self.answer.body) < _WORTH or not _CODED.match(self.answer.content_type):
            return ""
        accepted = _accepted(wanted)
        for each in accepted:
            if each in self.coded:
                return each
        if accepted:
            self.coded[accepted[-1]] = compress(self.answer.body, accepted[-1], quick=True)
            return accepted[-1]
        return ""

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        heads = sum(map(len, self.heads)) + _OVERHEAD * len(self.heads)
        return _OVERHEAD + len(self.answer.body) + sum(map(len, self.coded.values())) + heads


class Reply:
    """What goes on the wire.

    Attributes:
        status: of HTTP.
        headers: names in lower case, in order; without the date.
        body: empty for 304 and for HEAD.
        entry: the answer that it gives.
        start: the status line and the headers as bytes.
    """

    __slots__ = ("body", "entry", "headers", "start", "status")

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes, entry: Entry) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.entry = entry
        lines = b"".join(b"%b: %b\r\n" % each for each in headers)
        self.start = _status_line(status) + lines


class Cache:
    """Keeps entries, and the replies to requests that come again with the same head.

    Args:
        size: bytes that all of it may take.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.used = 0
        self.replies: dict[bytes, Reply] = {}
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> Entry | None:
        """Return the entry of a key."""
        found = self._entries.get(key)
        if found is not None:
            found.used = True
        return found

    def put(self, key: Hashable, entry: Entry) -> None:
        """Keep an entry, or count anew what it takes; one that would take too much of the room is not kept."""
        before = self._entries.get(key)
        if entry.size > self.size // 8:
            if before is entry:
                self._let_go(self._entries.pop(key))
            return
        if before is not None and before is not entry:
            self._let_go(before)
        self._entries[key] = entry
        self.used += entry.size - entry.charged
        entry.charged = entry.size
        self._make_room()

    def remember(self, key: Hashable, head: bytes, reply: Reply) -> None:
        """Keep the reply to requests with just this head, as long as its entry is kept."""
        entry = reply.entry
        if self._entries.get(key) is entry and len(entry.heads) < _HEADS and head not in self.replies:
            self.replies[head] = reply
            entry.heads.append(head)
            entry.charged += len(head) + _OVERHEAD
            self.used += len(head) + _OVERHEAD
            self._make_room()

    def _make_room(self) -> None:
        """Drop the oldest entries; one that was used since it was last looked at counts as new instead."""
        while self.used > self.size:
            key, oldest = self._entries.popitem(last=False)
            if oldest.used:
                oldest.used = False
                self._entries[key] = oldest
                continue
            self._let_go(oldest)

    def _let_go(self, entry: Entry) -> None:
        self.used -= entry.charged
        entry.charged = 0
        for head in entry.heads:
            del self.replies[head]
        entry.heads.clear()


def make_entry(answer: Answer, prepared: Mapping[str, Mapping[str, bytes]]) -> Entry:
    """Return an answer as an entry, with the codings that were made before it was asked for, by the tag of its bytes."""
    tag = hashlib.sha256(answer.body).hexdigest()[:32]
    return Entry(answer, tag, dict(prepared.get(tag, {})))


def compress(body: bytes, coding: str, *, quick: bool = False) -> bytes:
    """Return a body in a content coding; what is done while a client waits is done quickly."""
    if coding == "br":
        return bytes(brotli.compress(body, quality=4 if quick else 5))
    packer = zlib.compressobj(1 if quick else 6, wbits=31)
    return packer.compress(body) + packer.flush()


@lru_cache(maxsize=256)
def _accepted(header: str) -> tuple[str, ...]:
    """Return the codings of ours that an Accept-Encoding header lets in, the best first."""
    wanted = parse_accept_header(header, Accept)
    return tuple(each for each in CODINGS if wanted.quality(each) > 0)


def _is_known(request: Request, tag: str, modified: str) -> bool:
    """Return whether the client has the answer already, by its tag or, where it sent none, by its date."""
    if request.method not in {"GET", "HEAD"}:
        return False
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or tag in {each.strip().removeprefix("W/") for each in tags.split(",")}
    since = request.headers.get("if-modified-since")
    if not since or not modified:
        return False
    seen, changed = parse_date(since), parse_date(modified)
    return seen is not None and changed is not None and changed <= seen


@lru_cache(maxsize=1024)
def _fixed(content_type: str, headers: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    """Return the headers that many answers share, the content type first."""
    found = {"content-type": content_type, **{name.lower(): value for name, value in headers}}
    if _CODED.match(content_type):
        found["vary"] = ", ".join(filter(None, (found.get("vary", ""), "Accept-Encoding")))
    return [(name.encode(), value.encode("latin-1", "replace")) for name, value in found.items()]


@cache
def _status_line(status: int) -> bytes:
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
