"""Operations apart from their views, so that the fast path can call them too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.api.answers import to_json
from forumapp.domain.accounts.tokens.idempotency import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import marshmallow as ma

    from forumapp.api.auth import Call
    from forumapp.domain.accounts.permissions import Permission


@dataclass(frozen=True, slots=True)
class Operation:
    """A creation, `f(call, values, **path)`. `ahead` takes the same arguments and runs before anything is written; its
    result is passed to `f` after the values.
    """

    f: Callable[..., Any]
    takes: ma.Schema
    tells: ma.Schema
    needs: Permission | None
    endpoint: str
    ahead: Callable[..., Any] | None = None
    # Returns the key by which a batch is sorted (`core/database/group_commit.py`).
    batch_key: Callable[[Mapping[str, Any]], str] | None = None

    def answer(self, this: Call, values: dict[str, Any], parts: Mapping[str, Any], *made: Any) -> str:
        return to_json(self.tells.dump(self.f(this, values, *made, **parts)))


class Work:
    """One request's call of an operation."""

    def __init__(self, operation: Operation, values: dict[str, Any], parts: Mapping[str, Any]) -> None:
        self._operation, self._values, self._parts = operation, values, parts
        self._made: tuple[Any, ...] = ()

    def prepare(self, this: Call) -> None:
        """Do slow work before the transaction, because other writers would wait for it."""
        if self._operation.ahead is not None:
            self._made = (self._operation.ahead(this, self._values, **self._parts),)

    def __call__(self, this: Call) -> Answer:
        return Answer(201, self._operation.answer(this, self._values, self._parts, *self._made))


# Operations by path that `scan_fast_path.py` answers before Flask does.
FAST_PATH: dict[str, Operation] = {}


def name_after(view: Callable[..., Any], f: Callable[..., Any]) -> Callable[..., Any]:
    """Give `view` the name and docstring of `f`, from which its documentation is generated."""
    view.__name__, view.__doc__ = f.__name__, f.__doc__
    return view
