"""Column types and mixins that every table shares."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from forumapp.core import clock
from forumapp.core.values.text import SCRIPTS
from forumapp.core.values.times import Moment, Span

if TYPE_CHECKING:
    import enum
    from collections.abc import Callable, Mapping

    from sqlalchemy.engine import Dialect

BigId = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER counts up by itself there
Json = JSON().with_variant(JSONB, "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in both databases. A naive value is a mistake and raises."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the base's)
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the base's)
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class I18n(TypeDecorator[dict[str, str]]):
    """A text in several languages: {"en": "...", "zh-Hans": "..."}. Replaced whole, never changed in place."""

    impl = Json
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Dialect) -> dict[str, str] | None:  # noqa: ARG002 (the base's)
        if value is None:
            return None
        unknown = set(value) - set(SCRIPTS)
        if unknown:
            raise ValueError(f"unknown languages: {sorted(unknown)}")
        return {language: text for language, text in value.items() if text}


def choice(kind: type[enum.StrEnum], name: str = "") -> Enum:
    """One of a StrEnum's values, stored as its word and held by a CHECK. A second one of a table has a `name`."""
    return Enum(
        kind,
        name=name or kind.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


# How a column is logged is declared with the column, in its `info`, where authors of new columns see it.
SENSITIVE, UNLOGGED, PARTS = "sensitive", "unlogged", "parts"


def sensitive(when: Callable[[Any], bool] = lambda _row: True) -> dict[str, Any]:
    """The log records only that the column changed, never its values, for rows where `when` is true."""
    return {SENSITIVE: when}


def unlogged() -> dict[str, Any]:
    """The column is not logged: it follows from other columns."""
    return {UNLOGGED: True}


def logged_in_parts(parts: Callable[[Any, Any], dict[str, tuple[Any, Any]]]) -> dict[str, Any]:
    """The log records the differences between two values of the column, by part name, as `parts` returns them."""
    return {PARTS: parts}


Id = Annotated[int, mapped_column(BigId, primary_key=True)]
Words = Annotated[str, mapped_column(Text)]
Texts = Annotated[dict[str, str], mapped_column(I18n, default=dict)]
Instant = Annotated[datetime, mapped_column(UtcDateTime)]
Plain = Annotated[dict[str, Any], mapped_column(Json, default=dict)]


class Row:
    """What every table has: an id, and when the row was made and last changed."""

    id: Mapped[Id]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)


