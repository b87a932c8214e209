"""Addresses that allauth finds by names of its own. Of its pages only these exist, and they are ours."""

from django.urls import path

from accounts.views import own_account, second_factor, signing_in

urlpatterns = [
    path("sign-in/", signing_in.enter, name="account_login"),
    path("sign-in/code/", signing_in.prove, name="mfa_authenticate"),
    path("sign-in/passkey/", signing_in.enter_with_passkey, name="mfa_login_webauthn"),
    path("account/password/", own_account.change_password, name="account_change_password"),
    path("account/sessions/", own_account.list_sessions, name="usersessions_list"),
    path("account/second-factor/", second_factor.choose, name="mfa_index"),
    path("account/second-factor/app/", second_factor.add_app, name="mfa_activate_totp"),
    path("account/second-factor/app/remove/", second_factor.remove_app, name="mfa_deactivate_totp"),
    path("account/second-factor/passkey/", second_factor.add_passkey, name="mfa_add_webauthn"),
    path("account/second-factor/passkey/<int:pk>/remove/", second_factor.remove_passkey, name="mfa_remove_webauthn"),
    path("account/recovery-codes/", second_factor.codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", second_factor.new_codes, name="mfa_generate_recovery_codes"),
]
