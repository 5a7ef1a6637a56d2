"""The whole timetable: what runs by itself, how often, and why. Times are UTC; one beat process reads this table.

Every task in it is idempotent and cheap when there is nothing to do, so a slot that runs twice does no harm.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # Proves once a minute that beat, broker and worker work together: /readyz reports the age of the last one.
    # A beat nobody took within a minute is worthless, so it expires instead of piling up.
    "heartbeat": {
        "task": "unfragile_site.tasks.heartbeat",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    # Related artifacts and alternatives follow from shared capabilities. Nothing happens unless an offering has
    # changed since the last run; an hour is how long a new artifact may stand without relatives.
    "related": {
        "task": "catalog.tasks.refresh_related",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    # A price begins or ends by its date, without anybody saving anything: lists show the new one within the hour.
    "prices": {
        "task": "catalog.tasks.refresh_prices",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    # What an editor scheduled appears within the minute. One indexed query where nothing is due.
    "scheduled": {
        "task": "catalog.tasks.publish_scheduled",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    # What an import brought stands in the editors' queue soon after it has ended. A question or two where nothing has
    # changed; eleven thousand texts take seconds, and only a vocabulary that was edited asks for all of them.
    "texts": {
        "task": "catalog.tasks.take_texts_apart",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    # Two listings of one thing are seldom urgent, and comparing all names takes seconds.
    "duplicates": {
        "task": "catalog.tasks.find_duplicates",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    # A link breaks when what it leads to is renamed or withdrawn, which is seldom. Reads every text that has links.
    "links": {
        "task": "catalog.tasks.check_links",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
    # Pages elsewhere go away without a word. Three hundred an hour are gentle to whoever keeps them, and seven thousand
    # a day; a run takes ten minutes at most.
    "outside-links": {
        "task": "catalog.tasks.check_outside_links",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    # Ranks follow new readings within the hour. Where nothing has changed it costs three queries.
    "ranks": {
        "task": "ranking.tasks.recompute_ranks",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    # Evidence ages without anybody reading anything, so there is a new generation every day in any case.
    "freshness": {
        "task": "ranking.tasks.refresh_freshness",
        "schedule": crontab(hour=3, minute=10),
        "options": {"expires": 6 * 3600},
    },
    # The record of the week that is kept for good. It is written once, so that the other days only catch up with what
    # a worker that was away on Monday has missed.
    "snapshots": {
        "task": "ranking.tasks.snapshot_ranks",
        "schedule": crontab(hour=4, minute=10),
        "options": {"expires": 6 * 3600},
    },
    # Ranks of made-up readings that must come out as they always have. /readyz tells how long ago they last did.
    "canary": {
        "task": "unfragile_site.tasks.canary",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    # What people search for and choose reaches the match graph within the minute, and the index with it. Two queries
    # where nobody has searched.
    "feedback": {
        "task": "ranking.tasks.fold_feedback",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    # An edit asks for the index itself; this is for those whose asking was lost. Three queries where nothing changed.
    "index": {
        "task": "ranking.tasks.refresh_index",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    # Salts live a day longer than their day, and no more; words thirty days.
    "forgetting": {
        "task": "ranking.tasks.forget_searches",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    # Days of views that nothing reads any more.
    "tallies": {
        "task": "ranking.tasks.throw_away_tallies",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
    # Sources that editors have switched on, each in a task of its own, once in its hour, day or week. A fresh site has
    # none, asks three queries, and calls nobody.
    "imports": {
        "task": "catalog.tasks.begin_imports",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    # A job's rows are for whoever asked for it, while they still remember it. See JOB_DAYS.
    "jobs": {
        "task": "catalog.tasks.clear_jobs",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
    # Each proof is looked for once a day, an hour or six earlier or later; those that wait for their first look, more
    # often. A query where nothing is due. A badge that nothing confirms lapses by itself, whether this runs or not.
    "claims": {
        "task": "claims.tasks.check_claims",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    # On Tuesdays, as feedback comes up to a day after its search; on the other days only what a worker that was away
    # then has missed. Log-ins are known for long enough that a week can be told until the next one is over.
    "weeks": {
        "task": "claims.tasks.tell_weeks",
        "schedule": crontab(hour=5, minute=10),
        "options": {"expires": 6 * 3600},
    },
    # After them, and on the next day what was missed. Each letter has a row, so that none is sent twice.
    "digests": {
        "task": "claims.tasks.send_digests",
        "schedule": crontab(hour=5, minute=50, day_of_week="tue,wed"),
        "options": {"expires": 6 * 3600},
    },
    # unfragile.yml of each proven repository is read once a day, like its proof. A query where nothing is due.
    "manifests": {
        "task": "claims.tasks.read_manifests",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    # A log that somebody has changed is said loudly the next day.
    "audit": {
        "task": "claims.tasks.verify_audit",
        "schedule": crontab(hour=3, minute=50),
        "options": {"expires": 6 * 3600},
    },
    # Days of keys' use that nobody is shown any more, and answers that no program asks for again.
    "keys": {
        "task": "claims.tasks.throw_away_old",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
    # Owners wait for an answer; of each of their proposals editors are reminded once, in the morning.
    "proposals": {
        "task": "claims.tasks.remind_of_proposals",
        "schedule": crontab(hour=6, minute=40),
        "options": {"expires": 6 * 3600},
    },
}
