"""Sessions with their items and people, and the published versions of the agenda."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forumapp.core.database.columns import (
    BigId,
    Id,
    Json,
    MaybeSpanned,
    OfEdition,
    Texts,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    ends_after_start,
    same_edition,
    unlogged,
    whole_span_or_none,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.domain.agenda.severities import FindingCode, Severity
from forumapp.domain.forums.models import Layout


class Track(OfEdition, Versioned, Base):
    __tablename__ = "track"
    __table_args__ = (within_edition(), UniqueConstraint("edition_id", "code"))

    code: Mapped[Words]
    name: Mapped[Texts]
    color: Mapped[Words] = mapped_column(default="#5b6770")
    position: Mapped[int] = mapped_column(Integer, default=0)


class SessionKind(enum.StrEnum):
    OPENING = "opening"
    KEYNOTE = "keynote"
    PANEL = "panel"
    BREAKOUT = "breakout"
    SIGNING = "signing"
    MATCHMAKING = "matchmaking"
    MEAL = "meal"
    BREAK = "break"
    REGISTRATION = "registration"
    VISIT = "visit"
    CLOSED_DOOR = "closed-door"


class SessionStatus(enum.StrEnum):
    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Interpretation(enum.StrEnum):
    NONE = "none"
    SIMULTANEOUS = "simultaneous"
    CONSECUTIVE = "consecutive"


class Press(enum.StrEnum):
    OPEN = "open"
    INVITED = "invited"
    CLOSED = "closed"


class Session(OfEdition, MaybeSpanned, Versioned, Base):
    """What takes place in a room, or in all of them. Without a time it waits for its place in the timetable."""

    __tablename__ = "session"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        UniqueConstraint("edition_id", "import_ref"),
        same_edition("room_id", "room"),
        same_edition("track_id", "track"),
        ends_after_start(),
        whole_span_or_none(),
        CheckConstraint("planned_minutes > 0", name="planned_minutes_positive"),
        CheckConstraint("setup_minutes >= 0 AND changeover_minutes >= 0", name="set_up_not_negative"),
        CheckConstraint("expected_audience >= 0", name="expected_not_negative"),
        CheckConstraint("places >= 0", name="places_not_negative"),
        CheckConstraint("signed_up >= 0", name="signed_up_not_negative"),
        CheckConstraint("signed_up <= places", name="signed_up_within_places"),
        Index("ix_session_time", "edition_id", "start_utc"),
    )

    code: Mapped[Words]
    title: Mapped[Texts]
    abstract: Mapped[Texts]
    kind: Mapped[SessionKind] = mapped_column(choice(SessionKind))
    status: Mapped[SessionStatus] = mapped_column(choice(SessionStatus), default=SessionStatus.CONFIRMED)
    # How long it is to be, for the time when it has none.
    planned_minutes: Mapped[int | None] = mapped_column(Integer)
    room_id: Mapped[int | None] = mapped_column(BigId)
    # A break or a plenary takes every room of the edition; a plenary is held in one of them, a break in none or one.
    in_all_rooms: Mapped[bool] = mapped_column(default=False)
    # The room is held before and after for these minutes as well.
    setup_minutes: Mapped[int] = mapped_column(Integer, default=0)
    changeover_minutes: Mapped[int] = mapped_column(Integer, default=0)
    layout: Mapped[Layout | None] = mapped_column(choice(Layout))
    expected_audience: Mapped[int | None] = mapped_column(Integer)
    # For those who set the room up and who are heard in it; not told in the public program.
    av_needs: Mapped[Words] = mapped_column(default="")
    track_id: Mapped[int | None] = mapped_column(BigId)
    interpretation: Mapped[Interpretation] = mapped_column(choice(Interpretation), default=Interpretation.NONE)
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    press: Mapped[Press] = mapped_column(choice(Press), default=Press.OPEN)
    # How many registrants may choose it beforehand, None leaves it open to all; and how many have (session_places.py).
    places: Mapped[int | None] = mapped_column(Integer)
    signed_up: Mapped[int] = mapped_column(Integer, default=0)
    # What the file knows it by that it was imported from, so that the same file finds it again.
    import_ref: Mapped[str | None] = mapped_column(Text, info=unlogged())
    is_sample: Mapped[bool] = mapped_column(default=False)

    items: Mapped[list[SessionItem]] = relationship(order_by="SessionItem.position", viewonly=True)
    assignments: Mapped[list[RoleAssignment]] = relationship(order_by="RoleAssignment.position", viewonly=True)


class ItemKind(enum.StrEnum):
    SPEECH = "speech"
    PANEL = "panel"
    QUESTIONS = "questions"
    SIGNING = "signing"
    OTHER = "other"


class SessionItem(OfEdition, Versioned, Base):
    """A part of a session; its time follows from the order and the minutes before it."""

    __tablename__ = "session_item"
    __table_args__ = (
        within_edition(),
        same_edition("session_id", "session"),
        UniqueConstraint("edition_id", "session_id", "id"),
        UniqueConstraint("session_id", "position"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
    )

    session_id: Mapped[int] = mapped_column(BigId)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[ItemKind] = mapped_column(choice(ItemKind), default=ItemKind.SPEECH)
    title: Mapped[Texts]
    # Those of whoever speaks.
    minutes: Mapped[int] = mapped_column(Integer)
    # Of this item alone: what has none is not interpreted, whatever the session is.
    mode: Mapped[Interpretation] = mapped_column(choice(Interpretation), default=Interpretation.NONE)

    @property
    def clock_minutes(self) -> int:
        return clock_minutes(self.minutes, self.mode)


def clock_minutes(minutes: int, mode: Interpretation) -> int:
    """How long an item takes: what is interpreted after each passage takes twice the minutes of whoever speaks."""
    return 2 * minutes if mode is Interpretation.CONSECUTIVE else minutes


class InterpretationChannel(OfEdition, Versioned, Base):
    """A language that can be heard in a session, under the number that receivers show."""

    __tablename__ = "interpretation_channel"
    __table_args__ = (
        within_edition(),
        same_edition("session_id", "session"),
        UniqueConstraint("edition_id", "session_id", "id"),
        UniqueConstraint("session_id", "number"),
        UniqueConstraint("session_id", "language"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    session_id: Mapped[int] = mapped_column(BigId)
    number: Mapped[int] = mapped_column(Integer)
    language: Mapped[Words]


class AssignmentRole(enum.StrEnum):
    SPEAKER = "speaker"
    KEYNOTE = "keynote"
    CHAIR = "chair"
    MODERATOR = "moderator"
    PANELIST = "panelist"
    SIGNATORY = "signatory"
    INTERPRETER = "interpreter"
    MC = "mc"


class AssignmentStatus(enum.StrEnum):
    INVITED = "invited"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class RoleAssignment(OfEdition, Versioned, Base):
    """A person's part in a session, or in one of its items. It refers to person and edition, not to a registration."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        same_edition("session_id", "session"),
        # An item must be of this very session. (A composite key with a null in it is not checked, as "no item" needs.)
        ForeignKeyConstraint(
            ["edition_id", "session_id", "item_id"],
            ["session_item.edition_id", "session_item.session_id", "session_item.id"],
        ),
        # The same of the channel that an interpreter speaks on.
        ForeignKeyConstraint(
            ["edition_id", "session_id", "channel_id"],
            [f"interpretation_channel.{column}" for column in ("edition_id", "session_id", "id")],
        ),
        CheckConstraint("channel_id IS NULL OR role = 'interpreter'", name="channel_is_an_interpreters"),
        UniqueConstraint("session_id", "item_id", "person_id", "role"),
        Index(
            "uq_role_assignment_whole_session",
            "session_id",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("item_id IS NULL"),
            postgresql_where=text("item_id IS NULL"),
        ),
        Index("ix_role_assignment_person", "person_id"),
    )

    session_id: Mapped[int] = mapped_column(BigId, index=True)
    item_id: Mapped[int | None] = mapped_column(BigId)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    role: Mapped[AssignmentRole] = mapped_column(choice(AssignmentRole))
    channel_id: Mapped[int | None] = mapped_column(BigId)
    status: Mapped[AssignmentStatus] = mapped_column(choice(AssignmentStatus), default=AssignmentStatus.INVITED)
    position: Mapped[int] = mapped_column(Integer, default=0)


