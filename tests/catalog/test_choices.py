from datetime import timedelta

from django.core.cache import cache

from akiruno_library import policy
from catalog.display.choices import Choices
from catalog.models import Branch


def test_names_are_kept_for_some_seconds_and_then_read_anew(
    db, monkeypatch, django_assert_num_queries
) -> None:
    monkeypatch.setattr(policy, "CHOICES_KEPT", timedelta(seconds=5))
    Choices.load()
    Branch.objects.filter(code="chuo").update(name="新中央図書館")
    with django_assert_num_queries(0):
        assert Choices.load().branches["chuo"].name == "中央図書館"
    cache.clear()  # as when the seconds are over
    assert Choices.load().branches["chuo"].name == "新中央図書館"
