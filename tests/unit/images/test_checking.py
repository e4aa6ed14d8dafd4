"""What becomes of files that are brought as pictures."""

from __future__ import annotations

import time
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile

from forumapp.domain.images.checking import check_picture
from forumapp.domain.images.rules import LARGEST, BadPicture, Crop, MediaType, box_of
from tests.pictures import BLUE, RED, animated, bomb, halves, image, is_near, photo, pixel, saved

P3 = saved(image("RGBA", color=(*RED, 0)), "PNG")  # all of it can be looked through


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (saved(image(), "PNG"), MediaType.PNG),
        (saved(image(), "JPEG"), MediaType.JPEG),
        (saved(image(), "WEBP", quality=90), MediaType.JPEG),
        (saved(image("RGBA", color=(*RED, 128)), "WEBP", lossless=True), MediaType.PNG),
        (saved(image("P", color=3), "GIF"), MediaType.PNG),
        (animated(), MediaType.PNG),
        (saved(image("CMYK", color=(0, 217, 217, 55)), "JPEG"), MediaType.JPEG),
        (saved(image("L", color=128), "JPEG"), MediaType.JPEG),
        (saved(image("1", color=1), "PNG"), MediaType.PNG),
        (saved(image("LA", color=(90, 90)), "PNG"), MediaType.PNG),
        (saved(image("I;16", color=30_000), "PNG"), MediaType.PNG),
    ],
    ids=[
        "PNG",
        "JPEG",
        "WebP",
        "WebP to look through",
        "GIF",
        "animated",
        "CMYK",
        "gray",
        "black and white",
        "gray to look through",
        "16 bits",
    ],
)
def test_what_is_kept_of_each_kind(content: bytes, kept: MediaType) -> None:
    picture = check_picture(content)
    assert (picture.media_type, picture.width, picture.height) == (kept, 120, 60)
    with Image.open(BytesIO(picture.content)) as opened:
        opened.load()
        assert (f"image/{str(opened.format).lower()}", opened.size) == (kept, (120, 60))
        assert opened.mode in ("RGB", "RGBA")
        assert getattr(opened, "n_frames", 1) == 1


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_colors_stay(form: str) -> None:
    assert is_near(pixel(check_picture(saved(image(), form)).content, 5, 5), RED, 6)


def test_colors_of_print_become_those_of_a_screen() -> None:
    assert is_near(pixel(check_picture(saved(image("CMYK", color=(0, 217, 217, 55)), "JPEG")).content, 5, 5), RED)


def test_sixteen_bits_are_not_all_white() -> None:
    assert is_near(pixel(check_picture(saved(image("I;16", color=30_000), "PNG")).content, 5, 5), (117, 117, 117), 2)


def test_what_can_be_looked_through_still_can() -> None:
    assert pixel(check_picture(P3).content, 5, 5)[3] == 0


def test_a_color_profile_is_followed_and_gone() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()  # of colors that are none of a screen
    with_bad = check_picture(saved(image(), "PNG", icc_profile=profile))
    good = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for mode, form in (("RGB", "JPEG"), ("RGBA", "PNG"), ("L", "PNG")):
        picture = check_picture(saved(image(mode, color=128 if mode == "L" else RED), form, icc_profile=good))
        assert is_near(pixel(picture.content, 5, 5), (128,) * 3 if mode == "L" else RED, 6)
        assert b"ICC_PROFILE" not in picture.content
        assert b"iCCP" not in picture.content
    assert is_near(pixel(with_bad.content, 5, 5), RED, 6)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_and_tells_nothing(orientation: int) -> None:
    content = photo(orientation)
    for secret in (b"Secret Phone", b"taken by Ann", b"Ann's comment", b"Exif"):
        assert secret in content
    picture = check_picture(content)
    on_its_side = orientation >= 5
    assert (picture.width, picture.height) == ((60, 120) if on_its_side else (120, 60))
    first, last = pixel(picture.content, 5, 5), pixel(picture.content, picture.width - 5, picture.height - 5)
    turned = orientation in (2, 3, 7, 8)
    assert is_near(first, BLUE if turned else RED)
    assert is_near(last, RED if turned else BLUE)
    for secret in (b"Secret Phone", b"taken by Ann", b"Ann's comment", b"Exif", b"GPS", b"maker note"):
        assert secret not in picture.content
    with Image.open(BytesIO(picture.content)) as opened:
        assert dict(opened.getexif()) == {}
        assert "comment" not in opened.info


