"""Organizations and people across all editions, and what they are in one of them."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

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
    same_edition,
    sensitive,
    unlogged,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.core.values.phones import phone_tail
from forumapp.domain.images.models import Image
from forumapp.domain.people.names.likeness import Reason


class OrganizationKind(enum.StrEnum):
    GOVERNMENT = "government"
    ASSOCIATION = "association"
    COMPANY = "company"
    EDUCATION = "education"
    MEDIA = "media"
    OTHER = "other"


class Organization(Versioned, Base):
    __tablename__ = "organization"
    __table_args__ = (
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        # The id of one that was merged into another leads on to that, and is never given again.
        {"sqlite_autoincrement": True},
    )

    code: Mapped[Words | None] = mapped_column(unique=True)
    legal: Mapped[Texts]
    short: Mapped[Texts]
    abbreviation: Mapped[Texts]
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organization.id"))
    country_region: Mapped[Words | None]
    kind: Mapped[OrganizationKind] = mapped_column(choice(OrganizationKind), default=OrganizationKind.OTHER)
    # Former names and other spellings, under which it is found.
    also_known_as: Mapped[list[str]] = mapped_column(Json, default=list)
    search_text: Mapped[Words] = mapped_column(default="", info=unlogged())


PHONE_TAIL = {**sensitive(), **unlogged()}


class NameOrder(enum.StrEnum):
    """Which part of the Latin name is read first."""

    FAMILY_FIRST = "family-first"
    GIVEN_FIRST = "given-first"


# Of a person: that their name in Latin letters is a single one, with no family name or no given name.
SINGLE_NAME = "(latin_family = '') <> (latin_given = '')"


class Person(Versioned, Base):
    """A person. Native and Latin names stand apart; neither is ever derived from the other or altered."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("latin_family <> '' OR latin_given <> '' OR native_full <> ''", name="has_a_name"),
        Index(
            "ix_person_wechat",
            text("lower(wechat)"),
            sqlite_where=text("wechat IS NOT NULL"),
            postgresql_where=text("wechat IS NOT NULL"),
        ),
        Index(
            "ix_person_single_name",
            text("lower(latin_family || latin_given)"),
            sqlite_where=text(SINGLE_NAME),
            postgresql_where=text(SINGLE_NAME),
        ),
        {"sqlite_autoincrement": True},
    )

    native_full: Mapped[Words] = mapped_column(default="")
    native_family: Mapped[Words] = mapped_column(default="")
    native_given: Mapped[Words] = mapped_column(default="")
    native_language: Mapped[Words] = mapped_column(default="zh-Hans")
    latin_family: Mapped[Words] = mapped_column(default="")
    latin_given: Mapped[Words] = mapped_column(default="")
    name_order: Mapped[NameOrder] = mapped_column(choice(NameOrder), default=NameOrder.GIVEN_FIRST)
    call_name: Mapped[Words] = mapped_column(default="")
    form_of_address: Mapped[Texts]
    pronunciation: Mapped[Words] = mapped_column(default="")
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    # One secretary's address may serve many people, so it is not unique.
    email: Mapped[Words | None] = mapped_column(index=True)
    phone: Mapped[Words | None] = mapped_column(info=sensitive())
    # Its last digits, by which people at the desk find someone.
    phone_tail: Mapped[Words | None] = mapped_column(
        index=True, default=lambda row: phone_tail(row.get_current_parameters().get("phone")), info=PHONE_TAIL
    )
    wechat: Mapped[Words | None] = mapped_column(info=sensitive())
    photo_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Image.id))
    biography: Mapped[Texts]
    # Former names and other spellings, under which the person is found.
    also_known_as: Mapped[list[str]] = mapped_column(Json, default=list)
    # What still has to be checked by someone, e.g. "native-name-unattested".
    flags: Mapped[list[str]] = mapped_column(Json, default=list)
    is_sample: Mapped[bool] = mapped_column(default=False)
    # When everything about them was erased on their request; the row stays for what is counted.
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=unlogged())
    search_text: Mapped[Words] = mapped_column(default="", info=unlogged())

    affiliations: Mapped[list[Affiliation]] = relationship(order_by="Affiliation.position", viewonly=True)

    @validates("phone")
    def _keep_tail(self, _name: str, phone: str | None) -> str | None:
        self.phone_tail = phone_tail(phone)
        return phone