class FindingSeverity(OfEdition, Versioned, Base):
    """How pressing the edition takes a kind of finding to be, where someone has said so (`severities.py`)."""

    __tablename__ = "finding_severity"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        # That a person can't be there is never ignored.
        CheckConstraint(
            "severity <> 'ignore' OR code NOT IN ('person-clash', 'speaker-unavailable')",
            name="of_people_never_ignored",
        ),
    )

    code: Mapped[FindingCode] = mapped_column(choice(FindingCode))
    severity: Mapped[Severity] = mapped_column(choice(Severity))


class AgendaVersion(OfEdition, Base):
    """What was published, whole. Never changed: triggers refuse update and delete."""

    __tablename__ = "agenda_version"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(Integer)
    label: Mapped[Words] = mapped_column(default="")
    note: Mapped[Texts]
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    # The very text that was hashed, so kept as text and not as JSON, which a database may re-order.
    content: Mapped[Words]
    sha256: Mapped[Words]


class Department(enum.StrEnum):
    """Who acts on a cue."""

    STAGE = "stage"
    SOUND = "sound"
    LIGHT = "light"
    VIDEO = "video"
    INTERPRETATION = "interpretation"
    MC = "mc"
    PROTOCOL = "protocol"
    PRESS = "press"
    CATERING = "catering"
    SECURITY = "security"
    OTHER = "other"


class Cue(OfEdition, Versioned, Base):
    """What a department does at a moment of a session: so many minutes after it begins, or before where negative."""

    __tablename__ = "cue"
    __table_args__ = (
        within_edition(),
        same_edition("session_id", "session"),
        # The item must be of this very session, as of a part.
        ForeignKeyConstraint(
            ["edition_id", "session_id", "item_id"],
            ["session_item.edition_id", "session_item.session_id", "session_item.id"],
        ),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("offset_minutes BETWEEN -1440 AND 1440", name="offset_within_a_day"),
    )

    session_id: Mapped[int] = mapped_column(BigId, index=True)
    item_id: Mapped[int | None] = mapped_column(BigId, index=True)
    offset_minutes: Mapped[int] = mapped_column(Integer, default=0)
    # How long it takes, where that is to be known.
    minutes: Mapped[int | None] = mapped_column(Integer)
    department: Mapped[Department] = mapped_column(choice(Department))
    text: Mapped[Texts]
    owner: Mapped[Words] = mapped_column(default="")


class CueSheet(OfEdition, Base):
    """A run of show as it was issued, whole. Never changed: triggers refuse update and delete."""

    __tablename__ = "cue_sheet"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        same_edition("agenda_version_id", "agenda_version"),
    )

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(Integer)
    # From which agenda it was made.
    agenda_version_id: Mapped[int] = mapped_column(BigId, index=True)
    note: Mapped[Texts]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    content: Mapped[Words]
    sha256: Mapped[Words]
