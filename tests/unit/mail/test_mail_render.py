"""A mail reads well in both languages, and carries nothing that a stranger could misuse."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import default

import pytest
from jinja2 import TemplateError, UndefinedError

from forumapp.core.paths import ROOT
from forumapp.domain.mail.render import Letter, Sender, render

NOW = datetime(2023, 3, 1, 12, tzinfo=UTC)
SENDER = Sender("forum@example.org", "https://forum.example.org")
VALUES = {
    "name": "Lin Yi",
    "edition_slug": "ccbf-2023",
    "edition_name": {"en": "The 5th Forum", "zh-Hans": "第五届论坛"},
    "type_name": {"en": "Business delegate", "zh-Hans": "企业代表"},
    "code": "K7MQ2RXD",
    "queue_number": 12,
    "by": "Olga Owner",
    "proof_name": {"en": "Jiangsu", "zh-Hans": "江苏"},
    "at": "2023-05-01 09:00",
    "why": "agenda-blocked",
    "blocking": 2,
    "vip": {"en": "Eleni Kounalakis", "zh-Hans": "库纳拉基斯"},
    "both": "Eleni Kounalakis 库纳拉基斯",
    "delegation": {"en": "California", "zh-Hans": "加州"},
    "checkpoint": {"en": "Main door", "zh-Hans": "主入口"},
    "refused": "cancelled",
    "came": "09:12",
    "word": "Consul Guo",
}
# About an account and no forum in particular.
OF_NO_FORUM = {"account-new-password", "account-password-changed", "account-two-factor-off", "account-two-factor-on"}
TEMPLATES = sorted({path.name.split(".")[0] for path in (ROOT / "templates/mail").glob("*.txt")})


def letter(template="registration-confirmed", language="en", key="k-1", **values):
    link = "https://forum.example.org/r/TOKEN"
    return Letter(key, template, "lin@example.org", language, VALUES | values, link)


def read_back(mail):
    """As another program reads it, from the bytes that go over the line."""
    return email.message_from_bytes(mail.as_bytes(), policy=default)


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_a_confirmed_registration_in_english():
    mail = read_back(render(letter(), SENDER, now=NOW))
    assert dict(mail.items()) | {"Content-Type": ""} == {
        "Subject": "Your registration for The 5th Forum is confirmed",
        "From": "The 5th Forum <forum@example.org>",
        "To": "lin@example.org",
        "Date": "Wed, 01 Mar 2023 12:00:00 +0000",
        "Message-ID": mail["Message-ID"],
        "Auto-Submitted": "auto-generated",
        "Content-Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "",
    }
    text = text_of(mail)
    assert text.startswith("Dear Lin Yi,\n\nYour place at The 5th Forum is confirmed. You are registered as: Business")
    assert "\n\nYour short code is K7MQ2RXD. " in text
    assert "\nhttps://forum.example.org/r/TOKEN\n" in text
    assert "\nhttps://forum.example.org/ccbf-2023?lang=en\n" in text


@pytest.mark.parametrize(
    ("language", "own", "anothers"),
    [("en", "for you alone", "pass it on to them"), ("zh-Hans", "请勿转发", "请转交 Lin Yi")],
)
def test_what_goes_to_another_s_address_is_to_be_passed_on(language, own, anothers):
    to_them, to_another = (
        text_of(render(letter(language=language, passed_on=value), SENDER, now=NOW)) for value in (False, True)
    )
    assert (own in to_them, anothers in to_them) == (True, False)
    assert (own in to_another, anothers in to_another) == (False, True)


@pytest.mark.parametrize("template", ["registration-confirmed", "registration-promoted"])
@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "When: May 22, 2023 to May 23, 2023\nWhere: Los Angeles\n\nYour short code"),
        ("zh-Hans", "会议日期：2023年5月22日至2023年5月23日\n会议地点：洛杉矶\n\n您的报名编号"),
    ],
)
def test_whoever_has_a_place_reads_when_and_where(template, language, told):
    values = {"starts_on": "2023-05-22", "ends_on": "2023-05-23", "place": {"en": "Los Angeles", "zh-Hans": "洛杉矶"}}
    assert told in text_of(render(letter(template, language, **values), SENDER, now=NOW))


def test_a_forum_of_one_day_names_it_once():
    text = text_of(render(letter(starts_on="2023-05-22", ends_on="2023-05-22"), SENDER, now=NOW))
    assert "\nWhen: May 22, 2023\n" in text


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_mail_promises_what_the_pages_do_not_offer(template):
    said = text_of(render(letter(template), SENDER, now=NOW)) + text_of(
        render(letter(template, "zh-Hans"), SENDER, now=NOW)
    )
    promised = [
        words
        for words in ("change it", "to change", "practical information", "修改信息", "查看、修改", "参会须知")
        if words in said
    ]
    assert promised == []


def test_a_chinese_subject_and_sender_survive_the_line():
    mail = read_back(render(letter(language="zh-Hans"), SENDER, now=NOW))
    assert mail["Subject"] == "您已成功报名第五届论坛"
    assert mail["From"] == "第五届论坛 <forum@example.org>"
    assert text_of(mail).startswith("Lin Yi，您好：\n\n您的第五届论坛参会名额已确认")
    assert '<html lang="zh-Hans">' in mail.get_body(("html",)).get_content()


def test_every_line_is_ascii_and_short_enough_for_any_relay():
    lines = render(letter(language="zh-Hans"), SENDER, now=NOW).as_bytes().split(b"\r\n")
    assert all(line.isascii() and len(line) <= 998 for line in lines)


@pytest.mark.parametrize("forum", ["2023 China-California Business Forum", "2023年中国-加州经贸论坛（洛杉矶）" * 3])
def test_what_a_header_says_begins_beside_its_name(forum):
    mail = render(
        replace(letter(edition_name={"en": forum}), unsubscribe="https://x.example/u/" + "x" * 90), SENDER, now=NOW
    )
    head = mail.as_bytes().partition(b"\r\n\r\n")[0]
    assert (b"Subject: " in head, b"List-Unsubscribe: <https" in head, b":\r\n" in head) == (True, True, False)
    assert read_back(mail)["Subject"] == f"Your registration for {forum} is confirmed"


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_has_a_subject_and_a_text_with_all_and_with_few_values(template, language):
    for values in ({}, {"code": None, "queue_number": None, "name": "", "by": ""}):
        mail = render(letter(template, language, **values), SENDER, now=NOW)
        body = text_of(mail)
        assert (VALUES["edition_name"][language] in mail["Subject"]) == (template not in OF_NO_FORUM)
        assert "None" not in body
        assert "\n\n\n" not in body
        assert (ROOT / f"templates/mail/{template}.{language}.txt").is_file()


def test_a_second_try_is_recognized_as_the_same_mail():
    later = NOW.replace(hour=18)
    first, second, other = (
        render(letter(key=key), SENDER, now=when)["Message-ID"]
        for key, when in (("k-1", NOW), ("k-1", later), ("k-2", NOW))
    )
    assert first == second != other
    assert first.endswith("@example.org>")


@pytest.mark.parametrize("name", ["Win now https://evil.example/x", "www.evil.example", "HTTP://EVIL.EXAMPLE"])
def test_a_name_with_an_address_of_the_web_is_left_out(name):
    mail = render(letter(name=name), SENDER, now=NOW)
    assert text_of(mail).startswith("Dear guest,\n")
    assert "evil" not in mail.as_string().lower()


def test_what_people_wrote_is_text_in_html_and_stays_on_its_line_in_headers():
    name = {"en": "A <b>\r\nBcc: x@example.org", "zh-Hans": ""}
    mail = read_back(render(letter(edition_name=name), SENDER, now=NOW))
    assert mail["Bcc"] is None
    assert "A &lt;b&gt;" in mail.get_body(("html",)).get_content()


def test_links_of_our_own_can_be_clicked():
    html = render(letter(), SENDER, now=NOW).get_body(("html",)).get_content()
    assert '<a href="https://forum.example.org/r/TOKEN">https://forum.example.org/r/TOKEN</a>' in html


def test_a_language_without_templates_reads_english():
    assert render(letter(language="fr"), SENDER, now=NOW)["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("template", "values", "error"),
    [
        ("no-such-mail", VALUES, TemplateError),
        ("../print/badge", VALUES, ValueError),
        ("account-invitation", {}, UndefinedError),
    ],
)
def test_what_cannot_be_written_is_an_error(template, values, error):
    with pytest.raises(error):
        render(Letter("k", template, "lin@example.org", "en", values), SENDER, now=NOW)
