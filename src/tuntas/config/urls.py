"""Every address of the site; each surface keeps its own list."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(module))
    for prefix, module in (
        ("workspace/", "tuntas.workspace.urls"),
        ("", "tuntas.web.urls"),
        ("", "tuntas.portal.urls"),
    )
    if find_spec(module)
]

handler400 = "tuntas.web.views.bad_request"
handler403 = "tuntas.web.views.forbidden"
handler404 = "tuntas.web.views.not_found"
handler500 = "tuntas.web.views.server_error"
