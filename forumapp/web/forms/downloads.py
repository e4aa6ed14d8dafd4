"""Answers that hand a file over, of which nobody knows what it holds."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import send_file

if TYPE_CHECKING:
    from flask import Response

    from forumapp.domain.registration.models import AnswerFile


def downloaded(file: AnswerFile) -> Response:
    """Never shown in a page of ours, and kept by no cache."""
    content = io.BytesIO(file.content)
    answer = send_file(content, file.media_type, as_attachment=True, download_name=file.name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
