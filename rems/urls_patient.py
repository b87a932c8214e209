"""The addresses of a patient's own pages, under ``my/``."""

from django.urls import path

from rems.views.patient import calendar, home, survey, telling

app_name = "my"
urlpatterns = [
    path("", home.home, name="home"),
    path("survey/<int:pk>", survey.survey, name="survey"),
    path("report", telling.report, name="report"),
    path("birth-control/<int:pk>", telling.contraception, name="contraception"),
    path("answers", home.answers, name="answers"),
    path("program", home.program, name="program"),
    path("calendar.ics", calendar.calendar, name="calendar"),
    path("language", home.language, name="language"),
]
