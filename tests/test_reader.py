"""Faults in the files that people edit: each has its rule, its file and line, and a text in every language."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from osallisuus import graph, vocabulary
from osallisuus.errors import LANGUAGES, MESSAGES, Finding, InputError, Place
from osallisuus.model import Municipality, Practice
from osallisuus.site import Layout, read

MakeSite = Callable[..., Layout]
SETTINGS = "site.yaml"
MUNICIPALITY = "mallila/municipality.yaml"
UNITS = "mallila/units.yaml"
TERMS = "mallila/terms.yaml"
PRACTICES = "mallila/practices.yaml"


class Fault(NamedTuple):
    """A change that makes a fault: the file, the old and the new text, what stands on the faulty line, and the values."""

    file: str
    old: str
    new: str
    line: str
    values: tuple[str, ...]


FAULTS = {
    "yaml": Fault(TERMS, "id: mallilalaiset", "id: [mallilalaiset", "    name:", ()),
    "duplicate-key": Fault(
        PRACTICES, "open-groups: true", "open-groups: true\n    started: '2023'", "started: '2024-05'", ("started",)
    ),
    "alias": Fault(UNITS, "id: koko-kunta", "id: &first koko-kunta", "&first", ()),
    "unknown-key": Fault(
        PRACTICES, "channels: [survey]", "chanels: [survey]", "chanels", ("chanels", "channels?", "open-groups")
    ),
    "missing-key": Fault(TERMS, "scheme: target-group", "notes: [one]", "- id: mallilalaiset", ("scheme",)),
    "empty": Fault(TERMS, "match: exact", "match:", "match:", ("match",)),
    "kind": Fault(PRACTICES, "channels: [survey]", "channels: survey", "channels: survey", ()),
    "choice": Fault(UNITS, "type: communications", "type: comunications", "comunications", ("communications?", "sectors")),
    "boolean": Fault(PRACTICES, "open-groups: true", "open-groups: yes", "open-groups", ("yes", "true", "false")),
    "number": Fault(SETTINGS, "languages: [fi, sv, en]", "datasets-per-page: '0'\nlanguages: [fi, sv, en]", "per-page", ("0",)),
    "unknown-id": Fault(
        PRACTICES, "units: [viestinta]", "units: [viestint]", "[viestint]", ("viestint", "viestinta?", "koko-kunta")
    ),
    "duplicate-id": Fault(
        UNITS, "id: viestinta", "id: koko-kunta", "", ("koko-kunta", "data/mallila/units.yaml:2")
    ),
    "repeated": Fault(PRACTICES, "purposes: [consult]", "purposes: [consult, consult]", "[consult, consult]", ("consult",)),
    "bad-id": Fault(PRACTICES, "id: kylakysely", "id: Kyläkysely", "id: Kyläkysely", ("Kyläkysely",)),
    "bad-iri": Fault(MUNICIPALITY, "https://places.example/mallila", "places.example", "- places.example", ("places.example",)),
    "date": Fault(SETTINGS, "made: 2026-11-20", "made: 2026-02-30", "made: 2026-02-30", ("2026-02-30",)),
    "revised": Fault(SETTINGS, "revised: 2026-11-24", "revised: 2026-11-19", "revised:", ("2026-11-19", "2026-11-20")),
    "conformity": Fault(SETTINGS, "conformity: none", "conformity: full", "conformity: full", ("full", "barriers")),
    "missing-language": Fault(SETTINGS, "    sv: Testerna läser sidorna.\n", "", "  method:", ("method", "sv")),
    "no-statement": Fault(SETTINGS, "\naccessibility:", "\naccesibility:", "base: https", ("accessibility",)),
    "space": Fault(PRACTICES, "en: Youth evening", "en: 'Youth evening '", "'Youth evening '", ("'Youth evening '",)),
}  # fmt: skip
"""Rule → a fault in the minimal site that breaks it and no other."""


def _findings(layout: Layout) -> tuple[Finding, ...]:
    try:
        return read(layout).findings
    except InputError as error:
        return tuple(error.findings)


def _make(make_site: MakeSite, fault: Fault) -> Layout:
    return make_site({fault.file: (fault.old, fault.new)})


def _place(layout: Layout, file: str, text: str) -> Place:
    """Return the place of the last line that holds a text."""
    lines = (layout.root / "data" / file).read_text(encoding="utf-8").splitlines()
    return Place(f"data/{file}", max(number for number, line in enumerate(lines, 1) if text in line))


def _only(layout: Layout) -> Municipality:
    (municipality,) = read(layout).municipalities
    return municipality


def _practice(layout: Layout, identifier: str) -> Practice:
    return next(each for each in _only(layout).practices if each.id == identifier)


def test_the_minimal_site_has_no_findings(make_site: MakeSite) -> None:
    """The minimal site reads whole: three practices, two units, one local word."""
    contents = read(make_site())

    assert contents.findings == ()
    assert [(len(m.practices), len(m.units), len(m.terms)) for m in contents.municipalities] == [(3, 2, 1)]


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_has_its_rule_and_place(rule: str, make_site: MakeSite) -> None:
    """Each rule is broken by one fault, which is found alone, in its file and on its line."""
    fault = FAULTS[rule]
    layout = _make(make_site, fault)
    found = _findings(layout)

    assert rule in [each.key for each in found]
    place = next(each.place for each in found if each.key == rule)
    assert _place(layout, fault.file, fault.line or fault.new) == place


@pytest.mark.parametrize("rule", FAULTS)
def test_a_finding_speaks_each_language(rule: str, make_site: MakeSite) -> None:
    """The texts of a finding in Finnish, Swedish and English differ, and each carries the values."""
    fault = FAULTS[rule]
    finding = next(each for each in _findings(_make(make_site, fault)) if each.key == rule)
    texts = [finding.text(language) for language in LANGUAGES]

    assert len(set(texts)) == 3
    for text in texts:
        assert [value for value in fault.values if value not in text] == []


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    """No rule of the messages is without a test here, and each speaks every language."""
    own_tests = {
        "no-site",
        "no-file",
        "bad-language",
        "not-utf8",
        "turtle",
        "no-municipalities",
        "old-statement",
        "base-moved",
    }

    assert set(MESSAGES) == FAULTS.keys() | own_tests
    assert all(set(LANGUAGES) == texts.keys() for texts in MESSAGES.values())


def test_all_findings_come_at_once(make_site: MakeSite) -> None:
    """Faults in three files, and two in one entry, are found in the same run."""
    layout = make_site(
        {
            PRACTICES: ("title:\n      fi: Nuorten ilta", "colour: red\n    size: big\n    title:\n      fi: Nuorten ilta"),
            MUNICIPALITY: ("coverage: own-list", "coverage: all"),
            TERMS: ("match: exact", "match: same"),
        }
    )  # fmt: skip

    assert {"coverage: all", "match: same", "colour: red", "size: big"} == {
        (layout.root / each.place.file).read_text(encoding="utf-8").splitlines()[each.place.line - 1].strip()
        for each in _findings(layout)
        if each.key in {"choice", "unknown-key"}
    }


def test_an_input_error_lists_findings_in_the_order_of_the_file(make_site: MakeSite) -> None:
    """The settings have two faults; the error names both, the upper line first."""
    layout = make_site({SETTINGS: ("url: https://mallila.example/", "url: mallila\n  colour: red")})

    with pytest.raises(InputError) as caught:
        read(layout)

    assert [each.key for each in caught.value.findings] == ["bad-iri", "unknown-key"]
    assert f"{_place(layout, SETTINGS, 'url: mallila')}: “mallila” is not" in str(caught.value)


def test_a_directory_without_settings_is_no_site(make_site: MakeSite) -> None:
    """Reading a directory without data/site.yaml says where it was looked for."""
    layout = make_site({SETTINGS: None})
    (finding,) = _findings(layout)

    assert ("no-site", Place(str(layout.settings), 1)) == (finding.key, finding.place)
    assert len({finding.text(language) for language in LANGUAGES}) == 3


def test_a_site_without_municipalities_is_a_finding(make_site: MakeSite) -> None:
    """A site that holds no municipality says which file to add."""
    (finding,) = _findings(make_site({MUNICIPALITY: None}))

    assert (finding.key, str(finding.place)) == ("no-municipalities", "data/site.yaml:1")
    assert len({finding.text(language) for language in LANGUAGES}) == 3


def test_a_municipality_without_its_practices_is_a_finding(make_site: MakeSite) -> None:
    """A missing practices.yaml is named like any other fault."""
    found = _findings(make_site({PRACTICES: None}))

    assert [each.place.file for each in found] == ["data/mallila/practices.yaml"]


def test_text_that_is_not_utf8_is_a_finding_with_its_line(make_site: MakeSite) -> None:
    """A file saved as Latin-1 is refused at the line of its first wrong byte."""
    layout = make_site({UNITS: "units:\n  - id: a\n    name: {fi: yksikkö}\n".encode("latin-1")})
    finding = next(each for each in _findings(layout) if each.key == "not-utf8")

    assert str(finding.place) == "data/mallila/units.yaml:3"
    assert len({finding.text(language) for language in LANGUAGES}) == 3


def test_a_byte_order_mark_is_no_part_of_the_text(make_site: MakeSite) -> None:
    """A file that begins with a byte order mark reads like one without."""
    plain = make_site()
    expected, text = _only(plain), (plain.root / "data" / PRACTICES).read_bytes()

    assert expected == _only(make_site({PRACTICES: b"\xef\xbb\xbf" + text}))


def test_a_control_character_is_found_at_its_line(make_site: MakeSite) -> None:
    """A sign that YAML does not allow is a finding at its line."""
    layout = make_site({PRACTICES: ("name: Nuorten ilta", "name: Nuorten\x07 ilta")})

    assert [("yaml", _place(layout, PRACTICES, "\x07"))] == [
        (each.key, each.place) for each in _findings(layout)
    ]


def test_a_fault_in_turtle_has_its_line(make_site: MakeSite) -> None:
    """A Turtle file that cannot be read names its line in every language."""
    path = make_site({"faulty.ttl": "<https://example.org/a>\n  a .\n"}).root / "data" / "faulty.ttl"

    with pytest.raises(InputError) as caught:
        vocabulary.read_turtle(path, "faulty.ttl")

    (finding,) = caught.value.findings
    assert (finding.key, str(finding.place)) == ("turtle", "faulty.ttl:2")
    assert len({finding.text(language) for language in LANGUAGES}) == 3


def test_words_that_yaml_takes_for_other_values_stay_text(make_site: MakeSite) -> None:
    """`no`, `yes`, `off`, `012`, `1.50`, `~` and a date are text as written (C06)."""
    layout = make_site(
        {PRACTICES: ("times-per-year: '2'", "notes: [no, yes, off, 012, 1.50, ~, 2025-01-31]")}
    )

    assert _practice(layout, "kylakysely").notes == ("no", "yes", "off", "012", "1.50", "~", "2025-01-31")


def test_norwegian_is_a_language(make_site: MakeSite) -> None:
    """A list of languages keeps `no` (C06)."""
    layout = make_site({MUNICIPALITY: ("languages: [fi, sv, en]", "languages: [fi, sv, no]")})

    assert _only(layout).languages == ("fi", "sv", "no")


@pytest.mark.parametrize(("written", "expected"), [("true", True), ("false", False), ("'true'", True)])
def test_a_yes_or_no_is_true_or_false(written: str, expected: bool, make_site: MakeSite) -> None:
    """A field that is a real yes or no accepts true and false (C06)."""
    layout = make_site({PRACTICES: ("statutory: true", f"statutory: {written}")})

    assert expected is _practice(layout, "lakisaateinen-kuuleminen").statutory


@pytest.mark.parametrize("written", ["yes", "no", "off", "True", "1", "kyllä"])
def test_no_other_word_is_a_yes_or_no(written: str, make_site: MakeSite) -> None:
    """A field that is a real yes or no refuses every other word and says what it accepts (C06)."""
    (finding,) = _findings(make_site({PRACTICES: ("statutory: true", f"statutory: {written}")}))

    assert finding.key == "boolean"
    assert f"“{written}” is not a yes or no. Write true or false." == finding.text("en")


def test_a_key_written_twice_names_both_lines(make_site: MakeSite) -> None:
    """The finding stands at the second line of the key and names the first (C07)."""
    layout = make_site({PRACTICES: ("channels: [survey]", "channels: [survey]\n    purposes: [inform]")})
    finding = next(each for each in _findings(layout) if each.key == "duplicate-key")
    first = _place(layout, PRACTICES, "purposes: [consult]").line

    assert _place(layout, PRACTICES, "purposes: [inform]") == finding.place
    assert f"The key “purposes” is already on line {first}." in finding.text("en")


@pytest.mark.parametrize("file", [PRACTICES, UNITS, TERMS])
def test_an_id_given_twice_names_both_places(file: str, make_site: MakeSite) -> None:
    """Two entries of a file with one id are never merged: the finding names both places (C08)."""
    layout = make_site()
    text = (layout.root / "data" / file).read_text(encoding="utf-8")
    first = text[text.index("  - id: ") :]
    layout = make_site({file: text.rstrip("\n") + "\n\n" + first})
    found = [each for each in _findings(layout) if each.key == "duplicate-id"]

    assert first.count("  - id: ") == len(found)
    for each in found:
        lines = [number for number, line in enumerate((layout.root / each.place.file).read_text().splitlines(), 1)
                 if line == f"  - id: {each.values['value']}"]  # fmt: skip
        assert (f"data/{file}:{lines[0]}", Place(f"data/{file}", lines[1])) == (
            each.values["first"],
            each.place,
        )


def test_an_id_given_twice_is_found_beside_another_fault(make_site: MakeSite) -> None:
    """A repeated id is found in the same run even where the first entry has a fault of its own."""
    text = "  - id: kylakysely\n    colour: red\n  - id: kylakysely\n"
    layout = make_site({PRACTICES: ("  - id: kylakysely\n", text)})

    assert {"unknown-key", "duplicate-id"} <= {each.key for each in _findings(layout)}


@pytest.mark.parametrize(
    "written", ["Saa", "sää", "a b", "a_b", "-a", "a-", "a--b", "ø", "'!'", "a.b", "a/b"]
)
def test_an_id_has_only_signs_that_an_address_keeps(written: str, make_site: MakeSite) -> None:
    """An id that is not lower-case letters, digits and single hyphens is refused, never mended (C08)."""
    found = _findings(make_site({PRACTICES: ("id: nuorten-ilta\n", f"id: {written}\n")}))

    assert [each.key for each in found] == ["bad-id"]


def test_an_empty_id_is_no_id(make_site: MakeSite) -> None:
    """Two quotes with nothing between them are not an id; the practice is left out (C08)."""
    layout = make_site({PRACTICES: ("id: kylakysely\n", "id: ''\n")})

    assert [_place(layout, PRACTICES, "id: ''")] == [each.place for each in _findings(layout)]
    assert [each.id for each in _only(layout).practices] == ["nuorten-ilta", "lakisaateinen-kuuleminen"]


@pytest.mark.parametrize(
    "address",
    ["https://a.example/b c", "<https://a.example/>", "www.a.example", "https://a.example/%zz", "javascript:alert(1)"],
)  # fmt: skip
def test_a_bad_web_address_is_refused_at_its_line(address: str, make_site: MakeSite) -> None:
    """A space, brackets, no scheme, a broken percent sign or a script is refused before anything is published (C09)."""
    layout = make_site(
        {PRACTICES: ("      row: 1\n", f"      row: 1\n      pages:\n        - '{address}'\n")}
    )
    (finding,) = _findings(layout)

    assert ("bad-iri", _place(layout, PRACTICES, address)) == (finding.key, finding.place)
    assert f"“{address}” is not a valid web address" in finding.text("en")


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\ufeff", "\u00a0", "\u2060"])
def test_an_invisible_sign_is_shown(sign: str, make_site: MakeSite) -> None:
    """A text that ends in a sign that nobody sees is refused, and the finding makes the sign visible (C04)."""
    layout = make_site({PRACTICES: ("en: Youth evening", f"en: Youth evening{sign}")})
    (finding,) = _findings(layout)

    assert ("space", _place(layout, PRACTICES, "Youth evening")) == (finding.key, finding.place)
    assert all(ascii(f"Youth evening{sign}") in finding.text(language) for language in LANGUAGES)


def test_a_line_separator_is_an_invisible_sign(make_site: MakeSite) -> None:
    """U+2028 inside a text is refused: it ends a line in some programs and not in others."""
    layout = make_site({PRACTICES: ("en: Youth evening", 'en: "Youth\\u2028evening"')})

    assert [each.key for each in _findings(layout)] == ["space"]


def test_letters_with_marks_are_read_in_one_form(make_site: MakeSite) -> None:
    """A letter and a mark after it read like the one letter that they make (C04)."""
    layout = make_site({PRACTICES: ("fi: Kyläkysely", "fi: Kyla\u0308kysely")})

    assert _practice(layout, "kylakysely").title["fi"] == "Kyläkysely"


@pytest.mark.parametrize("written", ["&first koko-kunta", "*first"])
def test_anchors_and_aliases_are_refused(written: str, make_site: MakeSite) -> None:
    """A YAML anchor or alias is a finding at its line; the values of the file are not guessed."""
    layout = make_site({UNITS: ("id: koko-kunta", f"id: {written}")})

    assert ("alias", Place("data/mallila/units.yaml", 2)) in [
        (each.key, each.place) for each in _findings(layout)
    ]


@pytest.mark.parametrize(
    ("old", "new", "suggestion"),
    [
        ("groups: [youth]", "groups: [youht]", "youth"),
        ("groups: [mallilalaiset]", "groups: [mallilaiset]", "mallilalaiset"),
        ("purposes: [consult]", "purposes: [consul]", "consult"),
        ("channels: [survey]", "channels: [surveys]", "survey"),
        ("units: [viestinta]", "units: [viestintä]", "viestinta"),
        ("statutory: true", "legal-basis: [kuntalaki-2015/222]", "kuntalaki-2015/22"),
        ("statutory: true", "replaced-by: [kylakyselyt]", "kylakysely"),
    ],
)
def test_an_unknown_id_comes_with_a_suggestion(
    old: str, new: str, suggestion: str, make_site: MakeSite
) -> None:
    """An id that nothing has is a finding at its line with the nearest known one, which is never put in its place."""
    layout = make_site({PRACTICES: (old, new)})
    (finding,) = _findings(layout)

    assert ("unknown-id", _place(layout, PRACTICES, new)) == (finding.key, finding.place)
    assert all(f"→ {suggestion}?" in finding.text(language) for language in LANGUAGES)


def test_an_unknown_whole_of_a_unit_is_a_finding(make_site: MakeSite) -> None:
    """A unit that is said to be part of an unknown one is found at its line."""
    layout = make_site({UNITS: ("parent: koko-kunta", "parent: koko-kuntta")})

    assert [("unknown-id", _place(layout, UNITS, "koko-kuntta"))] == [
        (each.key, each.place) for each in _findings(layout) if each.place.file.endswith("units.yaml")
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("statutory: true", "statutory: true\n    colour: red"),
        ("statutory: true", "statutory: perhaps"),
        ("purposes: [hearing]", "purposes: [hearing, unheard-of]"),
        ("en: Statutory hearing", "en: ' Statutory hearing'"),
        ("statutory: true", "statutory: true\n    replaced-by: [nothing]"),
        ("statutory: true", "statutory: true\n    statutory: false"),
    ],
)
def test_an_entry_with_a_fault_is_left_out(old: str, new: str, make_site: MakeSite) -> None:
    """A practice with a fault is left out whole, and the rest of the site is read."""
    layout = make_site({PRACTICES: (old, new)})

    assert len(_findings(layout)) == 1
    assert [each.id for each in _only(layout).practices] == ["kylakysely", "nuorten-ilta"]
    assert (len(_only(layout).units), len(_only(layout).terms)) == (2, 1)


def test_a_fault_is_not_repeated_where_its_entry_is_used(make_site: MakeSite) -> None:
    """A unit or a local word with a fault stays a known id, so that practices which use it give no findings."""
    layout = make_site(
        {UNITS: ("type: communications", "type: talk"), TERMS: ("match: exact", "match: same")}
    )

    assert [each.key for each in _findings(layout)] == ["choice", "choice"]


def test_an_entry_that_is_only_text_is_one_finding(make_site: MakeSite) -> None:
    """A list that holds a text where an entry is due gives one finding, not one for each key that it lacks."""
    found = _findings(make_site({PRACTICES: ("practices:\n", "practices:\n  - Kyläkysely\n")}))

    assert [each.key for each in found] == ["kind"]


def test_the_words_of_a_finding_are_in_its_language(make_site: MakeSite) -> None:
    """What a finding says of kinds and addresses is in its own language, not in English."""
    faults = [
        *_findings(make_site({PRACTICES: ("channels: [survey]", "channels: survey")})),
        *_findings(make_site({PRACTICES: ("title:\n      fi: Nuorten ilta", "title: Ilta\n    x:\n      fi: Nuorten ilta")})),
        *_findings(make_site({SETTINGS: ("base: https://example.org/", "base: https://example.org")})),
        *_findings(make_site({UNITS: "# nothing\n"})),
    ]  # fmt: skip
    texts = [each.text(language) for each in faults for language in ("fi", "sv")]

    english = ("a list", "text,", "is text", "keys and values", "no slash", "an empty file")
    assert [text for text in texts if any(words in text for words in english)] == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (SETTINGS, "base: https://example.org/", "base: https://example.org/#/"),
        (SETTINGS, "type: LocalAuthority", "type: Local Authority"),
        (SETTINGS, "email: data@mallila.example", "email: data at mallila.example"),
        (MUNICIPALITY, "code: '999'", "code: '9 9'"),
        (MUNICIPALITY, "code: '999'", "code: '9/9'"),
        (MUNICIPALITY, "languages: [fi, sv, en]", "languages: [fi, 's v', en]"),
        (MUNICIPALITY, "  language: fi\n", "  language: 'f i'\n"),
        (PRACTICES, "      sv: Byenkät\n", "      's v': Byenkät\n"),
        (PRACTICES, "      sv: Byenkät\n", '      "sv\\u200b": Byenkät\n'),
        (PRACTICES, "name: Kyläkysely\n", 'name: "\\ud83d"\n'),
        (UNITS, "parent: koko-kunta", "parent: koko kunta"),
    ],
)
def test_what_no_address_or_language_can_hold_is_a_finding(
    file: str, old: str, new: str, make_site: MakeSite
) -> None:
    """A code, language, address or sign that RDF cannot hold is found at its line before anything is described."""
    layout = make_site({file: (old, new)})

    assert _place(layout, file, new.strip("\n")) in [each.place for each in _findings(layout)]
    if file != SETTINGS:
        contents = read(layout)
        assert all(graph.describe(each, contents.site).triples for each in contents.municipalities)


def test_words_of_a_source_without_their_language_are_a_finding(make_site: MakeSite) -> None:
    """The words of a source need their language; without it the finding names the block that lacks it."""
    layout = make_site({PRACTICES: ("      row: 1\n      language: fi\n", "      row: 1\n")})

    assert [("missing-key", _place(layout, PRACTICES, "row: 1"))] == [
        (each.key, each.place) for each in _findings(layout)
    ]


def test_every_value_keeps_its_place(make_site: MakeSite) -> None:
    """Texts, items of lists and keys know their file and line after reading."""
    layout = make_site()
    practice = _practice(layout, "nuorten-ilta")
    values = {
        "Youth evening": practice.title["en"],
        "[dialogue]": practice.purposes[0],
        "'2024-05'": practice.started,
    }

    for text, value in values.items():
        assert _place(layout, PRACTICES, text) == getattr(value, "place", None)
