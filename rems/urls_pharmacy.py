"""The addresses of the counter, under ``pharmacy/``."""

from django.urls import URLPattern, path

from rems.views.pharmacy import ahead, confirmations, events, lists, numbers, sites, verify

app_name = "pharmacy"

urlpatterns: list[URLPattern] = [
    path("", numbers.home, name="home"),
    path("verify/<str:number>", verify.verify, name="verify"),
    path("verify/<str:number>/confirm", verify.confirm, name="confirm"),
    path("confirmation/<str:number>", confirmations.show, name="confirmation"),
    path("confirmation/<str:number>/hand-over", confirmations.hand_over, name="hand_over"),
    path("confirmation/<str:number>/cancel", confirmations.cancel, name="cancel"),
    path("report/<str:number>", events.report, name="report"),
    path("ahead", ahead.ahead, name="ahead"),
    path("ahead.csv", ahead.ahead_file, name="ahead_file"),
    path("ahead/<slug:kind>/<str:subject>/<str:period>", ahead.item, name="item"),
    path("today", lists.today, name="today"),
    path("returns", lists.returns, name="returns"),
    path("site", sites.choose, name="site"),
]
