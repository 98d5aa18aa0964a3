"""Every address of the site; each surface keeps its own list."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(module))
    for prefix, module in (
        ("workspace/", "tuntas.workspace.urls"),
        ("", "tuntas.portal.urls"),
    )
    if find_spec(module)
]
