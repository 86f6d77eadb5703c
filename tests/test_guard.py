"""What may be asked is decided on the tokens of a query, in time that grows with its length and no faster."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from osallisuus.errors import QueryError, QueryLimitError, RefusedQueryError
from osallisuus.query import guard
from osallisuus.query.guard import MAX_LENGTH, MAX_NESTING

KNOWN = "https://data.example/fi/235/practices"
OTHER = "https://data.example/vocabulary"
GRAPHS = (KNOWN, OTHER)
REMOTE = "<http://127.0.0.1:9/>"

ROWS = {
    "select": "SELECT * { ?s ?p ?o }",
    "ask": "ASK {}",
    "lower case": "select * { ?s ?p ?o }",
    "after a comment": "# CONSTRUCT DESCRIBE { \n SELECT * {}",
    "after a comment that ends with a carriage return": "# LOAD\rSELECT * {}",
    "after prefixes": "BASE <http://a/>\nPREFIX ask: <http://a/ask#>\nPREFIX : <http://describe/> SELECT * {}",
    "with another form in a text": 'SELECT ("CONSTRUCT { } SERVICE" AS ?x) {}',
    "with a subquery": "SELECT * { { SELECT ?s { ?s ?p ?o } } }",
    "with a question mark before the form": "PREFIX construct: <http://a/> ASK { ?construct construct:x ?describe }",
}
GRAPH_FORMS = {
    "construct": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "construct of a subquery": "CONSTRUCT WHERE { { SELECT * { ?s ?p ?o } } }",
    "describe": "DESCRIBE <http://a/select>",
    "after a comment": "#SELECT\nDESCRIBE ?x { ?x a <http://a/ask> }",
}
INNOCENT = {
    "in a comment": "SELECT * { ?s ?p ?o } # SERVICE <http://a/> INSERT",
    "in a comment on a line of its own": "SELECT *\n# LOAD <http://a/>\n{ ?s ?p ?o }",
    "in a text": 'SELECT ("SERVICE <http://a/> {}" AS ?x) {}',
    "in a text of the other quote": "SELECT ('it\"s INSERT DATA {' AS ?x) {}",
    "after an escaped quote": r'SELECT ("a \" SERVICE <http://a/> {}" AS ?x) {}',
    "after an escaped backslash": r'SELECT ("a \\" AS ?x) { ?s ?p "LOAD" }',
    "in a long text": 'SELECT ("""a "" \' SERVICE\n\\""" DROP ALL""" AS ?x) {}',
    "in a long text of the other quote": "SELECT ('''a '' \" SERVICE\n\\''' DROP ALL''' AS ?x) {}",
    "after an empty text": 'SELECT ("" AS ?x) (\'\' AS ?y) { ?s ?p "SERVICE" }',
    "in an IRI": "SELECT * { <http://a/?q='SERVICE&b=\"' ?p <http://a/INSERT#load> }".replace('"', ""),
    "a variable": "SELECT ?service $load { ?service ?insert $delete . ?with ?using ?drop }",
    "a local name": "PREFIX ex: <http://a/> SELECT * { ex:load ex:service ex:a-insert, ex:delete.x, ex:1drop }",
    "a prefix": "PREFIX service: <http://a/> PREFIX load: <http://b/> SELECT * { service:a load: ?o }",
    "an escaped local name": r"PREFIX ex: <http://a/> SELECT * { ?s ex:a\'b ex:service\#load ; ex:%53 ?o }",
    "a blank node": "SELECT * { _:service ?p _:load }",
    "a language tag": 'SELECT * { ?s ?p "a"@load , "b"@en-service }',
    "a comparison without spaces": "SELECT * { ?s ?p ?a . FILTER(?a<?b&&?c>?d) }",
    "a longer word": "SELECT (STRSTARTS(?o, 'x') AS ?services) { ?s ?p ?o . FILTER(?o != 1e5) }",
    "letters of any script": "PREFIX äö: <http://a/> SELECT ?ääkköset { ?ääkköset äö:palvelu 'ä' }",
    "a known FROM": "SELECT * FROM <https://data.example/fi/235/practices> { ?s ?p ?o }",
    "a known FROM NAMED": "SELECT * FROM NAMED <https://data.example/fi/235/practices> FROM <https://data.example/vocabulary> { GRAPH ?g { ?s ?p ?o } }",
    "a known FROM after a comment": "select * from # <http://a/>\n <https://data.example/fi/235/practices> { ?s ?p <http://a/> }",
    "a known FROM by a prefix": (
        "PREFIX data: <https://data.example/fi/235/> SELECT * FROM data:practices { ?s <http://a/p> ?o }"
    ),
    "another IRI after FROM": "SELECT * FROM <https://data.example/fi/235/practices> { <http://a/> <http://a/p> ?o }",
    "an unknown GRAPH": "SELECT * { GRAPH <http://a/> { ?s ?p ?o } }",
}
UPDATES = {
    "insert data": "INSERT DATA { <a:a> <a:b> 1 }",
    "delete data": "DELETE DATA { <a:a> <a:b> 1 }",
    "delete where": "DELETE WHERE { ?s ?p ?o }",
    "insert where": "INSERT { ?s ?p 1 } WHERE { SELECT * { ?s ?p ?o } }",
    "delete insert": "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "with": "WITH <http://a/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "load": "LOAD <http://127.0.0.1:9/a.ttl>",
    "load silent": "LOAD SILENT <http://127.0.0.1:9/a.ttl> INTO GRAPH <http://a/>",
    "clear": "CLEAR ALL",
    "drop": "DROP SILENT GRAPH <http://a/>",
    "create": "CREATE GRAPH <http://a/>",
    "add": "ADD <http://a/> TO <http://b/>",
    "move": "MOVE DEFAULT TO <http://b/>",
    "copy": "COPY <http://a/> TO DEFAULT",
    "after a query": "SELECT * { ?s ?p ?o } ; DROP ALL",
    "in mixed case": "inSERT dAta { <a:a> <a:b> 1 }",
    "after a comment": "# a query\nCLEAR ALL",
}
SERVICES = {
    "plain": f"SELECT * {{ SERVICE {REMOTE} {{ ?s ?p ?o }} }}",
    "silent": f"SELECT * {{ SERVICE SILENT {REMOTE} {{ ?s ?p ?o }} }}",
    "lower case": f"SELECT * {{ service {REMOTE} {{ ?s ?p ?o }} }}",
    "of a variable": f"SELECT * {{ VALUES ?e {{ {REMOTE} }} SERVICE ?e {{ ?s ?p ?o }} }}",
    "without spaces": f"SELECT*{{SERVICE{REMOTE}{{?s?p?o}}}}",
    "in a construct": f"CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE {REMOTE} {{ ?s ?p ?o }} }}",
    "in EXISTS": f"ASK {{ FILTER EXISTS {{ SERVICE {REMOTE} {{ ?s ?p ?o }} }} }}",
    "after a text that ends with a backslash": f"SELECT * {{ ?s ?p 'a\\\\' . SERVICE {REMOTE} {{ ?s ?p 'b' }} }}",
    "after an empty text": f'SELECT * {{ ?s ?p "" . SERVICE {REMOTE} {{ ?s ?p "" }} }}',
    "after a number": f"SELECT * {{ ?s ?p 1.SERVICE {REMOTE} {{ ?s ?p ?o }} }}",
    "after a variable": f"SELECT * {{ ?s ?p ?o.SERVICE {REMOTE} {{ ?s ?p ?o }} }}",
    "after a prefix without a local name": (
        f"PREFIX : <http://a/> SELECT * {{ ?s ?p :.SERVICE{REMOTE}{{ ?s ?p ?o }} }}"
    ),
    "between a less-than sign and a comment": (
        f"PREFIX e: {REMOTE} SELECT * {{ FILTER(1<2)SERVICE#>\ne: {{ ?s ?p ?o }} }}"
    ),
    "after a comment that looks like the end of an IRI": (
        f'SELECT * {{ FILTER(1<2)#>"""\n SERVICE {REMOTE} {{ ?s ?p ?o }} \n#"""\n }}'
    ),
    "after a comment that looks like an IRI with a variable": (
        f'SELECT * {{ BIND(1 AS ?x) FILTER(1<?x#>"""\n) SERVICE {REMOTE} {{ ?s ?p ?o }} \n#"""\n }}'
    ),
    "after a text that looks like an IRI": f"SELECT * {{ FILTER(1<'>')SERVICE{REMOTE}{{ ?s ?p ?o }} #'\n }}",
    "after an escape in an IRI with a number sign": (
        f"SELECT * {{ ?s ?p <http://a/\\u0061#> . SERVICE {REMOTE} {{ ?s ?p ?o }}\n }}"
    ),
    "after an escape in an IRI with a quote": (
        f"SELECT * {{ ?s ?p <http://a/\\u0061'> . SERVICE {REMOTE} {{ ?s ?p ?o }} #'\n }}"
    ),
}
STRANGERS = {
    "FROM": "SELECT * FROM <http://a/> { ?s ?p ?o }",
    "FROM NAMED": "SELECT * FROM NAMED <http://a/> { GRAPH ?g { ?s ?p ?o } }",
    "second FROM": "SELECT * FROM <https://data.example/fi/235/practices> FROM <http://a/> { ?s ?p ?o }",
    "FROM of a file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "lower case": "select * from named\n<http://a/> {}",
    "after a comment": "ASK FROM # x\n <http://a/> {}",
    "in DESCRIBE": "DESCRIBE ?s FROM <http://a/> { ?s ?p ?o }",
    "by a prefix": "PREFIX a: <http://a/> SELECT * FROM a:b { ?s ?p ?o }",
    "with an escape": "SELECT * FROM <http://a/\\u0061> { ?s ?p ?o }",
    "a name that begins like a known one": "SELECT * FROM <https://data.example/fi/235/practices/> { ?s ?p ?o }",
}
UNCLOSED = {
    "double": 'SELECT ("abc AS ?x) {}',
    "single": "SELECT ('abc AS ?x) {}",
    "over the end of a line": 'SELECT ("abc\n" AS ?x) {}',
    "long": 'SELECT ("""abc" AS ?x) {}',
    "long of the other quote": "SELECT ('''abc''\\''' AS ?x) {}",
    "escaped end": 'SELECT ("abc\\" AS ?x) {}',
}
HOSTILE: dict[str, Callable[[int], str]] = {
    "open parentheses": lambda size: "SELECT " + "(" * size,
    "closed parentheses": lambda size: "SELECT " + ")" * size,
    "pairs of parentheses": lambda size: "SELECT " + "()" * size,
    "double quotes": lambda size: "SELECT " + '"' * size,
    "pairs of quotes": lambda size: "SELECT " + '"" ' * size,
    "escaped long openers": lambda size: "SELECT " + '\\"""' * size,
    "escaped long openers in a long text": lambda size: "SELECT '''" + '\\"""' * size + "'''",
    "escaped quotes in an unclosed text": lambda size: "SELECT " + '"' + '\\"' * size,
    "quotes in an unclosed long text": lambda size: "SELECT " + '"""' + '"" ' * size,
    "less-than signs": lambda size: "SELECT " + "<a" * size,
    "one long unclosed IRI": lambda size: "SELECT <" + "a" * size,
    "words joined by dots": lambda size: "SELECT " + "a." * size,
    "words joined by hyphens": lambda size: "SELECT " + "a-" * size,
    "letters that begin no keyword": lambda size: "SELECT " + "ä" * size,
    "letters and middle dots": lambda size: "SELECT " + "a·" * size,
    "colons": lambda size: "SELECT " + ":" * size,
    "backslashes": lambda size: "SELECT " + "\\" * size,
    "blank nodes": lambda size: "SELECT " + "_:" * size,
    "language tags": lambda size: "SELECT " + "@a" * size,
    "comment signs": lambda size: "SELECT " + "#\n" * size,
    "question marks": lambda size: "SELECT " + "?" * size,
    "exclamation marks": lambda size: "SELECT " + "!" * size,
    "FROM": lambda size: "SELECT " + "FROM " * size,
    "zero characters": lambda size: "SELECT " + "\0" * size,
}
"""Name → a function from a size to a text of that many repetitions."""


