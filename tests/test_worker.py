"""A worker lives on when the engine fails, and the holder of the store says why it does not start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from osallisuus.errors import PublishedError, RefusedQueryError
from osallisuus.query import worker
from osallisuus.query.blocking import Workers
from osallisuus.query.limits import Limits
from osallisuus.query.store import Ask
from osallisuus.release import Publication


@pytest.fixture(scope="module")
def workers(publish: Path, publication: Publication) -> Iterator[Workers]:
    """Start workers, one query after another each."""
    with Workers(publish, publication.site.base, Limits(light=2, wait=10)) as started:
        yield started


STATEMENT = "<<( <a:a> <a:b> <a:c> )>>"
FAILING = {
    "an unknown function": ("SELECT (<http://x/f>(1) AS ?x) {}", "json", "no function <http://x/f> here"),
    "one in a condition": ("ASK { ?s ?p ?o FILTER(<http://x/f>(?o)) }", "json", "no function <http://x/f>"),
    "one in a graph": (
        "CONSTRUCT { ?s ?p 1 } { ?s ?p ?o BIND(<x:f>(1) AS ?x) }",
        "turtle",
        "no function <x:f>",
    ),
    "a statement as JSON-LD": (f"CONSTRUCT {{ <a:a> <a:b> {STATEMENT} }} {{}}", "jsonld", "ask for Turtle"),
    "an annotation as JSON-LD": ("CONSTRUCT { <a:a> <a:b> 1 {| <a:c> 2 |} } {}", "jsonld", "ask for Turtle"),
    "a call": ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "json", "cannot be evaluated"),
    "half a letter": ("ASK { ?s ?p '\ud800' }", "json", "cannot be evaluated"),
}
"""Query, format, and what is said of it."""


@pytest.mark.parametrize(("query", "form", "said"), FAILING.values(), ids=FAILING.keys())
def test_what_the_engine_cannot_do_is_refused(workers: Workers, query: str, form: str, said: str) -> None:
    """Whatever the engine raises, in evaluation or in writing, is a refusal with its reason; no worker ends by it."""
    before = {each.process for each in workers.pool._workers}

    for _ in range(3):
        with pytest.raises(RefusedQueryError, match=said):
            workers.ask(Ask(query, form))

    assert before <= {each.process for each in workers.pool._workers}
    assert workers.pool.ended == 0


def test_statements_about_statements_come_in_other_formats(workers: Workers) -> None:
    """What JSON-LD cannot hold comes in the format that the refusal names."""
    body = workers.ask(Ask(f"CONSTRUCT {{ <a:a> <a:b> {STATEMENT} }} {{}}", "turtle"))

    assert STATEMENT.encode() in body


def test_why_workers_do_not_start_is_told(tmp_path: Path, publish: Path, publication: Publication) -> None:
    """A damaged edition, none, or another one: the error has the reason and the cure, which nobody has to look up elsewhere."""
    base = publication.site.base
    with pytest.raises(PublishedError, match="osallisuus build"), Workers(tmp_path, base):
        pass
    with pytest.raises(PublishedError, match="another edition"), Workers(publish, base, edition="other"):
        pass


def test_a_process_that_ends_without_a_word_is_told(publish: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the process that holds the store cannot even begin, that is the reason."""
    monkeypatch.setattr(worker, "__name__", "osallisuus.nowhere")
    with pytest.raises(PublishedError, match="holds the store ended"), Workers(publish, "https://a/"):
        pass
