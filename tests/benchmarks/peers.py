"""How each server of the comparison is started: ours and its peers, over the same data."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import urllib3

from benchmarks import generate
from benchmarks.processes import LOOPBACK, Program, Server, free_port

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "osallisuus-bench"
QUERY_SECONDS = 2.0
"""Our limit of a query, short so that the bombs are measured quickly."""

OURS, MEMORY, DISK, RDFLIB, NGINX = (
    "osallisuus",
    "Oxigraph, memory",
    "Oxigraph, disk",
    "rdflib-endpoint",
    "nginx",
)


def ours(site: Path, log: Path) -> Server:
    """Start our own server over a site."""
    port = free_port()
    command = [str(BIN / "osallisuus"), "serve", "--site", str(site), "--port", str(port)]
    command += ["--query-seconds", str(QUERY_SECONDS)]
    return Server(Program(OURS, command, "/sparql?query=ASK%7B%7D", port), log)


def memory(site: Path, log: Path, limit: int = 0) -> Server:
    """Start Oxigraph with its store in memory, and load a site's quads over the graph store protocol."""
    port = free_port()
    command = [str(BIN / "oxigraph"), "serve", "--bind", f"{LOOPBACK}:{port}", "--union-default-graph"]
    server = Server(Program(MEMORY, command, "/", port, limit), log)
    quads = (site / generate.QUADS).read_bytes()
    headers = {"Content-Type": "application/n-quads"}
    answer = urllib3.request("POST", f"{server.address}/store", body=quads, headers=headers, timeout=300)
    if answer.status >= 300:
        server.end()
        raise RuntimeError(f"{server.name} refused the data: {answer.status} {answer.data[:500]!r}")
    return server


def disk(site: Path, log: Path) -> Server:
    """Start Oxigraph on a directory that is only read, made from a site's quads and optimised."""
    port, location = free_port(), site / "oxigraph"
    if not location.exists():
        load = ("load", "--location", str(location), "--file", str(site / generate.QUADS))
        for arguments in (load, ("optimize", "--location", str(location))):
            subprocess.run([BIN / "oxigraph", *arguments], check=True, capture_output=True, timeout=600)
    command = [str(BIN / "oxigraph"), "serve-read-only", "--location", str(location)]
    command += ["--bind", f"{LOOPBACK}:{port}", "--union-default-graph"]
    return Server(Program(DISK, command, "/", port), log)


def rdflib(site: Path, log: Path) -> Server:
    """Start rdflib-endpoint, from an environment of its own, for it is only a peer."""
    port, environment = free_port(), CACHE / "rdflib-endpoint"
    if not (environment / "bin" / "rdflib-endpoint").exists():
        wanted = ["--group", f"{ROOT / 'pyproject.toml'}:bench", "rdflib-endpoint[cli]"]
        for arguments in (
            ("venv", "--clear", "--python", sys.executable, str(environment)),
            ("pip", "install", "--python", str(environment / "bin" / "python"), *wanted),
        ):
            subprocess.run([BIN / "uv", "--quiet", *arguments], check=True, timeout=600)
    command = [str(environment / "bin" / "rdflib-endpoint"), "serve", str(site / generate.QUADS)]
    command += ["--host", LOOPBACK, "--port", str(port)]
    return Server(Program(RDFLIB, command, "/?query=ASK%7B%7D", port), log)


ENDPOINTS: Mapping[str, tuple[Callable[[Path, Path], Server], str]] = {
    OURS: (ours, "/sparql"),
    MEMORY: (memory, "/query"),
    DISK: (disk, "/query"),
    RDFLIB: (rdflib, "/"),
}
"""Name of an endpoint → how it is started, and the path of its queries."""


def nginx(site: Path, log: Path) -> Server:
    """Start nginx over the published files of a site."""
    port, program = free_port(), shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise RuntimeError("nginx is missing. Run: sh tests/benchmarks/install-programs")
    directory = site / "nginx"
    directory.mkdir(exist_ok=True)
    settings = directory / "nginx.conf"
    settings.write_text(_NGINX.format(directory=directory, port=port, site=site), encoding="ascii")
    command = [program, "-p", str(directory), "-e", str(directory / "error.log"), "-c", str(settings)]
    return Server(Program(NGINX, command, "/site.json", port), log)


_NGINX = """
daemon off;
pid {directory}/pid;
user root;
worker_processes auto;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  open_file_cache max=1000;
  types {{ text/turtle ttl; application/n-triples nt; }}
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  server {{ listen 127.0.0.1:{port}; root {site}/publish; }}
}}
"""
