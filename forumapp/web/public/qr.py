"""A QR code as a picture for pages."""

from __future__ import annotations

from forumapp.domain.printing.qr import matrix

QUIET = 4  # modules of light around it, as the standard asks


def svg(code: str) -> str:
    """The picture in modules; a reader scales it. White is drawn, for a page may be dark."""
    rows = matrix(code)
    side = len(rows) + 2 * QUIET
    runs = []
    for y, row in enumerate(rows):
        start = row.find(1)
        while start >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            runs.append(f"M{start + QUIET} {y + QUIET}h{end - start}v1h-{end - start}z")
            start = row.find(1, end)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{"".join(runs)}"/></svg>'
    )
