"""The demo's two portals: a city's and a province's, with drawn emblems that belong to nobody."""

from io import BytesIO

from django.utils import timezone
from PIL import Image, ImageDraw

from tuntas.faces import binding, emblems
from tuntas.faces.models import Face, Look
from tuntas.operations.addresses import DEMO_FACES
from tuntas.reports.attaching import Upload

SIDE = 512
HOURS = (
    "Gedung contoh, Senin sampai Jumat 08.00-15.00. Alamat ini karangan.",
    "An invented building, Monday to Friday 08.00-15.00. This address is made up.",
)
LOOKS = {
    "malang.localhost": {
        "name": "Lapor Kota Malang",
        "name_en": "Kota Malang: report it",
        "welcome": "Untuk semua layanan Kota Malang, dari lampu jalan sampai puskesmas.",
        "welcome_en": "For every service of the city, from street lamps to health centres.",
        "colour": "#0b5d8a",
    },
    "jatim.localhost": {
        "name": "Lapor Jawa Timur",
        "name_en": "Jawa Timur: report it",
        "welcome": "Untuk layanan provinsi dan daerah di Jawa Timur.",
        "welcome_en": "For services of the province and its regions.",
        "colour": "#f2b705",
    },
}


def open_them() -> None:
    """Bind and publish the demo's portals, as the owner of the tables. Repeatable."""
    for host, agency in DEMO_FACES.items():
        if Face.objects.filter(host=host, ended_at=None).exists():
            continue
        face, now, said = binding.bind(host, agency), timezone.now(), LOOKS[host]
        emblem = emblems.drawn_anew(Upload(name="lambang.png", data=_emblem(said["colour"]), media_type="image/png"))
        Look.objects.create(
            face=face, **said, hours=HOURS[0], hours_en=HOURS[1], emblem=emblem, emblem_hash=emblems.hash_of(emblem),
            changed_at=now, published_at=now,
        )  # fmt: skip


def _emblem(colour: str) -> bytes:
    """A shield with a tick in the colour of the portal: no real emblem, which would be somebody's."""
    image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.polygon([(256, 16), (480, 96), (464, 300), (256, 496), (48, 300), (32, 96)], fill=colour)
    pen.line([(150, 250), (230, 330), (370, 170)], fill="white", width=44, joint="curve")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
