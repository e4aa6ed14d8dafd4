"""What the tags of a session are: its topic, its kind or its languages; others have no place in an agenda. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.formats.parsing import texts
from forumapp.domain.agenda.formats.parsing.json_values import Found, first, listed, thing
from forumapp.domain.agenda.formats.parsing.schedule_builder import language_tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOPICS, _TYPES, _LEVELS = frozenset({"topic", "track", "theme"}), frozenset({"type", "format"}), frozenset({"level"})


@dataclass(frozen=True, slots=True)
class Tags:
    topic: tuple[str, ...] = ()  # its names
    color: str = ""
    kind: str = ""
    languages: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


def read(value: Any, known: Mapping[str, tuple[str, Found]], *, topic: Any = "") -> Tags:
    """`known` are the tags that the file describes, by id. A session with a `topic` already gets no other from tags."""
    names: tuple[str, ...] = ()
    color = kind = ""
    languages, unused = [], []
    for word in _words(value):
        one = known[word][1] if word in known else {}
        called, category = _names(one) or (word,), _category(one, word)
        language = next((tag for name in (word, *called) if (tag := language_tag(name))), "")
        if category in _TYPES:
            kind = kind or called[0]
        elif language:
            languages.append(language)
        elif not topic and not names and category not in _LEVELS:
            names, color = called, texts.line(one.get("color"))
        else:
            unused.append(called[0])
    return Tags(names, color, kind, tuple(languages), tuple(unused))


def _words(value: Any) -> Iterator[str]:
    """Ids or names; a text names several with commas between them."""
    several = value.split(",") if isinstance(value, str) else listed(value)
    for one in several:
        word = texts.line(first(thing(one), "id", "name") if isinstance(one, dict) else one)
        if word:
            yield word


def _names(one: Found) -> tuple[str, ...]:
    said = [first(part, "name", "title") for part in (one, thing(one.get("en")), thing(one.get("zh")))]
    return tuple(dict.fromkeys(texts.line(name) for name in said if name))


def _category(one: Found, word: str) -> str:
    """As the file says, or as its tags begin: topic_web, type_codelab."""
    return texts.line(one.get("category")).lower() or word.partition("_")[0].lower()
