"""What a query may use, and how many may be asked at once: every number that an operator may change."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The limits of the query endpoint.

    A query begins in the lane of the light ones. One that is still running after `light_seconds` is heavy: it goes on
    with the lowest priority while there are fewer than `heavy` of these, else it is ended and waits for its turn there.

    Attributes:
        seconds: time on the clock that a query is evaluated for.
        memory: bytes that it may take beyond what the store itself takes.
        answer: bytes of its answer.
        light_seconds: time after which a query is heavy.
        light: light queries evaluated at once.
        heavy: heavy queries evaluated at once; one client may have all but one of them.
        waiting: light queries of one client that may wait for their turn; for heavy ones, as many as run at once.
        wait: seconds that a query waits for its turn before it is refused.
    """

    seconds: float = 3.0
    memory: int = 1 << 30
    answer: int = 32 << 20
    light_seconds: float = 0.05
    light: int = max(2, os.cpu_count() or 2)
    heavy: int = 6
    waiting: int = 256
    wait: float = 2.0
