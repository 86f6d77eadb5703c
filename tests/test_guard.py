"""What may be asked is decided on the tokens of a query, in time that grows with its length and no faster."""

import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from unittest.mock import patch

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from osallisuus.errors import QueryError, QueryLimitError, RefusedQueryError
from osallisuus.query import faults, guard
from osallisuus.query.guard import MAX_LENGTH, MAX_NESTING, TOKEN

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
    "escape that is none": 'SELECT ("a\\bc\\d" AS ?x) {}',
    "half a letter": "SELECT ('\\uD83D\\uDE00' AS ?x) {}",
    "number that is no letter": "SELECT ('\\U00110000' AS ?x) {}",
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
    "prefixes": lambda size: "PREFIX a:<b:c>" * size + "SELECT",
    "bases": lambda size: "BASE<a:b>" * size + "SELECT",
    "blanks": lambda size: " " * size + "SELECT",
    "blanks before a star": lambda size: "SELECT" + " " * size,
    "lines of blanks": lambda size: "SELECT " + "\n  \t" * size,
    "comments": lambda size: "SELECT" + " # a\n" * size,
    "comments before the form": lambda size: "# a\n" * size,
    "schemes": lambda size: "SELECT " + "<a://" * size,
    "one long unclosed scheme": lambda size: "SELECT <" + "a+" * size,
    "less-than signs before a number sign": lambda size: "SELECT " + "<a" * size + "#",
    "closed texts": lambda size: "SELECT " + "'a b'" * size,
    "texts with a blank too many": lambda size: "SELECT " + "'a  b'" * size,
    "an unclosed text of blanks": lambda size: "SELECT '" + "a " * size,
    "demanding words within words": lambda size: "SELECT " + "aFROM" * size,
    "demanding words within variables": lambda size: "SELECT " + "?aFROM" * size,
    "names with demanding words": lambda size: "PREFIX a: <a:b> SELECT " + "a:FROM " * size,
    "addresses in parentheses": lambda size: "SELECT (1" + "<(>1" * size,
    "braces that close others": lambda size: "SELECT " + "{((((}" * size,
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


@_by_name(
    UPDATES | {"after a query": "SELECT * {} ; DROP ALL", "joined": "DELETEWHERE{?s ?p ?o}", "all": "DROPALL"}
)
def test_no_update_is_a_query_to_the_engine(text: str) -> None:
    """Even past the guard an update is no query: asked as one it is not SPARQL, so the guard need not find every one."""
    with pytest.raises(SyntaxError):
        STORE.query(text)


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
    """A text whose closing quote is missing, or which has a wrong escape, is refused with its line and column."""
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
    "text",
    ["", "   ", "hello", "# SELECT", "'SELECT'", "<select>", "PREFIX a: <b:c>", "?ask", "}{", "AS\u212a {}"],
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


def _examine(text: str) -> None:
    with suppress(QueryError):
        guard.examine(text, GRAPHS)


JUDGES: dict[str, Callable[[str], object]] = {
    "examine": _examine,
    "normalise": guard.normalise,
    "with_columns": lambda text: guard.with_columns(text, ["b", "a"]),
    "explain": lambda text: faults.explain(text, "error at 1:1: expected something"),
}
"""Everything that reads the text of a query."""


