from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

from babel.messages.catalog import Catalog
from check_translations import CATALOG, check, extracted, faults_of, update

ROOT = Path(__file__).resolve().parents[3]
PEOPLE = ("%(num)s person", "%(num)s people")


def catalog(*messages: tuple[str | tuple[str, str], str | tuple[str], tuple[str, ...]]) -> Catalog:
    made = Catalog(locale="zh_Hans")
    for text, translation, flags in messages:
        made.add(text, translation, flags=flags)
    return made


def wanted(*texts: str | tuple[str, str]) -> Catalog:
    return catalog(*((text, "", ()) for text in texts))


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        pytest.param("Agenda", "日程", id="plain"),
        pytest.param("Dear %(name)s,", "%(name)s，您好：", id="placeholder moved"),
        pytest.param(PEOPLE, ("%(num)s 人",), id="one Chinese form for two English ones"),
        pytest.param("PDF", "PDF", id="kept word"),
        pytest.param("Sent to %(email)s as PDF", "已发送至 %(email)s（PDF）", id="Latin letters apart"),
        pytest.param("Hello %(name)s", "%(name)s您好", id="a name may be Chinese"),
        pytest.param("%(start)s – %(end)s", "%(start)s–%(end)s", id="no words at all"),
        pytest.param("100%% sure, %(name)s", "%(name)s，100%%确定", id="percent sign that is no placeholder"),
    ],
)
def test_a_good_translation_has_no_faults(text: str, translation: str) -> None:
    assert list(faults_of(wanted(text), catalog((text, translation, ())))) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param([], ["not in the catalog: 'Hello %(name)s'"], id="missing"),
        pytest.param([("Hello %(name)s", "", ())], ["not translated: 'Hello %(name)s'"], id="empty"),
        pytest.param([("Hello %(name)s", "%(name)s，你好", ("fuzzy",))], ["fuzzy: 'Hello %(name)s'"], id="fuzzy"),
        pytest.param(
            [("Hello %(name)s", "你好", ())],
            ["other placeholders: 'Hello %(name)s' -> '你好'"],
            id="placeholder lost",
        ),
        pytest.param(
            [("Hello %(name)s", "你好，%(nmae)s", ())],
            ["other placeholders: 'Hello %(name)s' -> '你好，%(nmae)s'"],
            id="placeholder misspelled",
        ),
        pytest.param(
            [("Hello %(name)s", "%(name)s，您的胸牌", ())],
            ["胸牌 is called 胸卡: 'Hello %(name)s' -> '%(name)s，您的胸牌'"],
            id="another word for a thing",
        ),
        pytest.param(
            [("Hello %(name)s", "%(name)s的PDF", ())],
            ["no space between Chinese and other letters: 'Hello %(name)s' -> '%(name)s的PDF'"],
            id="Latin letters glued to Chinese",
        ),
        pytest.param(
            [("Hello %(name)s", "Hi %(name)s", ())],
            ["not in Chinese: 'Hello %(name)s' -> 'Hi %(name)s'"],
            id="still English",
        ),
        pytest.param(
            [("Hello %(name)s", "%(name)s，你好", ()), ("Goodbye", "再见", ())],
            ["no longer used: 'Goodbye'"],
            id="left over",
        ),
    ],
)
def test_a_bad_catalog_is_told_by_message(given: list[tuple[str, str, tuple[str, ...]]], expected: list[str]) -> None:
    assert list(faults_of(wanted("Hello %(name)s"), catalog(*given))) == expected


def test_a_plural_without_its_number_is_a_fault() -> None:
    assert list(faults_of(wanted(PEOPLE), catalog((PEOPLE, ("几个人",), ())))) == [
        "other placeholders: '%(num)s person' -> '几个人'"
    ]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "babel.cfg").write_bytes((ROOT / "babel.cfg").read_bytes())
    (tmp_path / "forumapp").mkdir()
    (tmp_path / "templates" / "mail").mkdir(parents=True)
    (tmp_path / "forumapp" / "page.py").write_text(
        'title = _l("Agenda")\nn = ngettext("%(num)s seat", "%(num)s seats", 1)\n'
    )
    (tmp_path / "templates" / "page.html").write_text("{{ _('Agenda') }}{% trans name=n %}For {{ name }}{% endtrans %}")
    (tmp_path / "templates" / "mail" / "hello.txt").write_text("{{ _('Welcome') }}")
    return tmp_path


def test_messages_come_from_code_templates_and_mail(project: Path) -> None:
    assert {message.id for message in extracted(project) if message.id} == {
        "Agenda",
        ("%(num)s seat", "%(num)s seats"),
        "For %(name)s",
        "Welcome",
    }


def test_updating_keeps_translations_adds_new_messages_and_drops_old_ones(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    update(project)
    path = project / CATALOG
    path.write_text(path.read_text().replace('msgid "Agenda"\nmsgstr ""', 'msgid "Agenda"\nmsgstr "日程"'))
    (project / "templates" / "mail" / "hello.txt").write_text("{{ _('Welcome back') }}")
    update(project)
    text = path.read_text()
    assert 'msgid "Agenda"\nmsgstr "日程"' in text
    assert 'msgid "Welcome back"\nmsgstr ""' in text
    assert 'msgid "Welcome"' not in text
    assert capsys.readouterr().out.splitlines()[-1] == f"{CATALOG}: 4 messages, without translation: 3"

    update(project)
    assert path.read_text() == text


def test_the_check_fails_until_all_is_translated(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(project) == 1
    update(project)
    assert check(project) == 1
    assert "not translated: 'Welcome' (templates/mail/hello.txt)" in capsys.readouterr().err
    path = project / CATALOG
    text = path.read_text()
    for english, chinese in (("Agenda", "日程"), ("For %(name)s", "致%(name)s"), ("Welcome", "欢迎")):
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"')
    path.write_text(text.replace('msgstr[0] ""', 'msgstr[0] "%(num)s 个座位"'))
    assert check(project) == 0
    assert capsys.readouterr() == ("Translations: 4 messages, faults: 0\n", "")
