"""Addresses of the demo's door."""

from django.urls import path

from tongban.faces.demo import receiver, views

app_name = "demo"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/<str:person>/", views.sign_in, name="sign_in"),
    path("sms/", views.sms, name="sms"),
    path("pushes/", receiver.pushes, name="pushes"),
    path("receiver/<slug:name>/", receiver.receiver, name="receiver"),
]