# In the order of code points on both databases, so that words with one beginning stand together in an index.
WORD = Text().with_variant(Text(collation="C"), "postgresql")


def written_words(kind: str) -> Index:
    """Of the words that someone has written, which are looked for first: many more may be how Chinese is read."""
    return Index(
        f"ix_{kind}_word_written",
        *("word", f"{kind}_id"),
        sqlite_where=text("is_read IS 0"),  # in the words in which suggestions.py asks
        postgresql_where=text("is_read IS FALSE"),
    )


class PersonWord(Base):
    """A word by which a person is found, from where someone may begin to type it (spellings.py). Follows from names."""

    __tablename__ = "person_word"
    __table_args__ = (
        Index("ix_person_word_person", "person_id", "word"),
        written_words("person"),
        {"sqlite_with_rowid": False},
    )

    word: Mapped[str] = mapped_column(WORD, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    is_read: Mapped[bool]  # how Chinese is read aloud, which nobody wrote


class OrganizationWord(Base):
    """The same for organizations."""

    __tablename__ = "organization_word"
    __table_args__ = (
        Index("ix_organization_word_organization", "organization_id", "word"),
        written_words("organization"),
        {"sqlite_with_rowid": False},
    )

    word: Mapped[str] = mapped_column(WORD, primary_key=True)
    organization_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True
    )
    is_read: Mapped[bool]


class PersonDouble(Base):
    """Two people who are likely one; `reason` says why (likely_duplicates.py). Follows names, contacts and posts."""

    __tablename__ = "person_double"
    __table_args__ = (Index("ix_person_double_high", "high_id"), {"sqlite_with_rowid": False})

    low_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    high_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[Reason] = mapped_column(choice(Reason))


class OrganizationDouble(Base):
    """The same for organizations."""

    __tablename__ = "organization_double"
    __table_args__ = (Index("ix_organization_double_high", "high_id"), {"sqlite_with_rowid": False})

    low_id: Mapped[int] = mapped_column(BigId, ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True)
    high_id: Mapped[int] = mapped_column(BigId, ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[Reason] = mapped_column(choice(Reason))


class Affiliation(Versioned, Base):
    """A post a person holds or held at an organization."""

    __tablename__ = "affiliation"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_on_not_before_starts_on"),
        UniqueConstraint("person_id", "position"),
        UniqueConstraint("person_id", "id"),
    )

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    # None where the title says it all, or where nobody knows yet.
    organization_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organization.id"), index=True)
    title: Mapped[Texts]
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    position: Mapped[int] = mapped_column(Integer, default=1)

    organization: Mapped[Organization | None] = relationship(viewonly=True)


class EditionTitle(OfEdition, Versioned, Base):
    """The title and organization under which a person appears in one edition.

    Position 1 is the office in which they attend. Editing a person's post later never changes it.
    """

    __tablename__ = "edition_title"
    edition_has_index = False
    __table_args__ = (
        UniqueConstraint("edition_id", "person_id", "position"),
        Index("ix_edition_title_organization", "organization_id", "edition_id", "person_id"),
        # A post of this very person.
        ForeignKeyConstraint(["person_id", "affiliation_id"], ["affiliation.person_id", "affiliation.id"]),
    )

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    affiliation_id: Mapped[int | None] = mapped_column(BigId)
    organization_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organization.id"))
    title: Mapped[Texts]
    # As the person wrote it, where no organization of the registry is meant.
    organization_name: Mapped[Texts]
    position: Mapped[int] = mapped_column(Integer, default=1)

    organization: Mapped[Organization | None] = relationship(viewonly=True)


class FrozenName(OfEdition, Row, Base):
    """How a row of an edition that was archived names a person or an organization in print (archived_names.py).

    It stands for the place and not for the record, which may be renamed or become one with another since; it counts as
    long as the row names that record.
    """

    __tablename__ = "frozen_name"
    __table_args__ = (UniqueConstraint("entity", "row_id", "edition_id"),)

    entity: Mapped[Words]  # the table of the row
    row_id: Mapped[int] = mapped_column(BigId)
    record_id: Mapped[int] = mapped_column(BigId, index=True)  # of whom or what it names; of no table by itself
    said: Mapped[Plain]
    image_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Image.id))


