"""The addresses of officers' pages; signing in has an Indonesian one, as it is the first that people type."""

from django.urls import path

from tuntas.workspace import inbox, letters, lists, report_page, signing_in, supervision

app_name = "workspace"
urlpatterns = [
    path("", lists.start, name="start"),
    path("masuk", signing_in.sign_in, name="sign-in"),
    path("masuk/demo", signing_in.demo_sign_in, name="demo-sign-in"),
    path("keluar", signing_in.sign_out, name="sign-out"),
    path("appointments", signing_in.appointments, name="appointments"),
    path("queues/<slug:name>/", lists.queue, name="queue"),
    path("search", lists.search, name="search"),
    path("offices", report_page.offices, name="offices"),
    path("notices/", inbox.notices, name="notices"),
    path("notices/read", inbox.read, name="read-notices"),
    path("reports/<slug:number>/", report_page.report, name="report"),
    path("reports/<slug:number>/letter", letters.letter, name="letter"),
    path("reports/<slug:number>/messages/read", report_page.read_messages, name="read-messages"),
    path("reports/<slug:number>/letter/sent/", letters.sent, name="letter-sent"),
    path("reports/<slug:number>/<slug:name>/", report_page.act, name="act"),
    path("reports/<slug:number>/<slug:name>/check/", report_page.check, name="check"),
    path("supervision/", supervision.supervision, name="supervision"),
    path("supervision/<slug:slug>/", supervision.agency, name="supervised-agency"),
]
