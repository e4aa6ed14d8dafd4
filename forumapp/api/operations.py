"""What an operation does between what it takes and what it tells, for whoever calls it beside its view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.api.answers import dumped
from forumapp.domain.accounts.tokens.idempotency import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import marshmallow as ma

    from forumapp.api.auth import Call
    from forumapp.domain.accounts.permissions import Permission


@dataclass(frozen=True, slots=True)
class Operation:
    """A creation, `f(call, values, **path)`. With `ahead`, which is called alike, before anything is written, `f` gets
    what that answered after the values.
    """

    f: Callable[..., Any]
    takes: ma.Schema
    tells: ma.Schema
    needs: Permission | None
    endpoint: str
    ahead: Callable[..., Any] | None = None
    # Of what several are done at once: what one is put in order by (`core/database/group_commit.py`), from its values.
    crowd_by: Callable[[Mapping[str, Any]], str] | None = None

    def answer(self, this: Call, values: dict[str, Any], parts: Mapping[str, Any], *made: Any) -> str:
        return dumped(self.tells.dump(self.f(this, values, *made, **parts)))


class Work:
    """What one request asks of an operation."""

    def __init__(self, operation: Operation, values: dict[str, Any], parts: Mapping[str, Any]) -> None:
        self._of, self._values, self._parts = operation, values, parts
        self._made: tuple[Any, ...] = ()

    def prepare(self, this: Call) -> None:
        """What takes long is done before the transaction, so that no other writer waits for it."""
        if self._of.ahead is not None:
            self._made = (self._of.ahead(this, self._values, **self._parts),)

    def __call__(self, this: Call) -> Answer:
        return Answer(201, self._of.answer(this, self._values, self._parts, *self._made))


# By path: what is answered before the framework is asked (`scan_fast_path.py`).
STRAIGHT: dict[str, Operation] = {}


def named(view: Callable[..., Any], f: Callable[..., Any]) -> Callable[..., Any]:
    """`view` under the name and docstring of what it calls, from which its documentation is made."""
    view.__name__, view.__doc__ = f.__name__, f.__doc__
    return view
