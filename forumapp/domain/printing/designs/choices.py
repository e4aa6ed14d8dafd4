"""Which design a badge has: that of its registration type, or the one that stands ready for the stock. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from forumapp.domain.printing.designs.reader import plain, saved_design
from forumapp.domain.printing.paper.documents import Logo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.domain.printing.designs.shapes import Design
    from forumapp.domain.printing.paper.documents import BadgeValues


@dataclass(frozen=True, slots=True)
class Chosen:
    """A type's design in the version that is printed, with its logo. What does not fit the stock that was asked for is
    not used.
    """

    design: Design
    version_id: int
    fits: bool = True
    logo: Logo | None = None


Looks = dict[str, Chosen]  # by the code of the registration type


def looks_as_plain(looks: Mapping[str, Chosen]) -> dict[str, Any]:
    """As JSON can hold them, so that a print that is taken up again prints the versions it began with."""
    return {
        code: {
            "layout": plain(one.design),
            "version_id": one.version_id,
            "fits": one.fits,
            "logo": asdict(one.logo) if one.logo else None,
        }
        for code, one in looks.items()
    }


def looks_from_plain(kept: Mapping[str, Any]) -> Looks:
    return {
        code: Chosen(
            saved_design(one["layout"]), one["version_id"], one["fits"], Logo(**one["logo"]) if one["logo"] else None
        )
        for code, one in kept.items()
    }


def versions_of(looks: Mapping[str, Chosen]) -> dict[str, int]:
    """Those that are printed, by the code of the registration type."""
    return {code: one.version_id for code, one in looks.items() if one.fits}


def pictures_on(people: Iterable[BadgeValues], looks: Mapping[str, Chosen]) -> set[int]:
    """The keys of the pictures that these badges may show."""
    logos = {one.logo.key for one in looks.values() if one.logo}
    return logos | {one.photo for one in people if one.photo is not None}
