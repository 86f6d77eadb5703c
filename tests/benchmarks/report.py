"""What was measured, as Markdown and charts."""

import os
import platform
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from benchmarks import charts, peers
from benchmarks.bombs import Blast
from benchmarks.commands import Question
from benchmarks.endpoint import Row, Scope
from benchmarks.load import Cell, Run
from benchmarks.processes import Use

_MEBIBYTE = 1 << 20
PARTS = {
    "mixed": "Mixed load",
    "small": "Small answers: one practice",
    "revalidation": "Revalidation: our 304 beside Oxigraph's whole answer",
    "documents": "Published documents, against nginx",
}


@dataclass
class Report:
    """What was measured, part by part; what was left out stays empty.

    Attributes:
        rows: loads on several servers.
        uses: size of the site and when → name of an endpoint → what its processes held.
        blasts: what bombs did.
        waits: what was waited for → seconds.
        questions: each documented question.
        loads: load of the machine at the start of each part.
        scope: what was measured and for how long.
    """

    scope: Scope
    rows: list[Row] = field(default_factory=list)
    uses: dict[str, dict[str, Use]] = field(default_factory=dict)
    blasts: list[Blast] = field(default_factory=list)
    waits: dict[str, float] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)

    def note_load(self) -> None:
        """Note the load of the machine, as an average of the last minute."""
        self.loads.append(os.getloadavg()[0])

    def markdown(self) -> str:
        """Return everything as a page."""
        parts = [_HEAD.format(machine=_machine(), options=self._scope(), load=self._load())]
        if self.rows:
            parts.append("## In short\n\n" + _table(_RATIO_HEAD, map(_ratios, self.rows)))
        for part, title in PARTS.items():
            rows = [row for row in self.rows if row.part == part]
            if rows:
                lines = (line for row in rows for line in _details(row))
                parts.append(f"## {title}\n\n" + _EXPLAINED.get(part, "") + _table(_DETAIL_HEAD, lines))
        parts += [_blasts(self.blasts)] if self.blasts else []
        parts += [_uses(self.uses)] if self.uses else []
        parts += [_waits(self.waits)] if self.waits else []
        parts += [_questions(self.questions, self.scope.large)] if self.questions else []
        return "\n".join(parts)

    def charts(self) -> dict[str, str]:
        """Return the charts by file name; none where its part was left out."""
        found = {}
        rows = [row for row in self.rows if row.part == "mixed" and row.case.endswith(" 8 connections")]
        if rows:
            most = max(row.municipalities for row in rows)
            rows = [row for row in rows if row.municipalities == most]
            title = f"Mixed load, {most} municipalities, 8 connections"
            rate, cpu = (lambda each: each.rate), (lambda each: each.cpu)
            found["performance-answers.svg"] = _chart(title, "answers a second, more is better", rows, rate)
            found["performance-cpu.svg"] = _chart(title, "CPU µs an answer, less is better", rows, cpu)
        if self.blasts:
            groups = [
                charts.Group(each.server, (_rate(each.quiet), _rate(each.beside))) for each in self.blasts
            ]
            title = "Lookups with a bomb every 0.7 s"
            found["performance-bombs.svg"] = charts.bars(
                title, "answers a second, more is better", ("quiet", "with bombs"), groups
            )
        return found

    def _scope(self) -> str:
        rounds, seconds, _ = self.scope.how
        sizes = " and ".join(map(str, self.scope.sizes))
        return f"{rounds} rounds of {seconds} s; sites of {sizes} municipalities with 52 practices each"

    def _load(self) -> str:
        others = [run.others for row in self.rows for cell in row.cells for run in cell.runs]
        text = f"load average at the start of each part {', '.join(f'{each:.1f}' for each in self.loads)}"
        if others:
            text += (
                f"; other processes used {statistics.median(others):.1%} of the machine in the median run, "
            )
            text += f"{max(others):.1%} at most"
        return text


