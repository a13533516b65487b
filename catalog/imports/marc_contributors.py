"""Contributors, from the headings of a MARC 21 record and its statement of responsibility."""

import re
from typing import TYPE_CHECKING

from catalog.imports.cleaning import clean, heading, is_japanese_or_chinese, katakana, spoken
from catalog.imports.records import Person

if TYPE_CHECKING:
    from pymarc import Field

    from catalog.imports.marc_fields import Fields

_PERSONS, _BODIES = ("100", "700"), ("110", "111", "710", "711")
_MAIN, _ADDED = ("100", "110", "111"), ("700", "710", "711")
_RELATORS = {
    "aut": "著", "author": "著", "edt": "編", "editor": "編", "com": "編", "compiler": "編",
    "trl": "訳", "translator": "訳", "ill": "絵", "illustrator": "絵", "pht": "写真",
    "photographer": "写真", "cmp": "作曲", "composer": "作曲", "prf": "演奏", "performer": "演奏",
    "drt": "監督", "director": "監督", "act": "出演", "actor": "出演", "nrt": "朗読",
    "narrator": "朗読",
}  # fmt: skip
_ROLES = [
    "編著", "共著", "編訳", "共訳", "監訳", "監修", "原作", "原案", "原文", "写真", "校注", "校訂",
    "作曲", "監督", "解説", "脚本", "演奏", "朗読", "出演", "ぶん", "さく", "やく",
    "著", "作", "文", "絵", "画", "訳", "編", "え",
]  # fmt: skip
_ROLE_AT_END = re.compile(rf"\s*[\[［(（・]*({'|'.join(_ROLES)})(?:[・/]\w+)?[\]］)）]*$")
_STATEMENTS = re.compile(r"\s*[;；]\s*")
_NAMES = re.compile(r"\s*[,、，]\s*")
_OTHERS = re.compile(r"\[?(?:ほか|他)\]?$")


def people_of(fields: "Fields") -> list[Person]:
    statements = _statements(fields)
    people: list[Person] = []
    for field in fields.all(*_MAIN, *_ADDED):
        if any(one.code == "t" for one in field.subfields):
            continue  # a related or contained work, not a role in this one
        person = _person(field, fields, statements)
        if person.name and (person.name, person.role) not in [(p.name, p.role) for p in people]:
            people.append(person)
    return people or _named_on_the_title_page(statements)


def _person(field: "Field", fields: "Fields", statements: list[str]) -> Person:
    codes = "ab" if field.tag in _BODIES else "a"
    name = fields.spelled(field, codes)
    person = Person(heading(name.text), katakana(spoken(name.reading)))
    person.romanised = spoken(name.romanised)
    person.role = _given_role(field) or _role_in(statements, person.name) or person.role
    return person


def _given_role(field: "Field") -> str:
    for one in field.subfields:
        if one.code in "e4":
            word = clean(one.value).strip(" .,").lower()
            if role := _RELATORS.get(word) or (word if is_japanese_or_chinese(word) else ""):
                return role
    return ""


def _statements(fields: "Fields") -> list[str]:
    """Yield each statement (夏目漱石著, 松岡佑子訳) in every script of the record."""
    return [
        statement
        for field in fields.all("245")[:1]
        for version in [field, *fields.linked(field)]
        for one in version.subfields
        if one.code == "c"
        for statement in _STATEMENTS.split(clean(one.value).rstrip(" .．。/"))
        if statement
    ]


def _role_in(statements: list[str], name: str) -> str:
    sought = name.replace(" ", "").replace(",", "")
    for statement in statements:
        role = _ROLE_AT_END.search(statement)
        if role and sought in statement.replace(" ", ""):
            return role[1]
    return ""


def _named_on_the_title_page(statements: list[str]) -> list[Person]:
    """For records without headings: 角野栄子作 ; 林明子絵 names two people."""
    people: list[Person] = []
    for statement in statements:
        role = _ROLE_AT_END.search(statement)
        if role and is_japanese_or_chinese(statement):
            names = _OTHERS.sub("", statement[: role.start()])
            people += [Person(name, role=role[1]) for name in _NAMES.split(names) if name]
    return people
