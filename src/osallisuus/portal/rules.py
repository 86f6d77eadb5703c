"""The shapes of a catalog, run over what a portal harvested."""

from collections.abc import Iterable

from pyoxigraph import Triple

from osallisuus import validation, vocabulary
from osallisuus.portal.description import Description, Node, shortened, text
from osallisuus.portal.finding import Finding

FILES = ("catalog.ttl", "prefixes.ttl")
"""The files of `shapes/` that are about catalogs, whoever publishes them."""


def broken(description: Description, of_profile: Iterable[Finding]) -> list[Finding]:
    """Return the rules of our shapes that a catalog breaks, and those of DCAT-AP on which our shapes say nothing.

    A shape whose target class a catalog has nothing of proves nothing, and is no fault of the catalog.
    """
    report = validation.validate(description.triples, _shapes())
    if not report.checked or any("cannot be run" in each for each in report.faults):
        return [*of_profile, Finding("shapes", "shapes", {"problem": "; ".join(report.faults)})]
    results = [each for each in report.results if each.severity == "violation"]
    said = {(each.focus, shortened(each.path)) for each in results}
    others = [each for each in of_profile if (each.about, each.values.get("property")) not in said]
    return list(dict.fromkeys([*map(_finding, results), *others]))


def _finding(result: validation.Result) -> Finding:
    start = f"{shortened(result.path)}: " if result.path else ""
    messages = result.messages or {"en": result.rule}
    own = {language: f"{start}{message}{_shown(result.value)}" for language, message in messages.items()}
    return Finding(result.focus, result.rule, own=own)


def _shown(value: str) -> str:
    return f" [{value}]" if value else ""


def _shapes() -> list[Triple]:
    found: list[Triple] = []
    for name in FILES:
        found += vocabulary.read_turtle(vocabulary.locate("shapes") / name, f"shapes/{name}")
    return found


def shared(description: Description, findings: Iterable[Finding]) -> list[Finding]:
    """Return the broken rules that are about no dataset and no distribution: they count against every dataset."""
    distributions = description.linked("dcat:distribution", "dcat:Distribution")
    owned = {text(each) for each in (*description.instances("dcat:Dataset"), *distributions)}
    return [each for each in findings if each.about not in owned]


def of_dataset(description: Description, findings: Iterable[Finding], dataset: Node) -> list[Finding]:
    """Return the broken rules that are about a dataset or one of its distributions."""
    own = {text(dataset), *map(text, description.nodes(dataset, "dcat:distribution"))}
    return [each for each in findings if each.about in own]
