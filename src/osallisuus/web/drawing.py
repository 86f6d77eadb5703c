"""A comparison as a drawing in SVG that stands alone: its own fills, a title, and every fact that a number needs."""

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from osallisuus.release.comparing import texts
from osallisuus.release.comparing.tables import counted
from osallisuus.web.compared import Shown
from osallisuus.web.grid import Figure, Grid, Head

_NAMESPACE = "http://www.w3.org/2000/svg"
_INK, _QUIET, _LINE, _BAR, _GROUP = "#1c2529", "#505b61", "#d8d4ca", "#0b5563", "#f2f0ea"
_CELL, _ROW, _LINE_HEIGHT, _MARGIN = 84, 30, 15, 16
_LETTER = 6.6
"""Width of a letter, about; more is kept free than most fonts need."""
_NARROW = 13
"""Letters that a column is wide enough for."""


def draw(shown: Shown) -> bytes:
    """Return the drawing of a comparison, in the language of its view."""
    return _Drawing(shown).write()


class _Drawing:
    """Draws a grid from the top down."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self.grid: Grid = shown.grid
        self.root = ET.Element(
            "svg", {"xmlns": _NAMESPACE, "role": "img", "font-family": "sans-serif", "font-size": "12"}
        )
        self.notes = self._notes()
        rows = [(head, group.name) for group in self.grid.rows for head in group.heads]
        facts = [", ".join(head.facts) for head, _name in rows]
        names = [f"{'  ' * head.depth}{head.name}" for head, _name in rows]
        widest = max(
            map(len, [*names, *facts, *(str(each.name or "") for each in self.grid.rows)]), default=10
        )
        self.left = _MARGIN + widest * _LETTER
        self.columns = [head for group in self.grid.columns for head in group.heads]
        self.is_turned = any(len(str(each.name)) > _NARROW for each in self.columns)
        self.width = self.left + _CELL * max(1, len(self.columns)) + _MARGIN
        self.width = max(self.width, _MARGIN * 2 + _LETTER * max(map(len, self.notes)))

    def _notes(self) -> list[str]:
        choice, language = self.shown.matrix.choice, self.shown.view.language
        publication = self.shown.view.publication
        states = {key: said[language] for key, said in texts.STATES.items()}
        found = [f"– {states['not-reported']}", f"0 {states['none']}", f"(+1) {states['implied']}"]
        if self.shown.is_crossed and self.shown.matrix.columns:
            column = self.shown.matrix.columns[0]
            found.insert(0, ", ".join([self.shown.coverage(column), *self.shown.facts(column)]))
        found += [texts.COUNTED[counted(choice)][language], *(each[language] for each in texts.CAUTIONS)]
        return [*found, f"{publication.site.base}compare · {publication.site.licence}"]

    def write(self) -> bytes:
        """Return the drawing."""
        ET.SubElement(self.root, "title").text = self.shown.title
        ET.SubElement(self.root, "desc").text = " ".join((*self._told(), *self.notes))
        paper = ET.SubElement(self.root, "rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
        self._text(_MARGIN, _MARGIN + 12, self.shown.title, size=16, weight="bold")
        y = self._heads(_MARGIN + 34)
        for group in self.grid.rows:
            if group.name:
                self._band(y, str(group.name))
                y += _ROW - 8
            for place, head in enumerate(group.heads):
                self._row(y, head, self.grid.figures[group.start + place])
                y += _ROW
        y += _LINE_HEIGHT
        for note in self.notes:
            self._text(_MARGIN, y, note, fill=_QUIET)
            y += _LINE_HEIGHT
        size = {"width": _number(self.width), "height": _number(y + _MARGIN)}
        self.root.attrib.update({**size, "viewBox": f"0 0 {size['width']} {size['height']}"})
        paper.attrib.update(size)
        drawn: bytes = ET.tostring(self.root, encoding="utf-8", xml_declaration=True)
        return drawn + b"\n"

    def _told(self) -> Iterable[str]:
        """Yield each row of numbers in words, for those who do not see the drawing."""
        rows = [head for group in self.grid.rows for head in group.heads]
        for head, figures in zip(rows, self.grid.figures, strict=True):
            numbers = (
                f"{other.name} {_shown(each)}" for other, each in zip(self.columns, figures, strict=True)
            )
            yield f"{head.name}: {', '.join(numbers)}."

    def _heads(self, y: float) -> float:
        """Draw the heads of the columns and return where the rows begin."""
        x = self.left
        if self.grid.columns[0].name:
            for group in self.grid.columns:
                self._text(x + 2, y + 10, _cut(str(group.name), len(group.heads) * _CELL), weight="bold")
                self._line(x, y + 15, x + len(group.heads) * _CELL - 8, y + 15, _QUIET)
                x += len(group.heads) * _CELL
            y += 32
        if self.is_turned:
            return self._turned(y)
        lines = max((1 + len(each.facts) for each in self.columns), default=1)
        for place, head in enumerate(self.columns):
            for number, text in enumerate((str(head.name), *head.facts)):
                at = y + number * _LINE_HEIGHT
                self._text(
                    self.left + place * _CELL + 2,
                    at,
                    text,
                    fill=_QUIET if number else _INK,
                    size=12 if not number else 10,
                )
        return y + lines * _LINE_HEIGHT

    def _turned(self, y: float) -> float:
        """Draw the heads of the columns upright, as their names are long."""
        height = max(len(str(each.name)) for each in self.columns) * _LETTER
        for place, head in enumerate(self.columns):
            x = self.left + place * _CELL + 14
            text = self._text(x, y + height, str(head.name))
            text.set("transform", f"rotate(-90 {_number(x)} {_number(y + height)})")
        return y + height + 8

    def _band(self, y: float, name: str) -> None:
        band = {
            "x": "0",
            "y": _number(y),
            "width": _number(self.width),
            "height": _number(_ROW - 10),
            "fill": _GROUP,
        }
        ET.SubElement(self.root, "rect", band)
        self._text(_MARGIN, y + 14, name, weight="bold")

    def _row(self, y: float, head: Head, figures: Sequence[Figure]) -> None:
        self._line(_MARGIN, y, self.width - _MARGIN, y, _LINE)
        self._text(_MARGIN + head.depth * 12, y + (13 if head.facts else 19), str(head.name))
        if head.facts:
            self._text(_MARGIN, y + 25, ", ".join(head.facts), fill=_QUIET, size=10)
        for place, figure in enumerate(figures):
            x = self.left + place * _CELL
            self._text(x + 2, y + 17, _shown(figure), fill=_INK if figure.count else _QUIET)
            if figure.bar:
                bar = {"x": _number(x + 2), "y": _number(y + 21), "height": "5", "fill": _BAR}
                ET.SubElement(self.root, "rect", {**bar, "width": _number(figure.bar * (_CELL - 10) / 100)})

    def _line(self, x: float, y: float, to_x: float, to_y: float, stroke: str) -> None:
        ends = {"x1": _number(x), "y1": _number(y), "x2": _number(to_x), "y2": _number(to_y)}
        ET.SubElement(self.root, "line", {**ends, "stroke": stroke})

    def _text(
        self, x: float, y: float, text: str, *, fill: str = _INK, size: int = 12, weight: str = ""
    ) -> ET.Element:
        found = ET.SubElement(self.root, "text", {"x": _number(x), "y": _number(y), "fill": fill})
        if size != 12:
            found.set("font-size", str(size))
        if weight:
            found.set("font-weight", weight)
        found.text = text
        return found


def _shown(figure: Figure) -> str:
    """Return a number as text: how many, their share, and how many more by the editors' reading."""
    number = f"{figure.count} · {figure.share}" if figure.share else figure.count or "–"
    return f"{number} (+{figure.implied})" if figure.implied else number


def _cut(text: str, width: float) -> str:
    room = max(3, int(width / _LETTER))
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
