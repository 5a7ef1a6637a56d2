"""How gunicorn serves the site: its configuration file, the same under `serve` and in a container.

    gunicorn unfragile_site.wsgi --config python:unfragile_site.server --bind 0.0.0.0:8000

Any of it can be overridden on the command line or in GUNICORN_CMD_ARGS.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from gunicorn.glogging import Logger
from gunicorn.http import message

from unfragile_site.supervisor import end_with_supervisor


class SiteLogger(Logger):
    """Gunicorn's lines go through the site's own logging. The access line is the middleware's, with the request id."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in list(self.error_log.handlers):
            self.error_log.removeHandler(handler)
        self.error_log.propagate = True


bind = "127.0.0.1:8000"
worker_class = "gthread"
# Without Redis what is kept and counted lives inside the process: one of them, so that limits hold and every kept page
# serves every reader.
workers = 2 if settings.REDIS_URL else 1
threads = 4 if settings.REDIS_URL else 8  # a page waits for its database most of the time
preload_app = True  # import the site once and fork: a faster start, and memory shared between the workers
timeout = 60  # seconds until a stuck worker is replaced
graceful_timeout = 8  # seconds; less than the supervisor and a container give us
keepalive = 5  # seconds
max_requests = 20_000  # a slow leak never grows old
max_requests_jitter = 2_000
accesslog = None
# Longer than the site reads, so that it can say so itself (see middleware.py). Gunicorn takes no more than its own
# constant, whatever is set here.
limit_request_line = message.MAX_REQUEST_LINE = 65_536  # bytes
logger_class = SiteLogger
control_socket_disable = True  # nobody steers the server but its supervisor


def on_starting(server: Any) -> None:
    end_with_supervisor()
