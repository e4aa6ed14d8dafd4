"""Print jobs and what each of them printed."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import (
    BigId,
    Json,
    OfEdition,
    Plain,
    Row,
    Texts,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    index_where_set,
    same_edition,
    unique_where,
    unlogged,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.domain.printing.paper.blocking_findings import mark_of
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.paper.sheet_layout import LARGEST_OFFSET
from forumapp.domain.printing.rules import LONGEST_DEVICE


class Paper(enum.StrEnum):
    BADGES = "badges"
    PROGRAM = "program"
    ITINERARIES = "itineraries"
    SPEAKER_AGENDAS = "speaker-agendas"
    POCKET_AGENDA = "pocket-agenda"
    PROGRAM_ERRATUM = "program-erratum"
    TENT_CARDS = "tent-cards"
    PLACE_CARDS = "place-cards"
    SEAT_SIGNS = "seat-signs"
    LECTERN_SIGNS = "lectern-signs"
    SIGN_IN_SHEETS = "sign-in-sheets"
    INVITATIONS = "invitations"
    CERTIFICATES = "certificates"
    FALLBACK_PACK = "fallback-pack"
    SEATING_PLANS = "seating-plans"
    # The working papers of a delegation.
    BOOKLETS = "booklets"
    ARRIVALS = "arrivals"
    DEPARTURES = "departures"
    FACE_SHEET = "face-sheet"
    ROOMING_LIST = "rooming-list"
    MANIFESTS = "manifests"
    COACH_SIGNS = "coach-signs"
    AIRPORT_SIGNS = "airport-signs"
    CONTACT_LIST = "contact-list"
    HEAD_DAYS = "head-days"
    DIET_SHEET = "diet-sheet"
    ERRATA = "errata"


# Of the published agenda, which everyone may read, and of no delegation.
OF_THE_AGENDA = (Paper.PROGRAM, Paper.POCKET_AGENDA, Paper.PROGRAM_ERRATUM)

# What names people of all delegations one by one: of a plan of seats, of a session, or of registrations.
CARDS = (Paper.TENT_CARDS, Paper.PLACE_CARDS, Paper.SEAT_SIGNS, Paper.LECTERN_SIGNS, Paper.SIGN_IN_SHEETS)

# Letters with a serial, as they were issued.
FORMAL = (Paper.INVITATIONS, Paper.CERTIFICATES)


class JobStatus(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Reprint(enum.StrEnum):
    """Why somebody's badge is printed again."""

    CHANGED = "changed"  # it says something else by now
    LOST = "lost"
    DAMAGED = "damaged"
    MISPRINT = "misprint"
    OTHER_STOCK = "other-stock"
    SPARE = "spare"
    OTHER = "other"


class PrintJob(OfEdition, Versioned, Base):
    """One paper asked for, with its progress. `options` are the command's: stock, type, delegation, languages."""

    __tablename__ = "print_job"
    __table_args__ = (
        within_edition(),
        same_edition("agenda_version_id", "agenda_version"),
        CheckConstraint("done >= 0 AND done <= total", name="done_within_total"),
        CheckConstraint("(status = 'done') = (file IS NOT NULL)", name="done_has_a_file"),
        CheckConstraint("paper_version > 0", name="paper_version_positive"),
        CheckConstraint(f"length(device) <= {LONGEST_DEVICE}", name="device_is_short"),
    )

    paper: Mapped[Paper] = mapped_column(choice(Paper))
    options: Mapped[Plain]
    status: Mapped[JobStatus] = mapped_column(choice(JobStatus), default=JobStatus.QUEUED)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    pages: Mapped[int | None] = mapped_column(Integer)
    file: Mapped[Words | None]
    # When the edition's flights went, and this file with them; the job stays on record.
    purged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sha256: Mapped[Words | None]
    fault: Mapped[Words | None]
    findings: Mapped[list[dict[str, object]]] = mapped_column(Json, default=list)
    renderer: Mapped[Words] = mapped_column(default="")
    agenda_version_id: Mapped[int | None] = mapped_column(BigId)
    # The one delegation that the paper is about, so that those bound to it see the job.
    delegation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("delegation.id"))
    # What it printed, as plain values by key, such as "item:17"; empty of papers that do not keep it, and once what
    # they told had to go. Papers of one kind for one delegation are numbered by it.
    made_from: Mapped[Plain] = mapped_column(info=unlogged())
    paper_version: Mapped[int | None] = mapped_column(Integer, info=unlogged())
    # What a worker found when it looked through it last: how much says something else, by delegation (`review.py`).
    looked: Mapped[Plain] = mapped_column(info=unlogged())
    asked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    # The printer or the station, as whoever asks calls it; and why what was printed before is printed again.
    device: Mapped[Words] = mapped_column(default="")
    reason: Mapped[Reprint | None] = mapped_column(choice(Reprint))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def found(self) -> list[Finding]:
        return [Finding.from_plain(one) for one in self.findings]

    @property
    def told(self) -> list[dict[str, object]]:
        """What was found, as programs are told it."""
        return [one.told for one in self.found]

    @property
    def mark(self) -> str | None:
        """Of what was found to block, which whoever prints in spite of it sends along."""
        return mark_of(self.found)


