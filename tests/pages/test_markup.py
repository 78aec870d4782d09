"""Markup: whatever text comes in, none of it becomes an element."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from rdface.pages.markup import breakable, element, number, percent

texts = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C",)))


class Text(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(str(html))  # a Markup would escape what the parser adds to it
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@given(texts, texts)
def test_text_and_attributes_come_back_as_they_were(text: str, label: str) -> None:
    parsed = Text(element("div", text, aria_label=label))
    assert parsed.tags == ["div"]
    assert parsed.text == text and parsed.attributes == [("aria-label", label)]


@given(texts)
def test_breaking_changes_no_letter(name: str) -> None:
    parsed = Text(breakable(name))
    assert parsed.text == name and set(parsed.tags) <= {"wbr"}


def test_elements_nest() -> None:
    inner = element("b", "a<b")
    assert element("p", inner, class_="x") == Markup('<p class="x"><b>a&lt;b</b></p>')


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (-0.001, "0"), (1.5, "1.5"), (2.0, "2"), (1 / 3, "0.33")]
)
def test_coordinates_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_a_share_becomes_per_cent() -> None:
    assert percent(0.125) == "12.5%"
