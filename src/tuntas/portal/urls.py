"""The addresses of the public and of reporters, in Indonesian."""

from django.urls import path
from django.views.generic import RedirectView

from tuntas.portal import (
    agencies,
    arriving,
    flow,
    home,
    letters,
    mapping,
    outbox,
    own_data,
    privacy,
    register,
    reporting,
    supporting,
    tracking,
    transparency,
)

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("lapor", reporting.story, name="story"),
    path("lapor/terkirim", reporting.sent, name="sent"),
    path("lapor/dukung", supporting.stand_behind, name="support"),
    path("lapor/berkas", arriving.begin, name="arriving"),
    path("lapor/berkas/<str:token>", arriving.part, name="arriving-part"),
    path("bantuan/berkas", arriving.begin_message, name="message-arriving"),
    path("bantuan/berkas/<str:token>", arriving.message_part, name="message-part"),
    path("lacak", tracking.enter, name="track"),
    path("bantuan/catatan", tracking.own, name="own"),
    path("bantuan/kode", tracking.destroy, name="destroy"),
    path("bantuan/catatan/bukti", tracking.proof, name="proof"),
    path("bantuan/data", own_data.own_data, name="own-data"),
    path("bantuan/data/salinan", own_data.copy, name="own-copy"),
    path("lacak/keluar", tracking.leave, name="leave"),
    path("peta", mapping.page, name="map"),
    path("laporan", register.reports, name="reports"),
    path("laporan/<str:number>", register.report, name="report"),
    path("instansi", agencies.agencies, name="agencies"),
    path("instansi/<slug:slug>", agencies.agency, name="agency"),
    path("surat/terkirim", letters.kept, name="office-letter-kept"),
    path("surat/<str:token>", letters.letter, name="office-letter"),
    path("privasi", privacy.privacy, name="privacy"),
    path("transparansi", transparency.page, name="transparency"),
    path("transparansi/log/checkpoint", transparency.checkpoint, name="log-checkpoint"),
    path("transparansi/log/key", transparency.key, name="log-key"),
    path("transparansi/log/tile/<str:level>/<path:rest>", transparency.tile, name="log-tile"),
    path("transparansi/log/anchors/index.txt", transparency.anchor_index, name="log-anchors"),
    path("transparansi/log/anchors/<str:name>", transparency.anchor, name="log-anchor"),
    path("transparansi/tuntas-verify.pyz", transparency.verifier, name="verifier"),
    path("alur", flow.flow, name="flow"),
    path("bantuan", RedirectView.as_view(pattern_name="portal:flow"), name="help"),
    path("contoh/kotak-keluar", outbox.letters, name="outbox"),
    path("contoh/kotak-keluar/<str:key>", outbox.letter, name="letter"),
]
