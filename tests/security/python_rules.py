"""What our Python must not do, each as a function that finds the places (safety 14, 15, 20, 23).

A rule reads the tree of one module and yields the statement it takes offence at. What is meant all
the same stands, with its reason, in the lists of test_patterns.py.
"""

import ast
import re
from collections.abc import Callable, Iterator

Place = tuple[int, str]
Rule = Callable[[ast.Module], Iterator[Place]]

RULES: dict[str, Rule] = {}


def rule(find: Rule) -> Rule:
    RULES[find.__name__] = find
    return find


def called(call: ast.Call) -> str:
    """`subprocess.run` of `subprocess.run(…)`; of `a().b()` only `b`."""
    parts: list[str] = []
    node: ast.expr = call.func
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, called(node)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def is_text(node: ast.expr) -> bool:
    """A text that stands there as it is, or a constant of this house: _NAMES_LIKE_THIS."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.Name):
        return bool(re.fullmatch(r"_?[A-Z][A-Z0-9_]*", node.id))
    if isinstance(node, ast.JoinedStr):
        return all(
            isinstance(part, ast.Constant)
            or (isinstance(part, ast.FormattedValue) and is_text(part.value))
            for part in node.values
        )
    if isinstance(node, ast.IfExp):
        return is_text(node.body) and is_text(node.orelse)
    return False


def first(call: ast.Call) -> ast.expr | None:
    return call.args[0] if call.args else None


# --- What reaches a browser -------------------------------------------------------------------


@rule
def markup_that_was_not_written_by_us(tree: ast.Module) -> Iterator[Place]:
    """mark_safe, SafeString and the pattern of format_html take only texts that stand there."""
    patterns = {"mark_safe": 0, "SafeString": 0, "SafeText": 0, "format_html": 0}
    patterns["format_html_join"] = 1
    for call, name in calls(tree):
        which = patterns.get(name.split(".")[-1])
        if which is None:
            continue
        if which < len(call.args) and not is_text(call.args[which]):
            yield call.lineno, ast.unparse(call)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "__html__":
            yield node.lineno, "def __html__"


@rule
def django_s_own_cross_site_guard_switched_off(tree: ast.Module) -> Iterator[Place]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if "csrf_exempt" in ast.unparse(decorator):
                    yield node.lineno, node.name
    for call, name in calls(tree):
        if name.endswith("csrf_exempt"):
            yield call.lineno, ast.unparse(call)


@rule
def a_way_on_that_the_visitor_wrote(tree: ast.Module) -> Iterator[Place]:
    """A redirect goes to the name of a view of ours or to what `safe_next` has judged.

    Django's `redirect` and `resolve_url` look for a view of the name they are given: with a
    word of the visitor's they fail, or lead somewhere that nobody meant.
    """
    for call, name in calls(tree):
        word, to = name.split(".")[-1], first(call)
        if word not in ("redirect", "resolve_url", "HttpResponseRedirect") or to is None:
            continue
        judged = word == "HttpResponseRedirect" and _comes_from_safe_next(to, tree)
        if not (judged or _is_address_of_ours(to)):
            yield call.lineno, ast.unparse(call)


def _is_address_of_ours(to: ast.expr) -> bool:
    """A name of a view, a setting, `reverse(…)`, or a text that begins with one of them."""
    if isinstance(to, ast.JoinedStr) and isinstance(to.values[0], ast.FormattedValue):
        return _is_address_of_ours(to.values[0].value)
    if isinstance(to, ast.Call):
        return called(to) == "reverse"
    return is_text(to) or bool(re.fullmatch(r"settings\.\w+_URL", ast.unparse(to)))


def _comes_from_safe_next(to: ast.expr, tree: ast.Module) -> bool:
    """The call itself, a name that is given nothing else here, or a function that returns it."""
    if isinstance(to, ast.Call):
        maker = called(to)
        made = [
            node.value
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef) and function.name == maker
            for node in ast.walk(function)
            if isinstance(node, ast.Return) and node.value
        ]
        return maker == "safe_next" or bool(made and all(map(_is_safe_next, made)))
    given = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == ast.unparse(to)
    ]
    return bool(given and all(map(_is_safe_next, given)))


def _is_safe_next(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and called(value) == "safe_next"


@rule
def a_page_kept_for_the_next_visitor(tree: ast.Module) -> Iterator[Place]:
    """Pages are never cached on the server (safety 12)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in ("cache_page", "UpdateCacheMiddleware", "FetchFromCacheMiddleware"):
                yield node.lineno, name


@rule
def a_form_that_takes_every_field(tree: ast.Module) -> Iterator[Place]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            for line in node.body:
                if ast.unparse(line) == "fields = '__all__'":
                    yield line.lineno, ast.unparse(line)


# --- What reaches the database ----------------------------------------------------------------


@rule
def sql_put_together(tree: ast.Module) -> Iterator[Place]:
    """A statement is a text that stands there or a constant; values travel as parameters."""
    for call, name in calls(tree):
        word = name.split(".")[-1]
        statement = first(call) or keyword(call, "sql")
        if (word == "extra" and isinstance(call.func, ast.Attribute) and call.keywords) or (
            word in ("execute", "executemany", "copy", "raw", "RawSQL")
            and (statement is not None and not is_text(statement))
        ):
            yield call.lineno, ast.unparse(call)


