"""Addresses that belong to no audience."""

from django.urls import path

from tuntas.web import faces, files, style, views

app_name = "web"
urlpatterns = [
    path("bahasa/<str:code>", views.language, name="language"),
    path("gaya", style.style, name="style"),
    path("tampilan/<str:theme>", views.theme, name="theme"),
    path("berkas/<uuid:name>", files.serve, name="file"),
    path("wajah/<slug:name>.css", faces.sheet, name="face-sheet"),
    path("wajah/lambang/<slug:name>-<int:side>.png", faces.emblem, name="face-emblem"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
]
