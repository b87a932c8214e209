"""The addresses of the site."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from rems import health
from rems.views import agreement_link, downtime, home, notices, parts, rights, shortcuts
from rems.views.patient import link as patient_link

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.show, name="health"),
    path("readyz", health.show_ready, name="ready"),
    path("", home.go_home, name="home"),
    path("", include("accounts.urls")),
    path("", include("accounts.urls_factors")),
    path("agree/<slug:token>", agreement_link.sign, name="agreement_link"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read", notices.read, name="read_notices"),
    path("open/<slug:token>", patient_link.enter, name="patient_link"),
    path("my/", include("rems.urls_patient")),
    path("downtime", downtime.sheet, name="downtime_sheet"),
    path("who-may-do-what/", rights.who_may_do_what, name="rights"),
    path("shortcuts/", shortcuts.show, name="shortcuts"),
    path("programs/", include("rems.urls_programs")),
    path("pharmacy/", include("rems.urls_pharmacy")),
    path("prescriber/", include("rems.urls_prescriber")),
    path("program/", include("rems.urls_administration")),
    path("site/", include("rems.urls_representative")),
]

if settings.REMS_ENV != "production":
    from rems.views import demo_phones

    # Made-up verdicts have no place where real ones are read.
    urlpatterns.append(path("parts/", parts.parts, name="parts"))
    # Links that are given to whoever presses, likewise: the demonstration's patients are nobody's.
    urlpatterns += [
        path("demo/phones", demo_phones.phones, name="demo_phones"),
        path("demo/phones/<slug:number>/open", demo_phones.open_link, name="open_demo_phone"),
    ]

handler403 = "rems.views.errors.show_denied"
handler404 = "rems.views.errors.show_missing"
handler500 = "rems.views.errors.show_broken"