class PrintLine(OfEdition, Versioned, Base):
    """One printed piece of a job: of a registration, of a letter (with its registration, if any) or, a card, of a
    person. Nobody edits it; only when two records of a person become one do their cards follow, which raises its
    version.
    """

    __tablename__ = "print_line"
    __table_args__ = (
        same_edition("job_id", "print_job"),
        same_edition("registration_id", "registration"),
        same_edition("letter_id", "letter"),
        same_edition("design_version_id", "badge_design_version"),
        index_where_set("ix_print_line_design_version_id", "design_version_id"),
        index_where_set("ix_print_line_person_id", "person_id"),
        UniqueConstraint("job_id", "registration_id"),
        UniqueConstraint("job_id", "position"),
        unique_where("uq_print_line_badge_copy", "letter_id IS NULL", "registration_id", "copy_number"),
        unique_where("uq_print_line_letter_copy", "letter_id IS NOT NULL", "letter_id", "copy_number"),
        CheckConstraint("copy_number >= content_version AND content_version > 0", name="copies_follow_contents"),
        CheckConstraint("(copy_number IS NULL) = (content_version IS NULL)", name="copies_have_contents"),
        CheckConstraint("length(box) = 1", name="box_is_a_letter"),
        CheckConstraint("(registration_id IS NULL AND letter_id IS NULL) = (person_id IS NOT NULL)", name="of_one"),
    )

    job_id: Mapped[int] = mapped_column(BigId)
    registration_id: Mapped[int | None] = mapped_column(BigId, index=True)
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    letter_id: Mapped[int | None] = mapped_column(BigId)
    position: Mapped[int] = mapped_column(Integer)
    facts: Mapped[list[str]] = mapped_column(Json, default=list)  # the keys of what the paper tells this person
    # In which version of which design a badge was printed; None is the one that stands ready for its stock.
    design_version_id: Mapped[int | None] = mapped_column(BigId)
    # Of a badge or a card: the how manieth of this person it is, and what it says, counted up whenever that is another;
    # of a letter, which always says the same, the how manieth of it. Of a badge, the box in which it is handed out.
    copy_number: Mapped[int | None] = mapped_column(Integer)
    content_version: Mapped[int | None] = mapped_column(Integer)
    box: Mapped[Words | None]
    said: Mapped[Plain] = mapped_column(info=unlogged())  # of a card, in the languages that it was printed in


class BadgeDesign(OfEdition, Versioned, Base):
    """How badges of the edition may look; registration types name it. What it says stands in its versions, of which
    `number` is the one that is printed.
    """

    __tablename__ = "badge_design"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    code: Mapped[Words]
    name: Mapped[Texts]
    ready: Mapped[Words] = mapped_column(default="")  # the code of the ready design that it began from
    number: Mapped[int] = mapped_column(Integer, default=1)


class BadgeDesignVersion(OfEdition, Row, Base):
    """What a design was at one time, as `designs.reading` has it. Triggers on both databases refuse to change or delete
    one: what was printed by it can be rebuilt.
    """

    __tablename__ = "badge_design_version"
    __table_args__ = (
        within_edition(),
        same_edition("design_id", "badge_design"),
        UniqueConstraint("design_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    design_id: Mapped[int] = mapped_column(BigId)
    number: Mapped[int] = mapped_column(Integer)
    layout: Mapped[Plain]
    logo_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("image.id"))  # None is the edition's own
    made_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))


class BadgeStock(OfEdition, Versioned, Base):
    """What badges of the edition are printed on, besides the stocks that stand ready: labels on a page, in mm. What a
    print needs of it, the print keeps itself.
    """

    __tablename__ = "badge_stock"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        CheckConstraint("columns > 0 AND rows > 0", name="has_labels"),
        CheckConstraint("width > 0 AND height > 0 AND page_width > 0 AND page_height > 0", name="has_sizes"),
    )

    code: Mapped[Words]
    name: Mapped[Texts]
    page_width: Mapped[float] = mapped_column(Float)
    page_height: Mapped[float] = mapped_column(Float)
    columns: Mapped[int] = mapped_column(Integer)
    rows: Mapped[int] = mapped_column(Integer)
    width: Mapped[float] = mapped_column(Float)
    height: Mapped[float] = mapped_column(Float)
    left: Mapped[float] = mapped_column(Float)
    top: Mapped[float] = mapped_column(Float)
    pitch_x: Mapped[float] = mapped_column(Float)
    pitch_y: Mapped[float] = mapped_column(Float)
    radius: Mapped[float] = mapped_column(Float)


class Printer(OfEdition, Versioned, Base):
    """A printer with what makes up for what it is off, in mm, as its calibration page showed."""

    __tablename__ = "badge_printer"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        CheckConstraint(
            f"abs(offset_x) <= {LARGEST_OFFSET:g} AND abs(offset_y) <= {LARGEST_OFFSET:g}", name="offset_is_small"
        ),
    )

    code: Mapped[Words]
    name: Mapped[Texts]
    offset_x: Mapped[float] = mapped_column(Float)
    offset_y: Mapped[float] = mapped_column(Float)


def folder_of(edition_id: int, job_id: int) -> str:
    """Where in the storage the worker puts what it makes for a job."""
    return f"print/{edition_id}/{job_id}"
