"""Speaks HTTP with a remote store: queries, updates and the graph store protocol, over one connection that is kept.

Every fault becomes an error whose text names the host and the cure, never a password, an address with one, or the text
that was sent.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

import urllib3
from urllib3.exceptions import HTTPError, ProtocolError
from urllib3.exceptions import TimeoutError as HTTPTimeoutError

from osallisuus.errors import QueryLimitError, RefusedQueryError
from osallisuus.formats import NTRIPLES, RESULTS_JSON
from osallisuus.query.remote.profiles import PASSWORD, PASSWORD_FILE, Endpoint, StoreError

NOTHING = "urn:osallisuus:none"
"""A graph that is never there, and is in every dataset: a dataset that names nothing would be everything, and Virtuoso
has a solution for a graph outside of the dataset."""

FORM = "application/x-www-form-urlencoded"
"""Media type of the fields of a form."""
_RETRY = urllib3.Retry(total=1, connect=1, read=False, redirect=0, backoff_factor=0.05)


class Client:
    """One remote store.

    Attributes:
        endpoint: where it is and what its engine expects.
    """

    def __init__(self, endpoint: Endpoint, password: str = "", seconds: float = 60.0) -> None:
        """Keep the connection's settings; nothing is sent yet.

        Args:
            endpoint: where the store is.
            password: what to authenticate with; empty for none.
            seconds: how long an answer may take.
        """
        self.endpoint = endpoint
        self._password = password
        self._pool = urllib3.PoolManager(
            maxsize=1, retries=_RETRY, timeout=urllib3.Timeout(connect=2.0, read=seconds)
        )
        passwords = HTTPPasswordMgrWithDefaultRealm()
        for address in (endpoint.query, endpoint.update, endpoint.graphs):
            passwords.add_password(None, address, endpoint.user, password)
        self._digest = AbstractDigestAuthHandler(passwords)

    @property
    def authenticates(self) -> bool:
        """Whether there is a password."""
        return bool(self._password)

    def close(self) -> None:
        """Close the connection that is kept; the next request opens one again."""
        self._pool.clear()

    def select(
        self, query: str, default: Iterable[str] | None = (), named: Iterable[str] | None = ()
    ) -> bytes:
        """Return the rows or the truth value of a query, as SPARQL JSON.

        Args:
            query: SELECT or ASK.
            default: graphs whose union is the default graph; none at all is an empty one, None the engine's own choice.
            named: graphs that may be named, likewise.

        Raises:
            RefusedQueryError: the engine does not take the query.
            QueryLimitError: the store cannot be reached, or could not answer.
        """
        fields = [("query", query)]
        for field, graphs in (("default-graph-uri", default), ("named-graph-uri", named)):
            fields += [] if graphs is None else [(field, each) for each in (*graphs, NOTHING)]
        headers = {"Content-Type": FORM, "Accept": RESULTS_JSON.media_type}
        authenticate = not self.endpoint.profile.reads_openly
        try:
            response = self.send(
                "POST", self.endpoint.query, urlencode(fields).encode(), headers, authenticate=authenticate
            )
        except StoreError as error:
            raise QueryLimitError(str(error)) from error
        if response.status == 400:
            raise RefusedQueryError(f"The store does not take this query: {_reason(response)}")
        if response.status in {401, 403}:
            raise QueryLimitError(self._refusal("to answer"))
        if response.status != 200:
            raise QueryLimitError(f"The store could not answer this query: {_reason(response)}")
        return response.data

    def put(self, graph: str, content: bytes) -> None:
        """Put a graph in the place of what has its name, as N-Triples.

        Raises:
            StoreError: the store cannot be reached, refuses, or fails.
        """
        self._write("PUT", graph, content, {"Content-Type": NTRIPLES.media_type})

    def delete(self, graph: str) -> None:
        """Take a graph away; it need not be there.

        Raises:
            StoreError: the store cannot be reached, refuses, or fails.
        """
        self._write("DELETE", graph, None, {}, also=404)

    def _write(
        self, method: str, graph: str, body: bytes | None, headers: Mapping[str, str], also: int = 200
    ) -> None:
        address = f"{self.endpoint.graphs}?{urlencode({self.endpoint.profile.parameter: graph})}"
        response = self.send(method, address, body, headers)
        if response.status in {401, 403}:
            raise StoreError(self._refusal(f"{method} of a graph"))
        if response.status not in {200, 201, 204, also}:
            raise StoreError(
                f"The store at {self.endpoint.host} answered {response.status} to {method}: {_reason(response)}"
            )

    def send(
        self,
        method: str,
        address: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        authenticate: bool = True,
        seconds: float | None = None,
    ) -> urllib3.BaseHTTPResponse:
        """Send a request and return the response, whatever its status; `seconds` is how long it may take here.

        Raises:
            StoreError: the store cannot be reached, or does not answer.
        """
        sent = dict(headers or {})
        how = self.endpoint.profile.authentication if authenticate and self._password else "none"
        if how == "basic":
            sent |= urllib3.make_headers(basic_auth=f"{self.endpoint.user}:{self._password}")
        elif how == "bearer":
            sent["Authorization"] = f"Bearer {self._password}"
        options = {} if seconds is None else {"timeout": seconds}
        response = self._exchange(method, address, body=body, headers=sent, **options)
        challenge = response.headers.get("WWW-Authenticate", "")
        if how == "digest" and response.status == 401 and challenge.lower().startswith("digest "):
            asked = parse_keqv_list(parse_http_list(challenge.partition(" ")[2]))
            answer = self._digest.get_authorization(Request(address, method=method), asked)  # noqa: S310 - http(s) only
            sent["Authorization"] = f"Digest {answer}"
            response = self._exchange(method, address, body=body, headers=sent)
        return response

    def _exchange(self, method: str, address: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """Send a request; once more when the connection that was kept had been closed. All that is sent may come twice."""
        try:
            try:
                return self._pool.request(method, address, **options)
            except ProtocolError:
                return self._pool.request(method, address, **options)
        except HTTPTimeoutError as error:
            raise StoreError(f"The store at {self.endpoint.host} does not answer in time.") from error
        except HTTPError as error:
            raise StoreError(
                f"The store at {self.endpoint.host} cannot be reached. Start it, or correct the setting of the store."
            ) from error

    def _refusal(self, what: str) -> str:
        return (
            f"The store at {self.endpoint.host} refuses {what}. Name a user in the setting of the store, and give the "
            f"password in {PASSWORD} or in a file that {PASSWORD_FILE} names."
        )


def _reason(response: urllib3.BaseHTTPResponse) -> str:
    """Return what the engine says, in one line; Virtuoso repeats the query after it, which is left out."""
    text = response.data.decode(errors="replace").partition("SPARQL query:")[0]
    return " ".join(text.split())[:300] or f"HTTP status {response.status}"