@pytest.fixture(params=[False, True], ids=["strict", "lenient"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """WeasyPrint makes the library lenient for all the process."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", request.param)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-picture"),
        (b"GIF89a", "not-a-picture"),
        (b"plain words", "not-a-picture"),
        (b"%PDF-1.7 ...", "not-a-picture"),
        (b"<!doctype html><html><script>alert(1)</script></html>", "not-a-picture"),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "not-a-picture or broken-picture"),
        (saved(image(size=(400, 400)), "PNG")[:-200], "broken-picture"),
        (saved(halves((900, 900)), "JPEG")[:3000], "broken-picture"),
        (saved(image(size=(400, 400)), "GIF")[:-30], "broken-picture"),
        (saved(image(), "WEBP")[:40], "broken-picture"),
        (saved(image(), "TIFF"), "not-a-picture"),
        (saved(image(), "BMP"), "not-a-picture"),
        (saved(image("RGBA", size=(16, 16), color=RED), "ICO"), "not-a-picture"),
        (bomb(), "too-many-pixels"),
        (bomb(9_000, 9_000), "too-many-pixels"),
    ],
    ids=["nothing", "a head alone", "text", "PDF", "HTML", "HTML behind a head", "PNG cut short", "JPEG cut short", "GIF cut short", "WebP cut short",
         "TIFF", "BMP", "ICO", "a bomb", "a smaller bomb"],
)  # fmt: skip
def test_what_is_refused(content: bytes, code: str) -> None:
    begun = time.monotonic()
    with pytest.raises(BadPicture) as refusal:
        check_picture(content)
    assert refusal.value.code in code.split(" or ")
    assert time.monotonic() - begun < 5


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(BadPicture) as refusal:
        check_picture(b"\x89PNG" + b"0" * LARGEST)
    assert refusal.value.code == "picture-too-large"


def test_what_stands_behind_a_picture_does_not_come_along() -> None:
    """A file that is a picture to one program and a page or an archive to another."""
    for form in ("PNG", "JPEG", "GIF"):
        content = saved(image(), form) + b"<html><script>alert(1)</script></html>PK\x03\x04"
        assert b"script" not in check_picture(content).content


def test_a_large_picture_is_shrunk_in_its_shape() -> None:
    picture = check_picture(saved(halves((3000, 1500)), "JPEG"))
    assert (picture.width, picture.height) == (2400, 1200)
    assert is_near(pixel(picture.content, 20, 20), RED)
    small = check_picture(saved(halves((3000, 1500)), "PNG"), longest=300)
    assert (small.width, small.height) == (300, 150)
    thin = check_picture(saved(image(size=(4000, 1)), "PNG"), longest=300)
    assert (thin.width, thin.height) == (300, 1)


def test_what_is_heavy_even_so_is_made_lighter() -> None:
    noise = Image.effect_noise((1200, 1200), 90)
    opaque = check_picture(saved(noise, "PNG"))
    assert (opaque.media_type, opaque.width) == (MediaType.JPEG, 1200)
    glass = Image.merge("RGBA", [noise, noise.rotate(90), noise.rotate(180), noise.rotate(270)])
    through = check_picture(saved(glass, "PNG"))
    assert through.media_type == MediaType.PNG
    assert through.width < 1200
    assert len(through.content) <= 1_500_000


@pytest.mark.parametrize(
    ("crop", "aspect", "size", "color"),
    [
        (Crop(0, 0, 0.5, 1), None, (60, 60), RED),
        (Crop(0.5, 0, 0.5, 1), None, (60, 60), BLUE),
        (Crop(0.5, 0.25, 0.5, 0.5), 1.0, (30, 30), BLUE),
        (None, 0.5, (30, 60), RED),
        (Crop(-1, 0, 5, float("nan")), 1.0, (60, 60), RED),
    ],
    ids=["the left half", "the right half", "a shape within", "the middle", "numbers that mean nothing"],
)
def test_a_part_is_taken(
    crop: Crop | None, aspect: float | None, size: tuple[int, int], color: tuple[int, int, int]
) -> None:
    picture = check_picture(saved(halves(), "PNG"), crop=crop, aspect=aspect)
    assert (picture.width, picture.height) == size
    assert is_near(pixel(picture.content, 2, 2), color)


def test_a_part_is_of_the_upright_picture() -> None:
    picture = check_picture(photo(6), crop=Crop(0, 0.6, 1, 0.4))
    assert (picture.width, picture.height) == (60, 48)
    assert is_near(pixel(picture.content, 30, 30), BLUE)


number = st.floats(allow_nan=True, allow_infinity=True)
side = st.integers(1, 5000)


@example(Crop(0.0, float("nan"), 1.0, 1.0), (10, 10), 1.0)
@given(st.builds(Crop, number, number, number, number), st.tuples(side, side), st.none() | st.floats(0.01, 100))
def test_whatever_part_is_asked_for_there_is_something_left_within_the_picture(
    crop: Crop, size: tuple[int, int], aspect: float | None
) -> None:
    left, top, right, bottom = box_of(crop, size, aspect)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]


@given(st.binary(max_size=300), st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]), st.integers(0, 400))
def test_no_bytes_break_it(noise: bytes, form: str, place: int) -> None:
    whole = saved(image(), form)
    for content in (noise, whole[:place] + noise + whole[place + len(noise) :]):
        try:
            picture = check_picture(content)
        except BadPicture:
            continue
        with Image.open(BytesIO(picture.content)) as opened:
            opened.load()
