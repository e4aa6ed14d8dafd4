"""What was approved, what prints otherwise since, and what someone wants otherwise. Pure."""

from __future__ import annotations

import enum
import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from forumapp.domain.people.names.printed_names import Printed
    from forumapp.domain.people.rules import Name

LINK_PURPOSE = "proof"
# Each may come from another hand in the same office; more are no answer any more.
MOST_OPEN = 10
NAME_PARTS = ("latin_family", "latin_given", "name_order", "native_full")
TEXT_PARTS = ("title", "organization")
NAME, ORDER = "name", "order"
# What speakers send beside it, which is not printed small.
BIOGRAPHY, PHOTO = "biography", "photo"


class CorrectionState(enum.StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class EntryState(enum.StrEnum):
    """Where one person on a proof stands."""

    WAITING = "waiting"  # nobody has approved it yet
    APPROVED = "approved"
    CHANGED = "changed"  # what would print now is not what was approved
    CORRECTION = "correction"  # a correction waits for the organizer


class ProofState(enum.StrEnum):
    NOT_SENT = "not-sent"
    SENT = "sent"
    PARTLY = "partly-approved"
    APPROVED = "approved"
    CHANGED = "changed"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Shown:
    """A person as a proof shows them: what is printed, and which entries, by id, stand before theirs."""

    printed: Printed
    before: tuple[int, ...] = ()

    @property
    def kept(self) -> dict[str, Any]:
        """As an approval keeps it. The language of a name chooses its font and is not read."""
        values = asdict(self.printed)
        del values["native_language"]
        return {**values, "before": list(self.before)}

    @property
    def fingerprint(self) -> str:
        """Tells whether what someone answers is what they saw."""
        return hashlib.sha256(json.dumps(self.kept, sort_keys=True).encode()).hexdigest()[:16]


def changes(approved: Mapping[str, Any], now: Shown, standing: Collection[int]) -> list[str]:
    """Which parts would print otherwise than they were approved: name, title, organization, order.

    The order of a person is who stands before them. That someone of those is gone, so that they are no longer
    `standing`, disturbs nobody's approval; that someone came, or changed sides, does.
    """
    found = []
    if any(approved[part] != getattr(now.printed, part) for part in ("latin_name", "native_name")):
        found.append(NAME)
    found += [part for part in TEXT_PARTS if _written(approved[part]) != _written(getattr(now.printed, part))]
    if {one for one in approved["before"] if one in standing} != set(now.before):
        found.append(ORDER)
    return found


def _written(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in texts.items() if text}


def entry_state(*, approved: bool, changed: bool, open_corrections: int) -> EntryState:
    if open_corrections:
        return EntryState.CORRECTION
    if not approved:
        return EntryState.WAITING
    return EntryState.CHANGED if changed else EntryState.APPROVED


def proof_state(entries: Iterable[EntryState], *, sent: bool, complete: bool = True) -> ProofState:
    """What needs the organizer most comes first; a proof of nobody is approved by nobody, and one of a delegation that
    others have joined since (not `complete`) is not approved as a whole.
    """
    found = list(entries)
    if EntryState.CORRECTION in found:
        return ProofState.CORRECTION
    if EntryState.CHANGED in found:
        return ProofState.CHANGED
    if EntryState.APPROVED in found:
        return ProofState.APPROVED if complete and EntryState.WAITING not in found else ProofState.PARTLY
    return ProofState.SENT if sent else ProofState.NOT_SENT


def parts_of(
    name: Name, title: Mapping[str, str], organization: Mapping[str, str], languages: Iterable[str]
) -> dict[str, str]:
    """What can be corrected of a person, each part by its name; a text has a part for each of its languages."""
    parts = {
        "latin_family": name.latin_family,
        "latin_given": name.latin_given,
        "name_order": "family-first" if name.family_first else "given-first",
        "native_full": name.native_full,
    }
    texts = {"title": title, "organization": organization}
    return parts | {f"{kind}.{one}": texts[kind].get(one, "") for kind in TEXT_PARTS for one in languages}


def told_of(biography: Mapping[str, str], photo_id: int | None, languages: Iterable[str]) -> dict[str, str]:
    """What is told of a speaker, by parts; of the photo which one it is."""
    texts = {f"{BIOGRAPHY}.{one}": biography.get(one, "") for one in languages}
    return texts | ({PHOTO: str(photo_id)} if photo_id is not None else {})


def proposal(stands: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """The parts that someone wants otherwise than they stand."""
    return {part: wanted[part] for part in stands if part in wanted and wanted[part] != stands[part]}


def outdated(shown: Mapping[str, str], stands: Mapping[str, str], chosen: Iterable[str]) -> list[str]:
    """The chosen parts of which something else stands by now than whoever chose them saw."""
    return [part for part in chosen if shown.get(part, "") != stands.get(part, "")]


def texts_with(texts: Mapping[str, str], chosen: Mapping[str, str], kind: str) -> dict[str, str]:
    """`texts` with those of the chosen parts that are of this kind; an empty one goes."""
    mine = {part.partition(".")[2]: text for part, text in chosen.items() if part.startswith(f"{kind}.")}
    return {language: text for language, text in {**texts, **mine}.items() if text}


def names_with(
    short: Mapping[str, str], legal: Mapping[str, str], wanted: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """An organization's short and legal names, so that it is printed as `wanted`: each text goes where the printed one
    comes from.
    """
    new_short, new_legal = dict(short), dict(legal)
    for language, text in wanted.items():
        (new_short if short.get(language) else new_legal)[language] = text
    return new_short, new_legal


def in_order(entries: Sequence[tuple[int, int]], rank: Mapping[int, int]) -> list[int]:
    """The places of `entries`, each a person and their own place on the proof, as they are printed: those of the
    approved order of precedence first, in its order, then the others by their own places.
    """
    last = len(rank)
    return sorted(range(len(entries)), key=lambda at: (rank.get(entries[at][0], last), entries[at][1]))


def as_read(proposed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Parts as people read them, names before titles: JSON on PostgreSQL keeps no order."""
    heads = (*NAME_PARTS, *TEXT_PARTS, BIOGRAPHY, PHOTO)
    return sorted(proposed.items(), key=lambda one: (heads.index(one[0].partition(".")[0]), one[0]))
