"""What is missing or doubtful about an edition's people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, literal, or_, select

from forumapp.core.database.columns import Json
from forumapp.core.database.counting import Asked, counted, lacks, untranslated
from forumapp.core.values.attention import Need, Section, Severity
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import limited, people_of_edition
from forumapp.domain.people.duplicates.queries import open_doubles
from forumapp.domain.people.models import EditionTitle, Kept, Organization, Person, PrecedenceList

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.accounts.scope import ContactScope

    Which = Callable[[int, Collection[str]], Select[Any]]


def _nameless(edition_id: int, _languages: Collection[str]) -> Select[Any]:
    return _people(edition_id).where(Person.latin_family == "", Person.latin_given == "")


def _flagged(edition_id: int, _languages: Collection[str]) -> Select[Any]:
    return _people(edition_id).where(Person.flags != literal([], Json))


def _half_titled(edition_id: int, languages: Collection[str]) -> Select[Any]:
    here = select(EditionTitle.person_id).where(EditionTitle.edition_id == edition_id)
    return _people(edition_id).where(Person.id.in_(here.where(untranslated(languages, EditionTitle.title))))


def _half_named(edition_id: int, languages: Collection[str]) -> Select[Any]:
    """Organizations of the edition's people that some language has neither a short nor a legal name of."""
    here = select(EditionTitle.organization_id).where(EditionTitle.edition_id == edition_id)
    gaps = [and_(*(lacks(text, one) for text in (Organization.short, Organization.legal))) for one in languages]
    return select(Organization.id).where(Organization.id.in_(here), or_(*gaps))


# By code: the ids of those who need it, to count them and to narrow lists down to them.
PEOPLE: dict[str, Which] = {
    "latin-name-missing": _nameless,
    "title-untranslated": _half_titled,
    "person-flagged": _flagged,
}
ORGANIZATIONS: dict[str, Which] = {"organization-untranslated": _half_named}

DOUBTFUL = frozenset({"order-changed", "person-flagged", "people-alike", "organizations-alike"})


def people_needs(
    db: DbSession, edition_id: int, languages: Collection[str], access: Access, contact_scope: ContactScope | None
) -> list[Need]:
    """Likely doubles are the whole registry's, as far as the caller, who is `told` these contacts, may merge them."""
    if not access.allows(Permission.EDIT_PEOPLE):
        return []
    within = access.within(Permission.EDIT_PEOPLE)
    reached = limited(Person.id, "person", None, within)
    which = {code: ids(edition_id, languages).where(*reached) for code, ids in PEOPLE.items()}
    if within is None:  # organizations are nobody's own
        which |= {code: ids(edition_id, languages) for code, ids in ORGANIZATIONS.items()}
        which["organizations-alike"] = open_doubles(Kept.ORGANIZATION, contact_scope)
        if access.allows(Permission.SEE_ANSWERS) and access.within(Permission.SEE_ANSWERS) is None:
            which["people-alike"] = open_doubles(Kept.PERSON, contact_scope)
    if access.allows(Permission.EDIT_PRECEDENCE):
        ended = PrecedenceList.was_approved_at.is_not(None)
        which["order-changed"] = select(PrecedenceList.id).where(PrecedenceList.edition_id == edition_id, ended)
    asked = [
        Asked(code, Severity.DOUBTFUL if code in DOUBTFUL else Severity.MISSING, ids) for code, ids in which.items()
    ]
    return counted(db, Section.PEOPLE, asked)


def _people(edition_id: int) -> Select[Any]:
    return select(Person.id).where(Person.id.in_(people_of_edition(edition_id)))