def _seconds(judge: Callable[[str], object], text: str, tries: int = 1) -> float:
    """Return the least processor time of some tries."""
    times = []
    for _ in range(tries):
        started = time.process_time()
        judge(text)
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES.keys())
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_judged_in_linear_time(
    make: Callable[[int], str], judge: Callable[[str], object]
) -> None:
    """Four times the text takes less than ten times the time, and a text that is as long as may be less than 3 s."""
    longest = (MAX_LENGTH - 10) // (len(make(2)) - len(make(1)))

    few, many = (_seconds(judge, make(longest // part), tries=3) for part in (64, 16))

    assert many < 10 * max(few, 0.002)
    assert _seconds(judge, make(longest)) < 3


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES.keys())
@pytest.mark.parametrize(
    "text",
    [
        "",
        "(" * 100_000,
        '"' * 200_000,
        '\\"""' * 60_000,
        "\ud800 SELECT \udfff",
        "\0ASK\0",
        "ASK {}" * 40_000,
    ],
    ids=["nothing", "brackets", "quotes", "escapes", "surrogates", "zeros", "queries"],
)
def test_nothing_but_a_query_error_is_raised(text: str, judge: Callable[[str], object]) -> None:
    """Whatever the text, it is judged with a question or a `QueryError`, at once."""
    assert _seconds(judge, text) < 1.5


def test_a_text_of_ten_megabytes_is_refused_at_once() -> None:
    """A text far beyond the limit is refused by its length alone."""
    assert _seconds(_examine, "SELECT " + '"' * 10_000_000) < 0.05


FRAGMENTS = [
    *"\"'<>#\\\n\r \t(){}[].:?$_-·*&|=,;",
    *[
        "  ",
        '"""',
        "'''",
        "\\'",
        '\\"',
        "\\u0022",
        "\\u0023",
        "\\U00000027",
        "<http://a/b#c>",
        "<http://a/b>",
    ],
    *[
        "<#",
        "<a#b>",
        "<a'b>",
        "<?x#>",
        "<2)#>",
        "http://a",
        "PREFIX a: <http://a/#>",
        "PREFIX : <#>",
        "BASE <a:b>",
    ],
    *[
        "SELECT",
        "ASK",
        "CONSTRUCT",
        "DESCRIBE",
        "select",
        "FROM",
        "SERVICE",
        "LOAD",
        "insert",
        "With",
        "A.LOAD",
    ],
    *[
        "FILTER(",
        "BIND(",
        "BY (",
        "NAMED",
        "GRAPH",
        "WHERE {",
        "true",
        "1",
        "1.5e",
        "?x",
        "a:b",
        "_:b",
        "@fi",
        "x y",
    ],
    *[
        "loaded",
        "1LOAD",
        "@enLOAD",
        "\u0345",
        "\u017f",
        "\u212a",
        "\x0b",
        "\x1c",
        "\xa0",
        "\u2028",
        "ä",
        "\0",
        "^^",
    ],
]
TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join)
HEADS = st.sampled_from(["", "# a\n", "PREFIX a: <b:c#> "])
QUERIES = st.builds("{}{} {}".format, HEADS, st.sampled_from(["SELECT", "ASK", "describe"]), TEXTS)


@settings(max_examples=1500, deadline=None)
@given(st.one_of(TEXTS, QUERIES))
def test_what_passes_at_first_sight_passes_when_all_tokens_are_read(text: str) -> None:
    """A text that passes without its tokens being read would pass with the same question by reading them."""
    if guard._plain_form(text):
        found = guard.examine(text, GRAPHS)
        with patch.object(guard, "_plain_form", lambda _: ""):
            assert guard.examine(text, GRAPHS) == found


@pytest.mark.parametrize(
    "text",
    [
        *UPDATES.values(),
        *SERVICES.values(),
        *STRANGERS.values(),
        *UNCLOSED.values(),
        "# \\u000ALOAD <http://a/>\nASK {}",
        "ASK { FILTER(?x<http:a'b>1) }",
        "ASK { FILTER(?x<?y'b>1) }",
        "AS\u212a {}",
    ],
)
def test_nothing_that_is_refused_passes_at_first_sight(text: str) -> None:
    """The tokens are read of every text that is refused."""
    with pytest.raises(QueryError):
        guard.examine(text, GRAPHS)
    assert guard._plain_form(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX dcat: <http://www.w3.org/ns/dcat#>\nSELECT ?service ?from { ?service dcat:downloadURL ?from }",
        "# with a note\nselect distinct * { ?s ?p \"fi\" . FILTER(?s < 3 && lang(?p) = 'sv') } # end",
        "BASE <http://a/>\nprefix : <#>\nASK{?s<b>?o}",
    ],
)
def test_usual_queries_pass_at_first_sight(text: str) -> None:
    """Queries as people write them pass without their tokens being read."""
    assert guard._plain_form(text)


def test_capitals_hide_no_end_of_a_word() -> None:
    """The capitals of a sign are signs of a name exactly if it is one itself, so that words end where they ended."""
    name = re.compile(f"[{guard._NAME}]+")
    capitals = [(each, each.upper()) for each in map(chr, range(sys.maxunicode + 1))]

    assert all(bool(name.fullmatch(each)) == bool(name.fullmatch(upper)) for each, upper in capitals)


