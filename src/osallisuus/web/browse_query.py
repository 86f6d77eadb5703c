"""The list of practices as a query in SPARQL, for readers to start their own from. Pure."""

from collections.abc import Iterable

from osallisuus.compare import AXES, MUNICIPALITY, Axis
from osallisuus.vocabulary import PREFIXES, VOCAB
from osallisuus.web.asking import Asked
from osallisuus.web.facets import Facets

_PREFIXES = ("dct", "org", "osa", "owl", "skos")
_OUTWARD = f"""  FILTER EXISTS {{
    ?practice osa:targetGroup|osa:impliedGroup ?anyGroup .
    FILTER NOT EXISTS {{ <{VOCAB}target-group/internal> skos:member ?anyGroup . }}
  }}"""


def write(facets: Facets, asked: Asked, language: str) -> str:
    """Return the query that gives the practices that are asked for; a search of texts is left out.

    Args:
        facets: the practices.
        asked: what is asked.
        language: language of the titles.
    """
    parts = [_choice(facets, asked, axis) for axis in AXES.values() if asked.chosen.get(axis.name)]
    parts += [_OUTWARD] if asked.is_outward else []
    body = "\n".join(
        (
            "  ?practice a osa:Practice ; dct:isPartOf ?dataset .",
            *parts,
            f'  OPTIONAL {{ ?practice dct:title ?title . FILTER(LANG(?title) = "{language}") }}',
            "  FILTER NOT EXISTS { ?practice owl:deprecated true . }",
        )
    )
    used = [each for each in _PREFIXES if f"{each}:" in body]
    prefixes = "".join(f"PREFIX {each}: <{PREFIXES[each]}>\n" for each in used)
    order = "?dataset ?title" if asked.sort == MUNICIPALITY else "?title"
    return f"{prefixes}\nSELECT DISTINCT ?practice ?title ?dataset\nWHERE {{\n{body}\n}}\nORDER BY {order} ?practice\n"


def _choice(facets: Facets, asked: Asked, axis: Axis) -> str:
    """Return what a practice must have on an axis: any of the values chosen or narrower ones."""
    chosen = asked.chosen[axis.name]
    if axis.name == MUNICIPALITY:
        base = facets.publication.site.base
        return _values("dataset", (f"{base}{each}/practices" for each in chosen))
    name = "".join(each.title() if number else each for number, each in enumerate(axis.name.split("-")))
    path = "/".join(axis.predicates)
    if axis.implied and not asked.is_stated:
        path = f"{path}|{'/'.join(axis.implied)}"
    narrower = dict.fromkeys(iri for each in chosen for iri in facets.with_narrower(axis.name, each))
    return f"{_values(name, narrower)}\n  ?practice {path} ?{name} ."


def _values(name: str, iris: Iterable[str]) -> str:
    return f"  VALUES ?{name} {{ {' '.join(f'<{each}>' for each in iris)} }}"
