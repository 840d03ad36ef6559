"""A hall on a working day: its people and its hours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from tests.support import builders
from tongban.ground import moment
from tongban.ground.policy import Principal
from tongban.registry.parties.models import Post, Staff
from tongban.registry.parties.selectors import principal_of
from tongban.registry.places.models import Hall, Queue, Window

MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=moment.SHANGHAI)


@contextmanager
def on_monday(hour: int = 9, minute: int = 30, day: int = 16) -> Iterator[datetime]:
    """Time stands on a working day; 21 November is a Saturday."""
    at = MONDAY.replace(day=day, hour=hour, minute=minute)
    with moment.at(at):
        yield at


def city() -> Hall:
    return Hall.objects.get(slug="yunxi")


def queue(letter: str, hall: str = "yunxi") -> Queue:
    return Queue.objects.get(hall__slug=hall, letter=letter)


def window(number: str, hall: str = "yunxi") -> Window:
    return Window.objects.get(hall__slug=hall, number=number)


def clerk(name: str = "顾晚晴", post: str = "") -> Principal:
    if not post:
        return builders.staff(name)
    account = Staff.objects.get(name=name).account
    return principal_of(account, Post.objects.get(name=post).pk)
