"""Options of the long run; without them the tests here are the short one of .ci/run (docs/tests.md)."""


def pytest_addoption(parser):
    group = parser.getgroup("contract")
    group.addoption("--seeds", default="1", help="comma-separated; each runs every operation")
    group.addoption("--examples", type=int, default=1, help="requests invented for each operation and seed")
    group.addoption("--only", default="", help="operations whose «GET /path/» this regular expression finds")
    group.addoption("--asker", default="admin", help="whose token it is (tests/permissions/world.py)")
    group.addoption("--phases", default="examples,fuzzing", help="of schemathesis: coverage asks most")
