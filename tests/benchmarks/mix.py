"""What a public endpoint is asked, on the synthetic site: the mix of questions, and the bombs.

Run: PYTHONPATH=tests python -m benchmarks.mix N FILE writes the addresses of the mix, one a line.

Every query holds one number of seven digits that begins with 1, such as `LIMIT 1000042`. Another number there changes
what is asked but not what it costs, so a new number is a miss for any cache, however it normalises its queries.
"""

import argparse
import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from benchmarks import generate
from osallisuus.vocabulary import PREFIXES, VOCAB

TOTAL = 2000
"""Distinct requests of the mix."""
FIRST_NUMBER = 1_000_000
NUMBER = re.compile(r"\b1\d{6}\b|(?<=[a-z])1\d{6}\b")

_PREFIXES = "".join(f"PREFIX {each}: <{PREFIXES[each]}>\n" for each in ("dct", "osa", "skos"))


class Request(NamedTuple):
    """A question of the mix: its kind and the text of its query."""

    kind: str
    query: str


class Place(NamedTuple):
    """Where a question of the mix looks: a municipality, one of its practices, and the number that tells it apart."""

    municipality: int
    practice: int
    number: int

    @property
    def dataset(self) -> str:
        """The municipality's dataset, as SPARQL writes an IRI."""
        return f"<{generate.BASE}{generate.COUNTRY}/{generate.code(self.municipality)}/practices>"

    @property
    def subject(self) -> str:
        """The practice, as SPARQL writes an IRI."""
        return f"{self.dataset[:-1]}/{generate.practice_id(self.practice)}>"


def lookup(place: Place) -> str:
    """Return the question for everything about one practice."""
    return f"SELECT ?property ?value WHERE {{ {place.subject} ?property ?value }} LIMIT {place.number}"


def listing(place: Place) -> str:
    """Return the question for the practices of one municipality, with their groups."""
    return f"""{_PREFIXES}SELECT ?practice ?title ?group
WHERE {{
  ?practice dct:isPartOf {place.dataset} ; dct:title ?title ; osa:targetGroup ?concept .
  ?concept skos:prefLabel ?group .
  FILTER(LANG(?title) = "fi" && LANG(?group) = "fi")
}}
ORDER BY ?title LIMIT {place.number}"""


def matrix(place: Place) -> str:
    """Return the question for one municipality's purposes by target group."""
    return f"""{_PREFIXES}SELECT ?purpose ?group (COUNT(DISTINCT ?practice) AS ?practices)
WHERE {{ ?practice dct:isPartOf {place.dataset} ; osa:purpose ?purpose ; osa:targetGroup ?group }}
GROUP BY ?purpose ?group LIMIT {place.number}"""


def concat(place: Place) -> str:
    """Return the question for each practice's groups in one cell."""
    return f"""{_PREFIXES}SELECT ?practice (GROUP_CONCAT(DISTINCT ?label; separator=", ") AS ?groups)
WHERE {{
  ?practice dct:isPartOf {place.dataset} ; osa:targetGroup ?group .
  ?group skos:prefLabel ?label .
  FILTER(LANG(?label) = "sv")
}}
GROUP BY ?practice LIMIT {place.number}"""


def describe(place: Place) -> str:
    """Return the question for the description of a dataset."""
    return f"DESCRIBE {place.dataset} LIMIT {place.number}"


def construct(place: Place) -> str:
    """Return the question for a dataset with what its practices are called and coded as."""
    return f"""{_PREFIXES}CONSTRUCT {{ {place.dataset} ?about ?what . ?practice ?property ?value }}
WHERE {{
  {{ {place.dataset} ?about ?what }}
  UNION
  {{
    ?practice dct:isPartOf {place.dataset} ; ?property ?value .
    FILTER(?property IN (dct:title, osa:purpose, osa:targetGroup, osa:channel))
  }}
}}
LIMIT {place.number}"""


def text(place: Place) -> str:
    """Return the question for twenty practices with a word in their title."""
    words = generate.WORDS["fi"]
    return f"""{_PREFIXES}SELECT ?practice (?title AS ?title{place.number})
WHERE {{
  ?practice a osa:Practice ; dct:title ?title .
  FILTER(LANG(?title) = "fi" && CONTAINS(LCASE(?title), "{words[place.practice % len(words)]}"))
}}
LIMIT 20"""


def path(place: Place) -> str:
    """Return the question for how many practices are for a group or one under it."""
    group = generate.GROUPS[place.practice % len(generate.GROUPS)]
    return f"""{_PREFIXES}SELECT (COUNT(DISTINCT ?practice) AS ?practices)
WHERE {{ ?concept skos:broader* <{VOCAB}target-group/{group}> . ?practice osa:targetGroup ?concept }}
LIMIT {place.number}"""


SHARES: Mapping[Callable[[Place], str], int] = {
    lookup: 60,
    listing: 15,
    matrix: 10,
    concat: 5,
    describe: 4,
    construct: 3,
    text: 2,
    path: 1,
}
"""Question → how many of a hundred requests ask it."""


def requests(municipalities: int, total: int = TOTAL, seed: int = 1) -> list[Request]:
    """Return the requests of the mix over a site of so many municipalities, in a fixed random order, all distinct."""
    chance = random.Random(f"mix {seed}/{municipalities}")  # noqa: S311  # an order, no secrets
    kinds = [kind for kind, share in SHARES.items() for _ in range(total * share // 100)]
    chance.shuffle(kinds)
    found = []
    for number, kind in enumerate(kinds, FIRST_NUMBER):
        place = Place(chance.randint(1, municipalities), chance.randint(1, generate.PRACTICES), number)
        found.append(Request(kind.__name__, kind(place)))
    return found


def renumbered(query: str, number: int) -> str:
    """Return a query as a miss: the same question under a number that was not asked before."""
    return NUMBER.sub(str(number), query, count=1)


def address(query: str, endpoint: str = "/sparql") -> str:
    """Return the path and query string that ask a query by GET."""
    return f"{endpoint}?query={quote(query, safe='')}"


BOMBS: Mapping[str, str] = {
    "cartesian count": "SELECT (COUNT(*) AS ?n1000000) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "sorted cross product": "SELECT ?a ?c ?d ?f WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a ?d LIMIT 1000000",
    "unbounded path": "SELECT (COUNT(*) AS ?n1000000) WHERE { ?a (!<urn:x>|^!<urn:x>)* ?b }",
    "grouped text": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?c))) AS ?n1000000) WHERE { ?a ?b ?c . ?d ?e ?f }",
    "distinct cross product": "SELECT (COUNT(*) AS ?n1000000) "
    "WHERE { SELECT DISTINCT ?a ?c ?d ?f WHERE { ?a ?b ?c . ?d ?e ?f } }",
    "pattern on a cross product": "SELECT (COUNT(*) AS ?n1000000) WHERE "
    "{ ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), '(a|b|ab)*z(.*)+$')) }",
}
"""Queries that never end in reasonable time or memory, by name; some have no solution to give before they end."""


def main() -> None:
    """Write the addresses of the mix as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("municipalities", metavar="N", type=int, help="municipalities of the synthetic site")
    parser.add_argument("file", metavar="FILE", type=Path, help="file that is written")
    options = parser.parse_args()
    lines = [address(each.query) for each in requests(options.municipalities)]
    options.file.write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