class PrecedencePurpose(enum.StrEnum):
    """For what people are put in order: each of these may be another order."""

    PROGRAM = "program"
    SPEECHES = "speeches"
    SEATING = "seating"
    PHOTO = "photo"
    MOTORCADE = "motorcade"
    OTHER = "other"


class PrecedenceList(OfEdition, Versioned, Base):
    """An order of people for one purpose (program, seating, speeches), set and approved by people: of the whole
    edition, or of one session. What is changed after an approval is a draft: papers keep to the order that was approved
    (`approved_place`), with that approval's day, until the next one.
    """

    __tablename__ = "precedence_list"
    __table_args__ = (
        UniqueConstraint("edition_id", "scope"),
        within_edition(),
        same_edition("session_id", "session"),
        CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approval_is_whole"),
        CheckConstraint("(was_approved_at IS NULL) = (was_approved_by IS NULL)", name="ended_approval_is_whole"),
        CheckConstraint("approved_at IS NULL OR was_approved_at IS NULL", name="approved_or_ended"),
    )

    scope: Mapped[Words]
    name: Mapped[Texts]
    purpose: Mapped[PrecedencePurpose] = mapped_column(choice(PrecedencePurpose), default=PrecedencePurpose.OTHER)
    session_id: Mapped[int | None] = mapped_column(BigId)
    approved_by: Mapped[Words | None]
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    was_approved_by: Mapped[Words | None]
    was_approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PrecedenceEntry(OfEdition, Versioned, Base):
    """One person's place. Keys sort as text, so that one can be put between two others without renumbering."""

    __tablename__ = "precedence_entry"
    __table_args__ = (
        same_edition("list_id", "precedence_list"),
        UniqueConstraint("list_id", "sort_key"),
        UniqueConstraint("list_id", "person_id"),
        Index("ix_precedence_entry_person", "person_id"),
    )

    list_id: Mapped[int] = mapped_column(BigId)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    capacity: Mapped[Texts]
    sort_key: Mapped[Words]
    reason: Mapped[Words] = mapped_column(default="")


class ApprovedPlace(OfEdition, Versioned, Base):
    """Where someone stood in an order, and in which capacity, when it was approved last. Papers read these alone."""

    __tablename__ = "approved_place"
    __table_args__ = (
        same_edition("list_id", "precedence_list"),
        UniqueConstraint("list_id", "sort_key"),
        UniqueConstraint("list_id", "person_id"),
        Index("ix_approved_place_person", "person_id"),
    )

    list_id: Mapped[int] = mapped_column(BigId)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    capacity: Mapped[Texts]
    sort_key: Mapped[Words]


class Kept(enum.StrEnum):
    """What the registry keeps across editions."""

    PERSON = "person"
    ORGANIZATION = "organization"


class Merge(Row, Base):
    """Two records of one person, or of one organization, that became one.

    `gone` is the whole record that was given up, and `moved` which rows of which table were its own; so that nothing
    of the history is lost, and whoever still holds the old id is led to the record that was kept.
    """

    __tablename__ = "merge"
    __table_args__ = (UniqueConstraint("entity", "gone_id"), CheckConstraint("kept_id <> gone_id", name="of_two"))

    entity: Mapped[Kept] = mapped_column(choice(Kept))
    kept_id: Mapped[int] = mapped_column(BigId)
    gone_id: Mapped[int] = mapped_column(BigId)
    gone: Mapped[Plain] = mapped_column(info=sensitive())
    moved: Mapped[Plain]
    merged_by: Mapped[Words | None]


class DistinctPair(Row, Base):
    """Two records that look alike, and of which someone said that they are not the same."""

    __tablename__ = "distinct_pair"
    __table_args__ = (
        UniqueConstraint("entity", "low_id", "high_id"),
        CheckConstraint("low_id < high_id", name="low_before_high"),
    )

    entity: Mapped[Kept] = mapped_column(choice(Kept))
    low_id: Mapped[int] = mapped_column(BigId)
    high_id: Mapped[int] = mapped_column(BigId)
    decided_by: Mapped[Words | None]


class TitlePair(Versioned, Base):
    """A title in both languages that someone approved; suggested the next time, and never applied by itself."""

    __tablename__ = "title_pair"
    __table_args__ = (UniqueConstraint("key"),)

    title: Mapped[Texts]
    key: Mapped[Words] = mapped_column(info=unlogged())  # both languages, folded: the same pair is kept once
    approved_by: Mapped[Words | None]
