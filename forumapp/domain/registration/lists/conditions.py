"""The registrations that filters choose, as conditions of a query of registrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, bindparam, cast, false, func, or_, select, true
from sqlalchemy.orm import aliased

from forumapp.core.values.times import end_of_day, start_of_day
from forumapp.domain.accounts.scope import limited, registrations_beside, registrations_in
from forumapp.domain.agenda.models import Session
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.models import Person
from forumapp.domain.registration.consent_queries import agrees_to
from forumapp.domain.registration.forms.questions import NO, YES, Kind, for_public, read_questions, with_sections
from forumapp.domain.registration.lists.filters import NO_DELEGATION, Badge, Filters, Lack, Way
from forumapp.domain.registration.lists.search_words import all_match, search_words
from forumapp.domain.registration.lists.stale_badges import changed_since_printed
from forumapp.domain.registration.models import Registration, RegistrationType, SessionSignUp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.forms.questions import Condition as ConditionOn

    Condition = ColumnElement[bool]
    Forms = Sequence[tuple[int, Sequence[Mapping[str, Any]]]]  # a type's id, and what it asks

_SAID = {YES: ("true", "1"), NO: ("false", "0")}  # as either database writes them


def chosen_ids(
    db: DbSession,
    edition_id: int,
    filters: Filters,
    *,
    within: Collection[int] | None = None,
    details_within: Collection[int] | None = None,
) -> Select[Any]:
    """Selects the ids of the registrations that filters choose among those within reach."""
    reached = limited(Registration.id, "registration", edition_id, within)
    here = (
        Registration.edition_id == edition_id,
        *reached,
        *chosen(db, edition_id, filters, details_within=details_within),
    )
    return select(Registration.id).where(*here)


def chosen(
    db: DbSession, edition_id: int, filters: Filters, *, details_within: Collection[int] | None = None
) -> list[Condition]:
    """The conditions of the filters, for a query of Registration. Only some filters run a query of their own.

    Filters on email addresses, phone numbers and answers match members of the delegations `details_within` only; None
    means all.
    """
    reachable = _reachable(edition_id, details_within)
    return [
        all_match(search_words(edition_id, filters.search, details_within=details_within)),
        *_standing(edition_id, filters),
        *((_printed(db, edition_id, filters.badge),) if filters.badge else ()),
        *_any(_came(edition_id, way) for way in filters.way),
        *_any(conditions_of(db, edition_id, filters.missing, details_within=details_within).values()),
        *_any(and_(reachable, agrees_to(purpose)) for purpose in filters.consent),
        *_registered(db, edition_id, filters),
    ]


def conditions_of(
    db: DbSession, edition_id: int, lacks: Iterable[Lack], *, details_within: Collection[int] | None = None
) -> dict[Lack, Condition]:
    """What of a registration is missing, as conditions. The forms are read once, if there is anything to say."""
    wanted = list(lacks)
    query = select(RegistrationType.id, RegistrationType.questions).where(RegistrationType.edition_id == edition_id)
    forms = [(row.id, row.questions) for row in db.execute(query)] if wanted else []
    reachable = _reachable(edition_id, details_within)
    return {lack: _lacks(edition_id, forms, lack, reachable) for lack in wanted}


def _reachable(edition_id: int, details_within: Collection[int] | None) -> Condition:
    return and_(true(), *limited(Registration.id, "registration", edition_id, details_within))


def _any(conditions: Iterable[Condition]) -> list[Condition]:
    found = list(conditions)
    return [or_(*found)] if found else []


def _standing(edition_id: int, filters: Filters) -> list[Condition]:
    """What the row itself says."""
    columns = (
        (Registration.status, filters.status),
        (Registration.language, filters.language),
        (Registration.source, filters.source),
        (Registration.group_id, filters.group),
        (Registration.type_id, _types(edition_id, filters.type) if filters.type else ()),
    )
    found: list[Condition] = [
        column.in_(wanted) for column, wanted in columns if not isinstance(wanted, tuple) or wanted
    ]
    if filters.vip is not None:
        found.append(Registration.is_vip.is_(filters.vip))
    if filters.delegation:
        found.append(_in_delegations(edition_id, filters.delegation))
    if filters.session:
        found.append(_in_sessions(edition_id, filters.session))
    return found


def _in_sessions(edition_id: int, codes: Collection[str]) -> Condition:
    chosen = select(SessionSignUp.registration_id).join(Session, Session.id == SessionSignUp.session_id)
    return Registration.id.in_(chosen.where(Session.edition_id == edition_id, Session.code.in_(codes)))


def _types(edition_id: int, codes: Collection[str]) -> Select[Any]:
    return select(RegistrationType.id).where(
        RegistrationType.edition_id == edition_id, RegistrationType.code.in_(codes)
    )


def _in_delegations(edition_id: int, codes: Collection[str]) -> Condition:
    named = [code for code in codes if code != NO_DELEGATION]
    found = [Registration.id.in_(registrations_in(edition_id, named))] if named else []
    if NO_DELEGATION in codes:
        found.append(Registration.id.not_in(registrations_in(edition_id)))
    return or_(*found)


def _came(edition_id: int, way: Way) -> Condition:
    if way is Way.PLUS_ONE:
        return Registration.principal_id.is_not(None)
    if way is Way.OVER_CAPACITY:
        return Registration.over_capacity_by.is_not(None)
    before = aliased(Registration)
    replaced = select(before.replaced_by_id).where(before.edition_id == edition_id, before.replaced_by_id.is_not(None))
    return Registration.id.in_(replaced)


def find_missing(db: DbSession, row: Registration) -> list[Lack]:
    """What of one registration is missing."""
    found = [missing.label(lack.name) for lack, missing in conditions_of(db, row.edition_id, Lack).items()]
    said = db.execute(select(*found).select_from(Registration).where(Registration.id == row.id)).one()
    return [lack for lack, is_missing in zip(Lack, said, strict=True) if is_missing]


def _lacks(edition_id: int, forms: Forms, lack: Lack, reachable: Condition) -> Condition:
    """Each is built only where it is asked for."""
    return {
        Lack.LATIN_NAME: lambda: _person(Person.latin_family == "", Person.latin_given == ""),
        Lack.NATIVE_NAME: lambda: and_(_person(Person.native_full == ""), _needs_native_name(edition_id)),
        Lack.EMAIL: lambda: and_(_person(func.coalesce(Person.email, "") == ""), reachable),
        Lack.ID_CHECK: lambda: _unseen(edition_id),
        Lack.DIET: lambda: and_(_unanswered(forms, Kind.DIET), reachable),
        Lack.ANSWER: lambda: and_(_leaves_open(forms), reachable),
        Lack.PHOTO: lambda: and_(_person(Person.photo_id.is_(None)), ~_answered(forms, Kind.PHOTO)),
    }[lack]()


def _unseen(edition_id: int) -> Condition:
    """Of media, whose ID nobody has seen."""
    kind = RegistrationType
    accredits = select(kind.id).where(kind.edition_id == edition_id, kind.is_media.is_(True))
    return and_(Registration.id_seen_at.is_(None), Registration.type_id.in_(accredits))


def _person(*conditions: Condition) -> Condition:
    """Whether these hold of whoever is registered."""
    return select(1).where(Person.id == Registration.person_id, *conditions).exists()


def _needs_native_name(edition_id: int) -> Condition:
    """Whoever registers in Chinese, or is in a delegation in which others have a name in their own script."""
    one, other = aliased(Registration), aliased(Person)
    named = select(one.id).join(other, other.id == one.person_id)
    named = named.where(one.edition_id == edition_id, other.native_full != "")
    beside = Registration.id.in_(registrations_beside(edition_id, named))
    return or_(Registration.language.startswith("zh"), beside)


def _codes_of(forms: Forms, kind: Kind) -> list[tuple[int, list[str]]]:
    """By type, the codes of those of its questions that are of a kind; of the types that have any."""
    asked = [(type_id, [str(one["code"]) for one in stored if one["kind"] == kind]) for type_id, stored in forms]
    return [(type_id, codes) for type_id, codes in asked if codes]


def _unanswered(forms: Forms, kind: Kind) -> Condition:
    """Whether none of the questions of a kind that the type asks is answered; false where it asks none."""
    asked = [
        and_(Registration.type_id == type_id, *(_answer(code).is_(None) for code in codes))
        for type_id, codes in _codes_of(forms, kind)
    ]
    return or_(false(), *asked)


def _leaves_open(forms: Forms) -> Condition:
    """Whether a question is unanswered that the form of the type requires today of someone who answers as they do."""
    found = []
    for type_id, stored in forms:
        asked = with_sections(read_questions(for_public(stored)))
        kinds = {one.code: one.kind for one in asked}
        found += [
            and_(
                Registration.type_id == type_id,
                _answer(one.code).is_(None),
                *(_holds(kinds[each.question], each) for each in one.when),
            )
            for one in asked
            if one.required
        ]
    return or_(false(), *found)


def _holds(kind: Kind, condition: ConditionOn) -> Condition:
    """`ConditionOn.holds` in SQL. What is not asked is not answered, so that the answer alone decides."""
    if kind is Kind.CHOICES:
        answer = _answer(condition.question)
        return or_(*(answer.contains(f'"{code}"', autoescape=True) for code in sorted(condition.one_of)))
    codes = sorted(condition.one_of)
    words = [word for code in codes for word in _SAID[code]] if kind is Kind.YES_NO else codes
    return cast(_answer(condition.question), String).in_(words)


def _answered(forms: Forms, kind: Kind) -> Condition:
    codes = {code for _type, codes in _codes_of(forms, kind) for code in codes}
    return or_(false(), *(_answer(code).is_not(None) for code in sorted(codes)))


def _answer(code: str) -> Any:
    return Registration.answers["values", code].as_string()


def _printed(db: DbSession, edition_id: int, badge: Badge) -> Condition:
    if badge is Badge.NOT_PRINTED:
        return Registration.printed_at.is_(None)
    if badge is Badge.PRINTED:
        return Registration.printed_at.is_not(None)
    if badge is Badge.TOO_LATE:
        one = aliased(Registration)
        first = select(func.min(one.printed_at)).where(one.edition_id == edition_id).scalar_subquery()
        return and_(Registration.registered_at > first, Registration.printed_at.is_(None))
    # Written into the statement, for they may be more than a statement has parameters.
    ids: Any = bindparam("changed", changed_since_printed(db, edition_id), expanding=True, literal_execute=True)
    has_changed = Registration.id.in_(ids)
    return or_(has_changed, Registration.printed_at.is_(None)) if badge is Badge.TO_PRINT else has_changed


def _registered(db: DbSession, edition_id: int, filters: Filters) -> list[Condition]:
    if not (filters.since or filters.until):
        return []
    zone = db.scalars(select(Edition.zone).where(Edition.id == edition_id)).one()
    found = []
    if filters.since:
        found.append(Registration.registered_at >= start_of_day(filters.since, zone))
    if filters.until:
        found.append(Registration.registered_at < end_of_day(filters.until, zone))
    return found
