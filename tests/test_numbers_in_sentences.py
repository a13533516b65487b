"""No sentence has a number of a rule typed into it: numbers are read from the policy.

A number that is typed twice is changed once. This test reads every template and every string of
the product (refusals, forms, help texts, models, admin, exports, mails) and finds a numeral before
a unit. What no rule holds stands in ALLOWED with the reason.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from akiruno_library.rule_numbers import rule_numbers
from akiruno_library.template_layout import without_indentation

ROOT = Path(__file__).parents[1]
APPS = [
    *("akiruno_library", "catalog", "notifications", "patrons", "loans", "reservations"),
    *("circulation", "japanese", "operation"),
]
SAMPLES = "templates/demo/components"  # the sheet of components shows invented facts
NUMERAL = re.compile(
    r"[0-9０-９][0-9０-９,]* ?"
    r"(?:日|分|時|年|回|点|件|週|か月|月|歳|人|文字|冊|通|秒|つ(?!の窓)| days| characters| times)"
)
MARKUP = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", re.DOTALL)

ALLOWED = {
    # One of something, not a limit that could be another one.
    "1件ずつ": "one by one",
    "1つずつ": "one by one",
    "1行に1人ずつ": "how to write a list",
    "1つのリストに": "each list; the number behind it is the rule",
    "1点につき": "each title; the number behind it is the rule",
    "1点あたり": "a ratio",
    "1秒に": "a rate",
    "まだ1通も": "none at all",
    "同じまとめのものは1通": "what a digest is",
    "1日だけのときは": "a period of a single day",
    "分野か著者を1つ以上": "an empty choice means nothing to send",
    "2つ以上選んで": "an order needs two by its meaning",
    "2つ以上続く": "consecutive dots are two by their meaning",
    "1回だけ使えます": "a backup code is used up by its use",
    # A day as the period of a rate: the number of the rule stands behind it.
    "1日1通": "a digest is made once a day; its shape, not a setting",
    "ためしのメールは1日": "per day",
    "1日に送れる数": "per day",
    "(1日に": "per day",
    # Facts of the world.
    "3文字の記号": "the length of a code of ISO 639-2",
    "3文字の言語の記号": "the length of a code of ISO 639-2",
    "3回のせん(閃)光": "the words of a success criterion of JIS X 8341-3",
    "その月の1日": "the first day of a month",
    "中学1年生": "a school year",
    "4つとも": "number, name, birth date, telephone number, just listed",
    "上下巻は2件、上中下巻は3件": "each volume counts as itself",
    "1年以上": "the coarsest word of an estimate",
    # Examples of what to type, and sample mails and people without a real person.
    "1985年4月12日": "an example",
    "昭和60年4月12日": "an example",
    "1978年7月30日": "a person of the demo",
    "12月15日(火)": "a sample mail",
    "12月5日(土)": "a sample mail",
    "11月23日(月)": "a sample mail",
    "11月25日(水)": "a sample mail",
    "11月27日(金)": "a sample mail",
    "あと1日": "a sample mail",
    "あと3日": "a sample mail",
}


def docstrings(tree: ast.Module) -> set[int]:
    """The ids of the constants that are docstrings."""
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }


def strings() -> Iterator[tuple[str, str]]:
    """Each string of the code that is no docstring; migrations repeat what models say."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            tree = ast.parse(path.read_text("utf-8"))
            skipped = docstrings(tree)
            for node in ast.walk(tree):
                is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
                if is_text and id(node) not in skipped:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value


def templates() -> Iterator[tuple[str, str]]:
    """The text of each template of pages and mails, without its markup."""
    for path in sorted((ROOT / "templates").rglob("*")):
        name = str(path.relative_to(ROOT))
        if path.suffix in (".html", ".txt") and not name.startswith(SAMPLES):
            # A sentence goes on in the next line; words given to an include are sentences, too.
            source = without_indentation(path.read_text("utf-8"))
            words = re.findall(r'"([^"{}<>=]*)"', "".join(re.findall(r"{% include.*?%}", source)))
            yield name, MARKUP.sub("", source) + "\n".join(words)


def test_no_number_of_a_rule_is_typed_in_a_sentence() -> None:
    typed, seen = [], set()
    for place, text in [*strings(), *templates()]:
        for phrase in ALLOWED:
            if phrase in text:
                seen.add(phrase)
                text = text.replace(phrase, "")
        typed += [f"{place}: {found}" for found in NUMERAL.findall(text)]
    assert typed == []
    assert set(ALLOWED) - seen == set(), "allowed, but nowhere said any more"


def test_every_number_that_a_template_names_exists_and_none_is_unused() -> None:
    sources = [
        path.read_text("utf-8")
        for path in (ROOT / "templates").rglob("*")
        if path.suffix in (".html", ".txt")
    ]
    named = {name for source in sources for name in re.findall(r"\brules\.(\w+)", source)}
    assert named == set(rule_numbers())
