"""Checkpoints, the devices at them, every scan that was made, and who is let in by it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forumapp.core.database.columns import (
    BigId,
    Id,
    MaybeSpanned,
    OfEdition,
    Row,
    Texts,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    ends_after_start,
    index_where_set,
    partial_index,
    same_edition,
    sensitive,
    unique_where,
    unlogged,
    whole_span_or_none,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.domain.checkin.rules import CheckpointKind, Direction, PassMode, Presence, Result
from forumapp.domain.registration.rules import Area


class Checkpoint(OfEdition, MaybeSpanned, Versioned, Base):
    """Where codes are scanned, whom it lets pass, and when: without times of its own at any time."""

    __tablename__ = "checkpoint"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        same_edition("session_id", "session"),
        same_edition("coach_run_id", "coach_run"),
        same_edition("delegation_id", "delegation"),
        index_where_set("ix_checkpoint_session_id", "session_id"),
        index_where_set("ix_checkpoint_coach_run_id", "coach_run_id"),
        index_where_set("ix_checkpoint_delegation_id", "delegation_id"),
        ends_after_start(),
        whole_span_or_none(),
        CheckConstraint("(kind = 'session') = (session_id IS NOT NULL)", name="session_of_a_session"),
        CheckConstraint("(kind = 'coach') = (coach_run_id IS NOT NULL)", name="run_of_a_coach"),
        CheckConstraint("mode = 'once' OR kind NOT IN ('coach', 'hand-out')", name="once_in_a_coach"),
        CheckConstraint("NOT needs_sign_up OR kind = 'session'", name="sign_up_for_a_session"),
        CheckConstraint("per_five_minutes > 0", name="takes_somebody"),
    )

    code: Mapped[Words]
    name: Mapped[Texts]
    kind: Mapped[CheckpointKind] = mapped_column(choice(CheckpointKind))
    mode: Mapped[PassMode] = mapped_column(choice(PassMode), default=PassMode.ONCE)
    session_id: Mapped[int | None] = mapped_column(BigId)
    coach_run_id: Mapped[int | None] = mapped_column(BigId)  # of a coach
    # Of those whose type admits there, as their badges say it.
    area: Mapped[Area | None] = mapped_column(choice(Area))
    delegation_id: Mapped[int | None] = mapped_column(BigId)
    vips_only: Mapped[bool] = mapped_column(default=False)
    needs_sign_up: Mapped[bool] = mapped_column(default=False)
    # How many people can pass in five minutes: what live numbers hold arrivals against.
    per_five_minutes: Mapped[int | None] = mapped_column(Integer)

    types: Mapped[list[CheckpointType]] = relationship(order_by="CheckpointType.type_id", viewonly=True)


class CheckpointType(OfEdition, Row, Base):
    """A registration type that passes; where a checkpoint has none, all do."""

    __tablename__ = "checkpoint_type"
    __table_args__ = (
        same_edition("checkpoint_id", "checkpoint"),
        same_edition("type_id", "registration_type"),
        UniqueConstraint("checkpoint_id", "type_id"),
    )

    checkpoint_id: Mapped[int] = mapped_column(BigId)
    type_id: Mapped[int] = mapped_column(BigId, index=True)


class CheckinDevice(OfEdition, Versioned, Base):
    """A phone or laptop at a checkpoint. It signs in by a code that is shown once, and may scan there until it is
    revoked; it belongs to nobody's account.
    """

    __tablename__ = "checkin_device"
    __table_args__ = (
        within_edition(),
        same_edition("checkpoint_id", "checkpoint"),
        # Whoever looks for the one to revoke tells them apart by their names.
        unique_where("ix_checkin_device_name", "revoked_at IS NULL", "edition_id", "name"),
        CheckConstraint("(code_hash IS NULL) = (code_ends_at IS NULL)", name="code_is_whole"),
        CheckConstraint("(token_hash IS NULL) = (paired_at IS NULL)", name="pairing_is_whole"),
    )

    name: Mapped[Words]
    checkpoint_id: Mapped[int] = mapped_column(BigId, index=True)
    code_hash: Mapped[Words | None] = mapped_column(unique=True, info=sensitive())
    code_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=unlogged())
    token_hash: Mapped[Words | None] = mapped_column(unique=True, info=sensitive())
    paired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=unlogged())


class Rehearsal(OfEdition, Versioned, Base):
    """All stations of an edition scan for practice, until somebody ends it or the first day begins: what is scanned
    meanwhile is kept apart and deleted with its end. The row stays, so that what a device sends later is known to be
    of it; nobody has ended (`ended_by`) one that the first day has.
    """

    __tablename__ = "rehearsal"
    __table_args__ = (
        within_edition(),
        unique_where("uq_rehearsal_running", "ended_at IS NULL", "edition_id"),
        CheckConstraint("ended_at >= started_at", name="ends_after_start"),
        CheckConstraint("ended_by IS NULL OR ended_at IS NOT NULL", name="ended_by_somebody"),
    )

    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))


class Scan(OfEdition, Base):
    """A code that was read, and what came of it. Triggers on both databases refuse to change one, and to delete one
    that is not of a rehearsal.

    `scanned_at` is what the device's clock said, which was `skew` seconds ahead; `counts_at` is when it was judged to
    be: the moment of receipt, or, where the device had to decide alone and `told` somebody so, as long before it as it
    was kept.
    """

    __tablename__ = "scan"
    edition_has_index = False
    __table_args__ = (
        same_edition("checkpoint_id", "checkpoint"),
        same_edition("device_id", "checkin_device"),
        same_edition("sent_by_device_id", "checkin_device"),
        same_edition("registration_id", "registration"),
        unique_where("uq_scan_device_nonce", "device_id IS NOT NULL", "device_id", "nonce"),
        unique_where("uq_scan_account_nonce", "account_id IS NOT NULL", "account_id", "nonce"),
        Index("ix_scan_checkpoint_id", "checkpoint_id", "id"),
        index_where_set("ix_scan_registration_id", "registration_id"),
        # What is unlike the many: what a station told late, and what the desk took back.
        partial_index("ix_scan_told", "told IS NOT NULL", "checkpoint_id", "registration_id"),
        partial_index("ix_scan_undone", "result = 'undone'", "checkpoint_id", "registration_id"),
        CheckConstraint("(device_id IS NULL) <> (account_id IS NULL)", name="by_a_device_or_an_account"),
        CheckConstraint("sent_by_device_id IS NULL OR sent_by_account_id IS NULL", name="sent_by_one"),
        CheckConstraint("(registration_id IS NULL) = (code_hash IS NOT NULL)", name="of_a_registration_or_unknown"),
        CheckConstraint("(registration_id IS NULL) = (result = 'unknown')", name="unknown_is_of_nobody"),
        CheckConstraint("result <> 'rehearsal-over'", name="kept_while_it_counts"),
        CheckConstraint("told NOT IN ('undone', 'rehearsal-over')", name="told_by_a_device"),
    )

    id: Mapped[Id]
    checkpoint_id: Mapped[int] = mapped_column(BigId)
    is_rehearsal: Mapped[bool] = mapped_column(default=False)
    device_id: Mapped[int | None] = mapped_column(BigId)
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    # Of one that its device or account kept, and another one at the checkpoint has sent.
    sent_by_device_id: Mapped[int | None] = mapped_column(BigId)
    sent_by_account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    registration_id: Mapped[int | None] = mapped_column(BigId)
    # Of what was read and is nobody's code.
    code_hash: Mapped[Words | None] = mapped_column(info=sensitive())
    direction: Mapped[Direction] = mapped_column(choice(Direction))
    result: Mapped[Result] = mapped_column(choice(Result))
    told: Mapped[Result | None] = mapped_column(choice(Result, "told"))
    scanned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    skew: Mapped[int] = mapped_column(Integer, default=0)
    nonce: Mapped[Words]


class Admission(OfEdition, Base):
    """That somebody was let in at a checkpoint, once: the first valid scan decides, and `first_at` is when it counts.
    Where people come and go, `presence` is how it is since `since`.
    """

    __tablename__ = "admission"
    edition_has_index = False
    __table_args__ = (
        same_edition("checkpoint_id", "checkpoint"),
        same_edition("registration_id", "registration"),
        UniqueConstraint("checkpoint_id", "registration_id", "is_rehearsal"),
    )

    id: Mapped[Id]
    checkpoint_id: Mapped[int] = mapped_column(BigId)
    registration_id: Mapped[int] = mapped_column(BigId, index=True)
    is_rehearsal: Mapped[bool] = mapped_column(default=False)
    presence: Mapped[Presence] = mapped_column(choice(Presence), default=Presence.IN)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class ForcedPass(OfEdition, Row, Base):
    """A scan that passed although the rules had `refused` it, because somebody of the team stands for it. It stands
    beside the scan, which nobody may change, so that a name and a reason can be erased: both are empty then.
    """

    __tablename__ = "forced_pass"
    __table_args__ = (
        CheckConstraint("(authorized_by IS NULL) = (authorized_name IS NOT NULL)", name="one_authorizer"),
    )

    scan_id: Mapped[int] = mapped_column(BigId, ForeignKey("scan.id", ondelete="CASCADE"), unique=True)
    refused: Mapped[Result] = mapped_column(choice(Result, "refused"))
    authorized_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    authorized_name: Mapped[Words | None]  # of who has no account
    reason: Mapped[Words]


class VipAlert(OfEdition, Row, Base):
    """The code of a VIP was scanned: for their officer, who is mailed as well, until it is said that it was seen. Once
    a day that they have come, which is `undone` where the desk took that back and told anew when they come again; and
    once a day that they were refused at one place for one reason. `at` is when it was, which is long ago for one that a
    device had to keep (`is_late`).
    """

    __tablename__ = "vip_alert"
    __table_args__ = (
        within_edition(),
        same_edition("registration_id", "registration"),
        same_edition("checkpoint_id", "checkpoint"),
        unique_where("uq_vip_alert_come", "result = 'passed'", "registration_id", "day"),
        unique_where("uq_vip_alert_refused", "result <> 'passed'", "registration_id", "day", "checkpoint_id", "result"),
        Index("ix_vip_alert_officer", "officer_id", "edition_id"),
        CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="seen_by_somebody"),
    )

    registration_id: Mapped[int] = mapped_column(BigId, index=True)
    checkpoint_id: Mapped[int] = mapped_column(BigId, index=True)
    officer_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    result: Mapped[Result] = mapped_column(choice(Result))
    day: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_late: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))


class ScanReview(OfEdition, Row, Base):
    """That somebody has looked at what a station did on its own, and what came of it."""

    __tablename__ = "scan_review"
    __table_args__ = (UniqueConstraint("scan_id"),)

    # Without the edition, for which each scan would need another index.
    scan_id: Mapped[int] = mapped_column(BigId, ForeignKey("scan.id"))
    note: Mapped[Words] = mapped_column(default="")
    reviewed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
