"""Lines that ask a query from a program: for the shell, for Python and for R, with the text quoted as each demands."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from osallisuus.formats import CSV, TURTLE

_CURL = "curl"
_PANDAS = "Python, pandas"
_RDFLIB = "Python, rdflib"
_R = "R"


@dataclass(frozen=True)
class Call:
    """A query as a program sends it.

    Attributes:
        endpoint: whole address of the endpoint.
        query: the text.
        graphs: name and value of the fields that choose graphs.
        fits: whether all of it fits into an address; else it is sent by POST.
    """

    endpoint: str
    query: str
    graphs: Sequence[tuple[str, str]] = ()
    fits: bool = True

    def of_rows(self) -> list[tuple[str, str]]:
        """Return name and text of the lines that read rows; R reads from addresses alone."""
        found = [(_CURL, self._curl(CSV.name)), (_PANDAS, self._python(_READ_ROWS[self.fits], CSV.name))]
        return [*found, (_R, self._r())] if self.fits else found

    def of_truth(self) -> list[tuple[str, str]]:
        """Return name and text of the line that reads a truth value."""
        return [(_CURL, self._curl(CSV.name))]

    def of_graph(self) -> list[tuple[str, str]]:
        """Return name and text of the lines that read a graph."""
        return [
            (_CURL, self._curl(TURTLE.name)),
            (_RDFLIB, self._python(_READ_GRAPH[self.fits], TURTLE.name)),
        ]

    def _curl(self, form: str) -> str:
        fields = [("query", self.query), *self.graphs, ("format", form)]
        sent = " \\\n".join(f"  --data-urlencode {shlex.quote('='.join(each))}" for each in fields)
        return f"curl {'--get ' if self.fits else ''}{shlex.quote(self.endpoint)} \\\n{sent}"

    def _python(self, lines: str, form: str) -> str:
        graphs = "".join(f", {each!r}" for each in self.graphs)
        fields = f'[("query", query){graphs}, ("format", "{form}")]'
        return lines.format(endpoint=self.endpoint, query=_python_text(self.query), fields=fields)

    def _r(self) -> str:
        start = f"{self.endpoint}?{urlencode([*self.graphs, ('format', CSV.name)])}&query="
        return (
            f"query <- {_r_text(self.query)}\n"
            f'address <- paste0("{start}", URLencode(query, reserved = TRUE))\n'
            'table <- read.csv(address, encoding = "UTF-8")'
        )


_READ_ROWS = {
    True: """\
import pandas as pd
from urllib.parse import urlencode

query = {query}
table = pd.read_csv("{endpoint}?" + urlencode({fields}))""",
    False: """\
import pandas as pd
from urllib.parse import urlencode
from urllib.request import urlopen

query = {query}
fields = urlencode({fields}).encode()
table = pd.read_csv(urlopen("{endpoint}", fields))""",
}
_READ_GRAPH = {
    True: """\
from rdflib import Graph
from urllib.parse import urlencode

query = {query}
graph = Graph().parse("{endpoint}?" + urlencode({fields}), format="turtle")""",
    False: """\
from rdflib import Graph
from urllib.parse import urlencode
from urllib.request import urlopen

query = {query}
fields = urlencode({fields}).encode()
graph = Graph().parse(urlopen("{endpoint}", fields), format="turtle")""",
}


def _python_text(text: str) -> str:
    """Return a text of Python that is read as it is here: on as many lines, with few escapes."""
    escaped = (
        text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').replace("\r", "\\r").replace("\0", "\\x00")
    )
    if escaped.endswith('"'):
        escaped = f'{escaped[:-1]}\\"'
    return f'"""{escaped}"""'


def _r_text(text: str) -> str:
    """Return a raw text of R: whatever stands in it, with more dashes around it than any end that it may have in it."""
    ends = re.findall(r'\)(-*)"', text)
    dashes = "-" * (max(map(len, ends)) + 1 if ends else 0)
    return f'r"{dashes}({text}){dashes}"'
