"""What makes every test cheaper and changes nothing of what it shows."""

import gc
import pickle
from collections.abc import Callable
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
