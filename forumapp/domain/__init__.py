"""What a forum is, a folder a part. Importing this package makes every table known."""

from __future__ import annotations

from forumapp.domain.accounts import models as accounts
from forumapp.domain.agenda import models as agenda
from forumapp.domain.audit import models as audit
from forumapp.domain.delegations import models as delegations
from forumapp.domain.forums import models as forums
from forumapp.domain.jobs import models as jobs
from forumapp.domain.mail import models as mail
from forumapp.domain.people import models as people
from forumapp.domain.printing import models as printing
from forumapp.domain.registration import models as registration

__all__ = [
    "accounts", "agenda", "audit", "delegations", "forums", "jobs", "mail", "people", "printing", "registration",
]  # fmt: skip
