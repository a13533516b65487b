"""A bib read in one statement is the bib that the usual queries give."""

import pytest
from django.db import models
from django.forms.models import model_to_dict
from django.http import Http404

from catalog.bib_page.facts import bib_or_404, bibs_with_everything
from catalog.models import Bib, Contributor, Series
from tests.factories import BibFactory, CopyFactory

pytestmark = pytest.mark.django_db


def everything(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def a_bib_with_all_of_it() -> Bib:
    bib = BibFactory(
        title="細雪",
        authors=["谷崎 潤一郎", "田村 孝之介"],
        series=Series.objects.create(title="秋川文庫", reading="アキカワ ブンコ"),
        isbns=["9784101010014"],
        subjects=["姉妹-小説"],
        volume="上",
    )
    Contributor.objects.filter(name="谷崎 潤一郎").update(other_names=["Tanizaki"])
    CopyFactory(bib=bib)
    return bib


@pytest.mark.parametrize("make", [a_bib_with_all_of_it, BibFactory])
def test_both_ways_tell_the_same(make):
    pk = make().pk
    usual, at_once = bibs_with_everything().get(pk=pk), bib_or_404(pk)
    assert everything(at_once) == everything(usual)
    for part in ("material_type", "status", "series"):
        one, other = getattr(at_once, part), getattr(usual, part)
        assert one == other
        assert one is None or everything(one) == everything(other)
    assert [everything(one) for one in at_once.credits] == [
        everything(one) for one in usual.credits
    ]
    assert [model_to_dict(one.contributor) for one in at_once.credits] == [
        model_to_dict(one.contributor) for one in usual.credits
    ]


def test_one_statement_reads_it_all(django_assert_num_queries):
    pk = a_bib_with_all_of_it().pk
    with django_assert_num_queries(1):
        bib = bib_or_404(pk)
        facts = [bib.material_type.name, bib.series.title, bib.status.circulating]
        facts += [one.contributor.name for one in bib.credits]
    assert facts == ["図書", "秋川文庫", 1, "谷崎 潤一郎", "田村 孝之介"]


def test_what_is_hidden_or_nowhere_is_not_found():
    hidden = BibFactory(hidden=True)
    for pk in (hidden.pk, hidden.pk + 1, 0, 10**30):
        with pytest.raises(Http404):
            bib_or_404(pk)
