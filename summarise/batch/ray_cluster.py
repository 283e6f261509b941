"""A Ray cluster: the one at an address, or one that is started on this machine and ends with the batch."""

import logging
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import ceil
from typing import Any

from summarise.batch.engine import cores
from summarise.errors import ConfigurationError

EAGER = {"worker_niceness": 0}
"""Ray starts its workers with niceness 15: beside anything else that computes they come to nothing."""
HOST_PORT = re.compile(r"(?P<host>[^:/]+):(?P<port>\d+)")
COLOUR = re.compile(r"\x1b\[[\d;]*m")
PATIENCE = 10.0
"""Seconds that the head of a cluster has to take a connection."""


@dataclass(frozen=True)
class Cluster:
    """A cluster by its `address` (None: one is started on this machine), and what is used of it.

    `processes` are actors (None: as many as it has CPUs for), for each of which `num_cpus` are reserved.
    """

    address: str | None = None
    processes: int | None = None
    num_cpus: float = 1.0


def connected(cluster: Cluster) -> Any:
    """Return Ray, connected to a cluster; ConfigurationError where there is no Ray, or no such cluster."""
    try:
        import ray
    except ImportError:
        raise ConfigurationError("--engine ray needs Ray: pip install 'summarise-checked[ray]'") from None
    where: dict[str, Any] = {"address": cluster.address}
    told = f"no Ray cluster can be used {f'at {cluster.address}' if cluster.address else 'on this machine'}"
    if cluster.address is None:
        most = max(cores(), ceil((cluster.processes or 0) * cluster.num_cpus))
        where = {"address": "local", "num_cpus": most, "include_dashboard": False, "_system_config": EAGER}
    try:
        if (found := HOST_PORT.fullmatch(cluster.address or "")) is not None:
            # Ray would wait for minutes.
            socket.create_connection((found["host"], int(found["port"])), timeout=PATIENCE).close()
        with _signals_kept():
            ray.init(**where, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, OverflowError, RuntimeError, ValueError) as error:
        hint = "; one that asks for a token needs RAY_AUTH_MODE=token" if cluster.address else ""
        raise ConfigurationError(f"{told}: {last_line(error)}{hint}") from None
    return ray


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Leave to others what SIGINT and SIGTERM do: Ray would end the process."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        # Only the main thread may set them, and there alone Ray does.
        with suppress(ValueError):
            for number, handler in before.items():
                signal.signal(number, handler)


def last_line(error: Exception) -> str:
    """Return the last line of an error: what stands before it is where it was raised."""
    lines = COLOUR.sub("", str(error)).strip().splitlines()
    return lines[-1].strip()[:200] if lines else type(error).__name__
