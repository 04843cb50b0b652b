"""What a monitoring system reads at `/metrics`, in the text format of Prometheus: how much, how fast, how well.

    attributed_request_seconds          by endpoint, method, status
    attributed_search_stage_seconds     by stage: understand, encode, vectors, words, blend, hits, facets
    attributed_errors_total             by kind, the class of the error
    attributed_rate_limited_total       by limit
    attributed_key_failures_total       by status: 401 a wrong key or none, 403 a key without the scope
    attributed_records                  articles, quotations, speakers, passages of the generation that answers
    attributed_generation_info, attributed_generations_set_aside, attributed_swaps_total, attributed_swap_seconds_total
    process_*                           memory, processor time, open files

An endpoint is the pattern of an address, never the address: what clients send makes no new series.
"""

from __future__ import annotations

import functools
import ipaddress
import time
from collections.abc import Iterator

from flask import Flask, Response, current_app, g, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from index import stages
from index.errors import QuoteIndexError
from service.engine import Holder
from service.errors import ProblemError
from service.operation import access, logs
from service.settings import MetricsFor

_METRICS = "attributed.metrics"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"})


class Metrics:
    """The registry of one application, and what it counts."""

    def __init__(self, holder: Holder, version: str) -> None:
        # When each series began doubles their number and is asked for by nobody.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "attributed_request_seconds",
            "From the start of a request until its answer began",
            ("endpoint", "method", "status"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.stages = Histogram(
            "attributed_search_stage_seconds",
            "Of a search, by stage",
            ("stage",),
            buckets=(0.0001, 0.00025, 0.0005, *_BUCKETS),
            registry=self.registry,
        )
        self.errors = Counter(
            "attributed_errors", "Errors by the class that was raised", ("kind",), registry=self.registry
        )
        self.limited = Counter("attributed_rate_limited", "Refusals by limit", ("limit",), registry=self.registry)
        self.keys = Counter(
            "attributed_key_failures", "Refusals for want of a key", ("status",), registry=self.registry
        )
        Info("attributed", "The program", registry=self.registry).info({"version": version})
        self.registry.register(_Standing(holder))
        ProcessCollector(registry=self.registry)


class _Standing:
    """What is known of the index when somebody asks."""

    def __init__(self, holder: Holder) -> None:
        self._holder = holder

    def collect(self) -> Iterator[Metric]:
        """The generation that answers, if there is one."""
        yield CounterMetricFamily(
            "attributed_swaps", "Generations that took an open one's place", getattr(self._holder, "swaps", 0)
        )
        yield CounterMetricFamily(
            "attributed_swap_seconds", "Opening and warming them", getattr(self._holder, "swap_seconds", 0.0)
        )
        try:
            asked = self._holder.searcher()
        except (QuoteIndexError, OSError):
            yield GaugeMetricFamily("attributed_ready", "Whether there is an index to answer from", 0)
            return
        yield GaugeMetricFamily("attributed_ready", "Whether there is an index to answer from", 1)
        about = {"generation": asked.generation, "verified": asked.verified}
        yield InfoMetricFamily("attributed_generation", "The generation that answers", about)
        yield GaugeMetricFamily(
            "attributed_generations_set_aside", "Newer generations that are damaged", len(asked.passed)
        )
        records = GaugeMetricFamily("attributed_records", "What the generation holds", labels=("kind",))
        counts = asked.manifest.counts
        for kind in ("articles", "quotations", "speakers", "passages"):
            records.add_metric([kind], getattr(counts, kind))
        yield records


def install(app: Flask, holder: Holder, version: str, *, shown_to: MetricsFor) -> None:
    """Count what the application does, and show it at `/metrics` to whom it may be shown."""
    app.extensions[_METRICS] = Metrics(holder, version)
    app.before_request(_begin)
    app.after_request(_count)
    if shown_to != "none":
        app.add_url_rule("/metrics", "metrics.show", functools.partial(_show, shown_to))


def _begin() -> None:
    g.stages = stages.watch()


def _count(response: Response) -> Response:
    counted: Metrics = current_app.extensions[_METRICS]
    rule = request.url_rule.rule if request.url_rule is not None else "none"
    method = request.method if request.method in _METHODS else "other"
    status = response.status_code
    counted.requests.labels(rule, method, str(status)).observe(time.perf_counter() - request.environ[logs.BEGAN])
    for stage, seconds in g.stages.seconds.items():
        counted.stages.labels(stage).observe(seconds)
    if (fault := g.get("fault")) is not None:
        counted.errors.labels(fault).inc()
    if status == 429 and "left" in g:
        counted.limited.labels(g.left[0]).inc()
    elif status in (401, 403):
        counted.keys.labels(str(status)).inc()
    return response


def _show(shown_to: MetricsFor) -> Response:
    if shown_to == "key":
        access.demand_key()
    elif shown_to == "local" and not _is_local():
        raise ProblemError(403, "metrics are shown to this machine alone; the setting `metrics` says to whom")
    counted: Metrics = current_app.extensions[_METRICS]
    return Response(generate_latest(counted.registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _is_local() -> bool:
    """Whether a request comes from this machine; not where a proxy on it hands on somebody else's."""
    forwarded = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
    try:
        loopback = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    return loopback and not any(name in request.headers for name in forwarded)
