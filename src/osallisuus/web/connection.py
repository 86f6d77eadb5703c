"""A connection of the server: replies at once to what was replied to before, and lets no client take for ever.

uvicorn reads and writes HTTP; this adds, before its parser, the look into the cache by the bytes of a request's head,
and the limits that it leaves to a proxy: the size of a head, and the time that a client may take.
"""

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from osallisuus.web.messages import MAX_HEAD

if TYPE_CHECKING:
    from osallisuus.web.cache import Reply
    from osallisuus.web.front import Front

MAX_TAKEN = 40 << 20
"""Bytes that may follow a head: a body that is read on though it is too large, its chunks, and lines after it."""
PATIENCE = 15.0
"""Seconds in which a client must have sent the head of a request, or taken something of its answer."""

_ONE_PIECE = 64 << 10
_SPECIAL = (b"\ncontent-length:", b"\ntransfer-encoding:", b"\nupgrade:", b"\nexpect:")
_CONNECTION = b"\nconnection:"
_STAYS = b"\nconnection: keep-alive\r"


class Connection(HttpToolsProtocol):
    """Speaks HTTP/1.1 with a client.

    Args:
        front: the application; it counts replies and holds those that may be given at once.
    """

    def __init__(self, *args: Any, front: "Front", **options: Any) -> None:
        super().__init__(*args, **options)
        self.front = front
        self._head = b""
        self._head_size = 0
        self._is_between = True  # all that came is whole requests; else what comes is a part of another
        self._is_reading_head = False
        self._since = self.loop.time()
        self._was_replied = False
        self._is_refused = False
        self._unsent = (0, self._since)

    def data_received(self, data: bytes) -> None:
        """Reply to a request that was replied to before; have uvicorn read any other."""
        if self._is_refused:
            return
        is_first = self._is_between
        if is_first and not self.flow.write_paused and (not self.cycle or self.cycle.response_complete):
            reply = self.front.replies.get(data)
            if reply is not None:
                self._reply(reply)
                self.front.monitoring.replied(data, reply)
                return
        if is_first or self._is_reading_head:
            end = data.find(b"\r\n\r\n") + 4
            self._head = data if is_first and end == len(data) and _may_be_kept(data) else b""
            self._head_size += end if end >= 4 else len(data)
            if self._head_size > MAX_HEAD:
                self._refuse()
                return
        else:
            self._taken += len(data)
            if self._taken > MAX_TAKEN:
                self.transport.abort()
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Note when a request began."""
        super().on_message_begin()
        self._taken = 0
        self._is_between, self._is_reading_head = False, True
        self._since = self.loop.time()

    def on_headers_complete(self) -> None:
        """Tell the application the connection and the head of the request."""
        self.scope["osallisuus"] = (self, self._head)  # type: ignore[typeddict-unknown-key]
        self._is_reading_head = False
        self._head, self._head_size = b"", 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Be ready for the next request."""
        super().on_message_complete()
        self._is_between = True

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection, unless a reply was given on it since the timer was set."""
        if self._was_replied and not self.transport.is_closing():
            self._was_replied = False
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        else:
            super().timeout_keep_alive_handler()

    @property
    def is_closing(self) -> bool:
        """Whether the client has hung up, or is about to be."""
        return self.transport.is_closing()

    @property
    def unsent(self) -> int:
        """Bytes of answers that the client has not taken yet."""
        return self.transport.get_write_buffer_size()

    def sweep(self) -> None:
        """Close the connection if its client has taken too long; called every few seconds."""
        now, unsent = self.loop.time(), self.unsent
        if not unsent or unsent != self._unsent[0]:
            self._unsent = (unsent, now)
        if now - self._unsent[1] > PATIENCE:
            self.transport.abort()
        elif (
            (self._head_size or self.timeout_keep_alive_task is None)
            and (not self.cycle or self.cycle.response_complete)
            and now - self._since > PATIENCE
        ):
            self.transport.close()

    def _reply(self, reply: "Reply") -> None:
        self._was_replied = True
        self._since = self.loop.time()
        reply.entry.used = True
        start = reply.start + self.front.date(self.server_state.default_headers)
        if len(reply.body) < _ONE_PIECE:
            self.transport.write(start + reply.body)
        else:
            self.transport.writelines((start, reply.body))

    def _refuse(self) -> None:
        text = b"The head of the request is larger than %d KiB, the limit; send a long query by POST.\n"
        body = text % (MAX_HEAD >> 10)
        head = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain\r\nconnection: close\r\n"
        self.transport.write(head + b"content-length: %d\r\n\r\n" % len(body) + body)
        self.transport.write_eof()  # what still comes is read and dropped, else the client would not see the answer
        self._is_refused = True
        self._since = self.loop.time()
        self.front.monitoring.refused(431)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, and count it."""
        super().send_400_response(msg)
        self.front.monitoring.refused(400)


def _may_be_kept(data: bytes) -> bool:
    """Return whether these bytes are the head of a request without a body, after which the connection stays open."""
    if not data.startswith((b"GET ", b"HEAD ")):
        return False
    lines = data.lower()
    if b" http/1.1\r\n" not in lines or any(each in lines for each in _SPECIAL):
        return False
    return _CONNECTION not in lines or (_STAYS in lines and lines.count(_CONNECTION) == 1)
