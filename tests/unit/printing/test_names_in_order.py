"""The two names of a person stand in the order of the paper's first language."""

from __future__ import annotations

import pytest

from forumapp.domain.people.names.printed_names import Printed
from forumapp.domain.printing.list_papers.values import in_languages, name, plain
from forumapp.domain.printing.wording.languages import names_in


@pytest.mark.parametrize(
    ("languages", "order"),
    [(["zh-Hans"], ["李娜", "LI Na"]), (["zh-Hans", "en"], ["李娜", "LI Na"]), (["en", "zh-Hans"], ["LI Na", "李娜"])],
)
def test_the_name_that_readers_look_for_comes_first_and_both_are_said(languages: list[str], order: list[str]) -> None:
    (line,) = name(Printed("LI Na", "李娜", "zh-Hans", {}, {}))
    assert [said for _, said in in_languages(line, languages)] == order
    assert [said for _, said in names_in(languages[0], "LI Na", "李娜", "zh-Hans")] == order


def test_who_has_one_name_is_called_by_it() -> None:
    assert names_in("zh-Hans", "Ann Lee", "", "zh-Hans") == [("en", "Ann Lee")]
    (line,) = plain("MU 567")
    assert in_languages(line, ["zh-Hans"]) == [("", "MU 567")]
