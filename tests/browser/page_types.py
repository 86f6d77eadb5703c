"""The types of pages: each is looked at in the browser, read for words that were not translated, and timed.

To add a type, add a line to `TYPES`: a name that a person understands, the path of one page of that type without its
suffix, and the query string if the page is asked with one. The page is asked for as `<path>.fi.html?<query>`, and in
Swedish and English likewise; every test and benchmark of all types takes it from here. The site is the repository's own
data with one release and one change after it (see `site_shown` in `conftest.py`). A page that answers with an error on
purpose says its `status`.
"""

from typing import NamedTuple


class PageType(NamedTuple):
    """A type of page, with one page as its example.

    Attributes:
        name: what tests and tables call it.
        path: path of the page under the base, without suffix.
        query: query string, percent-encoded, without the question mark.
        status: the status of HTTP with which it is answered.
    """

    name: str
    path: str
    query: str = ""
    status: int = 200

    def address(self, language: str = "") -> str:
        """Return the path and query of the page: in a language version, else as the reader's browser negotiates it."""
        suffix = f".{language}.html" if language else ".html"
        return self.path + suffix + (f"?{self.query}" if self.query else "")


RELEASE = "2026-11-25"
"""The release that the site has."""

TYPES = (
    PageType("home", "index"),
    PageType("list", "practices"),
    PageType("list-narrowed", "practices", "municipality=fi%2F235&target-group=youth"),
    PageType("search", "practices", "q=nuoriso"),
    PageType("search-in-vain", "practices", "q=xyzzyqq"),
    PageType("list-refused", "practices", "purpose=nope", 400),
    PageType("comparison", "compare", "by=channel&municipality=fi%2F235&municipality=fi%2F049"),
    PageType("comparison-of-all", "compare"),
    PageType("crossed", "compare", "by=purpose&cross=target-group&municipality=fi%2F235"),
    PageType("gaps", "compare", "gaps=fi%2F235&target-group=youth"),
    PageType("municipality", "fi/235"),
    PageType("municipality-sample", "fi/049"),
    PageType("dataset", "fi/235/practices"),
    PageType("practice", "fi/235/practices/asukaskysely"),
    PageType("practice-sample", "fi/049/practices/youth-council"),
    PageType("unit", "fi/235/unit/sivistystoimi"),
    PageType("own-word", "fi/235/term/nuoriso"),
    PageType("services", "fi/235/services"),
    PageType("vocabulary", "vocabulary"),
    PageType("ontology", "ns"),
    PageType("ontology-version", "ns/1.0.0"),
    PageType("model", "ns/model"),
    PageType("scheme", "target-group"),
    PageType("concept", "purpose/dialogue"),
    PageType("concept-implied", "target-group/internal"),
    PageType("unit-type", "unit-type/education"),
    PageType("mappings", "mappings"),
    PageType("laws", "fi/law"),
    PageType("law", "fi/law/kuntalaki-2015/22"),
    PageType("catalog", "catalog"),
    PageType("codebook", "codebook"),
    PageType("query", "sparql"),
    PageType("query-refused", "sparql", "query=SELECT%20*%20%7B", 400),
    PageType(
        "query-answered",
        "sparql",
        "query=SELECT%20%3Fp%20%7B%3Fp%20a%20%3Chttps%3A%2F%2Fw3id.org%2Fosallisuus%2Fns%23Practice%3E%7D%20LIMIT%203",
    ),
    PageType("accessibility", "accessibility"),
    PageType("guides", "guide"),
    PageType("guide", "guide/researchers"),
    PageType(
        "query-graph",
        "sparql",
        "query=DESCRIBE%20%3Chttps%3A%2F%2Fw3id.org%2Fosallisuus%2Fpurpose%2Finform%3E",
    ),
    PageType("query-truth", "sparql", "query=ASK%20%7B%7D"),
    PageType("changes", "changes"),
    PageType("releases", "releases"),
    PageType("release", f"fi/235/releases/{RELEASE}"),
    PageType("release-of-all", f"releases/{RELEASE}"),
    PageType("difference", f"fi/235/releases/{RELEASE}..current"),
    PageType("missing", "no/such/thing", "", 404),
)
"""Every type, in the order in which a reader comes upon them."""
