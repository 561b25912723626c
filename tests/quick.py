"""What makes every test cheaper and changes nothing of what it shows."""

import gc
import pickle
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from django.template.base import Template
from django.test.utils import instrumented_test_render

WIDGETS = "django/forms/widgets/"


def collect_garbage_seldom() -> None:
    """What the modules of the suite hold stays: to walk it again and again finds nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    gc.enable()


def remember_no_widgets() -> None:
    """The test client copies the context of each template of an answer, and each option of a select is one.

    ``answer.context`` and ``answer.templates`` are those of our templates.
    """

    def render(template: Template, context) -> str:
        if (template.name or "").startswith(WIDGETS):
            return template.nodelist.render(context)
        return instrumented_test_render(template, context)

    Template._render = render


class Standing:
    """What ``build`` made, for many tests: each works with a copy, which pickle makes fastest."""

    def __init__(self, build: Callable[[], Any]):
        self._pickled = pickle.dumps(build())

    def copy(self) -> Any:
        return pickle.loads(self._pickled)


class Held:
    """What many tests begin with, built for the first that asks and let go after the last that follows it.

    ``opened()`` is entered while it stands: a transaction, which takes it back.
    """

    def __init__(self, opened: Callable[[], AbstractContextManager[Any]]):
        self._opened = opened
        self._open = ExitStack()
        self._standing: Standing | None = None

    def of(self, build: Callable[[], Any]) -> Standing:
        if self._standing is None:
            self._open.enter_context(self._opened())
            self._standing = Standing(build)
        return self._standing

    def let_go(self) -> None:
        self._standing = None
        self._open.close()
