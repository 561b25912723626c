"""What tests of incentives share."""

import pytest

from tests.incentives.value import AUGUST, JULY, JUNE, bring, enter, give
from tests.policies import allow_everything


@pytest.fixture
def all_is_allowed(db):
    """A policy that refuses nothing: of tests that are about something else."""
    return allow_everything()


@pytest.fixture
def paid(kol):
    """Entered in June; 1,000 given then, 400 came back in July and 700 in August."""
    enter(kol, JUNE)
    give(kol, 1000, JUNE)
    bring(kol, 400, JULY)
    bring(kol, 700, AUGUST)
    return kol
