"""Comparison of municipalities by what each of them reports. Pure functions of practices; nothing is read or written."""

from osallisuus.compare.entries import AXES, MUNICIPALITY, TARGET_GROUP, Axis, Entry
from osallisuus.compare.gaps import ASKED, GROUPED, Gap, Wish, gaps
from osallisuus.compare.matrix import COMPARED, Cell, Choice, Column, Listed, Matrix, State, compare, percent
from osallisuus.compare.question import question, suggestions

__all__ = [
    "ASKED",
    "AXES",
    "COMPARED",
    "GROUPED",
    "MUNICIPALITY",
    "TARGET_GROUP",
    "Axis",
    "Cell",
    "Choice",
    "Column",
    "Entry",
    "Gap",
    "Listed",
    "Matrix",
    "State",
    "Wish",
    "compare",
    "gaps",
    "percent",
    "question",
    "suggestions",
]
