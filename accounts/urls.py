"""Addresses of signing in and out, and of one's own account."""

from django.urls import path

from accounts.views import contact, own_account, session, signing, signing_in

app_name = "accounts"
urlpatterns = [
    path("sign-in/", signing_in.enter, name="sign_in"),
    path("sign-in/forgotten/", signing_in.forgotten, name="forgotten"),
    path("sign-out/", signing_in.leave, name="sign_out"),
    path("account/", own_account.account, name="account"),
    path("account/notices/", contact.choose, name="contact"),
    path("account/sessions/<int:pk>/end/", own_account.end_session, name="end_session"),
    path("account/sessions/end-others/", own_account.end_other_sessions, name="end_other_sessions"),
    path("account/tour/close/", own_account.close_tour, name="close_tour"),
    path("account/session/left/", session.left, name="session_left"),
    path("account/session/extend/", session.extend, name="extend_session"),
    path("signing/passkey", signing.passkey_challenge, name="passkey_challenge"),
]
