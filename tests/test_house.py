"""The rules of the house that no other tool checks: sizes, names, one home for each fact, a quick command line."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from osallisuus import formats
from osallisuus.formats import Format

SOURCE = Path(__file__).parents[1] / "src" / "osallisuus"
MODULES = sorted(SOURCE.rglob("*.py"))
EACH = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
PARTS = {
    "catalog",
    "cli",
    "compare",
    "content",
    "cpsv",
    "errors",
    "formats",
    "graph",
    "manifest",
    "model",
    "portal",
    "queries",
    "query",
    "reader",
    "release",
    "search",
    "serialisation",
    "site",
    "terminal",
    "validation",
    "vocabulary",
    "web",
}
"""The modules and packages of the design, and what a decision note added to them."""
FORBIDDEN = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "constants",
    "misc",
    "managers",
    "services",
    "factories",
}
HEAVY = ("pyshacl", "rdflib", "flask", "uvicorn", "uvloop", "pyoxigraph", "yaml")


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_is_long() -> None:
    """A function has 60 lines at most, and 95 of 100 have 30 at most."""
    lengths = {f"{path.name}:{each.lineno}": _length(each) for path in MODULES for each in _functions(path)}
    over_30 = [name for name, length in lengths.items() if length > 30]

    assert {name: length for name, length in lengths.items() if length > 60} == {}
    assert len(lengths) > 100
    assert len(over_30) <= 0.05 * len(lengths), over_30


@EACH
def test_no_module_is_long(path: Path) -> None:
    """A module has 400 lines at most."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@EACH
def test_a_module_has_no_leftovers(path: Path) -> None:
    """There is no reminder of work undone, and nothing prints except through the command line's own means."""
    text = path.read_text(encoding="utf-8")
    calls = [each.func for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Call)]

    assert re.findall(r"\b(TODO|FIXME|XXX|HACK)\b", text) == []
    assert [each for each in calls if isinstance(each, ast.Name) and each.id in {"print", "breakpoint"}] == []


def _media_types() -> set[str]:
    return {each.media_type for each in vars(formats).values() if isinstance(each, Format)}


@EACH
def test_a_media_type_is_written_once(path: Path) -> None:
    """The media types of the formats stand in formats.py and in no other module."""
    strings = [
        each.value
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    found = sorted({media_type for media_type in _media_types() for text in strings if media_type in text})

    assert found == (sorted(_media_types()) if path == SOURCE / "formats.py" else [])


def test_modules_have_the_names_of_the_design() -> None:
    """The parts of the package are those of the design; none is a drawer for everything."""
    names = {each.relative_to(SOURCE).parts[0].removesuffix(".py") for each in MODULES}

    assert names - {"__init__"} <= PARTS
    assert {
        part.removesuffix(".py") for each in MODULES for part in each.relative_to(SOURCE).parts
    } & FORBIDDEN == set()


def test_no_class_is_named_for_nothing() -> None:
    """No class is called a manager, a handler, a service, a factory or a base."""
    names = [
        each.name
        for path in MODULES
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(each, ast.ClassDef)
    ]

    assert [
        each for each in names if re.search(r"(Manager|Handler|Service|Factory|Base|Helper|Util)s?$", each)
    ] == []


def test_only_the_site_knows_where_its_files_are() -> None:
    """The names of the files that people edit are joined to paths in site.py alone."""
    inside = {"municipality.yaml", "practices.yaml", "units.yaml", "terms.yaml", "site.yaml"}
    found = {
        path.name
        for path in MODULES
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(each, ast.Constant) and each.value in inside
    }

    assert found <= {"site.py"}


def test_no_municipality_is_treated_apart() -> None:
    """No module names a municipality that has data here, by name or by code: what differs is in its files."""
    names = (
        "kauniai",
        "grankulla",
        "espoo",
        "helsinki",
        "helsingfors",
        "vantaa",
        "lahti",
        "tampere",
        "turku",
    )
    found = [
        f"{path.name}: {each.value}"
        for path in MODULES
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(each, ast.Compare | ast.Match)
        for each in ast.walk(each)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
        if each.value.lower().startswith(names) or re.fullmatch(r"fi/\d{3}|\d{3}", each.value)
    ]

    assert found == []


HELP = """
import json, sys
from osallisuus.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    print()
    print(json.dumps([end.code, sorted({each.partition(".")[0] for each in sys.modules})]))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["serve", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    """The help of the command line answers, and loads no validator, store or server for it."""
    child = subprocess.run(
        [sys.executable, "-c", HELP, *arguments], capture_output=True, text=True, check=True
    )
    status, loaded = json.loads(child.stdout.splitlines()[-1])

    assert status == 0
    assert "osallisuus" in loaded
    assert [each for each in HEAVY if each in loaded] == []
    if "--help" in arguments:
        assert child.stdout.startswith("Usage:")


def test_decision_notes_are_short(repository: Path) -> None:
    """A decision note is numbered in sequence, has 40 lines at most, and says context, decision and consequence."""
    notes = sorted((repository / "docs" / "decisions").glob("*.md"))

    assert [int(each.name[:4]) for each in notes] == list(range(1, len(notes) + 1))
    assert {each.name: len(each.read_text(encoding="utf-8").splitlines()) for each in notes
            if len(each.read_text(encoding="utf-8").splitlines()) > 40} == {}  # fmt: skip


def test_no_stray_file_stands_at_the_top(repository: Path) -> None:
    """What stands at the top of the repository is what its list of files says, and no YAML: data is under data/."""
    assert sorted(each.name for each in repository.glob("*.yaml")) == []
