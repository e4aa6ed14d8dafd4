"""Words for what data keeps."""

from __future__ import annotations

from forumapp.cli.finding_words import WORDS
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.domain.registration.forms.questions import DIETS
from forumapp.web.forms.faults import FAULTS
from forumapp.web.wording import labels
from forumapp.web.wording.choice_words import LABELS


def test_every_word_of_every_choice_has_a_label() -> None:
    without = {
        kind.__name__: sorted({member.value for member in kind} ^ set(words))
        for kind, words in LABELS.items()
        if {member.value for member in kind} != set(words)
    }

    assert without == {}
    assert (set(labels.STOCKS), set(labels.DIETS)) == (set(STOCKS), set(DIETS))


def test_the_console_has_words_for_every_flag_on_a_person_and_every_finding_before_a_print():
    of_workers = {"letter-revoked"}  # while they print
    assert sorted((set(labels.FLAGS) | set(labels.PRINT_FINDINGS)) - set(WORDS)) == sorted(of_workers)


def test_every_fault_of_a_new_password_has_words() -> None:
    assert sorted({"too-short", "too-long", "too-common"} - set(FAULTS)) == []
