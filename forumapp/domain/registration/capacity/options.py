"""The places of single options of a form: counted for whoever still may take part, in the queue as well.

Whoever changes them has locked the type's places before, so that they are counted exactly; the CHECK holds it from
below. What limits an option stands in the form, and the counters follow it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from forumapp.core.errors import Invalid
from forumapp.domain.registration.capacity.counters import OF_CHOICE, hold
from forumapp.domain.registration.errors import NoPlacesLeft
from forumapp.domain.registration.forms.answers import chosen
from forumapp.domain.registration.forms.questions import places_of
from forumapp.domain.registration.models import ACTIVE, ChoicePlaces, Registration, RegistrationType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Any

    from sqlalchemy.orm import Session as DbSession

    Choice = tuple[str, str]  # a question's code and an option's


def take(db: DbSession, type_id: int, wanted: Collection[Choice]) -> None:
    """A place of each of these options that has a limit. Raises Invalid at the questions whose choice is full."""
    counted = _counted(db, type_id) if wanted else {}
    full = [
        one
        for one in sorted(wanted)
        if one in counted and db.connection().execute(OF_CHOICE.take, {"row": counted[one]}).one_or_none() is None
    ]
    _refuse(full)


def refuse_full(db: DbSession, type_id: int, wanted: Collection[Choice]) -> None:
    """As `take` does, for whoever has a place already and is to read the same as someone who has none."""
    full = select(ChoicePlaces.question, ChoicePlaces.option).where(
        ChoicePlaces.type_id == type_id, ChoicePlaces.taken >= ChoicePlaces.quota
    )
    _refuse({(row.question, row.option) for row in db.execute(full)} & set(wanted) if wanted else ())


def take_or_refuse(db: DbSession, row: Registration) -> None:
    """The same for whoever is entered or gets another type, who has no form to choose anew. Raises NoPlacesLeft."""
    wanted = chosen(row.answers)
    if not wanted:
        return
    hold(db, row.type_id)
    try:
        take(db, row.type_id, wanted)
    except Invalid as error:
        raise NoPlacesLeft(of="choice") from error


def move(db: DbSession, row: Registration, kept: Mapping[str, Any]) -> None:
    """From what a registration has chosen to what it chooses now, before it is kept."""
    if row.status in ACTIVE:
        before, after = chosen(row.answers), chosen(kept)
        _free(db, row.type_id, before - after)
        take(db, row.type_id, after - before)


def give_back(db: DbSession, row: Registration) -> None:
    """Of someone who takes part no more."""
    _free(db, row.type_id, chosen(row.answers))


def full_choices(db: DbSession, kind: RegistrationType) -> dict[str, set[str]]:
    """By question, the options that nobody can choose any more."""
    if not kind.counts_choices:
        return {}
    full: dict[str, set[str]] = {}
    rows = select(ChoicePlaces).where(ChoicePlaces.type_id == kind.id, ChoicePlaces.taken >= ChoicePlaces.quota)
    for row in db.scalars(rows):
        full.setdefault(row.question, set()).add(row.option)
    return full


def taken_of(db: DbSession, kind: RegistrationType) -> dict[Choice, int]:
    """How many have chosen what is limited."""
    rows = select(ChoicePlaces).where(ChoicePlaces.type_id == kind.id) if kind.counts_choices else None
    return {} if rows is None else {(row.question, row.option): row.taken for row in db.scalars(rows)}


def count(db: DbSession, kind: RegistrationType) -> None:
    """Bring the counters in line with the form of a type that is locked. What is limited only now is counted among
    those who take part. Raises Invalid where more have chosen an option than it is to have places.
    """
    wanted = places_of(kind.questions)
    there = {(row.question, row.option): row for row in db.scalars(_of(kind.id))}
    for one, row in there.items():
        if one not in wanted:
            db.delete(row)
    new = wanted.keys() - there.keys()
    known = _chosen_by_all(db, kind.id) if new else Counter()
    taken = {one: known[one] if one in new else there[one].taken for one in wanted}
    _refuse_below_taken(kind, {one[0] for one, many in wanted.items() if many < taken[one]})
    for one, many in wanted.items():
        if one in new:
            question, option = one
            values = {"question": question, "option": option, "quota": many, "taken": taken[one]}
            db.add(ChoicePlaces(edition_id=kind.edition_id, type_id=kind.id, **values))
        else:
            there[one].quota = many
    db.flush()
    counts = update(RegistrationType).where(RegistrationType.id == kind.id)
    still = {"updated_at": RegistrationType.updated_at}
    db.connection().execute(counts.values(counts_choices=bool(wanted), **still))
    db.refresh(kind)


def count_all(db: DbSession, edition_id: int) -> None:
    """Of an edition that was just made from another."""
    for kind in db.scalars(select(RegistrationType).where(RegistrationType.edition_id == edition_id)).all():
        count(db, kind)


def forget(db: DbSession, type_id: int) -> None:
    """Of a type that goes."""
    db.connection().execute(delete(ChoicePlaces).where(ChoicePlaces.type_id == type_id))


def _refuse(full: Collection[Choice]) -> None:
    if full:
        raise Invalid(fields={f"answers.{question}": "option-full" for question, _option in sorted(full)})


def _refuse_below_taken(kind: RegistrationType, questions: Collection[str]) -> None:
    faults = {
        f"questions.{place}.options": "below-taken"
        for place, one in enumerate(kind.questions)
        if one["code"] in questions
    }
    if faults:
        raise Invalid(fields=faults)


def _free(db: DbSession, type_id: int, choices: Iterable[Choice]) -> None:
    choices = sorted(choices)
    counted = _counted(db, type_id) if choices else {}
    for one in choices:
        if one in counted:
            db.connection().execute(OF_CHOICE.free, {"row": counted[one]})


def _counted(db: DbSession, type_id: int) -> dict[Choice, int]:
    query = select(ChoicePlaces.question, ChoicePlaces.option, ChoicePlaces.id).where(ChoicePlaces.type_id == type_id)
    return {(row.question, row.option): row.id for row in db.execute(query)}


def _of(type_id: int) -> Any:
    return select(ChoicePlaces).where(ChoicePlaces.type_id == type_id).execution_options(populate_existing=True)


def _chosen_by_all(db: DbSession, type_id: int) -> Counter[Choice]:
    answers = select(Registration.answers).where(Registration.type_id == type_id, Registration.status.in_(ACTIVE))
    return Counter(one for kept in db.scalars(answers) for one in chosen(kept))
