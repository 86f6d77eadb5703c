"""The application as the server calls it: the cache first, queries to the workers, pages and documents to Flask."""

import asyncio
import io
import re
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from werkzeug.test import run_wsgi_app

from osallisuus.errors import QueryError, QueryLimitError
from osallisuus.query.lanes import Lane
from osallisuus.query.store import Ask
from osallisuus.web import HEADERS
from osallisuus.web.cache import Entry, Reply, make_entry
from osallisuus.web.edition import GIVEN, Edition
from osallisuus.web.forwarding import Network, find_client
from osallisuus.web.messages import MAX_BODY, Answer, Request
from osallisuus.web.monitoring import Monitoring
from osallisuus.web.sparql import prefers_page

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from osallisuus.web.connection import Connection

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CONNECTIONS = 4096
"""Connections that are open at once."""
BODY_SECONDS = 15.0
"""Seconds in which a client must have sent the body of a request."""
UNSENT = 512 << 20
"""Bytes of answers that clients have not taken yet, all together, above which large answers are refused."""

_LARGE = 1 << 20
_LONG = 16 << 10
"""Bytes of a request with a query above which it is not read between two others."""
_READING = 16
"""Such requests of one client that may wait to be read."""
_LONG_KEY = 512
_QUERIES = re.compile(r"/sparql(?:\.(?:[a-z]+\.)?html)?")
_READ_ON = 32 << 20
"""Bytes of a body that is too large which are read all the same, since many clients listen only after that."""
_KEPT = {200, 303}
_CHANGING = ("NOW", "RAND", "UUID", "BNODE")
_TEXT = "text/plain; charset=utf-8"
_SET_BY_ENTRY = {"content-type", "content-length", "date", "etag"}


class _Shared:
    """A query that is being evaluated, for all that ask it meanwhile."""

    def __init__(self, connection: "Connection | None") -> None:
        self.entry: asyncio.Future[Entry] = asyncio.get_running_loop().create_future()
        self.connections = [connection]

    def is_given_up(self) -> bool:
        """Return whether everyone who asked has hung up."""
        return all(each is not None and each.is_closing for each in self.connections)


