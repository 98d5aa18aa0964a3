"""Drawn pictures that stand for photos, and say on their face that they are examples."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

from tuntas.reports.attaching import Upload

SIZE = (640, 480)
SKY = {"BEFORE": (28, 33, 48), "AFTER": (142, 190, 228), "REPORT": (60, 60, 72)}


@cache
def picture(part: str, words: str) -> Upload:
    """A street with a lamp: dark before, lit after. The same words give the same picture."""
    image = Image.new("RGB", SIZE, SKY[part])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 360, 640, 480), fill=(70, 70, 70))
    pen.line((320, 360, 320, 120), fill=(30, 30, 30), width=12)
    pen.ellipse((290, 90, 350, 150), fill=(255, 232, 140) if part == "AFTER" else (90, 90, 90))
    pen.text((16, 16), f"GAMBAR CONTOH\n{words}", fill=(255, 255, 255), font_size=28)
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return Upload(name=f"contoh-{part.lower()}.jpg", data=out.getvalue(), media_type="image/jpeg")