def _tokens(text: str, compares: list[bool]) -> list[str]:
    """Return the tokens of a text without blanks; of each address, whether it is read as “less than”.

    It never is in a prologue, nor when it has “//”, after which no expression goes on.
    """
    found, position, readings = ["", ""], 0, iter(compares)
    while match := TOKEN.match(text, position):
        position = match.end()
        declared = found[-2].upper() == "PREFIX" or found[-1].upper() == "BASE"
        whole = match.lastgroup != "iri" or declared or re.match("<[A-Za-z][A-Za-z0-9+.-]*://", match[0])
        if not whole and next(readings, False):
            position = match.start() + 1
        if match.lastgroup != "blank":
            found.append(text[match.start() : position])
    return found


@settings(max_examples=1500, deadline=None)
@given(st.one_of(TEXTS, QUERIES), st.lists(st.booleans(), max_size=10))
def test_a_normal_form_means_the_same(text: str, compares: list[bool]) -> None:
    """Text and normal form have the same tokens, whichever way each “<” is read; it is its own normal form."""
    normal = guard.normalise(text)

    assert _tokens(normal, compares) == _tokens(text, compares)
    assert guard.normalise(normal) == normal


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_blanks_and_comments_make_no_difference(data: st.DataObject) -> None:
    """However a query is laid out and remarked upon, its normal form is the same."""
    words = [
        "PREFIX a: <http://a/b#>",
        "SELECT",
        "?s",
        "{",
        "?s",
        "a:b",
        '"a  # \' b"',
        ",",
        "'c d'",
        "}",
        "LIMIT 3",
    ]
    blank = st.sampled_from([" ", "\n", "\t \r\n", " # it's\n", "#a\n#b\r", '\n# "\n  '])
    text = data.draw(blank) + "".join(each + data.draw(blank) for each in words)

    assert guard.normalise(text) == " ".join(words)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("SELECT * { ?s ?p 'a b' }", "SELECT * { ?s ?p 'a  b' }"),
        ("SELECT * { ?s ?p 'a b' }", "SELECT * { ?s ?p 'a\nb' }"),
        ('SELECT * { ?s ?p "a b" }', 'SELECT * { ?s ?p "a\nb" }'),
        ('SELECT * { ?s ?p """a\nb""" }', 'SELECT * { ?s ?p """a b""" }'),
        ('SELECT * { ?s ?p "a # b" }', 'SELECT * { ?s ?p "a "'),
        ("SELECT * { ?s ?p <http://a/#b> }", "SELECT * { ?s ?p <http://a/"),
        ("ASK { FILTER(1<?x#>\n) }", "ASK { FILTER(1<?x#> ) }"),
        ("ASK\xa0{}", "ASK {}"),
        ("PREFIX a: <a:b#> ASK { ?s a:b\\#c ?o\n }", "PREFIX a: <a:b#> ASK { ?s a:b\\ }"),
        ("# a\\u000Ab\nASK {}", "ASK {}"),
        ("ASK { ?s ?p 'a\\'  b' }", "ASK { ?s ?p 'a\\' b' }"),
        ("PREFIX a: <http://a/\xa0b> ASK {}", "PREFIX a: <http://a/ b> ASK {}"),
        ("ASK { ?s ?p <http://a/\xa0b> }", "ASK { ?s ?p <http://a/ b> }"),
    ],
)
def test_what_may_mean_another_thing_has_another_normal_form(text: str, other: str) -> None:
    """Blanks and number signs in texts and addresses count, and so do signs that only look like blanks."""
    assert guard.normalise(text) != guard.normalise(other)


STORE = pyoxigraph.Store()
STORE.add(Quad(NamedNode("http://a/s"), NamedNode("http://a/p"), Literal("1")))


def _rows(text: str) -> tuple[list[str], list[dict[str, str]]]:
    """Return names and rows of a query over one triple."""
    found = STORE.query(text)
    assert isinstance(found, QuerySolutions)
    names = [each.value for each in found.variables]
    return names, [{name: str(row[name]) for name in names} for row in found]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT * { ?s ?p ?o }", "s p o"),
        ("select*{?s ?p ?o}", "s p o"),
        (
            "# ?a\nPREFIX a: <http://a/>\nBASE <b:?y>\nSELECT # ?b *\n DISTINCT * { ?s a:p ?o , ?o . ?o ?p '?z' }",
            "s o p",
        ),
        ("SELECT REDUCED * { { SELECT ?p ?o { ?s ?p ?o } } ?z ?p ?o }", "p o z"),
        ("SELECT * { { SELECT * { ?s ?p ?o } } BIND(1 AS ?a) }", "s p o a"),
        ("SELECT * { ?s ?p ?o MINUS { ?x ?y ?z } }", "s p o"),
        ("SELECT * { VALUES ($z ?a) { (1 2) } }", "z a"),
        ("SELECT ?p ?o ?s { ?s ?p ?o } # SELECT *", "p o s"),
        ("SELECT (COUNT(*) AS ?n) ?a { ?a ?p ?o } GROUP BY ?a", "n a"),
        ("SELECT * {}", ""),
    ],
)
def test_columns_stand_in_the_order_of_the_query(text: str, columns: str) -> None:
    """A star selects the columns in the order in which they appear; columns that are named stay as they are."""
    names, rows = _rows(guard.with_columns(text, _rows(text)[0]))

    assert names == columns.split()
    assert rows == _rows(text)[1]


