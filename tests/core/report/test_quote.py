"""Untrusted text becomes markdown in one way, and means nothing but itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.log import Excerpt
from bot.report.links import blob_url, link, safe_url
from bot.report.markdown import Markdown, say
from bot.report.quote import quote_block, quote_excerpt, quote_inline, quote_name, quote_plain, quote_prose
from tests.core.report.builders import SHA, make_facts
from tests.core.report.oracle import text_of, walk


@given(st.text(max_size=400), st.integers(10, 80))
def test_a_quote_in_a_table_cell_never_breaks_the_table(text: str, limit: int) -> None:
    cells = [
        quote_inline(text, limit),
        quote_name(text, limit),
        quote_prose(text, limit),
        quote_name(text, limit, narrow=True),
    ]
    walker = walk("| a | b | c | d |\n|---|---|---|---|\n| " + " | ".join(cells) + " |")
    assert walker.odd == []
    assert walker.widths == [[4, 4]]
    assert walker.links == []


@given(st.text(max_size=2_000))
def test_a_block_is_one_pre_and_nothing_else(text: str) -> None:
    block = quote_block(text)
    walker = walk(f"before\n\n{block}\n\nafter")
    assert walker.odd == []
    assert walker.elements == (["p", "pre", "p"] if block else ["p", "p"])


@given(st.text(alphabet="abc |`<>&@#_*[]()!\\:/.$~", max_size=120))
def test_a_quote_shows_the_text_as_it_was(text: str) -> None:
    assert text_of(quote_inline(text, 200)).strip() == " ".join(text.split())
    assert text_of(quote_name(text, 200)).strip() == " ".join(text.split())


@pytest.mark.parametrize(
    "name",
    ["Integration (notification)", "build/linux-amd64", "Build & Lint (Go Services)", "test_x", "3.11"],
)
def test_a_harmless_name_stays_plain(name: str) -> None:
    assert "<code>" not in quote_name(name, 60)
    assert text_of(quote_name(name, 60)).strip() == name


@pytest.mark.parametrize(
    "name",
    [
        "@org/team",
        "a#1",
        "https://x.example",
        "www.x.example",
        "26d7cc29",
        SHA,
        "GH-12",
        ":tada:",
        "_x_",
        "__init__",
        "- x",
        "1. x",
        "a|b",
        "größe",
    ],
)
def test_a_name_that_github_would_bring_to_life_is_quoted(name: str) -> None:
    assert quote_name(name, 60).startswith("<code>")


def test_a_sentence_keeps_its_words_plain_and_quotes_the_rest() -> None:
    said = quote_prose("Passed on main at 26d7cc29, owner @data-storage.", 200)
    assert said == "Passed on main at <code>26d7cc29</code>, owner <code>&#64;<wbr>data-storage</code>."


def test_terminal_sequences_vanish_and_invisible_characters_are_shown() -> None:
    text = "\x1b[1;31mred\x1b[0m \x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\ \x9b2Jx"
    text += " \x00\x07\u202etxt.exe\u200b"
    assert quote_plain(text, 100) == "red link x ⟦U+202E⟧txt.exe⟦U+200B⟧"


def test_every_kind_of_line_break_is_one() -> None:
    assert quote_block("a\rb\r\nc\u2028d\x85e") == "<pre>\na\nb\nc\nd\ne\n</pre>"


def test_a_block_is_capped_and_says_so() -> None:
    block = quote_block("\n".join(f"line {number}" for number in range(30)))
    assert "line 19" in block
    assert "line 20" not in block
    assert "… (10 more lines)" in block
    assert len(quote_block("x" * 5_000)) < 400


def test_a_huge_text_is_counted_to_its_end() -> None:
    assert "… (99,980 more lines)" in quote_block("x\n" * 100_000)


def test_an_excerpt_numbers_its_lines_and_marks_one() -> None:
    excerpt = Excerpt(8, ("before", "bad\rline </pre>", "after", "later"), 9)
    shown = quote_excerpt(excerpt, 1, 1)
    assert shown == "<pre>\n   8 before\n▶  9 bad line &lt;/pre&gt;\n  10 after\n</pre>"


def test_a_sentence_refuses_text_that_was_not_quoted() -> None:
    with pytest.raises(TypeError, match="unquoted"):
        say("{}", "raw")  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://x.example/",
        "//x.example",
        "https://user@x.example/",
        "https://",
        "",
        "data:text/html,x",
        "https://x.example" + "/a" * 2_000,
    ],
)
def test_an_address_that_is_not_plain_http_is_left_out(url: str) -> None:
    assert safe_url(url) == ""
    assert link(Markdown("label"), url) == "label"


def test_an_address_loses_what_markdown_could_read() -> None:
    assert (
        safe_url('https://x.example/a b(c)|"<>`[]\n?q=1&r=2')
        == "https://x.example/a%20b%28c%29%7C%22%3C%3E%60%5B%5D%0A?q=1&amp;r=2"
    )


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "a/../../x", "C:\\x", "~/x", "", "https://x.example"]
)
def test_a_path_outside_the_repository_has_no_link(path: str) -> None:
    assert blob_url(make_facts(), SHA, path, 3) == ""


def test_a_path_is_linked_at_the_commit() -> None:
    url = blob_url(make_facts(), SHA, "a b/[x](y).go", 7)
    assert url == f"https://github.com/jordigilh/kubernaut/blob/{SHA}/a%20b/%5Bx%5D%28y%29.go#L7"
