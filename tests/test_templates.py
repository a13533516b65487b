"""No number of a rule is typed in a page: it is read from the policy, so that it is always true."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[1] / "templates"
FIGURE = re.compile(r"[\d,]+(?:件|点|冊|日|年|月|週|時|分|秒|歳|文字)")
MARKUP = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", re.DOTALL)
# No rule of the policy: names of lists, one by one, days of people in the demo, dates of examples.
NO_RULE = (
    *("キャンセル履歴(1週間)", "1点につき", "1件ずつ", "1978年7月30日", "この1週間に届かなかった"),
)
ELSEWHERE = {"catalog/help/topics", "components/sheet"}  # with tests of their own, or samples


def test_no_number_of_a_rule_is_typed_in_a_page() -> None:
    typed = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES)
        if str(name.parent) in ELSEWHERE:
            continue
        text = MARKUP.sub("", path.read_text("utf-8"))
        for known in NO_RULE:
            text = text.replace(known, "")
        typed += [f"{name}: {figure}" for figure in FIGURE.findall(text)]
    assert typed == []
