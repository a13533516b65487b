"""What the audit of the packages makes of a feed's answer."""

import pytest

from demo import audit


def answer(*holes: dict) -> dict:
    package = {"name": "django", "version": "5.2.1", "vulns": list(holes)}
    return {"dependencies": [package, {"name": "celery", "version": "5.7.0", "vulns": []}]}


def test_a_known_hole_fails_and_says_which_version_mends_it(capsys):
    hole = {"id": "CVE-2026-0001", "fix_versions": ["5.2.19"], "aliases": []}
    assert audit.judge("osv", answer(hole)) == 1
    assert "django 5.2.1: CVE-2026-0001 → 5.2.19" in capsys.readouterr().out


def test_no_hole_passes_and_says_how_many_were_asked_about(capsys):
    assert audit.judge("osv", answer()) == 0
    assert "2 個の部品" in capsys.readouterr().out


@pytest.mark.parametrize(("required", "status"), [("", audit.SKIPPED), ("1", 1)])
def test_where_nobody_answers_it_is_passed_over_unless_it_must_be(monkeypatch, required, status):
    monkeypatch.setenv("AUDIT_REQUIRED", required)
    monkeypatch.setattr(audit, "FEEDS", ())
    assert audit.main() == status


def test_the_reason_is_short_and_holds_no_trace():
    output = "Traceback\n  File x\nConnectionError: (host='feed', port=443): Max (Caused by y(z))"
    assert audit.why(output) == "ConnectionError: (host='feed', port=443): Max "
