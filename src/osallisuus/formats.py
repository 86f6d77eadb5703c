"""The one table of formats: name, media type, suffix, EU file type and label.

Files, the Accept header and DCAT descriptions all read it here, so that a media type is written once.
"""

from dataclasses import dataclass

EU_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
IANA_MEDIA_TYPE = "http://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class Format:
    """One way to write a thing.

    Attributes:
        name: key of the format in our own settings and manifest, e.g. `turtle`.
        media_type: registered media type, without parameters.
        suffix: end of the file name, with the dot.
        file_type: last part of the IRI in the EU file type list, or empty where there is none.
        label: name for people, the same in every language.
    """

    name: str
    media_type: str
    suffix: str
    file_type: str
    label: str

    @property
    def content_type(self) -> str:
        """The media type as the Content-Type header says it: texts name UTF-8."""
        if self.media_type.startswith("text/") or self.media_type in {JSONLD.media_type, SVG.media_type}:
            return f"{self.media_type}; charset=utf-8"
        return self.media_type


TURTLE = Format("turtle", "text/turtle", ".ttl", "RDF_TURTLE", "Turtle")
JSONLD = Format("jsonld", "application/ld+json", ".jsonld", "JSON_LD", "JSON-LD")
NTRIPLES = Format("ntriples", "application/n-triples", ".nt", "RDF_N_TRIPLES", "N-Triples")
RDFXML = Format("rdfxml", "application/rdf+xml", ".rdf", "RDF_XML", "RDF/XML")
TRIG = Format("trig", "application/trig", ".trig", "RDF_TRIG", "TriG")
NQUADS = Format("nquads", "application/n-quads", ".nq", "RDF_N_QUADS", "N-Quads")
CSV = Format("csv", "text/csv", ".csv", "CSV", "CSV")
CSVM = Format("csvm", "application/csvm+json", ".csv-metadata.json", "JSON", "CSVW")
HTML = Format("html", "text/html", ".html", "HTML", "HTML")
ATOM = Format("atom", "application/atom+xml", ".atom", "ATOM", "Atom")
SVG = Format("svg", "image/svg+xml", ".svg", "SVG", "SVG")
LINKSET = Format("linkset", "application/linkset+json", ".linkset.json", "", "Link set")
JSON = Format("plain-json", "application/json", ".json", "JSON", "JSON")
JSONL = Format("jsonl", "application/jsonl", ".jsonl", "JSON", "JSON Lines")
CITATION = Format("citation", "application/yaml", ".cff", "", "CITATION.cff")

RESULTS_JSON = Format("json", "application/sparql-results+json", ".srj", "JSON", "SPARQL JSON")
RESULTS_XML = Format("xml", "application/sparql-results+xml", ".srx", "XML", "SPARQL XML")
RESULTS_TSV = Format("tsv", "text/tab-separated-values", ".tsv", "TSV", "TSV")

RDF_FORMATS = (TURTLE, JSONLD, NTRIPLES, RDFXML)
"""The formats of every description, in the order of preference."""

GRAPH_FORMATS = (*RDF_FORMATS, TRIG, NQUADS)
"""The formats of a graph that a query makes, in the order of preference."""

RESULT_FORMATS = (RESULTS_JSON, RESULTS_XML, CSV, RESULTS_TSV)
"""The formats of the rows of a query, in the order of preference."""


def by_suffix(suffix: str) -> Format | None:
    """Return the document format of a file suffix such as `.ttl`, or None."""
    return next((each for each in (*RDF_FORMATS, CSV, HTML) if each.suffix == suffix), None)
