"""The table of a source, written back word for word from what is published of it."""

from osallisuus.model import Municipality


def source_table(municipality: Municipality) -> str:
    """Return the rows of the source, headings first, cells word for word, separated by tabs and ended by line feeds.

    Rows come in the order of the source; where it has no headings, the names of our properties stand for them.
    """
    headings = municipality.source.headings if municipality.source else {}
    names = ("name", "units", "groups", "description")
    lines = [[headings.get(name, f"source_{name}") for name in names]]
    practices = sorted(municipality.practices, key=lambda each: (int(each.source.row or 0), each.id))
    lines += [[getattr(each.source, name) for name in names] for each in practices]
    return "".join("\t".join(line) + "\n" for line in lines)
