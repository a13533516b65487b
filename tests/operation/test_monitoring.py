"""The alert rules and the dashboard ask for figures that the portal really tells."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone
from ruamel.yaml import YAML

from akiruno_library import metrics
from demo.environment import ROOT
from notifications import jobs
from notifications.models import Pulse

MONITORING = ROOT / "docs/monitoring"
TOKEN = "a-token-of-the-operators"
OURS = re.compile(r"\b(akiruno_\w+?)(?:_bucket)?\b(?=[\[{ )]|$)")


def rules() -> list[dict]:
    [group] = YAML(typ="safe").load((MONITORING / "alerts.yml").read_text())["groups"]
    return group["rules"]


def panels() -> list[dict]:
    return json.loads((MONITORING / "dashboard.json").read_text())["panels"]


def figures_in_use() -> set[str]:
    targets = [target["expr"] for panel in panels() for target in panel["targets"]]
    return {
        name
        for expr in [*targets, *(rule["expr"] for rule in rules())]
        for name in OURS.findall(expr)
    }


@pytest.mark.django_db
def test_each_figure_that_is_asked_for_is_told(client: Client, settings):
    settings.METRICS_TOKEN = TOKEN
    jobs.run(jobs.JOBS["add_up_figures"])
    Pulse.objects.create(name=jobs.CLOCK, at=timezone.now())
    metrics.throttled.labels(what="pages")
    client.get("/search/?q=a")
    page = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    named = set(re.findall(r"^# TYPE (\w+)", page, re.MULTILINE))
    assert len(figures_in_use()) > 15
    assert figures_in_use() - named == set()


def test_each_rule_says_what_is_wrong_and_what_to_look_at():
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))
    for rule in rules():
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"\d+m", rule["for"])
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["description"]


def test_no_panel_covers_another():
    places = [tuple(panel["gridPos"][key] for key in "xy") for panel in panels()]
    assert len(places) == len(set(places)) == len(panels())
