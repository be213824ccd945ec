"""Handing jobs over, and how often one that fails is done again."""

import logging
import smtplib
from datetime import datetime
from uuid import UUID

import procrastinate
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from registry.company import tenant
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
