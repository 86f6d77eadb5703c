"""One YAML mapping, read key by key; what is wrong becomes a finding with its line."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import yaml
from pyoxigraph import NamedNode

from osallisuus.errors import Finding, Place, Word
from osallisuus.model import Located, Texts

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE = re.compile(r"[0-9A-Za-z]+(-[0-9A-Za-z]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_EMAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class Block:
    """A mapping of a YAML file, read key by key; what is wrong goes to the list of findings."""

    def __init__(self, file: str, node: yaml.Node, findings: list[Finding]) -> None:
        self.file = file
        self.findings = findings
        self.place = Place(file, node.start_mark.line + 1)
        self._asked: dict[str, None] = {}
        self._values: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        self._broken = False
        if isinstance(node, yaml.MappingNode):
            self._fill(node)
        else:
            self._broken = True
            self.fault(self.place, "kind", expected=Word("mapping"), found=_kind(node))

    def _fill(self, node: yaml.MappingNode) -> None:
        for key, value in node.value:
            line = key.start_mark.line + 1
            name = str(key.value)
            if name in self._lines:
                self.fault(Place(self.file, line), "duplicate-key", key=name, first=str(self._lines[name]))
                continue
            self._lines[name] = line
            self._values[name] = value

    def fault(self, place: Place, rule: str, /, **values: str) -> None:
        """Note a finding at a place; `rule` is a key of `errors.MESSAGES`."""
        self.findings.append(Finding(place, rule, values))

    def at(self, key: str) -> Place:
        """Return the place of a key, or of the block where the key is missing."""
        return Place(self.file, self._lines.get(key, self.place.line))

    def _node(self, key: str, *, required: bool) -> yaml.Node | None:
        self._asked[key] = None
        node = self._values.get(key)
        if node is None:
            if required and not self._broken:
                self.fault(self.place, "missing-key", key=key)
            return None
        if isinstance(node, yaml.ScalarNode) and not node.value and node.style is None:
            self.fault(self.at(key), "empty", key=key)
            return None
        return node

    def _scalar(self, node: yaml.Node) -> Located | None:
        place = Place(self.file, node.start_mark.line + 1)
        if not isinstance(node, yaml.ScalarNode):
            self.fault(place, "kind", expected=Word("scalar"), found=_kind(node))
            return None
        text = unicodedata.normalize("NFC", node.value)
        if node.style in {"|", ">"}:  # a block ends in a line break and may hold some
            text = text.rstrip("\n")
        if text != text.strip() or _INVISIBLE & {unicodedata.category(sign) for sign in text if sign != "\n"}:
            self.fault(place, "space", value=ascii(text))
        return Located.at(text, place)

    def text(self, key: str, *, required: bool = False) -> str:
        """Return a text, or an empty one."""
        node = self._node(key, required=required)
        return (self._scalar(node) if node else None) or ""

    def identifier(self, key: str = "id") -> str:
        """Return a required id: lower-case letters, digits and hyphens."""
        return self._matching(key, _ID)

    def code(self, key: str) -> str:
        """Return a required national code: letters, digits and hyphens."""
        return self._matching(key, _CODE)

    def _matching(self, key: str, form: re.Pattern[str]) -> str:
        node = self._node(key, required=True)
        value = self._scalar(node) if node else None
        if value is not None and not form.fullmatch(value):
            self.fault(self.at(key), "bad-id", value=value)
        return value or ""

    def language(self, key: str, *, required: bool = False) -> str:
        """Return the tag of a language, or an empty text."""
        value = self.text(key, required=required)
        return value if self._speaks(value, self.at(key)) else ""

    def languages(self, key: str) -> tuple[str, ...]:
        """Return a list of tags of languages; what is no tag is a finding and is left out."""
        return tuple(each for each in self.items(key) if self._speaks(each, place_of(each, self.at(key))))

    def _speaks(self, tag: str, place: Place) -> bool:
        if tag and not _LANGUAGE.fullmatch(tag):
            self.fault(place, "bad-language", value=ascii(tag)[1:-1])
            return False
        return bool(tag)

    def choice(self, key: str, known: Iterable[str], default: str = "") -> str:
        """Return one of the known values; required when there is no default."""
        value = self.text(key, required=not default) or default
        if value and value not in known:
            self.fault(self.at(key), "choice", value=value, **hint(value, known))
        return value

    def boolean(self, key: str) -> bool:
        """Return whether the key says true; only `true` and `false` are read."""
        value = self.text(key)
        if value not in {"", "true", "false"}:
            self.fault(self.at(key), "boolean", value=value)
        return value == "true"

    def number(self, key: str) -> int:
        """Return a whole number above zero, or zero where the key is missing."""
        value = self.text(key)
        if value and not _NUMBER.fullmatch(value):
            self.fault(self.at(key), "number", value=value)
            return 0
        return int(value or 0)

    def texts(self, key: str, *, required: bool = False) -> Texts:
        """Return language → text."""
        node = self._node(key, required=required)
        if node is None:
            return {}
        block = Block(self.file, node, self.findings)
        return {language: block.text(language) for language in block.spoken()}

    def spoken(self) -> list[str]:
        """Return the keys of the block, each the tag of a language; another key is a finding and is left out."""
        return [name for name in self._values if self._speaks(name, self.at(name))]

    def items(self, key: str) -> tuple[str, ...]:
        """Return a list of different texts, empty where the key is missing."""
        values: list[str] = []
        for each in self._sequence(key):
            value = self._scalar(each)
            if value in values:
                self.fault(Place(self.file, each.start_mark.line + 1), "repeated", value=str(value))
            elif value:
                values.append(value)
        return tuple(values)

    def ids(self, key: str, known: Iterable[str]) -> tuple[str, ...]:
        """Return a list of known ids; an unknown one is a finding with a suggestion and is left out."""
        known = list(known)
        values = self.items(key)
        for value in values:
            if value not in known:
                self.fault(place_of(value, self.at(key)), "unknown-id", value=value, **hint(value, known))
        return tuple(value for value in values if value in known)

    def addresses(self, key: str) -> tuple[str, ...]:
        """Return a list of absolute IRIs; a bad one is a finding and is left out."""
        return tuple(value for value in self.items(key) if self._valid(value, place_of(value, self.at(key))))

    def address(self, key: str, *, required: bool = False) -> str:
        """Return an absolute IRI, or an empty text."""
        value = self.text(key, required=required)
        return value if value and self._valid(value, self.at(key)) else ""

    def spoken_addresses(self, key: str) -> Texts:
        """Return language → absolute IRI; required."""
        found = self.texts(key, required=True)
        return {tag: each for tag, each in found.items() if self._valid(each, place_of(each, self.at(key)))}

    def day(self, key: str, *, required: bool = False) -> str:
        """Return a day such as `2026-11-25`, or an empty text."""
        value = self.text(key, required=required)
        try:
            is_day = not value or (date.fromisoformat(value).isoformat() == value)
        except ValueError:
            is_day = False
        if not is_day:
            self.fault(self.at(key), "date", value=value)
        return value if is_day else ""

    def _valid(self, value: str, place: Place) -> bool:
        try:
            NamedNode(value)
        except ValueError:
            problem = "sign"
        else:
            problem = "" if value.startswith(("http://", "https://")) else "scheme"
        if problem:
            self.fault(place, "bad-iri", value=value, problem=Word(problem))
        return not problem

    def email(self, key: str) -> str:
        """Return a required e-mail address."""
        value = self.text(key, required=True)
        if value and not _EMAIL.fullmatch(value):
            self.fault(self.at(key), "bad-iri", value=value, problem=Word("email"))
        return value

    def block(self, key: str) -> "Block | None":
        """Return the mapping under a key, or None."""
        node = self._node(key, required=False)
        return Block(self.file, node, self.findings) if node else None

    def blocks(self, key: str) -> Iterator["Block"]:
        """Yield the mappings of the list under a key, each read only when it is asked for."""
        for each in self._sequence(key):
            yield Block(self.file, each, self.findings)

    def listed(self, key: str) -> list[str]:
        """Return the ids of the mappings of the list under a key, those with a fault too; this finds no fault."""
        node = self._values.get(key)
        entries = node.value if isinstance(node, yaml.SequenceNode) else []
        return [
            str(value.value)
            for entry in entries
            if isinstance(entry, yaml.MappingNode)
            for name, value in entry.value
            if name.value == "id" and isinstance(value, yaml.ScalarNode)
        ]

    def _sequence(self, key: str) -> list[yaml.Node]:
        node = self._node(key, required=False)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.fault(self.at(key), "kind", expected=Word("list"), found=_kind(node))
            return []
        return list(node.value)

    def close(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                self.fault(self.at(key), "unknown-key", key=key, **hint(key, self._asked))


def place_of(value: str, default: Place) -> Place:
    """Return where a text was read from, or the default for a text that nobody read."""
    return value.place if isinstance(value, Located) else default


def _kind(node: yaml.Node) -> Word:
    if isinstance(node, yaml.SequenceNode):
        return Word("list")
    return Word("mapping" if isinstance(node, yaml.MappingNode) else "scalar")


def hint(value: str, known: Iterable[str]) -> dict[str, str]:
    """Return the nearest known value as a question that reads in every language, and all known ones."""
    names = [str(each) for each in known]
    near = difflib.get_close_matches(str(value), names, n=1)
    return {"hint": f" → {near[0]}?" if near else "", "known": ", ".join(sorted(names)) or "–"}


class _UnreadableError(Exception):
    """A file is no YAML mapping; carries the line, the rule and what fills its message."""

    def __init__(self, line: int, rule: str, **values: str) -> None:
        self.line = line
        self.rule = rule
        self.values = values
        super().__init__(rule)


def open_block(path: Path, shown: str, findings: list[Finding]) -> Block | None:
    """Return the mapping that a YAML file holds, or None when the file cannot be read as YAML.

    Args:
        path: the file.
        shown: the name by which findings call it.
        findings: where faults are noted.
    """
    try:
        node = _compose(path)
    except _UnreadableError as error:
        findings.append(Finding(Place(shown, error.line), error.rule, error.values))
        return None
    return Block(shown, node, findings)


def _compose(path: Path) -> yaml.Node:
    if not path.is_file():
        raise _UnreadableError(1, "no-file")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _UnreadableError(raw[: error.start].count(b"\n") + 1, "not-utf8") from error
    try:
        node = _parse(text)
    except yaml.MarkedYAMLError as error:
        line = _line(error.problem_mark or error.context_mark)
        raise _UnreadableError(line, "yaml", problem=str(error.problem)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _UnreadableError(line, "yaml", problem=error.reason) from error
    except RecursionError as error:
        raise _UnreadableError(1, "yaml", problem="nested too deeply") from error
    if node is None:
        raise _UnreadableError(1, "kind", expected=Word("mapping"), found=Word("nothing"))
    return node


def _parse(text: str) -> yaml.Node | None:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if getattr(event, "anchor", None) is not None:
            raise _UnreadableError(_line(event.start_mark), "alias")
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _line(mark: object) -> int:
    """Return the line of a mark of PyYAML, whose two kinds have no type in common."""
    return int(getattr(mark, "line", 0)) + 1
