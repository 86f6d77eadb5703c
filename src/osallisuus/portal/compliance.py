"""The rules of DCAT-AP 3.0.1 that a portal's validator counts as violations, held against a catalog.

Our own shapes ask for more, since DCAT-AP lets most things be left out. Whether a dataset complies, which is worth 30
points, is a question to DCAT-AP alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from osallisuus.formats import IANA_MEDIA_TYPE
from osallisuus.portal.authorities import AUTHORITY
from osallisuus.portal.description import Description, Node, Value, shortened, text
from osallisuus.portal.finding import Finding

_TABLE = """
dcat:Catalog      dct:title               1..*  text
dcat:Catalog      dct:description         1..*  text
dcat:Catalog      dct:publisher           1..1  node  foaf:Agent
dcat:Catalog      dct:creator             0..1  node  foaf:Agent
dcat:Catalog      dct:license             0..1  node  dct:LicenseDocument
dcat:Catalog      dct:rights              0..1  node  dct:RightsStatement
dcat:Catalog      dct:language            0..*  iri   dct:LinguisticSystem   language
dcat:Catalog      dct:spatial             0..*  node  dct:Location
dcat:Catalog      dct:issued              0..1  date
dcat:Catalog      dct:modified            0..1  date
dcat:Catalog      dct:hasPart             0..*  node  dcat:Catalog
dcat:Catalog      dct:isPartOf            0..*  any   dcat:Catalog
dcat:Catalog      dcat:catalog            0..*  node  dcat:Catalog
dcat:Catalog      dcat:record             0..*  node  dcat:CatalogRecord
dcat:Catalog      dcat:dataset            0..*  node  dcat:Dataset
dcat:Catalog      dcat:service            0..*  node  dcat:DataService
dcat:Catalog      dcat:themeTaxonomy      0..*  node  skos:ConceptScheme
dcat:Catalog      foaf:homepage           0..1  node  foaf:Document
dcat:Dataset      dct:title               1..*  text
dcat:Dataset      dct:description         1..*  text
dcat:Dataset      dct:identifier          0..*  text
dcat:Dataset      dcat:keyword            0..*  text
dcat:Dataset      dcat:version            0..1  text
dcat:Dataset      adms:versionNotes       0..*  text
dcat:Dataset      dct:publisher           0..1  node  foaf:Agent
dcat:Dataset      dct:creator             0..*  node  foaf:Agent
dcat:Dataset      dcat:contactPoint       0..*  node  vcard:Kind
dcat:Dataset      dcat:theme              0..*  iri   skos:Concept
dcat:Dataset      dct:type                0..*  node  skos:Concept
dcat:Dataset      dct:accessRights        0..1  node  dct:RightsStatement
dcat:Dataset      dct:accrualPeriodicity  0..1  iri   dct:Frequency          frequency
dcat:Dataset      dct:language            0..*  iri   dct:LinguisticSystem   language
dcat:Dataset      dct:spatial             0..*  node  dct:Location
dcat:Dataset      dct:temporal            0..*  node  dct:PeriodOfTime
dcat:Dataset      dct:issued              0..1  any
dcat:Dataset      dct:modified            0..1  any
dcat:Dataset      dct:conformsTo          0..*  node  dct:Standard
dcat:Dataset      dct:provenance          0..*  node  dct:ProvenanceStatement
dcat:Dataset      dct:source              0..*  node  dcat:Dataset
dcat:Dataset      dct:hasVersion          0..*  node  dcat:Dataset
dcat:Dataset      dct:relation            0..*  node
dcat:Dataset      dct:isReferencedBy      0..*  node
dcat:Dataset      dcat:landingPage        0..*  node  foaf:Document
dcat:Dataset      foaf:page               0..*  node  foaf:Document
dcat:Dataset      dcat:distribution       0..*  node  dcat:Distribution
dcat:Dataset      adms:sample             0..*  node  dcat:Distribution
dcat:Dataset      dcat:inSeries           0..*  node  dcat:DatasetSeries
dcat:Dataset      adms:identifier         0..*  node  adms:Identifier
dcat:Dataset      prov:wasGeneratedBy     0..*  node  prov:Activity
dcat:Distribution dct:title               0..*  text
dcat:Distribution dct:description         0..*  text
dcat:Distribution dcat:accessURL          1..*  node
dcat:Distribution dcat:downloadURL        0..*  node
dcat:Distribution dcat:byteSize           0..1  xsd:nonNegativeInteger
dcat:Distribution dct:format              0..1  iri   dct:MediaTypeOrExtent  file-type
dcat:Distribution dcat:mediaType          0..1  iana  dct:MediaType
dcat:Distribution dcat:compressFormat     0..1  iana  dct:MediaType
dcat:Distribution dcat:packageFormat      0..1  iana  dct:MediaType
dcat:Distribution dct:license             0..1  node  dct:LicenseDocument
dcat:Distribution dct:rights              0..1  node  dct:RightsStatement
dcat:Distribution dct:language            0..*  iri   dct:LinguisticSystem   language
dcat:Distribution dct:issued              0..1  date
dcat:Distribution dct:modified            0..1  date
dcat:Distribution dct:conformsTo          0..*  node  dct:Standard
dcat:Distribution dcat:accessService      0..*  node  dcat:DataService
dcat:Distribution dcatap:availability     0..1  iri   skos:Concept           planned-availability
dcat:Distribution adms:status             0..1  iri   skos:Concept           distribution-status
dcat:Distribution spdx:checksum           0..1  node  spdx:Checksum
dcat:Distribution foaf:page               0..*  node  foaf:Document
dcat:DataService  dct:title               1..*  text
dcat:DataService  dct:description         0..*  text
dcat:DataService  dcat:keyword            0..*  text
dcat:DataService  dcat:endpointURL        1..*  node
dcat:DataService  dcat:endpointDescription 0..* node
dcat:DataService  dcat:servesDataset      0..*  node  dcat:Dataset
dcat:DataService  dct:publisher           0..1  node  foaf:Agent
dcat:DataService  dcat:contactPoint       0..*  node  vcard:Kind
dcat:DataService  dct:license             0..1  node  dct:LicenseDocument
dcat:DataService  dct:accessRights        0..1  node  dct:RightsStatement
dcat:DataService  dcat:theme              0..*  iri   skos:Concept
dcat:DataService  dct:format              0..*  iri   dct:MediaTypeOrExtent  file-type
dcat:DataService  dct:conformsTo          0..*  node  dct:Standard
dcat:DataService  dcat:landingPage        0..*  node  foaf:Document
foaf:Agent        foaf:name               1..*  text
foaf:Agent        dct:type                0..1  any   skos:Concept
spdx:Checksum     spdx:algorithm          1..1  iri   spdx:ChecksumAlgorithm
spdx:Checksum     spdx:checksumValue      1..1  xsd:hexBinary
dct:PeriodOfTime  dcat:startDate          0..1  any
dct:PeriodOfTime  dcat:endDate            0..1  any
skos:Concept      skos:prefLabel          1..*  text
skos:ConceptScheme dct:title              1..*  text
"""
"""Class, property, how often, what it is, class of what it points to, list of the EU that it is from.

