"""Fetches the editor of the query page from its pinned packages and writes it where pages find it, byte for byte.

Run it to renew the files: `.venv/bin/python tests/vendor_editor.py`. It needs npm. Another version is another line of
`PACKAGES`; what stands in the wheel is then proven by `SHA256SUMS`, without a network.
"""

import hashlib
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDORED = Path(__file__).parents[1] / "src" / "osallisuus" / "web" / "static" / "query"
"""Where the files stand, beside our own script and style sheet."""
SUMS = "SHA256SUMS"
LICENCES = "LICENSES.txt"
_RULE = "\n" + "=" * 80 + "\n"
_HEAD = """\
The editor of the query page: what these files contain, and under which licences.

yasqe.min.js and yasqe.min.css are those of the npm package @zazuko/yasqe {version}, unchanged. They contain the
packages below. DOMPurify is under the Apache License 2.0 here. That of YASQE names no holder: its text is the one that
its authors' own package has.
"""


@dataclass(frozen=True)
class Package:
    """A package that the editor is or contains.

    Attributes:
        name: in the registry.
        version: that was bundled; the source map of the editor holds its very files.
        licence: short name of its licence.
        sha256: of the archive.
        file: of the licence in the archive; empty for one whose licence another entry has.
    """

    name: str
    version: str
    licence: str
    sha256: str
    file: str = "LICENSE"


EDITOR = Package(
    "@zazuko/yasqe", "4.6.2", "MIT", "06fb9f18817157d755df192cd613fb77cc2aa1a7048469d3f05da461809d6f00", ""
)
PACKAGES = (
    EDITOR,
    Package(
        "@zazuko/yasgui-utils",
        "4.6.2",
        "MIT",
        "ac27e5c226e4c29de14b66f448258e1618088683aee03c79b71ffd908369b7e1",
        "",
    ),
    Package(
        "@triply/yasqe",
        "4.2.28",
        "MIT",
        "dd138538d05466e857ed61fed93db662f40f3d664b875c625f4a7415c0330fd7",
        "LICENSE.txt",
    ),
    Package(
        "codemirror", "5.65.21", "MIT", "b26d9d7ae0f42e34b44a8f7667d29a3ab0d3df88d0e79c0dad39dc03ba43f6dc"
    ),
    Package(
        "decode-uri-component",
        "0.2.2",
        "MIT",
        "c123eb79b76a5474327e07341702892e6d0c16271dbd14917a0ecd9031cd1263",
        "license",
    ),
    Package(
        "dompurify",
        "3.4.13",
        "Apache-2.0",
        "2a0647141c748404c9958cf12079c3fdb79cf9a7faaa87c8fac034a3b1275ab2",
    ),
    Package("events", "3.3.0", "MIT", "2c30dd630b58299bdfaac8688f763c6f312d29779c500b1e3701a1d4fb3b534b"),
    Package(
        "filter-obj",
        "1.1.0",
        "MIT",
        "2a2a98929edba48e2cc11468bd35ec62a76122f4e6c96eaa9eddd26824b0004b",
        "license",
    ),
    Package("lodash-es", "4.18.1", "MIT", "b0c810e5cd4cd580ed7b18fc71384b9a80c151dc5c85b1729bd656a49e3f16f8"),
    Package(
        "query-string",
        "6.14.1",
        "MIT",
        "c1dd6e597fd26460e7cd71f2262f6ff1696b126904eee9ff12086b585b14908e",
        "license",
    ),
    Package(
        "split-on-first",
        "1.1.0",
        "MIT",
        "512f1d9e496134b5bc3600098389b0ae77a1e75b9679cb42bf8b27cdba1820ae",
        "license",
    ),
    Package("store", "2.0.12", "MIT", "c680a4fc47a542acbb6bd4c646026d05a16a41589053b4b057bf792ef676bb7c"),
    Package(
        "strict-uri-encode",
        "2.0.0",
        "MIT",
        "652cc5ed88730bf0644a8e27f20fbe638dd376611b9fa2d7f9aa075a85f46879",
        "license",
    ),
)
"""All that is in the bundle, and the package that has the text of YASQE's licence."""
_FILES = {"build/yasqe.min.js": "yasqe.min.js", "build/yasqe.min.css": "yasqe.min.css"}


def fetch(package: Package, directory: Path) -> dict[str, bytes]:
    """Return the files of a package: path within it → content.

    Args:
        package: what to fetch.
        directory: where its archive may lie.

    Raises:
        ValueError: the archive is not the pinned one.
    """
    named = f"{package.name}@{package.version}"
    done = subprocess.run(
        ["npm", "pack", "--silent", named], cwd=directory, capture_output=True, text=True, check=True
    )
    archive = directory / done.stdout.split()[-1]
    if hashlib.sha256(archive.read_bytes()).hexdigest() != package.sha256:
        raise ValueError(f"{named} is not the archive that is pinned here.")
    with tarfile.open(archive) as opened:
        members = [(each, opened.extractfile(each)) for each in opened.getmembers()]
        return {each.name.partition("/")[2]: file.read() for each, file in members if file}


def licences(fetched: dict[Package, dict[str, bytes]]) -> str:
    """Return the list of the packages with the text of each licence."""
    parts = [_HEAD.format(version=EDITOR.version)]
    for package, files in fetched.items():
        text = files[package.file].decode() if package.file else ""
        tidy = re.sub(r"[ \t]+$", "", text.replace("\r\n", "\n").strip("\n"), flags=re.MULTILINE)
        parts.append(
            f"{package.name} {package.version}: {package.licence}\n" + (f"\n{tidy}\n" if tidy else "")
        )
    return _RULE.join(parts)


def main() -> None:
    """Write the files of the editor, their licences and their sums."""
    with tempfile.TemporaryDirectory() as directory:
        fetched = {each: fetch(each, Path(directory)) for each in PACKAGES}
    written = {name: fetched[EDITOR][path] for path, name in _FILES.items()}
    written[LICENCES] = licences(fetched).encode()
    for name, content in written.items():
        (VENDORED / name).write_bytes(content)
    sums = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(written.items()))
    (VENDORED / SUMS).write_text("".join(sums), encoding="utf-8")


if __name__ == "__main__":
    main()
