"""A registration type as the rows of lists name it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.domain.registration.forms.list_questions import list_questions
from forumapp.domain.registration.forms.questions import for_public, read_questions, with_sections
from forumapp.domain.registration.spreadsheets.rows import FILES, Form

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def form_of(
    type_id: int,
    code: str,
    name: Mapping[str, str],
    stored: Sequence[Mapping[str, Any]],
    is_media: bool,
) -> Form:
    public = read_questions(for_public(stored))
    must = frozenset(one.code for one in with_sections(public) if one.required and one.kind not in FILES)
    return Form(type_id, code, name, stored, read_questions(stored), must, is_media, list_questions(stored))
