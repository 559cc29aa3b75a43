"""Requests as somebody who is logged in sends them, and what the problem document says of them."""

import json

from django.test import Client

from deviations.models import Deviation


def logged_in(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def send(user, address, /, **body):
    once = {"Idempotency-Key": "sent-only-once"}
    return logged_in(user).post(address, json.dumps(body), content_type="application/json", headers=once)


def codes(response):
    return {fault["field"]: fault["code"] for fault in response.json()["errors"]}


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)
