"""What our templates must not do: the same for pages, mails and the files programs read."""

import re
from collections.abc import Callable, Iterator

Place = tuple[int, str]
Rule = Callable[[str], Iterator[Place]]

RULES: dict[str, Rule] = {}


def _of_the_same_length(found: re.Match[str]) -> str:
    return "_" * len(found[0])


def rule(
    pattern: str, *, unless: str = "", markup: bool = False
) -> Callable[[Callable[[], None]], None]:
    """A rule that a pattern finds; its name is the function's.

    `markup`: what stands in {% %} and {{ }} is not looked at.
    """

    def named(function: Callable[[], None]) -> None:
        def find(source: str) -> Iterator[Place]:
            if markup:
                source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", _of_the_same_length, source)
            for found in re.finditer(pattern, source, re.IGNORECASE | re.DOTALL):
                if not (unless and re.search(unless, found[0], re.IGNORECASE)):
                    yield source.count("\n", 0, found.start()) + 1, found[0][:160]

        RULES[function.__name__] = find

    return named


@rule(r"\{\{[^}]*\|\s*(safe|safeseq)\b[^}]*\}\}|\{%[^%]*\|\s*(safe|safeseq)\b[^%]*%\}")
def text_declared_safe() -> None: ...


@rule(r"\{%\s*autoescape\s+off\s*%\}")
def escaping_switched_off() -> None: ...


@rule(
    r"\|\s*(urlize|urlizetrunc|striptags|truncatechars_html|truncatewords_html|wordwrap"
    r"|unordered_list)\b"
)
def a_filter_that_has_been_a_hole() -> None: ...


@rule(r"<[a-z][^<>]*\son[a-z]+\s*=", markup=True)
def a_handler_in_the_markup() -> None: ...


@rule(r"<[a-z][^<>]*\sstyle\s*=", markup=True)
def a_style_in_the_markup() -> None: ...


@rule(r"javascript:|data:text/html|vbscript:")
def an_address_that_is_a_program() -> None: ...


@rule(r"<(script|style)\b[^>]*>", unless=r"nonce=|src=\"\{% static|application/ld\+json")
def a_script_without_nonce() -> None: ...


@rule(
    r"<(script|link|img|iframe|source|video|audio|object|embed|form|use)\b[^>]*"
    r"\s(src|href|srcset|action|data|poster)\s*=\s*[\"'](https?:)?//[^>]*>"
)
def something_loaded_from_another_host() -> None: ...


@rule(r"<a\b[^>]*target=\"_blank\"[^>]*>", unless=r"rel=\"[^\"]*noopener")
def a_new_window_that_can_reach_back() -> None: ...


@rule(r"\{%\s*(cache|debug|include\s+[a-z_.]*request)\b")
def a_page_kept_or_laid_open() -> None: ...


def forms_without_token(source: str) -> Iterator[Place]:
    for form in re.finditer(r"<form\b[^>]*method=\"post\".*?</form>", source, re.DOTALL | re.I):
        if "csrf_token" not in form[0]:
            yield source.count("\n", 0, form.start()) + 1, form[0].split(">")[0] + ">"


RULES["a_form_without_token"] = forms_without_token
