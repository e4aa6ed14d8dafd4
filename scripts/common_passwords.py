"""Makes the list of passwords that nobody may choose, from a list of passwords by how common they are.

`python scripts/common_passwords.py LIST [--first N]`: LIST has one password a line, the most common first, as
10-million-password-list-top-1000000.txt of SecLists has. Only what is long enough to be chosen is kept.
"""

from __future__ import annotations

import argparse
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from forumapp.domain.accounts.common_passwords import LIST, REMARK, folded  # noqa: E402 - the path comes first
from forumapp.domain.accounts.rules import SHORTEST_PASSWORD  # noqa: E402 - the path comes first

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT = ROOT / "forumapp" / "domain" / "accounts" / LIST
COMMON = 100_000
HEAD = """\
# The passwords of {shortest} or more characters among the {count:,} most common ones, in lower case and sorted.
# Made by scripts/common_passwords.py. Where they come from and who may use them: common_passwords_license.txt.
"""


def long_enough(passwords: Iterable[str]) -> list[str]:
    kept = {folded(password) for password in passwords if len(password) >= SHORTEST_PASSWORD}
    if remarks := sorted(word for word in kept if word.startswith(REMARK)):
        raise SystemExit(f"These would be read as remarks: {remarks}")
    return sorted(kept)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", type=Path)
    parser.add_argument("--first", type=int, default=COMMON, metavar="N", help="how many of them (%(default)s)")
    parser.add_argument("--to", type=Path, default=KEPT, help="where the kept ones go (%(default)s)")
    given = parser.parse_args(arguments)
    with given.list.open(encoding="utf-8") as lines:
        read = [line.rstrip("\n") for line in islice(lines, given.first)]
    kept = long_enough(read)
    head = HEAD.format(shortest=SHORTEST_PASSWORD, count=len(read))
    given.to.write_text(head + "".join(f"{password}\n" for password in kept), encoding="utf-8")
    print(f"{len(read)} read, {len(kept)} kept")


if __name__ == "__main__":
    main()
