import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse, set_script_prefix


def rendered(source: str, **facts: object) -> str:
    return Template(source).render(Context(facts))


def test_an_address_that_is_written_out_is_that_of_reverse_each_time():
    page = "{% url 'help:topic' 'renew' %} {% url 'circulation:mypage' %}"
    expected = f"{reverse('help:topic', args=['renew'])} {reverse('circulation:mypage')}"
    assert [rendered(page), rendered(page)] == [expected, expected]


def test_what_hangs_on_a_variable_is_looked_up_for_its_value():
    page = "{% url 'catalog:detail' number %}{% url name as there %} {{ there }}"
    for number, name in ((1, "catalog:home"), (2, "catalog:search")):
        expected = f"{reverse('catalog:detail', args=[number])} {reverse(name)}"
        assert rendered(page, number=number, name=name) == expected


def test_an_address_is_kept_apart_for_each_place_where_the_portal_is_mounted():
    page = "{% url 'catalog:home' %}"
    assert rendered(page) == "/"
    set_script_prefix("/portal/")
    try:
        assert rendered(page) == "/portal/"
    finally:
        set_script_prefix("/")
    assert rendered(page) == "/"


def test_a_page_that_does_not_exist_is_told_at_once():
    with pytest.raises(NoReverseMatch):
        rendered("{% url 'no:such_page' %}")
