"""The addresses of the public and of reporters, in Indonesian."""

from django.urls import path
from django.views.generic import RedirectView

from tuntas.portal import agencies, flow, home, letters, outbox, privacy, register, reporting, tracking

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("lapor", reporting.story, name="story"),
    path("lapor/terkirim", reporting.sent, name="sent"),
    path("lacak", tracking.enter, name="track"),
    path("bantuan/catatan", tracking.own, name="own"),
    path("bantuan/kode", tracking.destroy, name="destroy"),
    path("lacak/keluar", tracking.leave, name="leave"),
    path("laporan", register.reports, name="reports"),
    path("laporan/<str:number>", register.report, name="report"),
    path("instansi", agencies.agencies, name="agencies"),
    path("instansi/<slug:slug>", agencies.agency, name="agency"),
    path("surat/terkirim", letters.kept, name="office-letter-kept"),
    path("surat/<str:token>", letters.letter, name="office-letter"),
    path("privasi", privacy.privacy, name="privacy"),
    path("alur", flow.flow, name="flow"),
    path("bantuan", RedirectView.as_view(pattern_name="portal:flow"), name="help"),
    path("contoh/kotak-keluar", outbox.letters, name="outbox"),
    path("contoh/kotak-keluar/<str:key>", outbox.letter, name="letter"),
]