FAULTS = {
    "ASK {\n  ?s ?p ?o": ("bracket { is not closed", 1, 5),
    "ASK { ?s ?p ?o ) }": ("bracket ) stands where } should", 1, 16),
    "ASK { ?s ?p ?o } }": ("bracket } closes nothing", 1, 18),
    "ASK {\n ?s nosuch:p ?o }": ("prefix nosuch: is not declared", 2, 5),
    "ASK { ?s <p> ?o }": ("address <p> is not whole", 1, 10),
    "ASK { ?s <http://a b> ?o }": ("address has a blank", 1, 10),
    "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }": ("neither in GROUP BY", 1, 1),
    "SELECT * { ?s ?p ?o } GROUP BY ?s": ("cannot stand with GROUP BY", 1, 1),
    "SELECT (1 AS ?x) (2 AS ?x) {}": ("names a column twice", 1, 1),
    "SELECT * { ?s ?p ?o } LIMIT x": ("a word or sign too many", 1, 29),
    "SELECT * { ?s ?p }\n\n": ("not complete", 1, 18),
    "DESCRIBE": ("not complete", 1, 8),
    "SELECT * { ?s ?p ?o } ;\nDROP ALL": ("Updates are not offered", 2, 1),
}
"""Query → what is said of it, and its line and column."""


@pytest.mark.parametrize(("text", "told"), FAULTS.items(), ids=FAULTS)
def test_faults_are_told_in_words_of_people(text: str, told: tuple[str, int, int]) -> None:
    """What the engine does not read is told with its likely fault, its place and a mark, not in the engine's words."""
    with pytest.raises(SyntaxError) as caught:
        STORE.query(text)
    reason, line, column = told

    message, _, place = faults.explain(text, str(caught.value)).partition("\n\n")

    assert message.startswith("This is not SPARQL. ")
    assert reason in message
    assert message.endswith(f"(line {line}, column {column}).")
    assert place == f"{text.splitlines()[line - 1]}\n{' ' * (column - 1)}^"


def test_a_message_that_is_not_known_is_not_passed_on() -> None:
    """What an engine says otherwise is not shown: it may tell of the inside of the service."""
    found = faults.explain("ASK {}", "panicked at /src/x.rs")

    assert found == "This is not SPARQL (line 1, column 1).\n\nASK {}\n^"
    assert faults.explain_failure("ASK {}", "No file /src/x") == "The query cannot be evaluated."


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("SELECT (<http://x/f>(1) AS ?x) {}", 9),
        ("PREFIX x: <http://x/> ASK { FILTER(x:f(2)) }", 36),
        ("PREFIX x: <http://x/f> ASK { FILTER(x:(2)) }", 11),
    ],
)
def test_a_function_that_is_not_there_is_named_with_its_place(text: str, column: int) -> None:
    """The engine's own message is put in the words of the other faults, with the place if it is found."""
    with pytest.raises(RuntimeError) as caught:
        STORE.query(text)

    found = faults.explain_failure(text, str(caught.value))
    assert found.startswith(f"There is no function <http://x/f> here (line 1, column {column}).")


def test_a_long_line_is_shown_around_the_place() -> None:
    """Of a long line a hundred characters are shown, the mark under its place; tabs and controls are blanks."""
    text = "ASK { " + "?s ?p ?o .\t" * 50 + "SERVICE <http://a/> {} " + "?s ?p ?o . " * 50 + "}"

    shown, mark = guard.marked("No", text, text.index("SERVICE")).splitlines()[2:]

    assert len(shown) <= 100
    assert shown[mark.index("^") :].startswith("SERVICE <http://a/>")
    assert "\t" not in shown
