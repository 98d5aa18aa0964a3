"""The page about the public log, and the files of the log itself, in paths that outside tools know (C2SP tlog-tiles).

The files hold hashes and commitments: they are the same for everybody, and the site behind them asks for no cookie.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tuntas.ledger import handing_out, proving, queries, signing
from tuntas.ledger.anchoring import name_of
from tuntas.ledger.models import Anchor, LogKey, Tombstone
from tuntas.ledger.witnessing import with_witnesses
from tuntas_verify.leaves import SIZE, parse_mark
from tuntas_verify.merkle import HASH, Wrong
from tuntas_verify.tiles import ENTRIES, parse

FOR_EVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=3"  # seconds: a head is replaced by the next
AN_HOUR = "public, max-age=3600"
DAYS, STONES = 31, 20  # shown on the page


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking for a mark. number: of its leaf, None for none; wrong: what was typed is no mark."""

    typed: str
    number: int | None = None
    wrong: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """GET /transparansi. POST looks for the mark of a receipt, which so stands in no address and in no log."""
    looked = _look_for(request.POST.get("mark", "")) if request.method == "POST" else None
    prefix = f"{settings.ORIGIN}{reverse('portal:log-checkpoint').removesuffix('/checkpoint')}"
    context = {
        "head": proving.newest_head(),
        "key": signing.every_key()[-1:],
        "looked": looked,
        "prefix": prefix,
        "fingerprint": handing_out.fingerprint(),
        "anchors": [Kept(anchor.day, name_of(anchor.day), anchor.checkpoint_id) for anchor in _anchors()[:DAYS]],
        "tombstones": Tombstone.objects.order_by("-pk")[:STONES],
        "erased": Tombstone.objects.count(),
        "begun_anew": LogKey.objects.exclude(because="").order_by("pk"),
        "witnesses": _witnesses(),
    }
    return render(request, "portal/transparency.html", context, status=422 if looked and looked.wrong else 200)


@dataclass(frozen=True, slots=True)
class Kept:
    """The head of a day."""

    day: date
    name: str
    size: int


def _look_for(typed: str) -> Looked:
    try:
        return Looked(typed[:80], queries.leaf_of_mark(parse_mark(typed)))
    except Wrong:
        return Looked(typed[:80], wrong=True)


def _anchors() -> Any:
    return Anchor.objects.order_by("-day")


def _witnesses() -> list[tuple[str, datetime]]:
    head = proving.newest_head_seen_outside()
    return [(line.witness, line.at) for line in head.cosignatures.order_by("pk")] if head else []


@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """GET /transparansi/log/checkpoint: the newest head."""
    head = proving.newest_head()
    if head is None:
        raise Http404
    return _file(with_witnesses(head), A_MOMENT)


@require_safe
def key(_request: HttpRequest) -> HttpResponse:
    """GET /transparansi/log/key: every public key that the log has had, one a line. Keep a copy elsewhere."""
    return _file("".join(f"{each}\n" for each in signing.every_key()), AN_HOUR)


@require_safe
def tile(_request: HttpRequest, level: str, rest: str) -> HttpResponse:
    """GET /transparansi/log/tile/<level>/<index>[.p/<width>]: hashes; under `entries` the leaves themselves."""
    try:
        asked = parse(level, rest)
    except Wrong:
        raise Http404 from None
    content = queries.file(asked)
    if len(content) != asked.width * (2 + SIZE if asked.level == ENTRIES else HASH):
        raise Http404  # the tree does not reach so far
    return _file(content, FOR_EVER)


@require_safe
def anchor_index(_request: HttpRequest) -> HttpResponse:
    """GET /transparansi/log/anchors/index.txt: the names of the heads of all days."""
    days = Anchor.objects.order_by("day").values_list("day", flat=True)
    return _file("".join(f"{name_of(day)}\n" for day in days), A_MOMENT)


@require_safe
def anchor(_request: HttpRequest, name: str) -> HttpResponse:
    """GET /transparansi/log/anchors/<day>.txt: the head of one day."""
    try:
        day = date.fromisoformat(name.removesuffix(".txt"))
    except ValueError:
        raise Http404 from None
    kept = Anchor.objects.select_related("checkpoint").filter(day=day).first()
    if kept is None or name != name_of(day):
        raise Http404
    return _file(kept.checkpoint.note, FOR_EVER)


@require_safe
def verifier(_request: HttpRequest) -> HttpResponse:
    """GET /transparansi/tuntas-verify.pyz: the verifier as one file."""
    answer = _file(handing_out.archive(), AN_HOUR)
    answer["Content-Disposition"] = 'attachment; filename="tuntas-verify.pyz"'
    return answer


def _file(content: str | bytes, caching: str) -> HttpResponse:
    """The same for everybody, whoever asks from wherever."""
    media_type = "text/plain; charset=utf-8" if isinstance(content, str) else "application/octet-stream"
    answer = HttpResponse(content, content_type=media_type)
    answer["Cache-Control"] = caching
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["X-Robots-Tag"] = "noindex"
    return answer
