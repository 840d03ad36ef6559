"""Addresses of signing in, registering, posts and sessions."""

from django.urls import path

from tongban.faces.accounts.views import own, register, resident, staff

app_name = "accounts"
urlpatterns = [
    path("sign-in/", resident.sign_in, name="sign_in"),
    path("sign-in/code/", resident.sign_in_code, name="sign_in_code"),
    path("sign-in/password/", resident.sign_in_password, name="sign_in_password"),
    path("register/", register.register, name="register"),
    path("register/code/", register.register_code, name="register_code"),
    path("staff/", staff.sign_in_staff, name="sign_in_staff"),
    path("staff/second-factor/", staff.second_factor, name="second_factor"),
    path("post/", staff.switch_post, name="switch_post"),
    path("sign-out/", own.sign_out, name="sign_out"),
    path("sessions/", own.sessions, name="sessions"),
    path("password/", own.password, name="password"),
]
