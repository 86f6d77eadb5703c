"""The practices of every municipality in one table, as a dataset of its own."""

from pyoxigraph import Literal, NamedNode

from osallisuus.graph import Described, language_iri
from osallisuus.model import Site, Texts

_TITLE: Texts = {
    "fi": "Kuntien osallisuuskäytännöt yhdessä taulukossa",
    "sv": "Kommunernas delaktighetspraxis i en tabell",
    "en": "Participation practices of the municipalities in one table",
}
_DESCRIPTION: Texts = {
    "fi": "Kaikkien sivuston kuntien osallisuuskäytännöt samoissa sarakkeissa, jotta kuntia voi verrata. "
    "Aineistojen kattavuus vaihtelee: vain täydellisestä aineistosta voi päätellä, mitä kunta ei tee.",
    "sv": "Delaktighetspraxis i alla kommuner på webbplatsen i samma kolumner, så att kommunerna kan jämföras. "
    "Datamängdernas täckning varierar: bara en fullständig datamängd visar vad en kommun inte gör.",
    "en": "The participation practices of every municipality of this site in the same columns, so that municipalities "
    "can be compared. The datasets differ in coverage: only a complete one shows what a municipality does not do.",
}
DESCRIPTION: Texts = {"fi": "vain kuvaus", "sv": "endast beskrivning", "en": "description only"}
"""What is said of the files that describe the table and do not hold its rows."""

_KEYWORDS = {
    "fi": ("osallisuus", "kunnat", "vertailu"),
    "sv": ("delaktighet", "kommuner", "jämförelse"),
    "en": ("participation", "municipalities", "comparison"),
}


def describe_comparison(site: Site) -> Described:
    """Return the description of the joint table as a dataset: a graph of its own."""
    found = Described()
    subject = NamedNode(f"{site.base}comparison")
    found.begin(subject, "dcat:Dataset")
    found.add(subject, "dct:identifier", Literal(subject.value))
    found.texts(subject, "dct:title", _TITLE)
    found.texts(subject, "dct:description", _DESCRIPTION)
    for language, words in _KEYWORDS.items():
        found.add(subject, "dct:language", NamedNode(language_iri(language)))
        for word in words:
            found.add(subject, "dcat:keyword", Literal(word, language=language))
    return found
