"""A comparison as lines of text, for the command line."""

from osallisuus.compare import AXES, Column, Matrix, State, percent
from osallisuus.compare.concepts import upwards
from osallisuus.release.comparing import Comparing, texts
from osallisuus.release.comparing.tables import counted

_WORDS = {
    "as of": {"fi": "ajalta", "sv": "tid", "en": "as of"},
    "nothing": {
        "fi": "Mitään ei ole raportoitu.",
        "sv": "Inget har rapporterats.",
        "en": "Nothing is reported.",
    },
    "legend": {
        "fi": "– ei raportoitu · 0 ei ole, luettelo on täydellinen · (+2) kaksi lisää toimittajien tulkinnan mukaan",
        "sv": "– inte rapporterat · 0 finns inte, förteckningen är fullständig · (+2) två till enligt redaktörernas tolkning",
        "en": "– not reported · 0 there is none, the list is complete · (+2) two more by the editors’ reading",
    },
}


def tell(comparing: Comparing, matrix: Matrix, language: str) -> str:
    """Return the numbers as aligned columns, with n, coverage and time of each municipality above them."""
    label, scheme = comparing.publication.label, AXES[matrix.choice.by].scheme
    heads = [[_head(comparing, each, language, row) for each in matrix.columns] for row in range(4)]
    lines = []
    if matrix.choice.cross:
        lines = [", ".join(facts for (facts,) in heads), ""]
        heads = [[label(each, language) for each in matrix.crossed]]
    places = [(each, other) for each in matrix.columns for other in matrix.crossed]
    rows = [
        [
            "  " * (len(upwards(value, scheme)) - 1) + label(value, language),
            *(_shown(matrix, column, value, other, language) for column, other in places),
        ]
        for value in matrix.values
    ]
    lines += _aligned([["", *head] for head in heads], rows)
    lines += [] if rows else [_WORDS["nothing"][language]]
    notes = [_WORDS["legend"][language], texts.COUNTED[counted(matrix.choice)][language]]
    notes += [each[language] for each in texts.CAUTIONS]
    return "".join(f"{line}\n" for line in [*lines, "", *notes])


def _head(comparing: Comparing, column: Column, language: str, row: int) -> str:
    label = comparing.publication.label
    if row == 0:
        return label(column.municipality, language)
    if row == 1:
        return f"n = {column.n}"
    if row == 2:
        return label(column.coverage, language) if column.coverage else "?"
    start, end = (each[:4] for each in comparing.as_of(column.dataset))
    return f"{_WORDS['as of'][language]} {start}" + (f"–{end}" if end != start else "")


def _shown(matrix: Matrix, column: Column, value: str, crossed: str, language: str) -> str:
    cell, state = matrix.cell(column, value, crossed), matrix.state(column, value, crossed)
    number = {State.REPORTED: str(len(cell.stated)), State.NONE: "0"}.get(state, "–")
    if cell.stated:
        share = str(percent(len(cell.stated), column.n))
        number += f" · {share if language == 'en' else share.replace('.', ',')} %"
    return f"{number} (+{len(cell.implied)})" if cell.implied else number


def _aligned(heads: list[list[str]], rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*heads, *rows, strict=True)]
    lines = [*heads, ["─" * width for width in widths], *rows]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