def _by_name(cases: dict[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("text", cases.values(), ids=cases.keys())


@_by_name(ROWS)
def test_queries_for_rows_are_recognised(text: str) -> None:
    """SELECT and ASK are questions for rows, whatever stands before them."""
    assert guard.examine(text, GRAPHS) == guard.Question(text, rows=True)


@_by_name(GRAPH_FORMS)
def test_queries_for_graphs_are_recognised(text: str) -> None:
    """CONSTRUCT and DESCRIBE are questions for a graph, whatever stands before them."""
    assert guard.examine(text, GRAPHS) == guard.Question(text, rows=False)


@_by_name(INNOCENT)
def test_keywords_that_are_no_keywords_pass(text: str) -> None:
    """A forbidden word within a comment, text, IRI, variable or name is no reason to refuse a query."""
    assert guard.examine(text, GRAPHS).text == text


@_by_name(UPDATES)
def test_every_update_is_refused(text: str) -> None:
    """Every form of update is refused with its line and column."""
    with pytest.raises(RefusedQueryError, match=r"Updates are not offered.*\(line \d+, column \d+\)"):
        guard.examine(text, GRAPHS)


@_by_name(SERVICES)
def test_every_service_is_refused(text: str) -> None:
    """SERVICE is refused however it is written, also where another reading of the tokens would hide it."""
    with pytest.raises(RefusedQueryError):
        guard.examine(text, GRAPHS)


@_by_name(STRANGERS)
def test_unknown_graphs_are_refused(text: str) -> None:
    """FROM and FROM NAMED of a graph that is not published are refused, never fetched."""
    with pytest.raises(RefusedQueryError):
        guard.examine(text, GRAPHS)


def test_an_unknown_graph_is_named_with_its_place() -> None:
    """The refusal of an unknown graph names it, and the line and column where it stands."""
    with pytest.raises(RefusedQueryError, match=r"no graph <http://a/> here \(line 2, column 6\)"):
        guard.examine("ASK\nFROM <http://a/> {}", GRAPHS)


@_by_name(UNCLOSED)
def test_an_unclosed_text_is_refused(text: str) -> None:
    """A text whose closing quote is missing is refused with its line and column."""
    with pytest.raises(RefusedQueryError, match=r"not closed \(line 1, column 9\)"):
        guard.examine(text, GRAPHS)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("LOAD <http://a/>", "line 1, column 1"),
        ("  LOAD <http://a/>", "line 1, column 3"),
        ("ASK {\n  ?s ?p ?o .\n  SERVICE <http://a/> {} }", "line 3, column 3"),
        ("ASK {\r\n\tSERVICE <http://a/> {} }", "line 2, column 2"),
        ("# ä€𝄞\nASK { ?ä ?p '€𝄞' . SERVICE <http://a/> {} }", "line 2, column 20"),
    ],
)
def test_places_count_lines_and_characters_from_one(text: str, place: str) -> None:
    """Line and column are counted from 1, in characters."""
    with pytest.raises(RefusedQueryError, match=rf"\({place}\)"):
        guard.examine(text, GRAPHS)


