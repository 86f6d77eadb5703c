"""What an open data portal would see of a running site, ours or another's: harvested, asked, scored, and stored.

Nothing is written; every address is asked as a harvester asks, within limits of time and size.
"""

from collections.abc import Mapping

from osallisuus.portal import ckan, compliance, probing, rules, scoring, truth
from osallisuus.portal.description import Description, Node, text
from osallisuus.portal.fetching import SECONDS, Client, is_local
from osallisuus.portal.finding import Finding, UnreadableError
from osallisuus.portal.harvesting import Harvest, harvest
from osallisuus.portal.probing import Answers
from osallisuus.portal.report import DatasetReport, PortalReport

__all__ = ["DatasetReport", "Finding", "PortalReport", "check"]


def check(address: str, mapping: Mapping[str, str] | None = None, seconds: float = SECONDS) -> PortalReport:
    """Return what a portal would see of the catalog at an address.

    Args:
        address: where the catalog is.
        mapping: beginning of public addresses → where to ask instead, while the public name does not work.
        seconds: longest time of one answer.
    """
    with Client(mapping, seconds, public=not is_local(address)) as client:
        try:
            found = harvest(client, address)
        except UnreadableError as error:
            return PortalReport(address, (), "", 0, (), (error.finding,))
        roles = probing.addresses(found.description)
        answers = probing.probe(client, roles, truth.declared_types(found.description))
        others = _compare_ids(client, found)
    if len(roles) > len(answers):
        values = {"count": str(len(roles)), "limit": str(len(answers))}
        others.append(Finding(address, "addresses", values))
    return _report(found, answers, others)


def _report(found: Harvest, answers: Mapping[str, Answers], others: list[Finding]) -> PortalReport:
    description = found.description
    of_profile = compliance.violations(description)
    against_all = rules.shared(description, of_profile)
    broken = rules.broken(description, of_profile)
    reports = []
    for dataset in description.instances("dcat:Dataset"):
        conforms = not against_all and not rules.of_dataset(description, of_profile, dataset)
        own = rules.of_dataset(description, broken, dataset)
        reports.append(_dataset(description, answers, dataset, own, conforms=conforms))
    of_addresses = [each for _, asked in sorted(answers.items()) for each in asked.findings]
    return PortalReport(
        found.address,
        found.pages,
        found.media_type,
        len(answers),
        tuple(reports),
        tuple(dict.fromkeys([*found.findings, *others, *of_addresses, *rules.shared(description, broken)])),
    )


def _dataset(
    description: Description,
    answers: Mapping[str, Answers],
    dataset: Node,
    broken: list[Finding],
    *,
    conforms: bool,
) -> DatasetReport:
    stored = ckan.store(description, dataset)
    untrue = [
        each
        for distribution in description.nodes(dataset, "dcat:distribution")
        for each in truth.untruths(description, distribution, answers)
    ]
    marks = scoring.score(scoring.Scene(description, answers, conforms), dataset)
    return DatasetReport(text(dataset), marks, stored, (*broken, *untrue, *stored.findings))


def _compare_ids(client: Client, before: Harvest) -> list[Finding]:
    """Harvest once more: what a portal knows things by has to be the same."""
    try:
        after = harvest(client, before.address)
    except UnreadableError as error:
        return [error.finding]
    lost, new = before.ids - after.ids, after.ids - before.ids
    if not lost and not new:
        return []
    return [Finding(before.address, "unstable", {"lost": str(len(lost)), "new": str(len(new))})]
