"""Photos and other pictures made of pixels."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from forumapp.domain.images.rules import BadPicture, MediaType, Picture, box_of

if TYPE_CHECKING:
    from forumapp.domain.images.rules import Crop

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
JPEG = ("JPEG", "MPO")  # the second is how some phones keep the first
PHOTOS = (*JPEG, "WEBP")
MOST_PIXELS = 60_000_000  # unpacked, a small file can fill the memory
HEAVIEST = 1_500_000  # bytes that are kept
QUALITY = 88
THUMBNAIL_QUALITY = 75
OPAQUE = 255
_SRGB = ImageCms.createProfile("sRGB")


def check_raster(content: bytes, *, crop: Crop | None, aspect: float | None, longest: int) -> Picture:
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            is_photo, is_whole = opened.format in PHOTOS, _is_whole(content, opened.format)
            upright = _upright(opened) if is_whole and opened.width * opened.height <= MOST_PIXELS else None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture("too-many-pixels") from error
    except UnidentifiedImageError as error:
        raise BadPicture("not-a-picture") from error
    except Exception as error:  # whatever decoders raise on bytes that were broken or made to break them
        raise BadPicture("broken-picture") from error
    if upright is None:
        raise BadPicture("too-many-pixels" if is_whole else "broken-picture")
    image = upright.crop(box_of(crop, upright.size, aspect))
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return _packed(image, is_photo=is_photo)


def thumbnail(content: bytes, side: int) -> bytes:
    """A picture that was checked, small and square about its center, as WebP."""
    with Image.open(BytesIO(content)) as opened:
        opened.draft("RGB", (2 * side, 2 * side))  # of a JPEG no more is unpacked than is shown
        small = ImageOps.fit(opened.convert("RGB"), (side, side))
    out = BytesIO()
    small.save(out, "WEBP", quality=THUMBNAIL_QUALITY, method=0)
    return out.getvalue()


def _is_whole(content: bytes, form: str | None) -> bool:
    """Whether the file goes on to its end. The library need not say so: it is told to be lenient when papers are made,
    and then it is so everywhere.
    """
    if form in JPEG:
        return content.rfind(b"\xff\xd9") > content.rfind(b"\xff\xda")
    return {"PNG": b"IEND", "GIF": b"\0;"}.get(form or "", b"") in content


def _upright(opened: Image.Image) -> Image.Image:
    """The first frame, turned as its camera says, in the colors and bits of a screen, and nothing else of the file."""
    opened.load()
    image = ImageOps.exif_transpose(opened)
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):  # converted as they are, all would be white
        image = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode != "CMYK" or not profile:
        image = image.convert(mode)
    if profile:
        image = _in_srgb(image, profile)
    image.info.clear()
    return image


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The colors that the profile means; a profile that cannot be read, or is of other colors, means nothing."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colors = image.convert("RGB") if alpha else image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(colors, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        converted = None
    if converted is None:
        converted = colors.convert("RGB")
    if alpha:
        converted.putalpha(alpha)
    return converted


def _packed(image: Image.Image, *, is_photo: bool) -> Picture:
    """As JPEG what is a photo or too heavy, as PNG what has sharp edges or can be looked through; smaller while it is
    too heavy even so.
    """
    if image.mode == "RGBA" and image.getchannel("A").getextrema()[0] == OPAQUE:
        image = image.convert("RGB")
    kinds = [MediaType.PNG] if image.mode == "RGBA" or not is_photo else []
    kinds += [MediaType.JPEG] if image.mode == "RGB" else []
    while True:
        for kind in kinds:
            content = _encoded(image, kind)
            if len(content) <= HEAVIEST:
                return Picture(kind, *image.size, content)
        image = image.resize([max(1, side * 3 // 4) for side in image.size], Image.Resampling.LANCZOS)


def _encoded(image: Image.Image, kind: MediaType) -> bytes:
    buffer = BytesIO()
    if kind is MediaType.JPEG:
        image.save(buffer, "JPEG", quality=QUALITY, progressive=True)
    else:
        image.save(buffer, "PNG")
    return buffer.getvalue()
