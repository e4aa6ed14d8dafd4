"""Suggestions for combobox.js as JSON, and the fields that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import jsonify, request

from forumapp.core.database.transactions import reading
from forumapp.core.values.text import pick
from forumapp.domain.people.records.titles import suggest_titles
from forumapp.domain.people.search import suggestions
from forumapp.web.forms.combobox import Combobox, Option
from forumapp.web.organizer.kit.guard import blueprint
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.wording.language import language
from forumapp.web.wording.words import region

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response

    from forumapp.domain.people.search.suggestions import SuggestedOrganization, SuggestedPerson

LONGEST = 100


@blueprint.get("/suggestions/people")
def suggested_people() -> Response:
    return _answer(search_people)


@blueprint.get("/suggestions/organizations")
def suggested_organizations() -> Response:
    return _answer(search_organizations)


@blueprint.get("/suggestions/titles")
def suggested_titles() -> Response:
    pairs = suggest_titles(reading(), _typed(), actor=actor())
    return _items(
        [{"id": pair.id, "label": _in_both_languages(pair.title), "note": "", "texts": pair.title} for pair in pairs]
    )


def search_people(text: str) -> list[Option]:
    return [_person(suggestion) for suggestion in suggestions.suggest_people(reading(), text, actor=actor())]


def search_organizations(text: str) -> list[Option]:
    return [
        _organization(suggestion) for suggestion in suggestions.suggest_organizations(reading(), text, actor=actor())
    ]


def find_person(person_id: int) -> Option | None:
    row = suggestions.find_suggested_person(reading(), person_id, actor=actor())
    return _person(row) if row else None


def find_organization(organization_id: int) -> Option | None:
    row = suggestions.find_suggested_organization(reading(), organization_id, actor=actor())
    return _organization(row) if row else None


def person_box(name: str, label: Any, **options: Any) -> Combobox:
    """Return the suggestion field for one person."""
    source = "organizer.suggested_people"
    return Combobox(name=name, label=label, source=source, find=find_person, search=search_people, **options)


def organization_box(name: str, label: Any, **options: Any) -> Combobox:
    """Return the suggestion field for one organization."""
    source = "organizer.suggested_organizations"
    return Combobox(
        name=name, label=label, source=source, find=find_organization, search=search_organizations, **options
    )


def _typed() -> str:
    return request.args.get("q", "")[:LONGEST]


def _answer(search: Callable[[str], list[Option]]) -> Response:
    return _items(
        [{"id": suggestion.id, "label": suggestion.label, "note": suggestion.note} for suggestion in search(_typed())]
    )


def _items(items: list[dict[str, Any]]) -> Response:
    answer = jsonify(items=items)
    answer.headers["Cache-Control"] = "no-store"  # names of people, which are not to stay on the disk
    return answer


def _person(person: SuggestedPerson) -> Option:
    pair = (
        (person.name.native_full, person.name.latin)
        if _reads_chinese()
        else (person.name.latin, person.name.native_full)
    )
    post = (pick(person.title, language()), pick(person.organization, language()))
    return Option(person.id, " ".join(filter(None, pair)), " · ".join(filter(None, post)))


def _organization(organization: SuggestedOrganization) -> Option:
    label = pick(organization.name, language())
    others = [*organization.name.values(), *organization.legal.values(), *organization.abbreviation.values()]
    notes = [text for text in dict.fromkeys(others) if text and text != label]
    if organization.country_region:
        notes.append(region(organization.country_region))
    return Option(organization.id, label, " · ".join(notes))


def _in_both_languages(texts: Mapping[str, str]) -> str:
    return " · ".join(texts[code] for code in sorted(texts, reverse=_reads_chinese()))


def _reads_chinese() -> bool:
    return language() == "zh-Hans"
