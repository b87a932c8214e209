"""The addresses of prescribers and their delegates, under ``prescriber/``."""

from django.urls import URLPattern, path

from rems.views.prescriber import (
    certification,
    corrections,
    courses,
    delegates,
    due,
    enrollment,
    facts,
    home,
    later,
    own_pages,
    patients,
    plan,
    prepared,
    prescribing,
    surveys,
)

app_name = "prescriber"

PATIENT = "patients/<slug:number>"
PROGRAM = f"{PATIENT}/<slug:program>"

urlpatterns: list[URLPattern] = [
    path("", due.home, name="home"),
    path("due/file", due.export_due, name="export_due"),
    path("due/<slug:kind>/<str:subject>/<str:period>", due.due_item, name="due_item"),
    path("patients", home.patients, name="patients"),
    path("enroll", patients.enroll, name="enroll"),
    path("certification", certification.certification, name="certification"),
    path("certification/data", certification.details, name="details"),
    path("certification/practices", certification.practices, name="practices"),
    path("certification/apply", certification.apply, name="apply"),
    path("delegates", delegates.delegates, name="delegates"),
    path("delegates/<int:pk>/end", delegates.end_delegate, name="end_delegate"),
    path("prescriptions/<int:pk>", prescribing.prescription, name="prescription"),
    path("prescriptions/<int:pk>/counseling", prescribing.counsel, name="counsel"),
    path("prescriptions/<int:pk>/survey", prescribing.answer_survey, name="answer_survey"),
    path("prescriptions/<int:pk>/authorize", prescribing.ask, name="ask"),
    path("authorizations/<slug:number>", prescribing.authorization, name="authorization"),
    path("authorizations/<slug:number>/cancel", prescribing.cancel, name="cancel"),
    path(PATIENT, patients.patient, name="patient"),
    path(f"{PATIENT}/enroll", enrollment.enroll_in, name="enroll_in"),
    path(f"{PATIENT}/prepare", prepared.prepare, name="prepare"),
    path("prepared/<int:pk>", prepared.prepared, name="prepared"),
    path("prepared/<int:pk>/link", prepared.make_link, name="make_link"),
    path("prepared/<int:pk>/withdraw", prepared.withdraw, name="withdraw_prepared"),
    path("prepared/<int:pk>/sign", prepared.complete, name="complete_prepared"),
    path(f"{PATIENT}/own-pages", own_pages.own_pages, name="own_pages"),
    path(f"{PATIENT}/own-pages/link", own_pages.make_link, name="make_patient_link"),
    path(f"{PATIENT}/own-pages/end", own_pages.end_access, name="end_patient_access"),
    path("told/<int:pk>/read", own_pages.see_concern, name="see_concern"),
    path(f"{PATIENT}/identity", patients.correct_identity, name="correct_identity"),
    path(f"{PATIENT}/test", facts.record_test, name="record_test"),
    path(f"{PATIENT}/contraception", facts.record_attestation, name="record_attestation"),
    path(f"{PATIENT}/cycles", facts.record_cycle, name="record_cycle"),
    path(f"{PATIENT}/first-period", facts.record_menarche, name="record_menarche"),
    path(f"{PATIENT}/report", facts.record_report, name="record_report"),
    path(f"{PATIENT}/evaluation", surveys.evaluate, name="evaluate"),
    path(f"{PATIENT}/correct/<slug:kind>/<int:pk>", corrections.correct, name="correct"),
    path(f"{PROGRAM}/course", courses.course, name="course"),
    path(f"{PROGRAM}/plan", plan.plan, name="plan"),
    path(f"{PROGRAM}/survey", surveys.record_survey, name="record_survey"),
    path(f"{PROGRAM}/by-telephone", later.by_telephone, name="by_telephone"),
    path(f"{PROGRAM}/prescribe", prescribing.prescribe, name="prescribe"),
    path(f"{PROGRAM}/category", enrollment.change_category, name="change_category"),
    path(f"{PROGRAM}/category/prepare", prepared.prepare_change, name="prepare_change"),
    path(f"{PROGRAM}/agreement/prepare", prepared.prepare_renewal, name="prepare_renewal"),
    path(f"{PROGRAM}/agreement", enrollment.re_enroll, name="re_enroll"),
    *(
        path(f"{PROGRAM}/{kind}", facts.record_date, {"kind": kind}, name=f"record_{kind.replace('-', '_')}")
        for kind in facts.DATES
    ),
]
