from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.corpus.fragment import text_of


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One\n two.</p><p>Three.</p>", "One two.\n\nThree."),
        ("One.<br>Two.", "One.\n\nTwo."),
        ("<div>One <b>is</b> <i>here</i>.<p>Two.</p>Three.</div>", "One is here.\n\nTwo.\n\nThree."),
        ("<blockquote><p>One.</p><p>Two.</p></blockquote><p>Three.</p>", "> One.\n\n> Two.\n\nThree."),
        ("<ul><li>One.</li><li><p>Two.</p></li></ul>", "- One.\n\n- Two."),
        ("<table><tr><th>Who</th><td>What</td></tr><tr><td>Ola</td><td>No</td></tr></table>", "Who What\n\nOla No"),
        ("<p>It&#8217;s &ldquo;late&rdquo; &amp; &lt;b&gt;</p>", "It’s “late” & <b>"),
        ("<style>p{}</style><script>x()</script><!-- no --><p>One.</p>tail", "One.\n\ntail"),
        ("<figure><img><figcaption>A ship.</figcaption></figure><p>One.</p>", "One."),
        ('<p>One.</p><blockquote class="PullQuote">One.</blockquote><p class="wp-caption-text">A.</p>', "One."),
        ('<div class="has-caption"><p>One.</p><p>Two.</p><p>Three.</p></div>', "One.\n\nTwo.\n\nThree."),
        ('<div style="display: none">Preview</div><p>One.</p>', "One."),
        ("", ""),
        ("<!-- only -->", ""),
        ("<p> \u00a0 </p>", ""),
    ],
)
def test_blocks_are_paragraphs_with_their_words_once(markup: str, text: str) -> None:
    assert text_of(markup) == text


def test_deep_nesting_is_read_and_where_the_parser_would_lose_words_it_is_refused() -> None:
    assert text_of("<div>" * 1500 + "One." + "</div>" * 1500 + "Two.") == "One.\n\nTwo."
    with pytest.raises(ValueError, match="nests more than 2,000 elements"):
        text_of("One." + "<div>" * 5000 + "Two." + "</div>" * 5000)


@settings(deadline=None)  # the first one loads lxml
@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<li>", "<blockquote>", "<td>", "&#0;", "<!--", "<", "a "]) | st.text())
)
def test_any_markup_gives_paragraphs_with_words(parts: list[str]) -> None:
    text = text_of("".join(parts))
    assert text == "" or all(paragraph.strip() for paragraph in text.split("\n\n"))
