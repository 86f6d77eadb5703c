"""What a catalog says of its files, held against the files: type, format, size, checksum, content."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from osallisuus import formats
from osallisuus.formats import EU_FILE_TYPE, IANA_MEDIA_TYPE, Format
from osallisuus.portal.description import Description, Node, text
from osallisuus.portal.fetching import ALGORITHMS
from osallisuus.portal.finding import Finding
from osallisuus.portal.probing import Answers

_KNOWN = {each.file_type: each for each in vars(formats).values() if isinstance(each, Format)}


def file_address(description: Description, distribution: Node) -> str:
    """Return where the file of a distribution is: its download address, else its access address, else empty."""
    return description.value(distribution, "dcat:downloadURL", "dcat:accessURL")


def media_type(description: Description, distribution: Node) -> str:
    """Return the media type that a distribution declares, without parameters; empty where it declares none."""
    declared = description.value(distribution, "dcat:mediaType")
    for prefix in (IANA_MEDIA_TYPE, IANA_MEDIA_TYPE.replace("http:", "https:")):
        declared = declared.removeprefix(prefix)
    return declared.partition(";")[0].strip().lower()


def declared_types(description: Description) -> dict[str, list[str]]:
    """Return address → the media types that its distributions declare."""
    found: dict[str, list[str]] = defaultdict(list)
    for distribution in description.linked("dcat:distribution", "dcat:Distribution"):
        if declared := media_type(description, distribution):
            found[file_address(description, distribution)].append(declared)
    return found


def untruths(
    description: Description, distribution: Node, answers: Mapping[str, Answers]
) -> Iterator[Finding]:
    """Return every claim on a distribution that its file does not bear out.

    Args:
        description: the catalog.
        distribution: one of its distributions.
        answers: address → what it answered.
    """
    about = text(distribution)
    declared = media_type(description, distribution)
    yield from _formats(description, distribution, declared)
    address = file_address(description, distribution)
    asked = answers.get(address)
    if asked is None or asked.got is None or not asked.got.ok:
        return
    if declared and asked.got.media_type != declared:
        values = {"declared": declared, "address": address, "served": asked.got.media_type or "–"}
        yield Finding(about, "type-declared", values)
    form = declared or asked.got.media_type
    if form in asked.problems:
        yield Finding(about, "content", {"address": address, "form": form, "problem": asked.problems[form]})
    if asked.got.whole:
        yield from _size(description, distribution, asked)
        yield from _checksums(description, distribution, asked)


def _formats(description: Description, distribution: Node, declared: str) -> Iterator[Finding]:
    for value in description.values(distribution, "dct:format"):
        form = _KNOWN.get(text(value).removeprefix(EU_FILE_TYPE))
        if form and declared and form.file_type and not _agree(form, declared):
            yield Finding(text(distribution), "type-format", {"format": form.file_type, "declared": declared})


def _agree(form: Format, declared: str) -> bool:
    """Whether a media type is one of an EU file type; some of those, such as JSON, have several."""
    types = {each.media_type for each in vars(formats).values() if isinstance(each, Format)}
    return declared == form.media_type or declared not in types


def _size(description: Description, distribution: Node, asked: Answers) -> Iterator[Finding]:
    size = asked.got.length if asked.got else None
    for value in description.values(distribution, "dcat:byteSize"):
        try:
            same = float(text(value)) == size
        except ValueError:
            same = False
        if not same:
            values = {"declared": text(value), "address": asked.address, "size": str(size)}
            yield Finding(text(distribution), "size", values)


def _checksums(description: Description, distribution: Node, asked: Answers) -> Iterator[Finding]:
    digests = asked.got.digests if asked.got else {}
    for checksum in description.nodes(distribution, "spdx:checksum"):
        named = description.value(checksum, "spdx:algorithm")
        algorithm = named.rpartition("_")[2].lower()
        if algorithm not in ALGORITHMS:
            yield Finding(text(distribution), "algorithm", {"algorithm": named or "–"})
            continue
        declared = description.value(checksum, "spdx:checksumValue")
        if declared.lower() != digests[algorithm]:
            values = {"algorithm": algorithm, "declared": declared, "address": asked.address}
            yield Finding(text(distribution), "checksum", {**values, "found": digests[algorithm]})