# --- What reaches the machine -----------------------------------------------------------------


@rule
def a_shell(tree: ast.Module) -> Iterator[Place]:
    for call, name in calls(tree):
        shell = keyword(call, "shell")
        if name in (
            "os.system",
            "os.popen",
            "subprocess.getoutput",
            "subprocess.getstatusoutput",
        ) or (shell is not None and ast.unparse(shell) != "False"):
            yield call.lineno, ast.unparse(call)


@rule
def data_that_runs_as_code(tree: ast.Module) -> Iterator[Place]:
    forbidden = {"pickle", "marshal", "shelve", "dill", "jsonpickle"}
    yield from _imports(tree, forbidden)
    for call, name in calls(tree):
        if name in ("eval", "exec", "compile", "yaml.load", "yaml.unsafe_load", "__import__"):
            yield call.lineno, ast.unparse(call)


def _imports(tree: ast.Module, unwanted: set[str]) -> Iterator[Place]:
    for node in ast.walk(tree):
        names: set[str] = set()
        if isinstance(node, ast.Import):
            names = {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {node.module or ""}
        if names & unwanted:
            yield node.lineno, ast.unparse(node)


@rule
def somebody_else_who_is_waited_for_without_end(tree: ast.Module) -> Iterator[Place]:
    """(A bare SMTP(…) is aiosmtpd's server; the client is smtplib's.)"""
    asking = {"urlopen", "create_connection", "HTTPConnection", "HTTPSConnection", "SMTP",
              "SMTP_SSL", "get_connection"}  # fmt: skip
    verbs = {"get", "post", "put", "patch", "delete", "head", "request"}
    for call, name in calls(tree):
        head, _, word = name.rpartition(".")
        asks = word in asking or (head in ("requests", "httpx") and word in verbs)
        if (
            asks
            and not name.startswith("SMTP")
            and call.args + call.keywords
            and keyword(call, "timeout") is None
        ):
            yield call.lineno, ast.unparse(call)


@rule
def certificates_that_are_not_looked_at(tree: ast.Module) -> Iterator[Place]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "verify":
            if ast.unparse(node.value) == "False":
                yield node.value.lineno, "verify=False"
        elif isinstance(node, ast.Attribute) and node.attr in (
            "CERT_NONE",
            "_create_unverified_context",
        ):
            yield node.lineno, node.attr


@rule
def archives_and_xml_of_others(tree: ast.Module) -> Iterator[Place]:
    """Unpacked anywhere, or entities that grow: neither is needed here."""
    risky = {"xml.etree.ElementTree", "xml.dom.minidom", "xml.sax", "lxml", "tarfile", "zipfile"}
    yield from _imports(tree, risky)


# --- What is written down and handed on -------------------------------------------------------

PERSONAL = {
    "address", "addresses", "barcode", "birth_date", "card_number", "cards", "contact", "code",
    "cookies", "email", "mail", "mail_address", "name", "name_reading", "names", "password",
    "path", "path_info", "phone", "q", "query", "reading", "telephone", "text", "title", "token",
    "username", "GET", "POST", "COOKIES", "META", "body", "message", "subject",
}  # fmt: skip
LOGGED = {"debug", "info", "warning", "error", "exception", "critical", "log"}


@rule
def a_person_in_the_log(tree: ast.Module) -> Iterator[Place]:
    """Log lines hold ids, numbers and the names of our own classes (safety 20)."""
    for call, name in calls(tree):
        head, _, word = name.rpartition(".")
        if word not in LOGGED or head.split(".")[-1] not in ("logger", "log", "logging"):
            continue
        if not (call.args and is_text(call.args[0])):
            yield call.lineno, ast.unparse(call)
        for value in [*call.args[1:], *(one.value for one in call.keywords)]:
            if _names_somebody(value):
                yield call.lineno, ast.unparse(call)
                break


def _names_somebody(value: ast.expr) -> bool:
    """`patron.name` does, `mail.pk` does not."""
    if isinstance(value, ast.Attribute) and value.attr in ("pk", "id"):
        return False
    word = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", None)
    parts = (part for part in ast.iter_child_nodes(value) if isinstance(part, ast.expr))
    return word in PERSONAL or any(_names_somebody(part) for part in parts)


@rule
def words_on_the_terminal(tree: ast.Module) -> Iterator[Place]:
    """What is printed in service passes by the formatter that keeps persons out."""
    for call, name in calls(tree):
        if name in ("print", "breakpoint", "pprint", "pdb.set_trace", "sys.stdout.write"):
            yield call.lineno, ast.unparse(call)


@rule
def a_task_that_carries_more_than_ids(tree: ast.Module) -> Iterator[Place]:
    sending = ("delay", "delay_on_commit", "apply_async", "s", "si", "send_task")
    for call, name in calls(tree):
        if name.split(".")[-1] not in sending or not isinstance(call.func, ast.Attribute):
            continue
        for value in [*call.args, *(one.value for one in call.keywords)]:
            word = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
            if not re.search(r"(^|_)(pk|id|ids|pks)$", word):
                yield call.lineno, ast.unparse(call)
                break
