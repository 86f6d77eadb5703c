"""Bar charts as SVG: told in words by title and description, readable on light and on dark ground."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

_WIDTH, _LEFT, _BAR, _GAP, _TOP = 760, 210, 18, 14, 64
_COLOURS = ("#1f6feb", "#bf5b04", "#8957a8", "#6e7781")
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.small { font-size: 12px; fill: #57606a }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .small { fill: #9198a1 } }
"""


class Group(NamedTuple):
    """Bars that belong together: a label, and the value of each series, None where it was not measured."""

    label: str
    values: Sequence[float | None]


def bars(title: str, unit: str, series: Sequence[str], groups: Sequence[Group]) -> str:
    """Return a chart of horizontal bars, one a series in each group; its description says every value."""
    most = max((value for group in groups for value in group.values if value is not None), default=1.0) or 1.0
    parts, y = [], _TOP
    for group in groups:
        parts.append(_text(_LEFT - 10, y + _BAR * len(series) / 2 + 4, group.label, "end"))
        for index, value in enumerate(group.values):
            if value is not None:
                length = max((_WIDTH - _LEFT - 90) * value / most, 1)
                parts.append(
                    f'<rect x="{_LEFT}" y="{y + index * _BAR}" width="{length:.1f}" height="{_BAR - 3}" '
                    f'fill="{_COLOURS[index]}"/>'
                )
                parts.append(_text(_LEFT + length + 6, y + index * _BAR + 12, _number(value), kind="small"))
        y += _BAR * len(series) + _GAP
    return _document(title, unit, series, groups, (y, parts))


def _document(
    title: str, unit: str, series: Sequence[str], groups: Sequence[Group], drawn: tuple[int, list[str]]
) -> str:
    height, parts = drawn
    said = "; ".join(
        f"{group.label}: "
        + ", ".join(
            f"{name} {_number(value)}"
            for name, value in zip(series, group.values, strict=True)
            if value is not None
        )
        for group in groups
    )
    legend, x = [], 10
    for index, name in enumerate(series):
        legend.append(f'<rect x="{x}" y="36" width="12" height="12" fill="{_COLOURS[index]}"/>')
        legend.append(_text(x + 17, 47, name, kind="small"))
        x += 34 + 7 * len(name)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        'aria-labelledby="title description">',
        f'<title id="title">{escape(title)} ({escape(unit)})</title>',
        f'<desc id="description">{escape(said)}.</desc>',
        f"<style>{_STYLE}</style>",
        _text(10, 22, f"{title} ({unit})", kind="title"),
        *legend,
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(text)}</text>'


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"
