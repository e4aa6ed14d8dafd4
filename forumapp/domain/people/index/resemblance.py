"""Whom of the registry someone resembles who is not in it yet, as the registry's own likely doubles would tell."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.people.index.same_names import batched_words
from forumapp.domain.people.models import PersonWord
from forumapp.domain.people.names.likeness import RANKS, person_keys, why_person
from forumapp.domain.people.names.spellings import LONGEST_WORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.people.names.likeness import Face, Reason


def found_by_name(db: DbSession, faces: Mapping[int, Face]) -> dict[int, set[int]]:
    """The ids of those who are found by a name of each of `faces`, in whichever order and script."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for number, face in faces.items():
        for key in person_keys(face).all:
            wanted[key[:LONGEST_WORD]].add(number)
    found: dict[int, set[int]] = defaultdict(set)
    for batch in batched_words(wanted):
        query = select(PersonWord.word, PersonWord.person_id).where(PersonWord.word.in_(batch))
        for word, person_id in db.execute(query):
            for number in wanted[word]:
                found[number].add(person_id)
    return found


def closest(face: Face, others: Iterable[Face]) -> tuple[int, Reason] | None:
    """Which of `others` is most likely the same, and why."""
    keys = person_keys(face)
    reasons = [(one.id, why_person(face, one, (keys, person_keys(one)))) for one in others]
    likely = [(RANKS[reason], one, reason) for one, reason in reasons if reason is not None]
    return min(likely)[1:] if likely else None
