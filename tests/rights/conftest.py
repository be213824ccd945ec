from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone


@pytest.fixture
def time_machine_at():
    """``with time_machine_at(days=31):`` the clock of this process stands that far ahead."""

    @contextmanager
    def travel(**ahead):
        with time_machine.travel(timezone.now() + timedelta(**ahead)):
            yield

    return travel