@pytest.mark.parametrize(
    "text", ["", "   ", "hello", "# SELECT", "'SELECT'", "<select>", "PREFIX a: <b:c>", "?ask", "}{"]
)
def test_a_text_without_a_form_is_no_query(text: str) -> None:
    """A text in which no SELECT, ASK, CONSTRUCT or DESCRIBE stands as a word is refused."""
    with pytest.raises(RefusedQueryError, match="no query"):
        guard.examine(text, GRAPHS)


def test_length_is_limited() -> None:
    """A query of the greatest length passes; one character more is 413."""
    text = "ASK {}".ljust(MAX_LENGTH)

    assert guard.examine(text, GRAPHS).rows
    with pytest.raises(QueryLimitError, match=str(MAX_LENGTH)) as caught:
        guard.examine(text + " ", GRAPHS)
    assert caught.value.status == 413


@pytest.mark.parametrize(("opening", "closing"), ["()", "[]", "{}"])
def test_nesting_is_limited(opening: str, closing: str) -> None:
    """As many brackets as are allowed may be open at once, one more is 413; closed ones do not count."""
    deepest = "ASK " + opening * MAX_NESTING + closing * MAX_NESTING

    assert guard.examine(deepest + (opening + closing) * 500, GRAPHS).rows
    with pytest.raises(QueryLimitError, match=str(MAX_NESTING)) as caught:
        guard.examine("ASK " + opening * (MAX_NESTING + 1), GRAPHS)
    assert caught.value.status == 413


