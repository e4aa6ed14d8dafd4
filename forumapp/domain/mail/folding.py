"""How the headers of mails are broken into lines. Pure."""

from __future__ import annotations

from email.policy import EmailPolicy
from typing import Any

WIDEST = 76  # of a word that fits beside the space of a line that goes on
LONGEST = 900  # of a line, with its name, as every relay takes it


class Unbroken(EmailPolicy):
    """Keeps whole what programs read whole. Python's own encodes an address that is longer than a line, so that nobody
    could unsubscribe by it, and begins a long subject on a line of its own, which some show with a space before it.
    """

    def fold(self, name: str, value: Any) -> str:
        text = str(value)
        if text.isascii() and len(text) <= LONGEST and max(map(len, text.split()), default=0) > WIDEST:
            return f"{name}: {text}{self.linesep}"
        folded: str = super().fold(name, value)
        return folded.replace(f"{name}:{self.linesep} ", f"{name}: ", 1)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """All of it is ASCII: what is not has been encoded."""
        return self.fold(name, value).encode("ascii")


POLICY = Unbroken(linesep="\r\n", cte_type="7bit")  # some relays still damage 8-bit text
