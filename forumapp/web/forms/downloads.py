"""Downloads of untrusted files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import send_file

if TYPE_CHECKING:
    from flask import Response

    from forumapp.domain.registration.models import AnswerFile


def downloaded(file: AnswerFile) -> Response:
    """A response that browsers never render inside our origin, and that no cache stores."""
    content = io.BytesIO(file.content)
    answer = send_file(content, file.media_type, as_attachment=True, download_name=file.name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
