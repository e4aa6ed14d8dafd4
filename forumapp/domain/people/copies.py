"""What of the people the next edition begins with: which orders of precedence there are, with nobody in them."""

from __future__ import annotations

from forumapp.domain.accounts.edition_copies import ClonePart
from forumapp.domain.people.models import PrecedenceList

PRECEDENCE_LISTS = ClonePart("precedence-lists", PrecedenceList, ("scope", "name", "purpose"))
