"""Comparison of municipalities by what each of them reports. Pure functions of practices; nothing is read or written."""

from osallisuus.compare.entries import AXES, MUNICIPALITY, Axis, Entry

__all__ = ["AXES", "MUNICIPALITY", "Axis", "Entry"]
