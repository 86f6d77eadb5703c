"""The one table of remote stores: what differs by engine, and what a setting such as `virtuoso+http://…` means.

A setting is `<engine>+http://…` or `<engine>+https://…`; `sparql` is any engine that speaks SPARQL 1.1 and the graph
store protocol. A password never stands in a setting: settings are read, logged and shared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from osallisuus.errors import OsallisuusError

EMBEDDED = ("", "embedded")
"""The settings that mean the store inside the server."""
PASSWORD = "OSALLISUUS_STORE_PASSWORD"  # noqa: S105 - the name of the variable
PASSWORD_FILE = "OSALLISUUS_STORE_PASSWORD_FILE"  # noqa: S105
_AUTHENTICATIONS = ("none", "basic", "digest", "bearer")


class StoreError(OsallisuusError):
    """A remote store cannot be used as it is set, or did not do what it was told to; the text says the cure."""


@dataclass(frozen=True)
class Profile:
    """What one engine expects, and where it answers otherwise than the standard says.

    Attributes:
        engine: its name, the first part of a setting.
        query: path of the SPARQL endpoint, added to the address of the setting.
        update: path that takes updates.
        graphs: path of the graph store protocol.
        parameter: field of the graph store protocol that names a graph.
        authentication: `none`, `basic`, `digest` or `bearer`, used when the setting has a user or there is a password.
        reads_openly: whether queries are sent without authentication even then.
        cap: rows after which an answer is cut without a sign; None when there is no such limit.
        loses_zero_length: whether a path of zero length, as in `p*` and `p?`, may lose answers.
        counts_truth: whether truth values come as the integers 0 and 1, and integers divide to integers.
        wrong: functions whose results are wrong, in upper case.
        inner: beginnings of IRIs by which a query reaches functions inside the engine.
        tested: whether the tests of this project run against it.
    """

    engine: str
    query: str
    update: str
    graphs: str
    parameter: str = "graph"
    authentication: str = "basic"
    reads_openly: bool = False
    cap: int | None = None
    loses_zero_length: bool = False
    counts_truth: bool = False
    wrong: frozenset[str] = frozenset()
    inner: tuple[str, ...] = ()
    tested: bool = False


PROFILES: Mapping[str, Profile] = {
    each.engine: each
    for each in (
        Profile("oxigraph", "/query", "/update", "/store", authentication="none", tested=True),
        Profile(
            "virtuoso",
            "/sparql",
            "/sparql-auth",
            "/sparql-graph-crud-auth",
            parameter="graph-uri",
            authentication="digest",
            reads_openly=True,
            cap=10_000,
            loses_zero_length=True,
            counts_truth=True,
            wrong=frozenset({"ENCODE_FOR_URI"}),
            inner=("bif:", "sql:"),
            tested=True,
        ),
        Profile("graphdb", "", "/statements", "/rdf-graphs/service"),
        Profile("neptune", "/sparql", "/sparql", "/sparql/gsp/", authentication="none"),
        Profile("stardog", "/query", "/update", ""),
        Profile("sparql", "/query", "/update", "/data"),
    )
}
"""Every engine by name; `sparql` is any other one, whose addresses the setting gives."""


@dataclass(frozen=True)
class Endpoint:
    """A remote store as a setting names it.

    Attributes:
        profile: what its engine expects.
        query: address of the SPARQL endpoint.
        update: address that takes updates.
        graphs: address of the graph store protocol.
        user: name to authenticate with, or empty.
    """

    profile: Profile
    query: str
    update: str
    graphs: str
    user: str = ""

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return urlsplit(self.query).netloc


def is_remote(setting: str) -> bool:
    """Return whether a setting names a remote store, not the embedded one."""
    return setting not in EMBEDDED


def parse(setting: str) -> Endpoint:
    """Return the endpoint that a setting names.

    Raises:
        StoreError: the setting names no known engine, is no address, or holds a password.
    """
    engine, _, scheme = urlsplit(setting).scheme.partition("+")
    profile = PROFILES.get(engine)
    if profile is None or scheme not in {"http", "https"}:
        known = ", ".join(f"{each}+http(s)://…" for each in PROFILES)
        raise StoreError(f"The setting of the store names no known engine. Use one of: {known}")
    try:
        parts = urlsplit(setting)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise StoreError(f"The setting of the store is no address: {error}.") from error
    if parts.password is not None:
        raise StoreError(
            f"The setting of the store holds a password. Take it out, and give it in the environment "
            f"variable {PASSWORD} or in a file that {PASSWORD_FILE} names."
        )
    if not host:
        raise StoreError(f"The setting of the store names no host: {setting}")
    at = f"{scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"
    paths, profile = _given(profile, dict(parse_qsl(parts.query, keep_blank_values=True)))
    query, update, graphs = (at + parts.path.rstrip("/") + each for each in paths)
    return Endpoint(profile, query, update, graphs, user=unquote(parts.username or ""))


def _given(profile: Profile, fields: dict[str, str]) -> tuple[tuple[str, str, str], Profile]:
    """Return the three paths and the profile, as far as the fields of a setting say otherwise."""
    known = {"query", "update", "gsp", "parameter", "auth", "cap"}
    if unknown := sorted(set(fields) - known):
        raise StoreError(
            f"The setting of the store has an unknown field “{unknown[0]}”. Known: {sorted(known)}"
        )
    authentication = fields.get("auth", profile.authentication)
    if authentication not in _AUTHENTICATIONS:
        raise StoreError(
            f"The store cannot authenticate by “{authentication}”. Known: {', '.join(_AUTHENTICATIONS)}"
        )
    cap = fields.get("cap", "")
    if not cap.isdecimal() and cap:
        raise StoreError(f"The cap of the store is no number of rows: “{cap}”")
    changed = replace(
        profile,
        authentication=authentication,
        parameter=fields.get("parameter", profile.parameter),
        cap=int(cap) if cap else profile.cap,
    )
    paths = (
        fields.get("query", profile.query),
        fields.get("update", profile.update),
        fields.get("gsp", profile.graphs),
    )
    return paths, changed


def password(environment: Mapping[str, str]) -> str:
    """Return the password of the store from the environment, or from the file that it names; empty when there is none.

    Raises:
        StoreError: the file cannot be read.
    """
    named = environment.get(PASSWORD_FILE)
    if not named:
        return environment.get(PASSWORD, "")
    try:
        return Path(named).read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{PASSWORD_FILE} names a file that cannot be read ({error}).") from error
