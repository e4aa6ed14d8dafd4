"""WeasyPrint as paper uses it: our cut fonts, our assets and nothing else."""

from __future__ import annotations

import base64
import gc
import itertools
import re
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from weasyprint import CSS
from weasyprint.pdf import fonts as written_fonts
from weasyprint.text.ffi import ffi
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from forumapp.domain.images.drawings import looks_like_drawing
from forumapp.domain.printing.engine import tagging
from forumapp.domain.printing.engine.boxtree import without_gaps_at_the_edge
from forumapp.domain.printing.engine.source import Source
from forumapp.domain.printing.engine.templates import LATIN
from forumapp.domain.printing.pdf import fonts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from weasyprint.document import Document

# Pango and fontconfig answer one thread at a time.
HELD = "data:image/"
TYPESETTING = threading.RLock()
TOGETHER = 8  # typesetters that may wait for the collector of garbage
_BEGUN = itertools.count(1)
SHEETS = 64  # style sheets that stay read
LENGTH = re.compile(r"\[\d+\]$")
FINEST = 450  # dots to the inch of a picture: words in a plan stay sharp, and printers show no more


class _Types:
    """C's types, with one of all arrays that are filled when they are made. WeasyPrint names their length, so that each
    font it cuts has two types of its own, which take longer to read than the font and are kept for good.
    """

    def __getattr__(self, name: str) -> Any:
        return getattr(ffi, name)

    def new(self, kind: str, held: Any = None) -> Any:
        return ffi.new(kind) if held is None else ffi.new(LENGTH.sub("[]", kind), held)


written_fonts.ffi = _Types()
tagging.take_over()


class OnlyOurs(URLFetcher):
    """Answers for the named assets, and for what a drawing holds itself: no file, no network.

    A refusal stops the document, since one without its picture or font would be wrong and look right.
    """

    def __init__(self, assets: Mapping[str, Path | bytes]) -> None:
        super().__init__(allowed_protocols=())
        self._assets = assets

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002 - theirs
        asset = self._held_in(url) if url.startswith(HELD) else self._assets.get(url)
        if asset is None:
            raise FatalURLFetchingError(f"paper may not load {url[:200]}")
        content = asset if isinstance(asset, bytes) else asset.read_bytes()
        return URLFetcherResponse(url, content, {"Content-Type": "application/octet-stream"})

    @staticmethod
    def _held_in(url: str) -> bytes | None:
        """A picture in a drawing; the drawing was made anew, with nothing but plain pictures in it."""
        head, _, data = url.partition(",")
        return base64.b64decode(data) if head.endswith(";base64") else None


def _collect_now_and_then() -> None:
    """The boxes of a document are cycles that hold its fonts and a thread of theirs, and there are too few of them to
    make the collector look: without this, thousands of tickets would fill the memory of whoever makes them.
    """
    if next(_BEGUN) % TOGETHER == 0:
        gc.collect()


class Typesetter:
    """Sets documents in one pair of families, cut to `characters`.

    Other characters still come out, from the whole fonts of the machine, only slower. Keep one for many documents:
    it holds the fonts that are loaded. `pictures` are there under their keys, as `picture:7`.
    """

    def __init__(
        self, pair: fonts.Pair, characters: Iterable[str], folder: Path, pictures: Mapping[int, bytes] | None = None
    ) -> None:
        self.pair = pair
        held = dict(pictures or {})
        drawn = (content.decode(errors="replace") for content in held.values() if looks_like_drawing(content))
        self.characters = frozenset(characters).union(*drawn)
        assets: dict[str, Path | bytes] = {f"picture:{key}": content for key, content in held.items()}
        rules = []
        for kind, family in (("Latin", pair.latin), ("Han", pair.han)):
            for weight in fonts.WEIGHTS:
                url = f"font:{kind}-{weight}"
                assets[url] = fonts.cut(fonts.find_face(family, weight), self.characters, folder)
                rules.append(f"@font-face{{font-family:'Paper {kind}';font-weight:{weight};src:url({url})}}")
        self._assets = assets
        self.fetcher = OnlyOurs(assets)
        _collect_now_and_then()
        self.font_config = FontConfiguration()
        with TYPESETTING:
            faces = "".join(rules) + self._families()
            self._faces = CSS(string=faces, font_config=self.font_config, url_fetcher=self.fetcher)

    def _families(self) -> str:
        latin, han = (
            f"'Paper {kind}','{family}'" for kind, family in (("Latin", self.pair.latin), ("Han", self.pair.han))
        )
        # Chinese takes its punctuation from the Han font, where it is full width.
        rules = ((":root", latin, han), (":lang(zh)", han, latin), (":lang(en), .latin", latin, han))
        return "".join(f"{selector}{{font-family:{first},{second}}}" for selector, first, second in rules)

    def face(self, kind: str, weight: int) -> Path:
        """The file of a cut font, by "Latin" or "Han" and its weight."""
        file = self._assets[f"font:{kind}-{weight}"]
        if isinstance(file, bytes):
            raise TypeError(kind)
        return file

    @staticmethod
    @lru_cache(SHEETS)
    def css(text: str) -> CSS:
        """A style sheet, which names no file of its own: what paper is set in takes as long to read as half a page."""
        return CSS(string=text, url_fetcher=OnlyOurs({}))

    def document(self, html: str, *sheets: CSS) -> Document:
        """`html` laid out, with `sheets` of this typesetter's `css`."""
        document = Source(html, self.fetcher).render(
            stylesheets=[self._faces, *sheets], font_config=self.font_config, dpi=FINEST
        )
        if LATIN in html:
            without_gaps_at_the_edge(document.pages)
        return document

    def pdf(self, html: str, css: str, **options: Any) -> bytes:
        """`html` as a PDF with its structure tagged."""
        with TYPESETTING:
            return bytes(self.document(html, self.css(css)).write_pdf(pdf_tags=True, **options))
