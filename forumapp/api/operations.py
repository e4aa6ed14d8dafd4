"""What an operation does between what it takes and what it tells, for whoever calls it beside its view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.api.answers import dumped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import marshmallow as ma

    from forumapp.api.auth import Call
    from forumapp.domain.accounts.permissions import Permission


@dataclass(frozen=True, slots=True)
class Operation:
    """A creation, `f(call, values, **path)`."""

    f: Callable[..., Any]
    takes: ma.Schema
    tells: ma.Schema
    needs: Permission | None
    endpoint: str

    def answer(self, this: Call, values: dict[str, Any], parts: Mapping[str, Any]) -> str:
        return dumped(self.tells.dump(self.f(this, values, **parts)))


# By path: what is answered before the framework is asked (`straight.py`).
STRAIGHT: dict[str, Operation] = {}


def named(view: Callable[..., Any], f: Callable[..., Any]) -> Callable[..., Any]:
    """`view` under the name and docstring of what it calls, from which its documentation is made."""
    view.__name__, view.__doc__ = f.__name__, f.__doc__
    return view
