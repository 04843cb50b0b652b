"""The model as a plugin of Dask: every worker is given it once, those that come later too.

Importing this module imports Dask's `distributed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from distributed import Worker, WorkerPlugin

from index.workers.shipped import unpack


class ModelPlugin(WorkerPlugin):
    """Unpacks the export of a model beside the other files of a worker."""

    idempotent = True

    def __init__(self, fingerprint: str, files: Mapping[str, bytes]) -> None:
        self.name = f"attributed-model-{fingerprint}"
        self._fingerprint = fingerprint
        self._files = files

    def setup(self, worker: Worker) -> None:
        """As `distributed.WorkerPlugin.setup`."""
        unpack(self._fingerprint, self._files, Path(worker.local_directory) / f"model-{self._fingerprint[:16]}")
        self._files = {}  # the worker keeps the plugin for good
