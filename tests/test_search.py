"""What the full-text search finds: words in three languages, their endings, missing dots, slips, and any text whatsoever."""

import threading
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osallisuus import search
from osallisuus.release import Publication
from osallisuus.release.listing import documents, entries
from osallisuus.search import Document, Found, Index

NAMES = (
    "Nuorisovaltuusto",
    "Asukaskysely",
    "Sää ja sade",
    "Saaristoilta",
    "Medborgarbudget",
    "Youth council",
)
SMALL = Index(
    [
        *(Document(each) for each in NAMES),
        Document("Forum", labels="nuoret unga young people", description="kysely", source="aloite"),
        Document("Info", description="nuoret kysyvät, unga frågar"),
    ]
)

Find = Callable[[str], list[str]]


def named(text: str) -> list[int]:
    """Return the positions of the small documents that a text finds."""
    return list(SMALL.find(text).positions)


@pytest.fixture(scope="module")
def find(publication: Publication) -> Find:
    """Return a function that searches the real practices and gives their ids, the best first."""
    listed = entries(publication)
    index = Index(documents(publication, listed))
    return lambda text: [
        listed[each].iri.partition("/fi/")[2].replace("/practices/", " ")
        for each in index.find(text).positions
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nuorisovaltuusto", {"235 nuorisovaltuusto", "049 youth-council"}),
        ("NUORISOVALT", {"235 nuorisovaltuusto", "049 youth-council"}),
        ("nuorisovaltusto", {"235 nuorisovaltuusto", "049 youth-council"}),
        ("medborgabudget", {"235 osallistava-budjetointi"}),
        ("ungdomsfullmaktige", {"235 nuorisovaltuusto"}),
        ("nuorten", {"049 youth-council"}),
        ("vanhusneuvoston", {"235 vanhus-ja-vammaisneuvostot"}),
        ("äldreråd", {"235 vanhus-ja-vammaisneuvostot"}),
        ("aldrerad", {"235 vanhus-ja-vammaisneuvostot"}),
        ("pensionärer", {"235 vanhus-ja-vammaisneuvostot"}),
        ("valtuusto", {"235 nuorisovaltuusto"}),
        ("survey residents", {"235 asukaskysely"}),
        ("asukaskysely kauniainen", {"235 asukaskysely"}),
        ("participatory budgting", {"235 osallistava-budjetointi"}),
    ],
)
def test_people_find_practices_as_they_write(find: Find, text: str, expected: set[str]) -> None:
    """Beginnings, endings, parts of compounds, synonyms, missing dots and slips find the practice, in each language."""
    assert expected <= set(find(text))


def test_a_word_in_a_name_goes_before_a_word_elsewhere(find: Find) -> None:
    """A search for a survey gives the practices called so first; those that only mention one come later."""
    found = find("asukaskysely")

    assert found[0] == "235 asukaskysely"


def test_a_name_counts_more_than_a_label_and_a_label_more_than_a_description() -> None:
    """The same word ranks by where it stands; the source's own words come last."""
    texts = [
        Document("x", source="aloite y"),
        Document("x", description="aloite y"),
        Document("x", labels="aloite y"),
        Document("aloite", labels="y"),
        *(Document(f"other {number}") for number in range(20)),
    ]

    assert Index(texts).find("aloite").positions == (3, 2, 1, 0)


def test_dots_and_rings_are_letters_but_may_be_missing() -> None:
    """ä is not a where somebody typed ä or where words with a exist; without dots the words with dots are found instead."""
    assert named("sää") == [2]
    assert named("saa") == [3]
    assert SMALL.find("fragar").instead == (("fragar", ("frågar",)),)
    assert named("kysyvat") == [7]
    assert named("kysyvät") == [7]


def test_other_endings_come_after_the_word_as_typed() -> None:
    """`nuorten` finds `nuoret`, which stands in labels, and the small words that begin alike are left alone."""
    assert set(named("nuorten")) >= {6, 7}
    assert SMALL.find("nuorten").instead == ()
    assert not search._is_near("kunta", "kunto")
    assert not search._is_near("nuori", "nuorisovaltuusto")
    assert search._is_near("yhdistyksille", "yhdistykset")


def test_a_slip_is_forgiven_only_where_nothing_else_fits() -> None:
    """The words that were taken for one that nobody has are told; a short word must be right."""
    found = SMALL.find("medborgabudget")

    assert found.positions == (4,)
    assert found.instead == (("medborgabudget", ("medborgarbudget",)),)
    assert found.words == {"medborgarbudget"}
    assert SMALL.find("medborgarbudget").instead == ()
    assert named("medborgarbudegt") == [4]
    assert SMALL.find("inf").instead == ()
    assert SMALL.find("inx") == Found()


def test_every_word_must_be_there() -> None:
    """Two words find the documents with both, wherever each of them stands."""
    assert named("forum nuoret") == [6]
    assert named("forum medborgarbudget") == []


@pytest.mark.parametrize("text", ["", " ", '"', "***", "\x00", "()", "—", "_", "\ufffd"])
def test_a_text_without_letters_finds_nothing(text: str) -> None:
    """There is nothing to look for, and no error either."""
    assert SMALL.find(text) == Found()


@pytest.mark.parametrize(
    "text",
    ['"forum"', "forum*", "^forum", "name:forum", "forum AND", "NOT forum", "NEAR(forum info)", "forum OR", "{forum}", "-forum", "'; DROP TABLE documents; --"],
)  # fmt: skip
def test_operators_of_the_engine_are_only_words(text: str) -> None:
    """What FTS5 would read as an operator is a word like any other."""
    assert named(text) in ([6], [])
    assert named("forum") == [6]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=search.MAX_LENGTH))
def test_any_text_is_safe(text: str) -> None:
    """No text makes the engine fail, and what is found is there."""
    assert set(SMALL.find(text).positions) <= set(range(len(NAMES) + 2))


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(categories=["L", "N", "Co"]), min_size=1, max_size=20))
def test_a_name_of_any_letters_is_found_by_itself(name: str) -> None:
    """Whatever letters a name has, the words that the index cuts from it lead to it."""
    found = Index([Document(name), Document("other")]).find(name)

    assert (0 in found.positions) == bool(search.words(name)) or not name.isascii()


def test_threads_search_one_index_at_once() -> None:
    """Searches in several threads give what they give one after another."""
    wanted = {text: SMALL.find(text) for text in ("nuoret", "kysely", "forum", "medborgabudget")}
    wrong: list[str] = []

    def ask() -> None:
        wrong.extend(text for _ in range(50) for text, found in wanted.items() if SMALL.find(text) != found)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert wrong == []
