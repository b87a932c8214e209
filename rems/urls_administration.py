"""The addresses of the administrator and the auditor, under ``program/``."""

from django.urls import path

from rems.views.administration import (
    applications,
    decisions,
    home,
    overdue,
    patients,
    people,
    registers,
    reports,
    trail,
)

app_name = "administration"
urlpatterns = [
    path("", home.home, name="home"),
    path("overdue", overdue.overdue, name="overdue"),
    path("applications", applications.applications, name="applications"),
    path("applications/<slug:kind>/<int:pk>", applications.application, name="application"),
    path("applications/<slug:kind>/<int:pk>/approve", applications.approve, name="approve"),
    path("applications/<slug:kind>/<int:pk>/refuse", applications.refuse, name="refuse"),
    path("prescribers", registers.prescribers_list, name="prescribers"),
    path("prescribers/<int:pk>", registers.prescriber, name="prescriber"),
    path(
        "prescribers/<int:pk>/deactivate/<slug:program>",
        registers.deactivate_prescriber,
        name="deactivate_prescriber",
    ),
    path("pharmacies", registers.pharmacies_list, name="pharmacies"),
    path("pharmacies/<int:pk>", registers.pharmacy, name="pharmacy"),
    path("pharmacies/<int:pk>/deactivate/<slug:program>", registers.deactivate_pharmacy, name="deactivate_pharmacy"),
    path("pharmacies/<int:pk>/representative", registers.appoint, name="appoint_representative"),
    path("patients", patients.patients, name="patients"),
    path("patients/<slug:number>", patients.patient, name="patient"),
    path("patients/<slug:number>/transfer/<slug:program>", patients.transfer, name="transfer"),
    path("reports", reports.reports, name="reports"),
    path("reports/<int:pk>", reports.report, name="report"),
    path("reports/<int:pk>/close", reports.close, name="close_report"),
    path("reports/<int:pk>/correct", reports.correct_outcome, name="correct_outcome"),
    path("decisions", decisions.decisions, name="decisions"),
    path("decisions/<int:pk>", decisions.decision, name="decision"),
    path("deviations", decisions.deviations, name="deviations"),
    path("people", people.people, name="people"),
    path("people/new", people.create, name="create_person"),
    path("people/<int:pk>", people.person, name="person"),
    path("people/<int:pk>/grant", people.grant, name="grant_role"),
    path("people/<int:pk>/withdraw/<slug:role>", people.withdraw, name="withdraw_role"),
    path("people/<int:pk>/password", people.renew_password, name="renew_password"),
    path("people/<int:pk>/second-factor", people.reset_second_factor, name="reset_second_factor"),
    path("people/<int:pk>/sessions", people.end_sessions, name="end_sessions"),
    path("people/<int:pk>/deactivate", people.deactivate, name="deactivate_person"),
    path("audit", trail.trail, name="trail"),
    path("audit/<int:pk>", trail.event, name="event"),
]
