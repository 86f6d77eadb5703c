"""What crawlers read: the sitemap and robots.txt."""

from xml.sax.saxutils import escape

from osallisuus.release import Publication


def sitemap(publication: Publication) -> str:
    """Return the sitemap: every described thing and document of the site, at the address where it is served."""
    site = publication.site
    described = {publication.path(each.partition("#")[0]) for each in publication.by_subject}
    documents = {each.path for each in publication.manifest.things}
    paths = sorted(each for each in described | documents if each)
    locations = "".join(f"<url><loc>{escape(site.url + path)}</loc></url>\n" for path in ("", *paths))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{locations}</urlset>\n"
    )


def robots(publication: Publication) -> str:
    """Return robots.txt: everything may be read but queries; it names the sitemap."""
    return f"User-agent: *\nDisallow: /sparql?\nSitemap: {publication.site.url}sitemap.xml\n"