The official shapes do not look at the type of a dataset's dates and of a period's, so they are `any` here.
"""

_DATES = ("date", "dateTime", "gYear", "gYearMonth")


@dataclass(frozen=True)
class _Rule:
    """A line of the table."""

    of: str
    name: str
    least: int
    most: int | None
    kind: str
    range: str
    scheme: str


def _rules() -> Iterator[_Rule]:
    for line in _TABLE.strip().splitlines():
        of, name, often, kind, *rest = line.split()
        least, _, most = often.partition("..")
        range_, scheme = (*rest, "", "")[:2]
        yield _Rule(of, name, int(least), None if most == "*" else int(most), kind, range_, scheme)


RULES = tuple(_rules())


def violations(description: Description) -> list[Finding]:
    """Return every rule of DCAT-AP that a catalog breaks; `about` is the node, and `property` among the values."""
    return list(
        dict.fromkeys(
            found
            for rule in RULES
            for node in description.instances(rule.of)
            for found in _examine(description, rule, node)
        )
    )


def _examine(description: Description, rule: _Rule, node: Node) -> Iterator[Finding]:
    values = description.values(node, rule.name)
    said = {"property": rule.name, "class": rule.of, "count": str(len(values))}
    if len(values) < rule.least:
        yield Finding(text(node), "ap-missing", said)
    if rule.most is not None and len(values) > rule.most:
        yield Finding(text(node), "ap-many", said)
    for value in values:
        said = {"property": rule.name, "value": text(value)}
        if not _KINDS.get(rule.kind, _has_type(rule.kind))(value):
            yield Finding(text(node), _MESSAGES.get(rule.kind, "ap-datatype"), {**said, "type": rule.kind})
        elif rule.range and not _is_a(description, value, rule.range):
            yield Finding(text(node), "ap-class", {**said, "class": rule.range})
        elif rule.scheme and not _is_from(description, value, rule.scheme):
            yield Finding(text(node), "ap-scheme", {**said, "scheme": f"{AUTHORITY}{rule.scheme}"})


def _has_type(datatype: str) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, Literal) and shortened(value.datatype.value) == datatype


def _is_date(value: Value) -> bool:
    return any(_has_type(f"xsd:{each}")(value) for each in _DATES)


def _is_media_type(value: Value) -> bool:
    rest = IANA_MEDIA_TYPE.partition(":")[2]
    return isinstance(value, NamedNode) and value.value.partition(":")[2].startswith(rest)


_KINDS: dict[str, Callable[[Value], bool]] = {
    "any": lambda value: True,
    "text": lambda value: isinstance(value, Literal),
    "node": lambda value: not isinstance(value, Literal),
    "iri": lambda value: isinstance(value, NamedNode),
    "iana": _is_media_type,
    "date": _is_date,
}
_MESSAGES = {"text": "ap-text", "node": "ap-node", "iri": "ap-node", "iana": "ap-iana"}


def _is_a(description: Description, value: Value, name: str) -> bool:
    return not isinstance(value, Literal) and description.is_a(value, name)


def _is_from(description: Description, value: Value, scheme: str) -> bool:
    if isinstance(value, Literal):
        return False
    return f"{AUTHORITY}{scheme}" in map(text, description.values(value, "skos:inScheme"))