class Front:
    """Answers requests by the edition that is being served; an application of ASGI.

    Args:
        threads: where pages are made.
        monitoring: counts and logs what is answered.
        trusted: proxies that are believed when they tell a client's address.
    """

    def __init__(
        self, threads: "Executor", monitoring: Monitoring, trusted: tuple[Network, ...] = ()
    ) -> None:
        self.threads = threads
        self.monitoring = monitoring
        self.trusted = trusted
        self.edition: Edition | None = None
        self.replies: Mapping[bytes, Reply] = {}
        self.connections: Collection[Connection] = ()
        self._asked: dict[Hashable, _Shared] = {}
        self._reading = Lane(1, 1, _READING, BODY_SECONDS)
        self._dated: object = None
        self._date = b""

    def serve(self, edition: Edition) -> Edition | None:
        """Answer by another edition from now on; return the one before, whose requests go on."""
        before, self.edition, self.replies = self.edition, edition, edition.cache.replies
        self.monitoring.edition = edition
        return before

    def date(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        """Return the end of a reply's head, with the headers that the server makes anew each second."""
        if headers is not self._dated:
            self._dated = headers
            self._date = b"".join(b"%b: %b\r\n" % each for each in headers) + b"\r\n"
        return self._date

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        started = time.perf_counter()
        connection, head = scope.get("osallisuus", (None, b""))
        headers, peer = _headers(scope["headers"]), scope["client"][0] if scope["client"] else ""
        request = Request(
            scope["method"],
            scope["path"],
            scope["query_string"].decode("latin-1"),
            headers,
            client=find_client(peer, headers.get("x-forwarded-for", ""), self.trusted),
        )
        reply = None
        try:
            reply = await self._reply(request, receive, connection, head)
        finally:
            if reply is None:
                self.monitoring.refused(500)
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        await send({"type": "http.response.body", "body": reply.body})
        self.monitoring.answered(request, reply, time.perf_counter() - started)

    async def _reply(
        self, request: Request, receive: Receive, connection: "Connection | None", head: bytes
    ) -> Reply:
        if request.method == "POST":
            body = await _body(request, receive)
            if isinstance(body, Answer):
                return _once(body).reply(request)
            request = Request(
                request.method, request.path, request.query, request.headers, body, request.client
            )
        edition = self.edition
        answer = self._refuse() or self.monitoring.answer(request)
        if answer or not edition:
            answer = answer or _refusal(503, "Nothing is served yet.", {"Retry-After": "2"})
            return _once(answer).reply(request)
        edition.requests += 1
        try:
            key, entry = await self._find(edition, request, connection)
        finally:
            edition.requests -= 1
        return await self._write(edition, request, (key, entry), head)

    def _refuse(self) -> Answer | None:
        """Return the refusal of a request when too many connections are open."""
        if len(self.connections) <= CONNECTIONS:
            return None
        text = f"More than {CONNECTIONS} connections are open, the limit; try again later."
        return _refusal(503, text, {"Retry-After": "5", "Connection": "close"})

    async def _write(
        self, edition: Edition, request: Request, found: tuple[Hashable, Entry], head: bytes
    ) -> Reply:
        """Return the reply that gives an entry, and have the cache remember it."""
        key, entry = found
        codings = len(entry.coded)
        if len(entry.answer.body) <= _LARGE:
            reply = entry.reply(request)
        elif sum(each.unsent for each in self.connections) > UNSENT:
            text = (
                f"More than {UNSENT >> 20} MiB of answers wait for their clients, the limit; try again later."
            )
            return _once(_refusal(503, text, {"Retry-After": "5"})).reply(request)
        else:  # to compress it takes a while
            loop = asyncio.get_running_loop()
            reply = await loop.run_in_executor(self.threads, entry.reply, request)
        if key is not None:
            if len(entry.coded) > codings and edition.cache.get(key) is entry:
                edition.cache.put(key, entry)  # counts what it takes now
            if head:
                edition.cache.remember(key, head, reply)
        return reply

    async def _find(
        self, edition: Edition, request: Request, connection: "Connection | None"
    ) -> tuple[Hashable, Entry]:
        """Return the entry that answers a request, and its key in the cache; None for one that is not kept."""
        if not _QUERIES.fullmatch(request.path):
            return await self._find_document(edition, request)
        is_page = request.method != "OPTIONS" and (request.path != "/sparql" or prefers_page(request))
        try:
            plan = await self._plan(edition, request, is_page=is_page)
        except QueryLimitError as error:
            return None, _once(edition.endpoint.fail(error))
        if plan is None:
            return await self._find_document(edition, request)
        if isinstance(plan, Answer):
            return None, _once(plan)
        entry = edition.cache.get(plan.key) or await self._evaluate(edition, plan, request, connection)
        if not is_page:
            return plan.key, entry
        return None, await self._render(edition, request, entry.answer)

    async def _plan(self, edition: Edition, request: Request, *, is_page: bool) -> Ask | Answer | None:
        """Return what the workers are to be asked, or the answer where they are not needed; None for a page without them.

        A long text takes a while to be read: such texts are read one after another, beside the loop.
        """
        plan = edition.endpoint.plan_page if is_page else edition.endpoint.plan
        if len(request.query) + len(request.body) <= _LONG:
            return plan(request)
        await self._reading.enter(request.client)
        try:
            return await asyncio.get_running_loop().run_in_executor(self.threads, _planned, plan, request)
        finally:
            self._reading.leave(request.client)

    async def _find_document(self, edition: Edition, request: Request) -> tuple[Hashable, Entry]:
        """Return a page or a document, and its key in the cache."""
        headers = request.headers
        key = (request.path, request.query, headers.get("accept", ""), headers.get("accept-language", ""))
        reads = request.method in {"GET", "HEAD"}
        if reads and (found := edition.cache.get(key)):
            return key, found
        entry = await self._render(edition, request)
        if not reads or entry.answer.status not in _KEPT or sum(map(len, key)) > _LONG_KEY:
            return None, entry
        edition.cache.put(key, entry)
        return key, entry

    async def _render(self, edition: Edition, request: Request, given: Answer | None = None) -> Entry:
        """Return what Flask answers; the answer to the query that a page shows is given to it."""
        answer = await asyncio.get_running_loop().run_in_executor(
            self.threads, _call, edition.app.wsgi_app, request, given
        )
        return make_entry(answer, edition.prepared)

    async def _evaluate(
        self, edition: Edition, ask: Ask, request: Request, connection: "Connection | None"
    ) -> Entry:
        """Have a query evaluated, once for all that ask it at the same time."""
        key = (edition.digest, ask.key)
        shared = self._asked.get(key)
        if shared and not shared.is_given_up():
            shared.connections.append(connection)
            return await asyncio.shield(shared.entry)
        shared = self._asked[key] = _Shared(connection)
        try:
            entry = await self._ask(edition, ask, request.client, shared)
            shared.entry.set_result(entry)
        finally:
            if self._asked.get(key) is shared:
                del self._asked[key]
            shared.entry.cancel()  # of no effect where there is an entry
        return entry

    async def _ask(self, edition: Edition, ask: Ask, client: str, shared: _Shared) -> Entry:
        """Return the answer of the workers, kept if it may be, or why there is none."""
        try:
            body = await edition.pool.ask(ask, client, shared.is_given_up)
            answer = edition.endpoint.finish(ask, body)
            if len(body) > _LARGE:  # its digest takes a while
                entry = await asyncio.get_running_loop().run_in_executor(self.threads, _once, answer)
            else:
                entry = _once(answer)
            if not _changes(ask.query):
                edition.cache.put(ask.key, entry)
        except QueryError as error:
            entry = _once(edition.endpoint.fail(error))
        return entry


def _headers(sent: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers of a request; those that are repeated are joined."""
    found: dict[str, str] = {}
    for name, value in sent:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _changes(query: str) -> bool:
    """Return whether a query may have another answer the next time."""
    upper = query.upper()
    return any(each in upper for each in _CHANGING)


def _once(answer: Answer) -> Entry:
    """Return an answer that Flask has not completed as an entry."""
    headers = {
        **HEADERS,
        "Cache-Control": "no-cache" if answer.status == 200 else "no-store",
        **answer.headers,
    }
    return make_entry(Answer(answer.status, answer.content_type, answer.body, headers), {})


def _refusal(status: int, text: str, headers: Mapping[str, str]) -> Answer:
    return Answer(status, _TEXT, f"{text}\n".encode(), headers)


async def _body(request: Request, receive: Receive) -> bytes | Answer:
    """Return the body of a request, or why it is not taken."""
    if request.headers.get("content-encoding", "identity") != "identity":
        return _refusal(415, "Send the body as it is, without Content-Encoding.", {"Connection": "close"})
    body, size, more = bytearray(), 0, True
    declared = int(request.headers.get("content-length", 0))
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while more and max(size, declared) <= _READ_ON:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return _refusal(400, "The body did not come whole.", {"Connection": "close"})
                part, more = message.get("body", b""), message.get("more_body", False)
                size += len(part)
                if size <= MAX_BODY:
                    body += part
    except TimeoutError:
        text = f"The body did not come within {BODY_SECONDS:g} s, the limit."
        return _refusal(408, text, {"Connection": "close"})
    if size <= MAX_BODY and not more:
        return bytes(body)
    text = f"The body is larger than {MAX_BODY >> 20} MiB, the limit."
    return _refusal(413, text, {"Connection": "close"} if more else {})


def _planned(plan: Callable[[Request], Ask | Answer | None], request: Request) -> Ask | Answer | None:
    """Return a plan whose key is made too, which takes its time with a long query."""
    found = plan(request)
    if isinstance(found, Ask):
        found.key  # noqa: B018 - it is remembered
    return found


def _call(app: Callable[..., Iterable[bytes]], request: Request, given: Answer | None) -> Answer:
    """Return what a WSGI application answers; conditions and HEAD are left to the entry."""
    method = "GET" if request.method == "HEAD" else request.method
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path.encode().decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        GIVEN: given,
    }
    for name in ("accept", "accept-language", "origin", "access-control-request-method"):
        if name in request.headers:
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = request.headers[name]
    parts, status, headers = run_wsgi_app(app, environ, buffered=True)
    kept = {
        name: ", ".join(headers.getlist(name)) for name, _ in headers if name.lower() not in _SET_BY_ENTRY
    }
    return Answer(int(status.split()[0]), headers.get("Content-Type", ""), b"".join(parts), kept)
