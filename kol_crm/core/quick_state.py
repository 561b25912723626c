"""Indexes and constraints are added to the model that a migration knows, which is not made anew for them.

Half of what an empty database cost to migrate: of each index Django renders the model again and all that
point to it, and nearly everything points to users. A model's index changes nothing of its relatives.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ProjectState

APPENDING = "_append_option"  # of Django, which has no public name for it
_append_and_render = getattr(ProjectState, APPENDING)


def _append(state: ProjectState, app_label: str, model_name: str, option: str, added) -> None:
    apps = state.__dict__.pop("apps", None)  # without them Django only notes what is added
    _append_and_render(state, app_label, model_name, option, added)
    if apps is None:
        return
    state.__dict__["apps"] = apps
    meta = apps.get_model(app_label, model_name)._meta
    setattr(meta, option, [*getattr(meta, option), added.clone()])
    meta._expire_cache()


@contextmanager
def quick_state() -> Iterator[None]:
    """While migrations are applied."""
    setattr(ProjectState, APPENDING, _append)
    try:
        yield
    finally:
        setattr(ProjectState, APPENDING, _append_and_render)
