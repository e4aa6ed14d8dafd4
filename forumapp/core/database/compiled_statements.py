"""Statements that are compiled once for each database and then passed directly to its driver.

SQLAlchemy looks each statement up anew and builds a result around it, which takes longer than the database does. Only
for the path on which hundreds register in one minute and wait for the single writer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from forumapp.core.database.db import WRITING, as_sqlalchemy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Executable
    from sqlalchemy.engine import Dialect
    from sqlalchemy.orm import Session as DbSession
    from sqlalchemy.sql.compiler import SQLCompiler

    Processor = Callable[[Any], Any] | None


def connection_of(db: DbSession) -> Connection:
    """Within a transaction the one that it began with: to ask the session for it at each statement takes longer than
    some statements do. The session sets a savepoint only once it is asked.
    """
    writing: Connection | None = db.info.get(WRITING)
    return db.connection() if writing is None or db.in_nested_transaction() else writing


class Prepared:
    """One statement. The names of the values that it is run with are bound as they are in SQLAlchemy."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, tuple[str, ...]], _Compiled] = {}

    def rows(self, db: DbSession, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows it returns, if any."""
        connection = connection_of(db)
        compiled = self._for(connection, values)
        cursor = compiled.run(connection, "execute", compiled.bound(values))
        try:
            return compiled.read(cursor) if compiled.returns_rows else []
        finally:
            cursor.close()

    def value(self, db: DbSession, values: Mapping[str, Any]) -> Any:
        """The first value of its only row, or None without a row."""
        rows = self.rows(db, values)
        return rows[0][0] if rows else None

    def many(self, db: DbSession, rows: Sequence[Mapping[str, Any]]) -> None:
        """Once for each of `rows`, which all name the same values."""
        connection = connection_of(db)
        compiled = self._for(connection, rows[0])
        compiled.run(connection, "executemany", [compiled.bound(values) for values in rows]).close()

    def _for(self, connection: Connection, values: Mapping[str, Any]) -> _Compiled:
        key = (connection.dialect.name, tuple(values))
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = _Compiled(self._statement, connection.dialect, list(values))
        return compiled


class _Compiled:
    def __init__(self, statement: Executable, dialect: Dialect, names: list[str]) -> None:
        whole: Any = statement
        made = cast("SQLCompiler", whole.compile(dialect=dialect, column_keys=names))
        if made.post_compile_params or made.literal_execute_params or made.escaped_bind_names or made.update_prefetch:
            raise TypeError("a statement that is not the same each time cannot be prepared")
        self._text = made.string
        self._order = made.positiontup
        self._dialect = dialect
        self._fixed = {name: bind.effective_value for name, bind in made.binds.items()}
        self._defaults = [(column.key, _default(column)) for column in made.insert_prefetch]
        processors = ((name, _impl(bind.type, dialect).bind_processor(dialect)) for name, bind in made.binds.items())
        self._binding = [(name, process) for name, process in processors if process]
        columns = getattr(whole, "exported_columns", ())
        self._reading: list[Processor] = [
            _impl(column.type, dialect).result_processor(dialect, None) for column in columns
        ]
        self.returns_rows = bool(self._reading)  # cheaper than the driver's own description of the columns

    def bound(self, values: Mapping[str, Any]) -> Any:
        """The parameters, as the driver takes them."""
        parameters = self._fixed | values  # type: ignore[operator]  # a mapping will do
        for name, default in self._defaults:
            parameters[name] = default(parameters)
        for name, process in self._binding:
            parameters[name] = process(parameters[name])
        return parameters if self._order is None else [parameters[name] for name in self._order]

    def run(self, connection: Connection, how: str, parameters: Any) -> Any:
        cursor = connection.connection.cursor()
        event = (connection, cursor, self._text, parameters, None, how == "executemany")
        for listener in connection.dispatch.before_cursor_execute:  # listeners hear of these as well
            listener(*event)
        try:
            getattr(cursor, how)(self._text, parameters)
        except self._dialect.loaded_dbapi.Error as error:
            cursor.close()
            raise as_sqlalchemy(error, self._text, self._dialect) from error
        for listener in connection.dispatch.after_cursor_execute:
            listener(*event)
        return cursor

    def read(self, cursor: Any) -> list[tuple[Any, ...]]:
        rows = cursor.fetchall()
        if not any(self._reading):
            return cast("list[tuple[Any, ...]]", rows)
        return [
            tuple(value if read is None else read(value) for value, read in zip(row, self._reading, strict=True))
            for row in rows
        ]


def _impl(kind: Any, dialect: Dialect) -> Any:
    return kind.dialect_impl(dialect)


class _DefaultContext:
    """The context that SQLAlchemy passes to a column's default."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def get_current_parameters(self) -> Mapping[str, Any]:
        return self._values


def _default(column: Any) -> Callable[[Mapping[str, Any]], Any]:
    default = column.default
    return (
        (lambda values: default.arg(_DefaultContext(values))) if default.is_callable else (lambda _values: default.arg)
    )
