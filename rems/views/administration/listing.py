"""Lists in pages. Who was shown on one is written down by ``viewed``."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from rems.views.seeing import viewed

__all__ = ["PER_PAGE", "page_of", "viewed"]
PER_PAGE = 25


def page_of(request: HttpRequest, rows: Any) -> "Page[Any]":
    """The page that the address asks for; the last one where it asks for more."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
