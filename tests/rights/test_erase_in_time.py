"""When an erasure begins is decided by the database's clock alone (security check 53)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from registry.company import tenant
from registry.company.tenant import Scope
from registry.rights import ordering, pipeline
from registry.rights.models import ErasureRun
from tests.erasing import order_company
from tests.rights.confirming import is_member
from tests.working import work

# A context of another day, or of more than five minutes ago, shows nothing.
SKEWS = [timedelta(minutes=10), timedelta(minutes=-4), timedelta(days=-1), timedelta(days=2)]


def skewed(by):
    return time_machine.travel(timezone.now() + by, tick=True)


def now(run):
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=run.organisation_id):
        return ErasureRun.objects.get(pk=run.pk)


def queued():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE task_name ~ 'advance_erasure'")
        return [status for (status,) in cursor.fetchall()]


def some_time_passes(run):
    """By the database's clock the hold is over, and what has failed may be tried again."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=run.organisation_id):
        ErasureRun.objects.filter(pk=run.pk).update(not_before=run.started_at)


def work_if_it_ends(by):
    """A worker of yesterday sees nothing, and what fails is due again before it has failed."""
    if by > timedelta(hours=-1):
        work()


@pytest.mark.parametrize("by", SKEWS, ids=str)
def test_a_worker_whose_clock_is_wrong_erases_nothing_early_and_loses_nothing(
    own_database, cast, by, figure
):
    run = order_company(cast.a, minutes=5)
    with skewed(by):
        work_if_it_ends(by)
        with tenant.using("worker"), pytest.raises((pipeline.NotYet, ErasureRun.DoesNotExist)):
            pipeline.advance(run=run.pk, organisation=cast.a.id)
    assert is_member(cast.a, cast.a.member)
    assert now(run).noted_at is None
    assert queued() == ["todo"]
    some_time_passes(run)
    with skewed(by):
        work_if_it_ends(by)
    some_time_passes(run)
    work()
    assert now(run).certified_at
    assert queued() == []
    figure("check 53", f"{len(SKEWS)} wrong clocks of worker and web: 0 early erasures, 0 lost")


@pytest.mark.parametrize("by", [timedelta(minutes=10), timedelta(minutes=-4)], ids=str)
def test_a_web_server_whose_clock_is_wrong_holds_as_long_as_it_says(own_database, cast, by):
    with skewed(by):
        run = order_company(cast.a, minutes=60)
    left = now(run).not_before - pipeline.now()
    assert timedelta(minutes=59) < left <= timedelta(minutes=60)
    assert queued() == ["todo"]


@pytest.mark.parametrize("by", [timedelta(minutes=10), timedelta(minutes=-4)], ids=str)
def test_what_is_hastened_by_a_web_server_with_a_wrong_clock_begins_at_once(own_database, cast, by):
    run = order_company(cast.b, minutes=60)
    with skewed(by), tenant.serving(organisation=cast.b.id, person=cast.accountant.id):
        ordering.hasten(organisation=cast.b.id, person=cast.accountant.id)
    work()
    assert now(run).certified_at


def test_a_job_that_comes_too_early_is_not_lost(own_database, cast):
    run = order_company(cast.a, minutes=60)
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    work()
    assert is_member(cast.a, cast.a.member)
    assert queued() == ["todo"]
    some_time_passes(run)
    work()
    assert now(run).certified_at
