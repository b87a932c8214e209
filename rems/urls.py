"""The addresses of the site."""

from django.urls import URLPattern, URLResolver, path

from rems import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.show, name="health"),
]
