"""The diagram of the model as SVG, drawn by hand-set rules, the same each time.

Colours are attributes, which the style sheet of the pages overrides; so the file stands on its own, and no page needs a
style that the Content-Security-Policy forbids.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from markupsafe import Markup

from osallisuus.web import words
from osallisuus.web.model_diagram import LEFT, LEGEND, RIGHT, Arrow, Box, Model, model
from osallisuus.web.views import View


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


_DASHES: Mapping[str, str] = {"coded": "7 4", "implied": "2 4"}

_SIDE, _MIDDLE, _GAP, _MARGIN = 200, 250, 190, 12
_LINE, _STEP, _BETWEEN, _RAIL = 18, 26, 34, 24
_INK, _PAPER, _QUIET = "#1c2529", "#ffffff", "#505b61"


@dataclass(frozen=True)
class _Placed:
    box: Box
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines that fit into a box; 9 units a letter are enough for bold ones."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width // 9:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _title_lines(box: Box, width: int) -> list[str]:
    return [line for title in box.titles for line in _wrapped(title, width)]


def _column(found: Model, keys: Iterable[str], x: int) -> list[_Placed]:
    placed, y = [], _MARGIN
    for key in keys:
        box = found.boxes[key]
        arrows = sum(each.target == key and each.source == "practice" for each in found.arrows)
        height = max(_LINE * (len(_title_lines(box, _SIDE - 20)) + 1) + 20, arrows * _STEP + 14)
        placed.append(_Placed(box, x, y, _SIDE, height))
        y += height + _BETWEEN
    return placed


def svg(view: View) -> str:
    """Return the diagram in the language of the page, with a title and without a description: the text says the same."""
    found = model(view)
    left = _column(found, LEFT, _MARGIN)
    right = _column(found, RIGHT, _MARGIN + _SIDE + _MIDDLE + 2 * _GAP)
    middle = found.boxes["practice"]
    bottom = max(left[-1].y + left[-1].height, right[-1].y + right[-1].height)
    height = max(bottom - _MARGIN, (len(middle.lines) + 3) * _LINE + 30)
    centre = _Placed(middle, _MARGIN + _SIDE + _GAP, _MARGIN, _MIDDLE, height)
    width, total = 2 * (_MARGIN + _SIDE + _GAP) + _MIDDLE + _RAIL, centre.y + height + 50
    root = _root(view, width, total)
    places = {each.box.key: each for each in (*left, centre, *right)}
    for placed in places.values():
        _draw_box(root, placed)
    for key in (*LEFT, *RIGHT):
        level = [each for each in found.arrows if each.target == key and each.source == "practice"]
        for number, arrow in enumerate(level):
            y = places[key].middle + int((number - (len(level) - 1) / 2) * _STEP) + 5
            _draw_across(root, centre, places[key], y, arrow)
    for arrow in found.arrows:
        if arrow.source == "word":
            _draw_around(root, places["word"], places[arrow.target], arrow)
        elif arrow.source != "practice":
            _draw_down(root, places[arrow.source], places[arrow.target], arrow)
    _draw_legend(root, view, total - 20)
    return Xml.tostring(root, encoding="unicode")


def inline(view: View) -> Markup:
    """Return the diagram for a page: every text in it has been escaped."""
    return Markup(svg(view))  # noqa: S704 - drawn by us


def _root(view: View, width: int, height: int) -> Xml.Element:
    root = Xml.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "model",
            "role": "img",
            "aria-labelledby": "model-title",
            "lang": view.language,
            "width": str(width),
            "height": str(height),
            "viewBox": f"0 0 {width} {height}",
            "font-family": "system-ui, 'Liberation Sans', 'DejaVu Sans', sans-serif",
            "font-size": "14",
            "fill": _INK,
        },
    )
    title = Xml.SubElement(root, "title", {"id": "model-title"})
    title.text = words.translations(view.language).gettext(
        _("The model: a practice and what it is linked to")
    )
    Xml.SubElement(
        root, "rect", {"class": "model-paper", "width": str(width), "height": str(height), "fill": _PAPER}
    )
    return root


def _text(parent: Xml.Element, text: str, x: int, y: int, **attributes: str) -> None:
    named = {key.replace("_", "-"): value for key, value in attributes.items()}
    element = Xml.SubElement(parent, "text", {"x": str(x), "y": str(y), **named})
    element.text = text


def _draw_box(root: Xml.Element, placed: _Placed) -> None:
    is_practice = placed.box.key == "practice"
    Xml.SubElement(
        root,
        "rect",
        {
            "class": "model-box model-main" if is_practice else "model-box",
            "x": str(placed.x),
            "y": str(placed.y),
            "width": str(placed.width),
            "height": str(placed.height),
            "rx": "6",
            "fill": _PAPER,
            "stroke": _INK,
            "stroke-width": "2" if is_practice else "1",
        },
    )
    titles = _title_lines(placed.box, placed.width - 20)
    inner = _LINE * (len(titles) + 1)
    y = placed.y + (26 if is_practice else (placed.height - inner) // 2 + 14)
    for line in titles:
        _text(root, line, placed.x + 10, y, font_weight="650")
        y += _LINE
    _text(root, placed.box.code, placed.x + 10, y, font_size="12", fill=_QUIET, **{"class": "model-quiet"})
    room = (placed.height - 60) // max(len(placed.box.lines), 1)
    y += 8
    for name, basis in placed.box.lines:
        y += min(room, _STEP)
        _stroke(root, [(placed.x + 10, y - 5), (placed.x + 34, y - 5)], basis)
        _text(root, name, placed.x + 42, y, font_size="13")


def _stroke(root: Xml.Element, points: list[tuple[int, int]], basis: str) -> None:
    attributes = {
        "class": f"model-line model-{basis or 'other'}",
        "points": " ".join(f"{x},{y}" for x, y in points),
        "fill": "none",
        "stroke": _INK if basis else _QUIET,
        "stroke-width": "2" if basis else "1",
    }
    if basis in _DASHES:
        attributes["stroke-dasharray"] = _DASHES[basis]
    Xml.SubElement(root, "polyline", attributes)


def _head(root: Xml.Element, x: int, y: int, dx: int, dy: int) -> None:
    """Draw the head of an arrow that ends at a point and comes from the direction (-dx, -dy)."""
    back = [(x - 9 * dx + 5 * dy, y - 9 * dy + 5 * dx), (x - 9 * dx - 5 * dy, y - 9 * dy - 5 * dx)]
    points = " ".join(f"{left},{top}" for left, top in [(x, y), *back])
    Xml.SubElement(root, "polygon", {"class": "model-head", "points": points, "fill": _INK})


def _draw_across(root: Xml.Element, centre: _Placed, end: _Placed, y: int, arrow: Arrow) -> None:
    to_left = end.x < centre.x
    start, stop = (centre.x, end.x + end.width) if to_left else (centre.x + centre.width, end.x)
    _stroke(root, [(start, y), (stop + (8 if to_left else -8), y)], arrow.basis)
    _head(root, stop, y, -1 if to_left else 1, 0)
    _text(root, arrow.name, (start + stop) // 2, y - 5, font_size="13", text_anchor="middle")


def _draw_down(root: Xml.Element, start: _Placed, end: _Placed, arrow: Arrow) -> None:
    is_up = end.y < start.y
    x = start.x + 26
    first, last = (start.y, end.y + end.height) if is_up else (start.y + start.height, end.y)
    _stroke(root, [(x, first), (x, last + (8 if is_up else -8))], arrow.basis)
    _head(root, x, last, 0, -1 if is_up else 1)
    _text(root, arrow.name, x + 12, (first + last) // 2 + 5, font_size="13")


def _draw_around(root: Xml.Element, start: _Placed, end: _Placed, arrow: Arrow) -> None:
    """Draw an arrow up along the right edge; the last of those that share the way bears the name."""
    edge = start.x + start.width
    rail = edge + _RAIL - 6
    points = [(edge, start.middle), (rail, start.middle), (rail, end.middle), (edge + 8, end.middle)]
    _stroke(root, points, arrow.basis)
    _head(root, edge, end.middle, -1, 0)
    if arrow.target == "channel":
        _text(root, arrow.name, rail - 6, start.y - 12, font_size="13", text_anchor="end")


def _draw_legend(root: Xml.Element, view: View, y: int) -> None:
    say = words.translations(view.language).gettext
    x = _MARGIN
    for basis, name in LEGEND.items():
        _stroke(root, [(x, y - 5), (x + 36, y - 5)], basis)
        _text(root, say(name), x + 44, y, font_size="13")
        x += 44 + 8 * len(say(name)) + 30
