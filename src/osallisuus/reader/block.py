"""One YAML mapping, read key by key; what is wrong becomes a finding with its line."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import yaml
from pyoxigraph import NamedNode

from osallisuus.errors import Finding, Place
from osallisuus.model import Located, Texts

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_INVISIBLE = {"Cc", "Cf"}


class Block:
    """A mapping of a YAML file, read key by key; what is wrong goes to the list of findings."""

    def __init__(self, file: str, node: yaml.Node, findings: list[Finding]) -> None:
        self.file = file
        self.findings = findings
        self.place = Place(file, node.start_mark.line + 1)
        self._asked: dict[str, None] = {}
        self._values: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        if isinstance(node, yaml.MappingNode):
            self._fill(node)
        else:
            self.fault(self.place, "kind", expected="keys and values", found=_kind(node))

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
            if required:
                self.fault(self.place, "missing-key", key=key)
            return None
        if isinstance(node, yaml.ScalarNode) and not node.value and node.style is None:
            self.fault(self.at(key), "empty", key=key)
            return None
        return node

    def _scalar(self, node: yaml.Node) -> Located | None:
        place = Place(self.file, node.start_mark.line + 1)
        if not isinstance(node, yaml.ScalarNode):
            self.fault(place, "kind", expected="text", found=_kind(node))
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
        value = self.text(key, required=True)
        if value and not _ID.fullmatch(value):
            self.fault(self.at(key), "bad-id", value=value)
        return value

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

    def texts(self, key: str, *, required: bool = False) -> Texts:
        """Return language → text."""
        node = self._node(key, required=required)
        if node is None:
            return {}
        block = Block(self.file, node, self.findings)
        return {language: block.text(language) for language in block.names()}

    def names(self) -> list[str]:
        """Return the keys that stand in the block."""
        return list(self._values)

    def items(self, key: str) -> tuple[str, ...]:
        """Return a list of different texts, empty where the key is missing."""
        node = self._node(key, required=False)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self.fault(self.at(key), "kind", expected="a list", found=_kind(node))
            return ()
        values: list[str] = []
        for each in node.value:
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

    def _valid(self, value: str, place: Place) -> bool:
        try:
            NamedNode(value)
        except ValueError as error:
            self.fault(place, "bad-iri", value=value, problem=str(error))
            return False
        return True

    def block(self, key: str) -> "Block | None":
        """Return the mapping under a key, or None."""
        node = self._node(key, required=False)
        return Block(self.file, node, self.findings) if node else None

    def blocks(self, key: str) -> list["Block"]:
        """Return the mappings of the list under a key."""
        node = self._node(key, required=False)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.fault(self.at(key), "kind", expected="a list", found=_kind(node))
            return []
        return [Block(self.file, each, self.findings) for each in node.value]

    def close(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                self.fault(self.at(key), "unknown-key", key=key, **hint(key, self._asked))


def place_of(value: str, default: Place) -> Place:
    """Return where a text was read from, or the default for a text that nobody read."""
    return value.place if isinstance(value, Located) else default


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return "keys and values" if isinstance(node, yaml.MappingNode) else "text"


def hint(value: str, known: Iterable[str]) -> dict[str, str]:
    """Return the nearest known value as a question that reads in every language, and all known ones."""
    names = [str(each) for each in known]
    near = difflib.get_close_matches(str(value), names, n=1)
    return {"hint": f" → {near[0]}?" if near else "", "known": ", ".join(sorted(names)) or "–"}


def open_block(path: Path, shown: str, findings: list[Finding]) -> Block | None:
    """Return the mapping that a YAML file holds, or None when the file cannot be read as YAML.

    Args:
        path: the file.
        shown: the name by which findings call it.
        findings: where faults are noted.
    """

    def fault(line: int, key: str, **values: str) -> None:
        findings.append(Finding(Place(shown, line), key, values))

    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if getattr(event, "anchor", None) is not None:
                fault(event.start_mark.line + 1 if event.start_mark else 1, "alias")
                return None
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        fault(raw[: error.start].count(b"\n") + 1, "not-utf8")
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        fault(mark.line + 1 if mark else 1, "yaml", problem=str(error.problem))
        return None
    except yaml.reader.ReaderError as error:
        fault(text[: error.position].count("\n") + 1, "yaml", problem=error.reason)
        return None
    if node is None:
        fault(1, "kind", expected="keys and values", found="an empty file")
        return None
    return Block(shown, node, findings)
