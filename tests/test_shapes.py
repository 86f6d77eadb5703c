"""Every rule of the shapes has two witnesses: a graph that keeps it, and one that breaks it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from osallisuus import validation, vocabulary
from osallisuus.errors import LANGUAGES
from osallisuus.validation import Report
from osallisuus.vocabulary import VOCAB, term

WITNESSES = Path(__file__).parent / "shapes"
SHAPES = f"{VOCAB}shapes#"
BASE = "https://example.org/"


def rules() -> dict[str, set[str]]:
    """Return the name of each rule (a named shape with a message) and the languages of its messages."""
    found: dict[str, set[str]] = {}
    for subject, predicate, value in vocabulary.shapes():
        if predicate == term("sh:message") and isinstance(subject, NamedNode) and isinstance(value, Literal):
            found.setdefault(subject.value.removeprefix(SHAPES), set()).add(value.language or "")
    return found


def witness(kind: str, rule: str) -> Iterator[Triple]:
    """Read a witness, its things moved under a base of their own, so that all can be validated in one run."""
    text = (WITNESSES / kind / f"{rule}.ttl").read_text(encoding="utf-8")
    text = text.replace(BASE, f"{BASE}w/{rule}/").replace("osa:witness", f"osa:witness-{rule}")
    for quad in parse(text, format=RdfFormat.TURTLE):
        yield quad.triple


@cache
def report(kind: str) -> Report:
    """Validate every witness of a kind, `valid` or `invalid`, together with the vocabulary."""
    triples = [each for rule in sorted(rules()) for each in witness(kind, rule)]
    return validation.validate([*triples, *vocabulary.load().triples], vocabulary.shapes())


def fired(kind: str, rule: str) -> list[str]:
    """Return the messages with which a rule fired on its own witness; a rule over the whole graph has other foci."""
    return [
        result.text("en")
        for result in report(kind).results
        if result.rule == SHAPES + rule and (f"/w/{rule}/" in result.focus or BASE not in result.focus)
    ]


def test_each_rule_has_both_witnesses_and_each_witness_a_rule() -> None:
    """A rule without witnesses, or a witness of no rule, is found by its name."""
    for kind in ("valid", "invalid"):
        assert sorted(rules()) == sorted(path.stem for path in (WITNESSES / kind).glob("*.ttl")), kind


@pytest.mark.parametrize("rule", sorted(rules()))
def test_a_rule_holds_on_its_valid_witness_and_fires_on_the_invalid_one(rule: str) -> None:
    """A rule says nothing of the graph that keeps it and something of the graph that breaks it."""
    assert not fired("valid", rule)
    assert fired("invalid", rule)


@pytest.mark.parametrize("rule", sorted(rules()))
def test_a_rule_speaks_three_languages(rule: str) -> None:
    """A rule says what is wrong in Finnish, Swedish and English."""
    assert rules()[rule] == set(LANGUAGES)


def test_every_shape_checks_some_node() -> None:
    """No shape of ours selects nothing: each has nodes to check among the witnesses and the vocabulary."""
    checked = report("invalid").checked

    assert checked
    assert [shape for shape, number in checked.items() if number == 0] == []
    assert report("invalid").faults == ()
