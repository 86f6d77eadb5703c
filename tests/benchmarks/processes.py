"""A program and its whole tree of processes: started, watched through /proc, ended. Linux only."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import urllib3

LOOPBACK = "127.0.0.1"
_TICK = os.sysconf("SC_CLK_TCK")
_POOL = urllib3.PoolManager(retries=False, maxsize=4)


class Stat(NamedTuple):
    """What /proc says of a process: its parent, session, CPU seconds with those of ended children, and threads."""

    parent: int
    session: int
    cpu: float
    threads: int


class Use(NamedTuple):
    """What a tree of processes holds: memory in bytes, resident and proportional (shared pages counted once), and more."""

    resident: int
    proportional: int
    descriptors: int
    threads: int
    processes: int


def free_port() -> int:
    """Return a port of the loopback address on which nothing listens."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def busy() -> float:
    """Return the CPU seconds that the whole machine has spent on anything but waiting."""
    fields = [
        int(each) for each in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    ]
    user, nice, system, _, _, irq, soft = fields[:7]
    return (user + nice + system + irq + soft) / _TICK


def _stat(process: int) -> Stat | None:
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    spent = sum(int(each) for each in fields[11:15])  # own and ended children's, user and system
    return Stat(int(fields[1]), int(fields[3]), spent / _TICK, int(fields[17]))


def tree(root: int) -> Mapping[int, Stat]:
    """Return the living processes that descend from one, itself among them, and those of its session."""
    found = {int(each.name): _stat(int(each.name)) for each in Path("/proc").iterdir() if each.name.isdigit()}
    living = {process: stat for process, stat in found.items() if stat}
    children: dict[int, list[int]] = defaultdict(list)
    for process, stat in living.items():
        children[stat.parent].append(process)
    members = {process for process, stat in living.items() if stat.session == root}
    waiting = [root, *members]
    while waiting:
        process = waiting.pop()
        members.add(process)
        waiting += [each for each in children[process] if each not in members]
    return {process: living[process] for process in members if process in living}


def _memory(process: int) -> tuple[int, int]:
    """Return the resident and the proportional bytes of a process; nothing when it has ended meanwhile."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0, 0
    sizes = dict(line.split(":", 1) for line in text.splitlines() if ":" in line.split(" ", 1)[0])
    resident, proportional = (int(sizes.get(name, "0 kB").split()[0]) << 10 for name in ("Rss", "Pss"))
    return resident, proportional


def _descriptors(process: int) -> int:
    try:
        return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
    except OSError:
        return 0


@dataclass(frozen=True)
class Program:
    """How a server is started.

    Attributes:
        name: what tables call it.
        command: the program and its arguments.
        path: an address that it answers with 200 or 404 when it is ready.
        port: where it listens.
        memory: most bytes of its address space; 0 for no limit.
    """

    name: str
    command: Sequence[str]
    path: str
    port: int
    memory: int = 0


class Server:
    """A running server with its tree of processes; a context that ends them all."""

    def __init__(self, program: Program, log: Path, seconds: float = 300) -> None:
        self.program = program
        self.log = log
        prefix = [_found("prlimit"), f"--as={program.memory}"] if program.memory else []
        with log.open("wb") as stream:
            self._process = subprocess.Popen(
                [*prefix, *program.command], stdout=stream, stderr=stream, start_new_session=True
            )
        started = time.perf_counter()
        try:
            self._wait(started + seconds)
        except BaseException:
            self.end()
            raise
        self.ready_after = time.perf_counter() - started

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def name(self) -> str:
        """What tables call it."""
        return self.program.name

    @property
    def address(self) -> str:
        """Its address without a path."""
        return f"http://{LOOPBACK}:{self.program.port}"

    @property
    def pid(self) -> int:
        """Id of the process that was started."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process that was started still runs."""
        return self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process that was started."""
        self._process.send_signal(number)

    def cpu(self) -> float:
        """Return the CPU seconds of the whole tree so far, those of ended children included."""
        return sum(each.cpu for each in tree(self.pid).values())

    def use(self) -> Use:
        """Return what the whole tree holds now."""
        found = tree(self.pid)
        memory = [_memory(process) for process in found]
        return Use(
            sum(resident for resident, _ in memory),
            sum(proportional for _, proportional in memory),
            sum(map(_descriptors, found)),
            sum(each.threads for each in found.values()),
            len(found),
        )

    def end(self) -> None:
        """End every process of the tree: gently first."""
        members = list(tree(self.pid))
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for process in members:
            stat = _stat(process)
            if stat and stat.session == self.pid:  # else its id may be another program's by now
                os.kill(process, signal.SIGKILL)

    def _wait(self, until: float) -> None:
        while time.perf_counter() < until and self.alive:
            try:
                answer = _POOL.request("GET", self.address + self.program.path, timeout=10)
            except urllib3.exceptions.HTTPError:
                time.sleep(0.01)
                continue
            if answer.status < 500:
                return
            time.sleep(0.01)
        text = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"{self.name} did not start: {text}")


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise RuntimeError(f"{program} is missing. Run: sh tests/benchmarks/install-programs")
    return path