_HEAD = """# Performance

Written by `make bench` on clearly synthetic data; do not edit. What is compared ran in turn in the same rounds on the
same machine, so read the ratios: they travel, the figures do not. A figure is the median of the rounds, with the least
and the greatest in brackets. CPU is that of the server's whole tree of processes, ended ones too.

- Machine: {machine}
- Measured: {options}
- Meanwhile: {load}
- wrk made the load on the same cores; it keeps one core busy, which limits the fastest servers, so look at CPU too.
"""
_EXPLAINED = {
    "mixed": """2,000 distinct requests, 10 kB on average: 60 % lookups of a practice, 15 % lists of a municipality, 10 % matrices, 5 %
GROUP_CONCAT, 4 % DESCRIBE, 3 % CONSTRUCT, 2 % CONTAINS, 1 % paths. A miss is asked with a number that was never asked
before (a LIMIT), so no cache can know it. rdflib-endpoint is measured once for each number of connections; it refuses
DESCRIBE when rows are acceptable too (422), which are its failures.

![Answers a second](performance-answers.svg)

![CPU an answer](performance-cpu.svg)

""",
    "documents": "The files as they are published, without compression.\n\n",
}
_RATIO_HEAD = (
    "load",
    "municipalities",
    "asked",
    "ours against",
    "answers: times as many",
    "CPU an answer: times as little",
)
_DETAIL_HEAD = ("municipalities", "asked", "server", "answers/s", "p50 ms", "p99 ms", "CPU µs", "failed")


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    model = next(models, platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    versions = (
        f"Python {platform.python_version()}",
        *(f"{each} {metadata.version(each)}" for each in ("pyoxigraph", "oxigraph", "rdflib")),
    )
    return f"{os.cpu_count()} × {model}, {memory} GiB, Linux {platform.release()}; {', '.join(versions)}"


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _figure(values: Iterable[float]) -> str:
    """Return the median, with the least and the greatest value in brackets when there are several."""
    found = list(values)
    text = _short(statistics.median(found))
    return text if len(found) == 1 else f"{text} ({_short(min(found))}–{_short(max(found))})"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _quotients(one: Cell, other: Cell, take: Callable[[Run], float]) -> list[float]:
    """Return a figure of one server divided by that of another, round by round."""
    pairs = zip(one.runs, other.runs, strict=len(one.runs) == len(other.runs))
    return [take(mine) / take(theirs) for mine, theirs in pairs if take(theirs)]


def _ratios(row: Row) -> tuple[str, ...]:
    ours, others = row.cells[0], row.cells[1:]
    answers = (_figure(_quotients(ours, each, lambda run: run.rate)) for each in others)
    cpu = (_figure(_quotients(each, ours, lambda run: run.cpu)) for each in others)
    names = "<br>".join(each.server for each in others)
    return row.part, str(row.municipalities), row.case, names, "<br>".join(answers), "<br>".join(cpu)


def _details(row: Row) -> Iterable[tuple[str, ...]]:
    for cell in row.cells:
        figures = [
            _figure(take(run) for run in cell.runs)
            for take in (_take_rate, _take_p50, _take_p99, lambda run: run.cpu)
        ]
        failed = sum(run.broken + run.refused for run in cell.runs)
        yield str(row.municipalities), row.case, cell.server, *figures, str(failed)


def _take_rate(run: Run) -> float:
    return run.rate


def _take_p50(run: Run) -> float:
    return run.p50


def _take_p99(run: Run) -> float:
    return run.p99


def _rate(runs: Sequence[Run]) -> float:
    return statistics.median(run.rate for run in runs)


def _chart(title: str, unit: str, rows: Sequence[Row], take: Callable[[Run], float]) -> str:
    series = [cell.server for cell in rows[0].cells]
    groups = [
        charts.Group(row.case.partition(",")[0], [cell.median(take) for cell in row.cells]) for row in rows
    ]
    return charts.bars(title, unit, series, groups)


def _blasts(blasts: Sequence[Blast]) -> str:
    head = (
        "server",
        "answers/s, quiet",
        "with bombs",
        "kept",
        "p99 ms, quiet",
        "with bombs",
        "bombs answered",
        "longest s",
        "memory MiB, at rest",
        "at most",
        "outlived them",
    )
    lines, alone = [], []
    for each in blasts:
        answered = [answer for answer in each.answers if answer.status]
        kept = [run.rate / quiet.rate for quiet, run in zip(each.quiet, each.beside, strict=True)]
        lines.append(
            (
                each.server,
                *(_figure(run.rate for run in runs) for runs in (each.quiet, each.beside)),
                _figure(kept),
                *(_figure(run.p99 for run in runs) for runs in (each.quiet, each.beside)),
                f"{len(answered)} of {each.thrown}",
                f"{max((answer.seconds for answer in each.answers), default=0):.2f}",
                *(f"{memory / _MEBIBYTE:,.0f}" for memory in each.memory),
                "yes" if each.alive else "no",
            )
        )
        for answer in each.alone:
            text = f"{answer.status} after {answer.seconds:.2f} s"
            alone.append(
                (
                    each.server,
                    answer.bomb,
                    text if answer.status else f"no answer in {answer.seconds:.1f} s",
                )
            )
    return (
        "## Bombs\n\nEight connections of lookups, every one a miss; a query that never ends falls every 0.7 s. "
        f"Our limit of a query is {peers.QUERY_SECONDS:.0f} s; Oxigraph has none, and half of the machine's memory.\n\n"
        "![Answers with and without bombs](performance-bombs.svg)\n\n"
        + _table(head, lines)
        + "\nEach bomb asked alone:\n\n"
        + _table(("server", "bomb", "answer"), alone)
    )


def _uses(uses: dict[str, dict[str, Use]]) -> str:
    head = ("when", "server", "resident MiB", "proportional MiB", "processes", "threads", "descriptors")
    lines = [
        (
            when,
            name,
            f"{use.resident / _MEBIBYTE:,.0f}",
            f"{use.proportional / _MEBIBYTE:,.0f}",
            *map(str, (use.processes, use.threads, use.descriptors)),
        )
        for when, found in uses.items()
        for name, use in found.items()
    ]
    return "## Memory\n\nProportional memory counts a page that several processes share once.\n\n" + _table(
        head, lines
    )


def _waits(waits: dict[str, float]) -> str:
    lines = [(what, f"{seconds:.2f}") for what, seconds in waits.items()]
    return "## Waiting\n\n" + _table(("for", "seconds"), lines)


def _questions(questions: Sequence[Question], large: int) -> str:
    head = ("question", f"{large} municipalities, ms", "real data, ms", "rdflib there, times as long")
    lines = [
        (each.name, _short(each.synthetic), _short(each.real), f"{each.rdflib / each.real:,.0f}")
        for each in questions
    ]
    return "## Documented questions\n\nOn the embedded store, without the server.\n\n" + _table(head, lines)
