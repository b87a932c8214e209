"""Addresses of the program pages."""

from django.urls import path

from rems.views import programs

app_name = "programs"
urlpatterns = [
    path("", programs.show_programs, name="list"),
    path("<slug:program>/<str:edition>/", programs.show_edition, name="edition"),
]
