"""Addresses that belong to no audience."""

from django.urls import path

from tuntas.web import views

app_name = "web"
urlpatterns = [
    path("bahasa/<str:code>", views.language, name="language"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
]
