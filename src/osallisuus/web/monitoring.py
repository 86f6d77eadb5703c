"""What an operator sees: health, readiness, counters for Prometheus, and a log of requests without personal data."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from osallisuus.web.messages import Answer, Request

if TYPE_CHECKING:
    from osallisuus.web.cache import Reply
    from osallisuus.web.edition import Edition

_TEXT = "text/plain; charset=utf-8"
_METRICS = "text/plain; version=0.0.4; charset=utf-8"


class Monitoring(Collector):
    """Counts and logs what is answered, and tells it.

    Args:
        log: where a line of JSON is written for each request, or None. It says neither who asked nor what: no address,
            no browser, no text of a query.
    """

    def __init__(self, log: IO[str] | None = None) -> None:
        self.edition: Edition | None = None
        self.hits = 0
        self.failures = 0
        self.failed = ""
        self.statuses: Counter[int] = Counter()
        self.sent = 0
        self.seconds = 0.0
        self._log = log
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def answer(self, request: Request) -> Answer | None:
        """Return the answer to a request for the state of the server; None for any other."""
        if request.method not in {"GET", "HEAD"}:
            return None
        if request.path == "/health":
            return Answer(200, _TEXT, b"alive\n")
        if request.path == "/ready":
            ready = self.edition is not None and self.edition.pool.ready
            return Answer(200, _TEXT, b"ready\n") if ready else Answer(503, _TEXT, b"starting\n")
        if request.path == "/metrics":
            return Answer(200, _METRICS, generate_latest(self._registry))
        return None

    def answered(self, request: Request, reply: "Reply", seconds: float) -> None:
        """Count and log an answer that was made."""
        self.seconds += seconds
        self._count(reply)
        self._write(request.method, request.path, reply, seconds, hit=False)

    def refused(self, status: int) -> None:
        """Count a request that could not be read; there is no path of it to be logged."""
        self.statuses[status] += 1

    def replied(self, head: bytes, reply: "Reply") -> None:
        """Count and log a reply that was given from the cache.

        Args:
            head: that of the request.
            reply: what was replied.
        """
        self.hits += 1
        self._count(reply)
        if self._log:
            method, path, _ = head.decode("latin-1").split(" ", 2)
            self._write(method, unquote(path.partition("?")[0]), reply, 0.0, hit=True)

    def _count(self, reply: "Reply") -> None:
        self.statuses[reply.status] += 1
        self.sent += len(reply.body)

    def _write(self, method: str, path: str, reply: "Reply", seconds: float, *, hit: bool) -> None:
        if not self._log:
            return
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "method": method,
            "path": path,
            "status": reply.status,
            "bytes": len(reply.body),
            "ms": round(seconds * 1000, 2),
            "cached": hit,
            "release": self.edition.digest[:12] if self.edition else "",
        }
        try:
            self._log.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._log.flush()
        except OSError as error:  # a full disk shall not end the service
            sys.stderr.write(f"The access log cannot be written any more: {error}\n")
            self._log = None

    def collect(self) -> Iterator[Metric]:
        """Return the metrics for Prometheus."""
        answers = CounterMetricFamily("osallisuus_answers", "Answers by status of HTTP.", labels=["status"])
        for status, count in sorted(self.statuses.items()):
            answers.add_metric([str(status)], count)
        yield answers
        yield CounterMetricFamily(
            "osallisuus_replies_from_cache", "Answers given at once from the cache.", self.hits
        )
        yield CounterMetricFamily("osallisuus_sent_bytes", "Bytes of the bodies of answers.", self.sent)
        yield CounterMetricFamily(
            "osallisuus_answer_seconds", "Time taken by answers that were made.", self.seconds
        )
        yield CounterMetricFamily(
            "osallisuus_failed_switches", "Releases that could not be loaded.", self.failures
        )
        if self.edition:
            yield from _of_edition(self.edition)


def _of_edition(edition: "Edition") -> Iterator[Metric]:
    light, heavy = edition.pool.running
    running = GaugeMetricFamily("osallisuus_queries_running", "Queries being evaluated.", labels=["lane"])
    running.add_metric(["light"], light)
    running.add_metric(["heavy"], heavy)
    yield running
    yield CounterMetricFamily("osallisuus_queries_ended", "Queries ended at a limit.", edition.pool.ended)
    yield GaugeMetricFamily("osallisuus_cache_bytes", "Bytes of cached answers.", edition.cache.used)
    yield InfoMetricFamily("osallisuus_release", "What is being served.", {"digest": edition.digest})
