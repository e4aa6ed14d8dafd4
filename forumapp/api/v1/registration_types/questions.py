"""The questions of a registration type's form."""

from __future__ import annotations

from forumapp.api.v1.shapes import Slug
from forumapp.domain.registration.forms.questions import LARGEST, MOST_CONDITIONS, MOST_PLACES
from forumapp.schemas.choices import QuestionKind
from forumapp.schemas.fields import (
    LINE,
    PARAGRAPHS,
    Bilingual,
    Choice,
    Flag,
    ListOf,
    Numeral,
    Part,
    Shape,
    Text,
    WholeNumber,
)

MOST_OPTIONS = 200


class OptionSchema(Shape):
    code = Slug(required=True)
    label = Bilingual(needed=True)
    places = WholeNumber(
        least=0, most=MOST_PLACES, allow_none=True, metadata={"description": "How many may choose it; null: no limit."}
    )


class ConditionSchema(Shape):
    """That an earlier or later question is answered by one of these options, or "yes" or "no"."""

    question = Slug(required=True)
    one_of = ListOf(Text(longest=LINE), least=1, most=MOST_OPTIONS, required=True, data_key="is", attribute="is")


class QuestionSchema(Shape):
    """A `section` is a heading for the questions that follow. A question is asked if all conditions of `when` hold, its
    own and its section's. `least` and `most` bound a number.
    """

    code = Slug(required=True)
    kind = Choice(QuestionKind, required=True)
    label = Bilingual(needed=True)
    help = Bilingual(longest=PARAGRAPHS)
    required = Flag()
    options = ListOf(Part(OptionSchema), most=MOST_OPTIONS)
    when = ListOf(Part(ConditionSchema), most=MOST_CONDITIONS)
    for_organizers = Flag(metadata={"description": "Asked of organizers only, and shown to nobody else."})
    least = Numeral(most=LARGEST, allow_none=True)
    most = Numeral(most=LARGEST, allow_none=True)


class CopySchema(Shape):
    from_type = Slug(required=True, metadata={"description": "The code of the type to copy questions from."})
    from_edition = Slug(
        load_default=None,
        allow_none=True,
        metadata={"description": "The edition of that type, one that the caller may see; null: this one."},
    )
