"""Addresses that belong to no audience."""

from django.urls import path

from tuntas.web import files, style, views

app_name = "web"
urlpatterns = [
    path("bahasa/<str:code>", views.language, name="language"),
    path("gaya", style.style, name="style"),
    path("tampilan/<str:theme>", views.theme, name="theme"),
    path("berkas/<uuid:name>", files.serve, name="file"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
]
