"""What a check of a portal's view finds: which thing, what is wrong with it, and the cure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from osallisuus.errors import OsallisuusError
from osallisuus.portal.messages import MESSAGES


@dataclass(frozen=True)
class Finding:
    """Something that is missing or wrong, or not told by a catalog to those who harvest it.

    Attributes:
        about: the IRI or the address that it is about.
        key: name of the rule, a key of `MESSAGES`.
        values: what fills the placeholders of the message.
        own: language → message, where a shape words it; then `key` is the IRI of the rule.
    """

    about: str
    key: str
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    own: Mapping[str, str] = field(default_factory=dict, hash=False)

    def text(self, language: str) -> str:
        """Return what is wrong and the cure, in a language of the tool."""
        if self.own:
            return self.own.get(language) or self.own.get("en") or next(iter(self.own.values()))
        return MESSAGES[self.key][language].format(**self.values)


class UnreadableError(OsallisuusError):
    """An address gave no answer that can be used; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.text("en"))
