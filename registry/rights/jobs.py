"""What the worker does for the rights. Arguments are keys only, never anybody's data."""

import logging
from uuid import UUID

import procrastinate
from procrastinate.contrib.django import app

from registry.company import tenant
from registry.rights import pipeline, retention
from registry.rights.export import making
from registry.rights.export.expiry import expire_exports
from registry.rights.queue import Persistent, key

logger = logging.getLogger(__name__)


@app.task(retry=Persistent())
def advance_erasure(run: str, organisation: str | None) -> None:
    """Take an erasure to its end, from wherever it was stopped."""
    with tenant.using("worker"):
        pipeline.advance(run=UUID(run), organisation=key(organisation))


@app.periodic(cron="30 0 * * *")  # in UTC: half past two in Finland, an hour later in summer
@app.task(retry=procrastinate.RetryStrategy(max_attempts=3, wait=600))
def expire(timestamp: int) -> None:
    """Delete what has expired. What this night can't do the next one does."""
    with tenant.using("worker"):
        try:
            run = retention.expire()
        except retention.UnderWay:
            logger.info("Another retention is under way")
        else:
            logger.info("Retention %s is done", run.pk)


@app.task(retry=procrastinate.RetryStrategy(max_attempts=5, exponential_wait=4))
def make_export(export: str, organisation: str, person: str) -> None:
    """Pack a company's data for the admin who asked for it."""
    with tenant.using("worker"):
        making.make(export=UUID(export), organisation=UUID(organisation), person=UUID(person))


@app.periodic(cron="*/5 * * * *")
@app.task
def end_exports(timestamp: int) -> None:
    """Delete the exports that were kept for their hour. What is left is for the next time."""
    with tenant.using("worker"):
        expire_exports()


@app.periodic(cron="* * * * *")
@app.task(pass_context=True)
async def retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
    """Take over what a worker left behind that is no longer there."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        logger.warning("Job %s is taken over from a worker that is gone", job.id)
        await manager.retry_job(job)
