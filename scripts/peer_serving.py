"""How every peer is served: on a free port of this machine, by waitress. It needs nothing of this project."""

from __future__ import annotations

import logging
from typing import Any


def serve(app: Any, threads: int) -> None:
    """Answer `/readyz` and whatever the Flask application `app` answers; the first line printed is the URL."""
    from waitress.server import create_server

    app.add_url_rule("/readyz", view_func=lambda: "ready", endpoint="ready")
    # Otherwise it warns of every request that waits for a thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=threads)
    print(f"http://127.0.0.1:{server.effective_port}", flush=True)
    server.run()
