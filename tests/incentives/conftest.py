"""What tests of incentives share."""

import pytest

from tests.policies import allow_everything


@pytest.fixture
def all_is_allowed(db):
    """A policy that refuses nothing: of tests that are about something else."""
    return allow_everything()
