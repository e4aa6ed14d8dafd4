"""Metrics of all processes of a machine: each writes its own to a file that the one that is scraped reads.

Not prometheus_client's own way for several processes: its files are mapped into memory, where a full disk ends the
process.
"""

from __future__ import annotations

import os
import resource
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

SECONDS = 2.0  # between two writes
STALE = 60.0  # seconds after which the file of an inactive process is removed
KILOBYTE = 1024


class Merged(Collector):
    """Families of several processes, each once with the samples of all of them."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families: dict[str, Metric] = {}
        for family in families:
            known = self._families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            known.samples.extend(family.samples)

    def collect(self) -> Iterator[Metric]:
        yield from self._families.values()


def own_process(role: str) -> list[Metric]:
    """What this process has used, and since when it runs is for its number to say."""
    labels, values = ("process", "role"), (str(os.getpid()), role)
    cpu = CounterMetricFamily("forumapp_process_cpu_seconds", "CPU used", labels=labels)
    cpu.add_metric(values, time.process_time())
    memory = GaugeMetricFamily("forumapp_process_peak_bytes", "Largest memory in use so far", labels=labels)
    memory.add_metric(values, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KILOBYTE)
    return [cpu, memory]


class SharedMetrics:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, collect: Callable[[], Iterable[Metric]]) -> None:
        """Write what `collect` returns every few seconds, from a thread that ends with the process."""

        def write() -> None:
            while True:
                self.write(collect())
                time.sleep(SECONDS)

        threading.Thread(target=write, daemon=True, name="metrics").start()

    def write(self, families: Iterable[Metric]) -> None:
        """Nothing happens when there is no room: metrics never stop the work."""
        registry = CollectorRegistry()
        registry.register(Merged(families))
        draft = self._folder / f".{os.getpid()}"
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.write_bytes(generate_latest(registry))
            draft.replace(self._folder / f"{os.getpid()}.prom")

    def read(self) -> list[Metric]:
        """Of the other processes. What one that has ended left is removed."""
        metrics_: list[Metric] = []
        for path in sorted(self._folder.glob("*.prom")):
            if path.stem == str(os.getpid()):
                continue
            with suppress(OSError, ValueError):
                if time.time() - path.stat().st_mtime > STALE:
                    path.unlink()
                    continue
                metrics_.extend(text_string_to_metric_families(path.read_text(encoding="utf-8")))
        return metrics_


def shared_metrics(data_dir: Path) -> SharedMetrics:
    return SharedMetrics(data_dir / "metrics")
