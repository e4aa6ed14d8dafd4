"""The elements and attributes of SVG that only draw."""

from __future__ import annotations

# Of these there must be one, or there is nothing to see.
DRAWN = frozenset(("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "image", "use"))
WITH_TEXT = frozenset(("text", "tspan", "textPath", "title", "desc"))
# A link leads nowhere here, and of a choice between kinds of content one alone is left.
RENAMED = {"a": "g", "switch": "g"}
ELEMENTS = DRAWN | WITH_TEXT | frozenset((
    "svg", "g", "a", "switch", "defs", "symbol", "linearGradient", "radialGradient", "stop", "clipPath", "mask",
    "pattern",
))  # fmt: skip
# What style sheets may say, and attributes as well.
STYLED = frozenset((
    "alignment-baseline", "baseline-shift", "clip-path", "clip-rule", "color", "display", "dominant-baseline", "fill",
    "fill-opacity", "fill-rule", "font-family", "font-size", "font-stretch", "font-style", "font-variant",
    "font-weight", "letter-spacing", "mask", "opacity", "overflow",
    "paint-order", "stop-color", "stop-opacity", "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width", "text-anchor", "text-decoration",
    "vector-effect", "visibility", "word-spacing", "writing-mode",
))  # fmt: skip
ATTRIBUTES = STYLED | frozenset((
    "clipPathUnits", "cx", "cy", "d", "dx", "dy", "fr", "fx", "fy", "gradientTransform", "gradientUnits", "height",
    "id", "lengthAdjust", "maskContentUnits", "maskUnits", "offset",
    "pathLength", "patternContentUnits", "patternTransform", "patternUnits", "points", "preserveAspectRatio",
    "r", "rotate", "rx", "ry", "spreadMethod", "startOffset", "textLength", "transform", "viewBox",
    "width", "x", "x1", "x2", "y", "y1", "y2",
))  # fmt: skip
