"""Portals as tests need them: bound by the operator, drawn and published by an administrator of the agency."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

from tests import databases
from tuntas.access.actors import Actor, acting
from tuntas.faces import binding, designing, emblems
from tuntas.faces.models import Face
from tuntas.reports.attaching import Upload

HOST = "lapor.kota-contoh.test"


def a_picture(form: str = "PNG", size: tuple[int, int] = (400, 300)) -> bytes:
    image, out = Image.new("RGB", size, "white"), BytesIO()
    ImageDraw.Draw(image).ellipse((50, 50, size[0] - 50, size[1] - 50), fill="navy")
    image.save(out, form)
    return out.getvalue()


def bound(host: str = HOST, agency: str = "city") -> Face:
    with databases.role("owner"):
        return binding.bind(host, agency)


def drafted(by: Actor, face: Face, **more) -> int:
    facts = {"name": "Lapor Kota Contoh", "name_en": "Example City", "colour": "#0b5d8a"} | more
    with acting(by):
        return designing.keep_draft(by, face, designing.Wish(**facts)).pk


def opened(by: Actor, host: str = HOST, agency: str = "city", **more) -> Face:
    """A portal that everybody sees."""
    face = bound(host, agency)
    draft = drafted(by, face, **more)
    with acting(by):
        designing.publish(by, face, draft=draft)
    return face


@cache
def an_emblem() -> bytes:
    return emblems.drawn_anew(Upload(name="lambang.png", data=a_picture(), media_type="image/png"))
