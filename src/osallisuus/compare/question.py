"""What is compared, as a question in SPARQL that gives the same numbers."""

import re
from collections.abc import Iterable

from osallisuus.compare.entries import AXES, Axis
from osallisuus.compare.gaps import Wish
from osallisuus.compare.matrix import Choice
from osallisuus.vocabulary import PREFIXES, VOCAB

_INTERNAL = f"<{VOCAB}target-group/internal>"


def question(choice: Choice) -> str:
    """Return the query for the numbers of a comparison: a row for each that is not without practices."""
    axes = [AXES[each] for each in (choice.by, choice.cross) if each]
    names = ["value", "crossed"][: len(axes)]
    shown = " ".join(f"?{each}" for each in names)
    bases = [each.implied and not choice.only_stated for each in axes]
    lines = [
        f"SELECT ?municipality {shown} ?basis ?practices ?n (ROUND(1000 * ?practices / ?n) / 10 AS ?percent) ?coverage",
        "WHERE {",
        *_indented(_municipalities(choice.municipalities), 2),
        "  ?dataset osa:coverage ?coverage .",
        "  {",
        "    SELECT ?dataset (COUNT(DISTINCT ?any) AS ?n)",
        "    WHERE {",
        *_indented(_counted("any", with_inward=choice.with_inward), 6),
        "    }",
        "    GROUP BY ?dataset",
        "  }",
        "  {",
        f"    SELECT ?dataset {shown} ?basis (COUNT(DISTINCT ?practice) AS ?practices)",
        "    WHERE {",
        *_indented(_counted("practice", with_inward=choice.with_inward), 6),
        *(
            line
            for axis, name, basis in zip(axes, names, bases, strict=True)
            for line in _indented(_valued(axis, name, with_implied=bool(basis)), 6)
        ),
        *([] if any(bases) else ['      BIND("stated" AS ?basis)']),
        "    }",
        f"    GROUP BY ?dataset {shown} ?basis",
        "  }",
        "}",
        f"ORDER BY ?municipality {shown} DESC(?basis)",
    ]
    return _with_prefixes(lines)


def suggestions(wish: Wish) -> str:
    """Return the query for what others do that the list of a municipality does not have: a row for each practice."""
    own = [f"?own dct:isPartOf <{wish.municipality}/practices> .", "MINUS { ?own owl:deprecated true . }"]
    exact = _path(AXES[wish.by], with_implied=not wish.only_stated, upwards=False)
    anywhere = _path(AXES[wish.by], with_implied=True, upwards=True)
    lines = [
        "SELECT DISTINCT ?value ?municipality ?practice",
        "WHERE {",
        *_indented(_municipalities(wish.others), 2),
        f"  FILTER(?municipality != <{wish.municipality}>)",
        *_indented(_counted("practice", with_inward=wish.with_inward), 2),
        *_indented(_asked(wish, "practice", with_implied=not wish.only_stated), 2),
        f"  ?practice {exact} ?value .",
        f"  ?value skos:inScheme <{VOCAB}{AXES[wish.by].scheme}> .",
        "  FILTER NOT EXISTS {",
        *_indented((own[0], *_asked(wish, "own", with_implied=True), f"?own {anywhere} ?value .", own[1]), 4),
        "  }",
        "}",
        "ORDER BY ?value ?municipality ?practice",
    ]
    return _with_prefixes(lines)


def _asked(wish: Wish, name: str, *, with_implied: bool) -> list[str]:
    """Return the patterns of a practice that has every concept that is asked for, or one narrower."""
    return [
        f"?{name} {_path(AXES[axis], with_implied=with_implied, upwards=True)} <{concept}> ."
        for axis, concept in wish.asked.items()
    ]


def _counted(name: str, *, with_inward: bool) -> list[str]:
    """Return the patterns of the practices that count."""
    outward = [
        "{",
        f"  ?{name} osa:targetGroup|osa:impliedGroup ?groupOf{name.title()} .",
        f"  MINUS {{ {_INTERNAL} skos:member ?groupOf{name.title()} . }}",
        "}",
    ]
    return [
        f"?{name} a osa:Practice ;",
        f"{' ' * len(name)}  dct:isPartOf ?dataset .",
        *([] if with_inward else outward),
        f"MINUS {{ ?{name} owl:deprecated true . }}",
    ]


def _valued(axis: Axis, name: str, *, with_implied: bool) -> list[str]:
    """Return the patterns of the values of a practice on an axis, and of whether the source states them."""
    stated = f"?practice {_path(axis, with_implied=False, upwards=True)} ?{name} ."
    scheme = f"?{name} skos:inScheme <{VOCAB}{axis.scheme}> ."
    if not with_implied:
        return [stated, scheme]
    read = f"?practice {'/'.join(axis.implied)}/skos:broader* ?{name} ."
    return [
        f'{{ {stated} BIND("stated" AS ?basis) }}',
        "UNION",
        f'{{ {read} FILTER NOT EXISTS {{ {stated} }} BIND("implied" AS ?basis) }}',
        scheme,
    ]


def _path(axis: Axis, *, with_implied: bool, upwards: bool) -> str:
    steps = "/".join(axis.predicates)
    if axis.implied and with_implied:
        steps = f"({steps}|{'/'.join(axis.implied)})"
    return f"{steps}/skos:broader*" if upwards else steps


def _municipalities(chosen: Iterable[str]) -> list[str]:
    """Return the patterns of the municipalities and their datasets; they come first, for what is bound comes before use."""
    values = " ".join(f"<{each}>" for each in chosen)
    return [
        *([f"VALUES ?municipality {{ {values} }}"] if values else []),
        "?municipality a cv:PublicOrganisation .",
        'BIND(IRI(CONCAT(STR(?municipality), "/practices")) AS ?dataset)',
    ]


def _indented(lines: Iterable[str], by: int) -> list[str]:
    return [f"{' ' * by}{each}" for each in lines]


def _with_prefixes(lines: Iterable[str]) -> str:
    body = "\n".join(lines) + "\n"
    used = {each for each in PREFIXES if re.search(rf"(?<![\w<:]){each}:\w", body)}
    return "".join(f"PREFIX {each}: <{PREFIXES[each]}>\n" for each in sorted(used)) + "\n" + body
