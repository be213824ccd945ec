"""What the worker does for the rights. Arguments are keys only, never anybody's data."""

import logging
import smtplib
from datetime import datetime
from uuid import UUID

import procrastinate
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from registry.company import tenant
from registry.rights import correction_messages, messages, pipeline, retention
from registry.rights.export import making
from registry.rights.export.expiry import expire_exports
from registry.rights.models import ErasureRun

logger = logging.getLogger(__name__)


class Persistent(procrastinate.BaseRetryStrategy):
    """Again and again, at first soon, then every ten minutes: what is due by law is never given
    up."""

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision:
        seconds = min(2 ** min(job.attempts, 10), 600)
        # The library tells this as a matter of course; an erasure that fails is none.
        logger.warning(
            "Job %s (%s) failed and is done again in %s s: %s",
            job.id,
            job.task_name,
            seconds,
            type(exception).__name__,
        )
        return procrastinate.RetryDecision(retry_in={"seconds": seconds})


class Delivering(Persistent):
    """The same for three days: a message is of no use for ever, and an address that the mail
    server has refused for good gets none."""

    MOST_ATTEMPTS = 440

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision | None:
        if job.attempts >= self.MOST_ATTEMPTS or refused_for_good(exception):
            return None
        return super().get_retry_decision(exception=exception, job=job)


def refused_for_good(exception: BaseException) -> bool:
    """A permanent negative reply (RFC 5321, 4.2.1) to every recipient."""
    return isinstance(exception, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _said in exception.recipients.values()
    )


def keys_of(run: ErasureRun) -> dict[str, str | None]:
    """How jobs name an erasure."""
    organisation = run.organisation_id
    return {"run": str(run.pk), "organisation": str(organisation) if organisation else None}


def key(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def defer(
    task: procrastinate.tasks.Task, *, schedule_at: datetime | None = None, **keys: str | None
) -> None:
    """Hand a job over in the transaction of what has caused it, whichever its connection."""
    deferrer = task.configure(schedule_at=schedule_at)
    deferrer.job_manager = JobManager(DjangoConnector(alias=tenant.alias()))
    deferrer.defer(**keys)


@app.task(retry=Persistent())
def advance_erasure(run: str, organisation: str | None) -> None:
    """Take an erasure to its end, from wherever it was stopped."""
    with tenant.using("worker"):
        pipeline.advance(run=UUID(run), organisation=key(organisation))


@app.task(retry=Delivering())
def tell_admin(run: str, organisation: str, membership: str, what: str, language: str) -> None:
    """Tell an admin of a company that its erasure was ordered, or called off."""
    with tenant.using("worker"):
        messages.tell_admin(
            run=UUID(run),
            organisation=UUID(organisation),
            membership=UUID(membership),
            what=what,
            language=language,
        )


@app.task(retry=Delivering())
def tell_of_request(request: str, organisation: str, membership: str) -> None:
    """Tell an admin of a company that somebody asks for a correction."""
    with tenant.using("worker"):
        correction_messages.tell_of_request(
            request=UUID(request), organisation=UUID(organisation), membership=UUID(membership)
        )


@app.task(retry=Delivering())
def tell_requester(request: str, organisation: str | None) -> None:
    """Tell whoever has asked for a correction that they have an answer."""
    with tenant.using("worker"):
        correction_messages.tell_requester(request=UUID(request), organisation=key(organisation))


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
