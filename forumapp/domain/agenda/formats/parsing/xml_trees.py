"""XML as small trees that know their lines. Entities, other documents and depths without end are refused. Pure."""

from __future__ import annotations

import io
import xml.sax
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import parse

from forumapp.domain.agenda.formats.parsing.values import DEEPEST, MOST_ELEMENTS, UnreadableSchedule

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Node:
    tag: str
    line: int
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    # Processing instructions in it; of the root, also those before it.
    told: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Its own words and those of whatever stands in it, as people read them."""
        return "".join([*self.said, *(f" {child.text}" for child in self.children)])

    def all(self, tag: str) -> Iterator[Node]:
        return (child for child in self.children if child.tag == tag)

    def one(self, tag: str) -> Node | None:
        return next(self.all(tag), None)

    def word(self, tag: str) -> str:
        found = self.one(tag)
        return found.text if found else ""


class _Reader(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Node | None = None
        self._open: list[Node] = []
        self._told: dict[str, str] = {}
        self._count = 0
        self._locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 (SAX's name)
        self._locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 (SAX's name)
        line = self._locator.getLineNumber()
        self._count += 1
        if self._count > MOST_ELEMENTS:
            raise UnreadableSchedule(why="too-many-elements", at=f"line {line}")
        if len(self._open) >= DEEPEST:
            raise UnreadableSchedule(why="too-deep", at=f"line {line}")
        node = Node(name.rpartition(":")[2], line, dict(attrs.items()))
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
            node.told = self._told
        self._open.append(node)

    def processingInstruction(self, target: str, data: str) -> None:  # noqa: N802 (SAX's name)
        if self._open:
            self._open[-1].told[target] = data
        elif not self.root:
            self._told[target] = data

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802 (SAX's names)
        self._open.pop()

    def characters(self, content: str) -> None:
        if self._open:
            self._open[-1].said.append(content)


def tree(content: bytes) -> Node:
    reader = _Reader()
    try:
        parse(io.BytesIO(content), reader)
    except DefusedXmlException as error:
        raise UnreadableSchedule(why="entities") from error
    except xml.sax.SAXParseException as error:
        at = f"line {error.getLineNumber()}, column {error.getColumnNumber()}"
        raise UnreadableSchedule(why="not-xml", at=at) from error
    except (xml.sax.SAXException, ValueError, LookupError) as error:
        raise UnreadableSchedule(why="not-xml") from error
    if reader.root is None:
        raise UnreadableSchedule(why="not-xml")
    return reader.root
