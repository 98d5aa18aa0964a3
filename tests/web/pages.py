"""Pages that exist for tests of the frame only."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.cache import cache_control

from tuntas.kernel.refusals import OutOfTurn
from tuntas.web.forms import DayField, FilesField, Radios

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime(2026, 11, 21, 2, 14, tzinfo=UTC)


class Sample(forms.Form):
    words = forms.CharField(label="Cerita", help_text="Apa, di mana.", widget=forms.Textarea, max_length=200)
    place = forms.CharField(label="Tempat")
    since = DayField(label="Sejak", required=False)
    kind = forms.ChoiceField(
        label="Jenis", choices=[("a", "Pengaduan"), ("b", "Aspirasi")], widget=Radios(hints={"a": "Ada yang rusak."})
    )
    hidden_from = forms.MultipleChoiceField(
        label="Tutup", required=False, choices=[("x", "Nama"), ("y", "Isi")], widget=forms.CheckboxSelectMultiple
    )
    area = forms.ChoiceField(label="Wilayah", required=False, choices=[("", "Pilih"), ("1", "Jember")])
    phone = forms.CharField(label="Nomor HP", required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    photos = FilesField(label="Foto", required=False)
    agree = forms.BooleanField(label="Setuju", help_text="Baca dulu.")


def draw(request: HttpRequest, name: str, **context) -> HttpResponse:
    source = (SAMPLES / f"{name}.html").read_text(encoding="utf-8")
    return HttpResponse(engines["django"].from_string(source).render(context, request))


def form(request):
    sample = Sample(request.POST or None, request.FILES or None)
    if sample.is_valid():
        sizes = [file.size for file in sample.cleaned_data["photos"]]
        return draw(request, "done", sizes=sizes)
    return draw(request, "form", form=sample)


def track(request):
    entries = [
        {"icon": "check", "tone": "done", "word": "Diterima", "at": NOW - timedelta(days=3)},
        {
            "icon": "wrench",
            "tone": "working",
            "word": "Ke lokasi",
            "at": NOW,
            "who": "Dinas",
            "words": "Dua lampu putus.",
        },
        {"icon": "circle", "tone": "closed", "word": "Jawaban", "at": None},
    ]
    states = [
        ("Menunggu", "hourglass", "waiting"),
        ("Dikerjakan", "wrench", "working"),
        ("Selesai", "circle-check", "done"),
        ("Lewat batas", "clock-alert", "late"),
        ("Ditutup", "archive", "closed"),
    ]
    return draw(
        request,
        "track",
        entries=entries,
        states=states,
        rows=[{"name": "Lampu jalan", "amount": 38, "address": "/track"}, {"name": "Rambu", "amount": 9.5}],
        stacks=[
            {"name": "Dinas Pekerjaan Umum dan Penataan Ruang", "amounts": [5, 3]},
            {"name": "Puskesmas", "amounts": [1, 0]},
        ],
        names=["Selesai", "Lewat batas"],
        now=NOW,
    )


def desk(request):
    return draw(request, "desk", rows=[{"name": f"Laporan {number}"} for number in range(1, 4)])


def refused(request):
    raise OutOfTurn(
        "Laporan ini sudah dijawab.",
        why="Orang lain menjawabnya.",
        instead="Muat ulang halaman.",
        kept={"words": "Jawaban saya <b>panjang</b>.", "password": "rahasia-sekali", "file": object()},
    )


def grow(request):
    if request.method != "POST":
        return draw(request, "grow_1")
    return draw(request, "grow_2", words=request.POST["words"], files=len(request.FILES))


def grown(request):
    names = ",".join(file.name for file in request.FILES.values())
    return draw(request, "grown", words=request.POST["words"], who=request.POST["who"], files=names)


def forbidden(request):
    raise PermissionDenied


def broken(request):
    raise ZeroDivisionError


@cache_control(public=True, max_age=60)
def public(request):
    return HttpResponse("ok")


urlpatterns = [
    path("", form),
    path("track", track),
    path("desk", desk),
    path("refused", refused),
    path("echo", lambda request: HttpResponse(f"<p>{request.POST['answer']}</p>")),
    path("grow", grow),
    path("grown", grown),
    path("forbidden", forbidden),
    path("broken", broken),
    path("public", public),
    path("unsafe", lambda request: draw(request, "unsafe")),
    path("", include("tuntas.web.urls")),
]
handler400 = "tuntas.web.views.bad_request"
handler403 = "tuntas.web.views.forbidden"
handler404 = "tuntas.web.views.not_found"
handler500 = "tuntas.web.views.server_error"
