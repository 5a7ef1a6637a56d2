"""How a log line looks: one JSON object in service, one short line for a person with DEBUG.

Lines carry the id of the request they belong to. They never carry addresses, user agents or query strings: those are
personal, and a log is copied to more places than a database.
"""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

# Set by RequestIdMiddleware; None outside a request.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

# What callers may add with `extra=`; anything else stays out, so a careless line cannot leak a whole object.
EXTRA_FIELDS = ("method", "path", "status", "ms", "task", "artifact", "source")


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    return {name: getattr(record, name) for name in EXTRA_FIELDS if hasattr(record, name)}


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current := request_id.get():
            line["request_id"] = current
        line |= fields_of(record)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        extra = "".join(f" {name}={value}" for name, value in fields_of(record).items())
        line = f"{time} {record.levelname:<7} {record.name}: {record.getMessage()}{extra}"
        if current := request_id.get():
            line += f" [{current}]"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def logging_config(*, level: str, is_plain: bool) -> dict[str, object]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"unfragile_site.logs.{'Plain' if is_plain else 'Json'}Formatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Ours goes through the root handler only; Django's own handlers would mail and print a second copy.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {"level": "ERROR"},  # every request has its access line already
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # anybody can cause one; the access line says 400
            "celery.beat": {"level": "WARNING"},
        },
    }
