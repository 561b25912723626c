"""Options of the long run; by themselves the tests here are the short one (docs/tests.md)."""


def pytest_addoption(parser):
    group = parser.getgroup("contract")
    group.addoption("--seeds", default="1", help="comma-separated; each runs every operation")
    group.addoption("--examples", type=int, default=2, help="invented requests for each operation and seed")
    group.addoption("--only", default="", help="operations whose «GET /path/» this regular expression finds")
    group.addoption(
        "--asker", default="admin", help="whose token it is: a name of tests/permissions/world.py"
    )
    group.addoption("--phases", default="examples,coverage,fuzzing", help="which of schemathesis' phases run")