def test_brackets_of_every_kind_count_together() -> None:
    """Brackets of different kinds that are open at once are added up; those in texts and comments are not."""
    assert guard.examine("ASK { ?s ?p '" + "(" * 1000 + "' } # " + "{" * 1000, GRAPHS).rows
    with pytest.raises(QueryLimitError):
        guard.examine("ASK " + "({[" * (MAX_NESTING // 3 + 1), GRAPHS)


def _seconds(text: str) -> float:
    """Return the least processor time of three tries of the guard; it raises nothing but `QueryError`."""
    times = []
    for _ in range(3):
        started = time.process_time()
        with suppress(QueryError):
            guard.examine(text, GRAPHS)
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_judged_in_linear_time(make: Callable[[int], str]) -> None:
    """Four times the text takes less than ten times the time, and a text that is as long as may be less than 3 s."""
    longest = (MAX_LENGTH - 10) // (len(make(2)) - len(make(1)))

    few, many = _seconds(make(longest // 16)), _seconds(make(longest // 4))

    assert many < 10 * max(few, 0.005)
    assert _seconds(make(longest)) < 3


@pytest.mark.parametrize(
    "text", ["(" * 100_000, '"' * 200_000, '\\"""' * 60_000, "\ud800 SELECT \udfff", "\0ASK\0"]
)
def test_nothing_but_a_query_error_is_raised(text: str) -> None:
    """Whatever the text, the guard answers with a question or a `QueryError`, at once."""
    assert _seconds(text) < 1
