"""Patterns that make holes, looked for in every module and template; what is meant is listed here.

Each exception stands with its reason. One that is no longer needed fails the test, too.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.security import python_rules, template_rules

ROOT = Path(__file__).resolve().parent.parent.parent
IN_SERVICE = ["akiruno_library", "catalog", "circulation", "japanese", "loans", "notifications",
              "operation", "patrons", "reservations"]  # fmt: skip
BESIDE = ["demo", "bench"]  # never part of the image

# What serves nobody may speak on the terminal and start the programs it is there for.
FOR_THE_SERVICE_ONLY = {"words_on_the_terminal", "data_that_runs_as_code"}

MEANT = {
    "markup_that_was_not_written_by_us": {
        "japanese/date_format.py": "escaped before a day in it is held together",
        "catalog/display/covers.py": "a drawing; every text in it is escaped on its way in",
        "catalog/kids/pictures.py": "drawings that are files of the house",
        "catalog/feeds/linked_data.py": "JSON whose < > & are written as numbers",
        "japanese/furigana.py": "each piece is escaped where it is cut out",
        "patrons/staff/second_factor.py": "a drawing made of our own key",
        "reservations/summary_text.py": "an address of ours around a heading that is escaped there",
    },
    "django_s_own_cross_site_guard_switched_off": {
        "catalog/api/v1.py": "only tells a program that posts that nothing can be posted",
        "patrons/same_origin.py": "Origin, Referer and Sec-Fetch-Site in its place (safety 14)",
        "patrons/newsletter/views.py": "one click in a mail program; the link is the right to it",
    },
    "sql_put_together": {
        "akiruno_library/locking.py": "a number of policy, in SET LOCAL, which takes no parameter",
        "catalog/imports/bulk_copy.py": "COPY; names quoted by psycopg.sql, values as rows",
        "operation/backups/postgres.py": "names of databases and tables, quoted by psycopg.sql",
        "operation/invariants.py": "statements of the list above it",
        "loans/history.py": "statements of the list above it",
        "notifications/outbox.py": "an INSERT around a query that the ORM has written",
        "bench/measurements/mail.py": "a remainder that stands in the bench itself",
        "bench/catalogue.py": "COPY into tables named in the bench itself",
    },
    "data_that_runs_as_code": {
        "catalog/indexing/parallel.py": "between two processes of our own, through their pipe",
    },
    "a_person_in_the_log": {
        "operation/watchman.py": "the name of an alarm of ours",
    },
    "a_task_that_carries_more_than_ids": {
        "notifications/tasks.py": "the name of a job of ours",
    },
}
MEANT_IN_TEMPLATES = {
    "a_style_in_the_markup": {
        "*/email/*": "mail programs read nothing else; no policy of ours holds there",
    },
    "a_filter_that_has_been_a_hole": {
        "catalog/news.html": "written by the library itself, never by a catalogue or a visitor",
        "demo/mails.html": "our own mails in the demo's mailbox",
    },
    "a_script_without_nonce": {
        "notifications/email/base.html": "the style sheet of mails",
    },
    "a_form_without_token": {
        "catalog/browsing/_rows.html": "the basket, guarded by origin: pages stay without cookie",
        "catalog/detail.html": "the basket, guarded by origin",
        "catalog/kids/*": "the basket, and a choice of looks, guarded by origin",
        "catalog/results.html": "the basket, guarded by origin",
        "demo/components/*": "samples of the sheet; nothing receives them",
        "reservations/childrens_basket.html": "the basket, guarded by origin",
        "reservations/list.html": "the basket, guarded by origin",
        "components/display.html": "a choice of looks on pages without cookie, guarded by origin",
        "demo/_terminal.html": "a button of the demo, guarded by origin",
        "terminal/_footer.html": "a button of the demo, guarded by origin",
        "terminal/_header.html": "ending a visit works with an outdated token; guarded by origin",
        "patrons/children/press.html": "a child's press, without session or cookie; by origin",
        "patrons/newsletter/unsubscribe.html": "the link in the mail is the right to it",
    },
}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def modules(folders: list[str]) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def templates() -> list[Path]:
    return [path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]


def excused(name: str, lists: dict[str, dict[str, str]], path: str) -> str | None:
    """The entry that says that this is meant."""
    return next((entry for entry in lists.get(name, {}) if Path(path).match(entry)), None)


@pytest.mark.parametrize("name", python_rules.RULES)
def test_no_module_does_what_opens_a_hole(name: str):
    find, found, needed = python_rules.RULES[name], [], set()
    folders = IN_SERVICE + ([] if name in FOR_THE_SERVICE_ONLY else BESIDE)
    for path in [ROOT / "run.py", *modules(folders)]:
        if path.name == "run.py" and name in FOR_THE_SERVICE_ONLY:
            continue
        own = str(path.relative_to(ROOT))
        for line, what in find(parsed(path)):
            if entry := excused(name, MEANT, own):
                needed.add(entry)
            elif "/migrations/" not in own:
                found.append(f"{own}:{line} {what}")
    assert found == []
    assert needed == set(MEANT.get(name, {})), "an exception that nothing needs any more"


@pytest.mark.parametrize("name", template_rules.RULES)
def test_no_template_does_what_opens_a_hole(name: str):
    found, needed = [], set()
    for path in templates():
        own = str(path.relative_to(ROOT / "templates"))
        for line, what in template_rules.RULES[name](path.read_text("utf-8")):
            if entry := excused(name, MEANT_IN_TEMPLATES, own):
                needed.add(entry)
            else:
                found.append(f"{own}:{line} {what}")
    assert found == []
    assert needed == set(MEANT_IN_TEMPLATES.get(name, {}))


# A rule that finds nothing might be blind: each is shown what it must see, and what it may not.
SEEN = {
    "markup_that_was_not_written_by_us": [
        "mark_safe(title)",
        "format_html(f'<b>{title}</b>')",
        "format_html('<b>' + title)",
        "SafeString(x.title)",
        "format_html_join('', pattern, rows)",
    ],
    "django_s_own_cross_site_guard_switched_off": [
        "@csrf_exempt\ndef page(request): ...",
        "csrf_exempt(page)",
        "@method_decorator(csrf_exempt)\ndef page(request): ...",
    ],
    "a_way_on_that_the_visitor_wrote": [
        "redirect(request.GET['next'])",
        "HttpResponseRedirect(request.META.get('HTTP_REFERER', '/'))",
        "wanted = request.POST['next']\nredirect(wanted)",
        "then = safe_next(request, 'home')\nredirect(then)",
        "redirect(_then(request))",
        "HttpResponseRedirect(wanted)",
        "resolve_url(page)",
    ],
    "a_page_kept_for_the_next_visitor": ["@cache_page(60)\ndef page(request): ..."],
    "a_form_that_takes_every_field": ["class F:\n  class Meta:\n    fields = '__all__'"],
    "sql_put_together": [
        "cursor.execute(f'SELECT {name}')",
        "cursor.execute('SELECT %s' % name)",
        "Bib.objects.raw('SELECT ' + name)",
        "Bib.objects.extra(where=['1=1'])",
        "RawSQL(words, [])",
        "cursor.execute(statement)",
    ],
    "a_shell": ["subprocess.run(words, shell=True)", "os.system('ls')"],
    "data_that_runs_as_code": ["import pickle", "from marshal import loads", "eval(x)",
                               "yaml.load(text)"],
    "somebody_else_who_is_waited_for_without_end": [
        "requests.get(address)",
        "urllib.request.urlopen(address)",
        "smtplib.SMTP(host)",
    ],
    "certificates_that_are_not_looked_at": [
        "requests.get(a, timeout=1, verify=False)",
        "context.verify_mode = ssl.CERT_NONE",
    ],
    "archives_and_xml_of_others": ["import xml.etree.ElementTree", "from tarfile import open"],
    "a_person_in_the_log": [
        "logger.info('%s came', patron.name)",
        "logger.warning(f'no {card_number}')",
        "self.logger.error('no mail to %s', address)",
        "logger.info('x', extra={'path': request.path})",
        "logging.info('%s', request.GET)",
    ],
    "words_on_the_terminal": ["print(patron)", "breakpoint()"],
    "a_task_that_carries_more_than_ids": [
        "send.delay(patron.name)",
        "send.delay_on_commit(mail=address)",
        "send.apply_async([patron.card_number])",
    ],
}  # fmt: skip
NOT_SEEN = {
    "markup_that_was_not_written_by_us": [
        "mark_safe('<b>')",
        "format_html('<b>{}</b>', title)",
        "format_html(_PATTERN, title)",
        "format_html_join('', '<li>{}</li>', rows)",
    ],
    "a_way_on_that_the_visitor_wrote": [
        "redirect('catalog:home')",
        "redirect(f\"{reverse('library:year')}?year=2026\")",
        "HttpResponseRedirect(safe_next(request, 'catalog:home'))",
        "then = safe_next(request, 'home')\nHttpResponseRedirect(then)",
    ],
    "sql_put_together": [
        "cursor.execute('SELECT %s', [name])",
        "cursor.execute(f'{SELECT} AND {BOUND}', values)",
        "shutil.copy",
    ],
    "somebody_else_who_is_waited_for_without_end": [
        "requests.get(address, timeout=3)",
        "bib.get(pk=1)",
    ],
    "a_person_in_the_log": ["logger.info('mail %s', mail.pk)", "logger.info('%d rows', number)"],
    "a_task_that_carries_more_than_ids": ["send.delay(patron.pk)", "send.delay()"],
}
SEEN_IN_TEMPLATES = {
    "text_declared_safe": ["{{ title|safe }}", "{{ a|lower | safe }}"],
    "escaping_switched_off": ["{% autoescape off %}"],
    "a_filter_that_has_been_a_hole": ["{{ note|urlize }}", "{{ note|striptags }}"],
    "a_handler_in_the_markup": ['<button class="x" onclick="go()">', "<img src=x\nonerror=y>"],
    "a_style_in_the_markup": ['<p style="color:red">'],
    "an_address_that_is_a_program": ['<a href="javascript:go()">'],
    "a_script_without_nonce": ["<script>go()</script>", "<style>p{}</style>"],
    "something_loaded_from_another_host": [
        '<script nonce="x" src="https://cdn.example/x.js"></script>',
        '<img alt="" src="//example.com/x.png">',
        '<link rel="stylesheet" href="https://fonts.example/x.css">',
    ],
    "a_new_window_that_can_reach_back": ['<a href="/x" target="_blank">'],
    "a_page_kept_or_laid_open": ["{% cache 500 sidebar %}", "{% debug %}"],
    "a_form_without_token": ['<form method="post" action="/x"><button>x</button></form>'],
}
NOT_SEEN_IN_TEMPLATES = {
    "a_script_without_nonce": ['<script src="{% static "js/x.js" %}" defer></script>'],
    "a_handler_in_the_markup": ['<p class="on">one = two</p>', '<meter optimum="3">'],
    "a_form_without_token": ['<form method="post">{% csrf_token %}</form>', "<form></form>"],
    "something_loaded_from_another_host": ['<a href="https://example.jp/">x</a>'],
}


def test_every_rule_is_shown_what_it_must_see():
    assert set(SEEN) == set(python_rules.RULES)
    assert set(SEEN_IN_TEMPLATES) == set(template_rules.RULES)
    for name, samples in SEEN.items():
        for sample in samples:
            assert list(python_rules.RULES[name](ast.parse(sample))), (name, sample)
    for name, samples in SEEN_IN_TEMPLATES.items():
        for sample in samples:
            assert list(template_rules.RULES[name](sample)), (name, sample)


def test_no_rule_takes_offence_at_what_is_right():
    for name, samples in NOT_SEEN.items():
        for sample in samples:
            assert not list(python_rules.RULES[name](ast.parse(sample))), (name, sample)
    for name, samples in NOT_SEEN_IN_TEMPLATES.items():
        for sample in samples:
            assert not list(template_rules.RULES[name](sample)), (name, sample)


def test_every_cookie_of_ours_is_named_for_this_host_alone():
    """Over https a name without the prefix could be set by a neighbour under the same domain."""
    unguarded = []
    for path in modules(IN_SERVICE):
        for call, name in python_rules.calls(parsed(path)):
            if name.split(".")[-1] in ("set_cookie", "set_signed_cookie"):
                given = ast.unparse(call.args[0])
                source = path.read_text("utf-8")
                if given.isidentifier():
                    given = source.partition(f"{given} = ")[2].partition("\n")[0]
                if "COOKIE_PREFIX" not in given and not given.endswith("_COOKIE_NAME"):
                    unguarded.append(f"{path.relative_to(ROOT)}:{call.lineno} {given}")
    assert unguarded == []
