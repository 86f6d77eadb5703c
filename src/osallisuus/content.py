"""Bytes of other people, read as their media type, in a process that may die of them.

A few bytes can take all memory (entities of XML that multiply) or end the process (deep nesting). So `main` reads them
in a process of its own, which the kernel ends at a limit of time, memory or stack; see `portal.reading` for its caller.
"""

import csv
import io
import json
import resource
import signal
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from pyoxigraph import RdfFormat, Triple, parse

from osallisuus.formats import CSV, GRAPH_FORMATS, JSON, JSONLD, Format

HEAD = struct.Struct("!III")
"""Head of a task: the lengths of the media type, of the base address and of the content, which follow."""
LENGTH = struct.Struct("!I")
"""Head of an answer: the length of the text that follows, which says why the content is not of the type; 0: it is."""

_STACK = 4 << 20
"""Stack of the process: half of what is usual, so that what it has read does not overflow that of its caller."""


def rdf_format(media_type: str) -> Format | None:
    """Return the format of RDF that has a media type, or None."""
    return next((each for each in GRAPH_FORMATS if each.media_type == media_type), None)


def triples(content: bytes, form: Format, base: str) -> Iterator[Triple]:
    """Return the triples of some RDF; blank nodes get names that no other document has.

    Raises:
        SyntaxError, ValueError: it is not that format.
    """
    syntax = RdfFormat.from_media_type(form.media_type)
    if syntax is None:
        raise ValueError(form.media_type)
    return (each.triple for each in parse(content, format=syntax, base_iri=base, rename_blank_nodes=True))


def names_context(content: bytes) -> bool:
    """Whether some JSON-LD names a context that stands elsewhere; nothing is fetched to read it."""
    try:
        document = _read_json(content)
    except (ValueError, RecursionError):
        return False
    context = document.get("@context") if isinstance(document, dict) else None
    return any(isinstance(each, str) for each in (context if isinstance(context, list) else [context]))


def problem(content: bytes, media_type: str, base: str) -> str:
    """Return why some content is not of a media type; empty where it is, or where nobody here can tell.

    Raises:
        MemoryError: nobody here can tell, for want of memory.
    """
    try:
        if form := rdf_format(media_type):
            _read_rdf(content, form, base)
        elif reader := _READERS.get(media_type) or _READERS.get(f"+{media_type.rpartition('+')[2]}"):
            reader(content)
    except _FAULTS as error:
        return str(error) or type(error).__name__
    return ""


_FAULTS = (
    *(
        SyntaxError,
        ValueError,
        LookupError,
        RecursionError,
        NotImplementedError,
        OverflowError,
        OSError,
        EOFError,
    ),
    *(csv.Error, struct.error, zlib.error, zipfile.BadZipFile, expat.ExpatError),
)
"""What the readers raise on bytes that they cannot read."""


def _read_rdf(content: bytes, form: Format, base: str) -> None:
    if form is JSONLD and names_context(content):
        return  # it is JSON; what its context makes of it is not known here
    dict.fromkeys(triples(content, form, base))  # kept and compared, as whoever harvests a catalog does


def _read_csv(content: bytes) -> None:
    """Read a table: UTF-8, and each row as wide as the first."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    width = 0
    for row in rows:
        width = width or len(row)
        if row and len(row) != width:
            raise ValueError(f"line {rows.line_num} has {len(row)} cells, the first has {width}")
    if not width:
        raise ValueError("there is no row")


def _read_json(content: bytes) -> object:
    """Read JSON; its integers may have any number of digits, which Python's own need not take."""
    return json.loads(content, parse_int=str)


def _read_xml(content: bytes) -> None:
    try:
        expat.ParserCreate().Parse(content, True)
    except ValueError as error:
        if "multi-byte" not in str(error):
            raise
        # a sound encoding such as Shift_JIS, of which this parser reads none: nobody here can tell


def _read_zip(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)):
        pass


_READERS: Mapping[str, Callable[[bytes], object]] = {
    CSV.media_type: _read_csv,
    JSON.media_type: _read_json,
    "+json": _read_json,
    "application/xml": _read_xml,
    "text/xml": _read_xml,
    "+xml": _read_xml,
    "application/zip": _read_zip,
    "+zip": _read_zip,
}
"""Media type, or the end of one, → what reads it and raises where it cannot."""


def main(seconds: str, memory: str) -> None:
    """Answer tasks of standard input on standard output, one after another, until there are no more.

    Args:
        seconds: longest time of one task.
        memory: most bytes that the tasks may take.
    """
    _confine(int(memory))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(HEAD.size)) == HEAD.size:
        media_type, base, content = (source.read(length) for length in HEAD.unpack(head))
        # the default action of the timer's signal ends the process
        signal.setitimer(signal.ITIMER_REAL, float(seconds))
        found = problem(content, media_type.decode(), base.decode()).encode(errors="replace")
        signal.setitimer(signal.ITIMER_REAL, 0)
        _answer(sink, found)


def _answer(sink: BinaryIO, found: bytes) -> None:
    sink.write(LENGTH.pack(len(found)) + found)
    sink.flush()


def _confine(memory: int) -> None:
    csv.field_size_limit(1 << 30)  # a cell may be as long as a file may be; this process does nothing else
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller ends it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_STACK)
    if most == resource.RLIM_INFINITY or most > _STACK:
        resource.setrlimit(resource.RLIMIT_STACK, (_STACK, most))
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + memory,) * 2)
