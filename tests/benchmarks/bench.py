"""Measure everything: what a user waits for, and our server against its peers.

Run: make bench. It takes about a quarter of an hour, needs wrk and nginx (tests/benchmarks/install-programs), and
writes docs/performance.md with its charts. With --quick or --only it prints and writes nothing.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import commands, endpoint, peers
from benchmarks.bombs import Plan
from benchmarks.endpoint import Scope
from benchmarks.load import Rounds
from benchmarks.report import Report


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--quick", action="store_true", help="seconds on tiny sites: only shows that it works"
    )
    parser.add_argument("--only", action="append", choices=PARTS, help="measure this part; may be repeated")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; each meets every server")
    parser.add_argument("--seconds", type=int, default=2, help="whole seconds of a run")
    parser.add_argument("--docs", type=Path, help="directory for the page and its charts")
    parser.add_argument("--sites", type=Path, help="directory where synthetic sites are kept between runs")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _servers(report: Report, parts: set[str], directory: Path, scope: Scope) -> None:
    """Measure the parts that have every server running."""
    for size in scope.sizes:
        _say(f"servers over {size} municipalities")
        with endpoint.field(directory, size, scope) as where:
            report.uses[f"{size}, at rest"] = endpoint.uses(where)
            report.note_load()
            if "mixed" in parts:
                report.rows += endpoint.mixed(where)
            if size == scope.large:
                for name, measure in _ON_THE_LARGE.items():
                    if name in parts:
                        _say(name)
                        report.rows += measure(where)
            report.uses[f"{size}, at the end"] = endpoint.uses(where)


_ON_THE_LARGE = {
    "small": endpoint.small,
    "revalidation": endpoint.revalidation,
    "documents": endpoint.documents,
}
PARTS = ("waits", "questions", "mixed", *_ON_THE_LARGE, "bombs")


def measure(parts: set[str], directory: Path, scope: Scope) -> Report:
    """Measure the parts with these names; sites are written into a directory."""
    report = Report(scope)
    report.note_load()
    if "waits" in parts:
        _say("waits")
        report.waits = commands.commands()
        report.waits |= commands.first_answers(endpoint.make_site(directory, scope.large), endpoint.DOCUMENT)
    if "questions" in parts:
        _say("questions")
        report.questions = commands.questions(endpoint.make_site(directory, scope.large))
    if parts & {"mixed", *_ON_THE_LARGE}:
        _servers(report, parts, directory, scope)
    if "bombs" in parts:
        _say("bombs")
        report.note_load()
        report.blasts = endpoint.blasts(endpoint.make_site(directory, scope.large), scope)
    return report


def main() -> None:
    """Measure, print and write as the command line asks."""
    options = _options()
    rounds, seconds = options.rounds, options.seconds
    scope = Scope(how=Rounds(rounds, seconds, 2), plan=Plan(rounds, 2 * seconds, 6 * seconds, 10))
    if options.quick:
        scope = Scope((1, 2), (1.0, 0.02), (8,), Rounds(1, 1, 1), Plan(1, 1, 2, 4))
    with tempfile.TemporaryDirectory() as temporary:
        report = measure(set(options.only or PARTS), options.sites or Path(temporary), scope)
    page = report.markdown()
    sys.stdout.write(page)
    docs = options.docs or (None if options.quick or options.only else peers.ROOT / "docs")
    if docs:
        docs.mkdir(parents=True, exist_ok=True)
        (docs / "performance.md").write_text(page, encoding="utf-8")
        for name, chart in report.charts().items():
            (docs / name).write_text(chart, encoding="utf-8")


if __name__ == "__main__":
    main()
