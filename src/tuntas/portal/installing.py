"""The portal on a phone's first screen and without a signal: manifest, icon, service worker, and the page it keeps.

What is kept on the phone: the assets of the form and one page that is the same for everybody. Nothing about a person.
"""

import hashlib
import json
from functools import lru_cache
from io import BytesIO

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw

from tuntas.faces import emblems
from tuntas.faces.known import Shown
from tuntas.portal import hints
from tuntas.portal.forms import Sending, Story
from tuntas.portal.looking_up import Found
from tuntas.portal.pages import may_speak
from tuntas.web.hosts import face_of
from tuntas.web.storage import text_of

ASSETS = ("web/app.css", "web/citizen.js", "web/report.js", "web/jakarta.woff2", "web/favicon.svg")
WORKER = "web/sw.js"
SIDES = (192, 512)  # pixels, as phones ask for
RED, WHITE = "#9b1c1c", "#ffffff"
TICK = ((8, 17.5), (13.5, 23), (24.5, 10))  # of assets/img/favicon.svg, in its 32 units
FINE = 4  # times larger while it is drawn, so that edges are smooth


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """GET /sw.js: asked anew each time, so that a new version of the product reaches every phone at its next visit."""
    script = _worker(face_of(request), get_language() or "id")
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=64)
def _worker(face: Shown | None, language: str) -> str:
    assets = [static(name) for name in ASSETS]
    if face:
        assets.append(reverse("web:face-sheet", args=[face.sheet]))
    if face and face.emblem:
        assets.append(reverse("web:face-emblem", args=[face.emblem, emblems.IN_THE_BAR]))
    script = text_of(WORKER)
    version = hashlib.sha256(f"{assets}{script}".encode()).hexdigest()[:12]
    words = _("The browser has stopped news on this device. Open Tuntas again to turn it back on.")
    ended = {"words": words, "language": language}
    kept = {"version": version, "assets": assets, "page": reverse("portal:offline"), "ended": ended}
    return f"const KEPT={json.dumps(kept)};\n{script}"


@may_speak
@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    """GET /lapor/luring: the whole form on one page, without token or key; what it holds is kept and sent later."""
    context = {"form": Story(), "offline": Sending(found=Found()), "held": (), **hints.shown()}
    response = render(request, "portal/offline.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@cache_control(no_cache=True)
def guide(request: HttpRequest) -> HttpResponse:
    """GET /pasang: how the portal comes to the first screen of a phone (R000-29; docs/install-on-a-phone.md)."""
    return render(request, "portal/install.html")


@require_safe
@cache_control(no_cache=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """GET /aplikasi.webmanifest: with the name, the icon and the colour of the portal that is installed."""
    face = face_of(request)
    icons = [{"src": static("web/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}]
    if face and face.emblem:
        icons = []
    for side in SIDES:
        drawn = {"src": reverse("portal:icon", args=[side]), "sizes": f"{side}x{side}", "type": "image/png"}
        icons.append(drawn | {"purpose": "any maskable"})
    told = {
        "name": face.called if face else _("Tuntas: report and follow"),
        "short_name": face.called if face else "Tuntas",
        "description": _("Report a problem with a public service, also without a signal."),
        "lang": get_language() or "id",
        "id": "/",
        "start_url": reverse("portal:story"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": WHITE,
        "theme_color": face.bar_colour if face else RED,
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")


@require_safe
@cache_control(public=True, max_age=86_400)
def icon(request: HttpRequest, side: int) -> HttpResponse:
    """GET /ikon-192.png: the favicon's drawing in pixels, its ground to the edge, as home screens cut it themselves.

    On the portal of an agency its emblem, else the drawing on its colour.
    """
    if side not in SIDES:
        raise Http404
    face = face_of(request)
    own = emblems.icon(face.emblem, side) if face and face.emblem else None
    return HttpResponse(own or _drawn(side, face.bar_colour if face else RED), content_type="image/png")


@lru_cache(maxsize=64)
def _drawn(side: int, ground: str) -> bytes:
    scale = side * FINE * 0.75 / 32  # three quarters: what a round cut leaves whole
    margin = side * FINE * 0.125
    points = [(margin + x * scale, margin + y * scale) for x, y in TICK]
    whole = Image.new("RGB", (side * FINE, side * FINE), ground)
    pen, thick = ImageDraw.Draw(whole), round(4 * scale)
    pen.line(points, fill=WHITE, width=thick, joint="curve")
    for x, y in points:
        pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=WHITE)
    out = BytesIO()
    whole.resize((side, side), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
