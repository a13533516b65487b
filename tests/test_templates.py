"""What every template keeps to, so that whoever opens it reads it at one glance."""

from pathlib import Path

TEMPLATES = Path(__file__).parents[1] / "templates"
LONGEST_LINE = 120


def test_no_line_of_a_template_is_longer_than_a_screen_is_wide() -> None:
    """Where a break leaves no gap on the page stands in akiruno_library/template_layout.py."""
    long = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []
