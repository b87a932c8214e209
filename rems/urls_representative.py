"""The addresses of a pharmacy's authorized representative, under ``site/``."""

from django.urls import path

from rems.views import site

app_name = "site"
urlpatterns = [
    path("", site.home, name="home"),
    path("new", site.register, name="register"),
    path("<int:pk>", site.site, name="site"),
    path("<int:pk>/data", site.correct, name="correct"),
    path("<int:pk>/apply/<slug:program>", site.apply, name="apply"),
    path("<int:pk>/staff/add", site.take_on, name="take_on"),
    path("<int:pk>/staff/<int:member>/end", site.end, name="end"),
    path("<int:pk>/staff/<int:member>/second-factor", site.reset_second_factor, name="reset_second_factor"),
    path("<int:pk>/staff/<int:member>/training/<slug:program>", site.training, name="training"),
    path(
        "<int:pk>/staff/<int:member>/training/<slug:program>/correct",
        site.correct_training,
        name="correct_training",
    ),
]