class Versioned(Row):
    """A row that people edit: each change raises `version`, and a stale one is refused."""

    version: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 (SQLAlchemy's own convention)
        return {"version_id_col": cls.version}


class OfEdition:
    """A row that belongs to one edition. Foreign keys between such rows carry the edition: nothing crosses over."""

    # False where many are written in one minute, and another index begins with the edition.
    edition_has_index = True

    @declared_attr
    def edition_id(cls) -> Mapped[int]:  # noqa: N805 (SQLAlchemy's own convention)
        return mapped_column(BigId, ForeignKey("edition.id"), index=cls.edition_has_index)


def within_edition() -> UniqueConstraint:
    """What a composite foreign key from another row of the edition points to."""
    return UniqueConstraint("edition_id", "id")


def index_where_set(name: str, column: str) -> Index:
    """A partial index of a column that few rows fill. Other rows cost nothing to write."""
    return partial_index(name, f"{column} IS NOT NULL", column)


def partial_index(name: str, condition: str, *columns: str) -> Index:
    """A partial index. Other rows cost nothing to write."""
    return _partial_index(name, condition, *columns)


def unique_where(name: str, condition: str, *columns: str) -> Index:
    """A unique partial index: at most one such row has these values."""
    return _partial_index(name, condition, *columns, unique=True)


def _partial_index(name: str, condition: str, *columns: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(condition), postgresql_where=text(condition))


def same_edition(column: str, table: str) -> ForeignKeyConstraint:
    """A foreign key to a row of the same edition."""
    return ForeignKeyConstraint(["edition_id", column], [f"{table}.edition_id", f"{table}.id"])


def _hides_times(row: Any) -> bool:
    return bool(row.hides_times)


class Spanned:
    """From one moment to a later one: wall time and zone of each end are the promise, the instants are derived."""

    start_wall: Mapped[datetime] = mapped_column(DateTime, info=sensitive(_hides_times))
    start_zone: Mapped[Words] = mapped_column(info=sensitive(_hides_times))
    start_fold: Mapped[int | None] = mapped_column(SmallInteger, info=sensitive(_hides_times))
    start_utc: Mapped[datetime] = mapped_column(UtcDateTime, info=unlogged())
    end_wall: Mapped[datetime] = mapped_column(DateTime, info=sensitive(_hides_times))
    end_zone: Mapped[Words] = mapped_column(info=sensitive(_hides_times))
    end_fold: Mapped[int | None] = mapped_column(SmallInteger, info=sensitive(_hides_times))
    end_utc: Mapped[datetime] = mapped_column(UtcDateTime, info=unlogged())

    @property
    def hides_times(self) -> bool:
        """Whether the log must not tell when it is."""
        return False

    @property
    def span(self) -> Span:
        return Span(
            Moment(self.start_wall, self.start_zone, self.start_fold),
            Moment(self.end_wall, self.end_zone, self.end_fold),
        )

    @span.setter
    def span(self, span: Span) -> None:
        """Raises when an end does not exist, exists twice, or comes before the start."""
        for column, value in span_columns(span).items():
            setattr(self, column, value)


class MaybeSpanned:
    """Like `Spanned`, for rows that may have no time yet: all columns are set, or none."""

    start_wall: Mapped[datetime | None] = mapped_column(DateTime)
    start_zone: Mapped[str | None] = mapped_column(Text)
    start_fold: Mapped[int | None] = mapped_column(SmallInteger)
    start_utc: Mapped[datetime | None] = mapped_column(UtcDateTime, info=unlogged())
    end_wall: Mapped[datetime | None] = mapped_column(DateTime)
    end_zone: Mapped[str | None] = mapped_column(Text)
    end_fold: Mapped[int | None] = mapped_column(SmallInteger)
    end_utc: Mapped[datetime | None] = mapped_column(UtcDateTime, info=unlogged())

    @property
    def span(self) -> Span | None:
        if self.start_wall is None or self.start_zone is None or self.end_wall is None or self.end_zone is None:
            return None
        return Span(
            Moment(self.start_wall, self.start_zone, self.start_fold),
            Moment(self.end_wall, self.end_zone, self.end_fold),
        )

    @span.setter
    def span(self, span: Span | None) -> None:
        """Raises when an end does not exist, exists twice, or comes before the start."""
        for column, value in span_columns(span).items():
            setattr(self, column, value)


def span_columns(span: Span | None) -> dict[str, Any]:
    """A span as the columns of a row with times; none as empty ones. Raises as `Span.checked` does."""
    if span is None:
        return dict.fromkeys(SPAN_COLUMNS)
    span.checked()
    return {
        f"{end}_{part}": value
        for end, moment in (("start", span.start), ("end", span.end))
        for part, value in (("wall", moment.wall), ("zone", moment.zone), ("fold", moment.fold), ("utc", moment.utc))
    }


SPAN_COLUMNS = tuple(f"{end}_{part}" for end in ("start", "end") for part in ("wall", "zone", "fold", "utc"))


def whole_span_or_none() -> CheckConstraint:
    """Requires all span columns or none. (A fold is only set where a local time is ambiguous.)"""
    columns = [column for column in SPAN_COLUMNS if not column.endswith("fold")]
    every, none = (" AND ".join(f"{column} IS {word}" for column in columns) for word in ("NOT NULL", "NULL"))
    folds = "start_fold IS NULL AND end_fold IS NULL"
    return CheckConstraint(f"({every}) OR ({none} AND {folds})", name="whole_span_or_none")


def ends_after_start() -> CheckConstraint:
    return CheckConstraint("end_utc > start_utc", name="ends_after_start")


def dates_in_order(first: str, last: str) -> CheckConstraint:
    return CheckConstraint(f"{last} >= {first}", name=f"{last}_not_before_{first}")


__all__ = [
    "PARTS", "SENSITIVE", "UNLOGGED", "BigId", "I18n", "Id", "Instant", "Json", "MaybeSpanned", "OfEdition", "Plain",
    "Row", "Spanned", "Texts", "UtcDateTime", "Versioned", "Words", "choice", "date", "dates_in_order",
    "ends_after_start", "logged_in_parts", "same_edition", "sensitive", "span_columns", "unlogged",
    "whole_span_or_none", "within_edition",
]  # fmt: skip
