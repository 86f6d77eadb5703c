"""The accessibility statement of `site.yaml`: without one a site is not published, so every fault of it is found at once."""

from collections.abc import Iterable

from osallisuus.model import Accessibility, Barrier, Texts
from osallisuus.reader.block import Block

_CONFORMITY = ("full", "partial", "none")
_ASSESSED = ("self", "external")
_GROUNDS = ("non-compliance", "disproportionate-burden", "out-of-scope")
"""What the model statement of Decision (EU) 2018/1523 knows."""


def read_statement(
    settings: Block, contact: tuple[Texts, str], languages: Iterable[str]
) -> Accessibility | None:
    """Read the key `accessibility` of the settings; None where it is missing, which is a finding.

    Args:
        settings: the settings of the site.
        contact: name and e-mail address of the contact of the site, to whom people report what they cannot use, unless
            the statement names another.
        languages: the languages of the pages; every text of the statement is needed in each of them.
    """
    block = settings.block("accessibility")
    if block is None:
        settings.fault(settings.at("accessibility"), "no-statement")
        return None
    wanted = tuple(languages)
    own = block.block("contact")
    authority = block.block("authority")
    if authority is None:
        block.fault(block.at("authority"), "missing-key", key="authority")
    made = block.day("made", required=True)
    statement = Accessibility(
        conformity=block.choice("conformity", _CONFORMITY),
        barriers=tuple(_barrier(each, wanted) for each in block.blocks("barriers")),
        assessed=block.choice("assessed", _ASSESSED),
        method=_texts(block, "method", wanted),
        made=made,
        revised=block.day("revised") or made,
        contact=_texts(own, "name", wanted) if own else contact[0],
        email=own.email("email") if own else contact[1],
        authority=_texts(authority, "name", wanted) if authority else {},
        authority_url=authority.spoken_addresses("url") if authority else {},
    )
    _agree(block, statement)
    for each in filter(None, (own, authority, block)):
        each.close()
    return statement


def _barrier(block: Block, languages: tuple[str, ...]) -> Barrier:
    barrier = Barrier(
        content=_texts(block, "content", languages),
        reason=_texts(block, "reason", languages),
        ground=block.choice("ground", _GROUNDS, default=_GROUNDS[0]),
    )
    block.close()
    return barrier


def _texts(block: Block, key: str, languages: tuple[str, ...]) -> Texts:
    found = block.texts(key, required=True)
    missing = [each for each in languages if each not in found]
    if found and missing:
        block.fault(block.at(key), "missing-language", key=key, languages=", ".join(missing))
    return found


def _agree(block: Block, statement: Accessibility) -> None:
    """Note what does not fit together: days in the wrong order, and what is said of barriers that are not there."""
    if statement.made and statement.revised < statement.made:
        block.fault(block.at("revised"), "revised", value=statement.revised, made=statement.made)
    if statement.conformity in _CONFORMITY and (statement.conformity == "full") == bool(statement.barriers):
        block.fault(block.at("conformity"), "conformity", value=statement.conformity)
