"""What holds for every text and every order of changes."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from services.knowledge.domain.excerpt import LENGTH, excerpt, plain
from services.knowledge.domain.index import ArticleIndex, Query
from services.knowledge.domain.language import words

locales = st.sampled_from(["en", "fr"])
vocabulary = st.sampled_from(
    ["password", "printer", "vpn", "réseau", "écran", "imprimante", "phone", "share", "the", "le", "une"]
)
sentences = st.lists(vocabulary, max_size=8).map(" ".join)
puts = st.tuples(st.sampled_from("abcdef"), locales, sentences, sentences, sentences)


@given(st.text(max_size=300), locales)
def test_words_lie_within_their_text_in_order(text, locale):
    found = list(words(text, locale))
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert all(word.surface and word.stem for word in found)


@given(st.text(max_size=1500), st.text(max_size=60), locales)
def test_an_excerpt_is_short_and_of_the_text(text, query, locale):
    shown = excerpt(text, query, locale)
    assert len(shown) <= LENGTH + 4
    assert shown.removeprefix("… ").removesuffix(" …").strip() in plain(text)


@given(st.lists(puts, max_size=12), st.lists(st.sampled_from("abcdef"), max_size=6), sentences)
@settings(max_examples=150)
def test_an_index_is_what_it_holds_whatever_it_went_through(changes, removals, query):
    changed, now = ArticleIndex(), {}
    for article_id, *fields in changes:
        changed.put(article_id, *fields)
        now[article_id] = fields
    for article_id in removals:
        changed.remove(article_id)
        now.pop(article_id, None)
    fresh = ArticleIndex()
    for article_id, fields in now.items():
        fresh.put(article_id, *fields)
    for asked in (Query(query), Query(query, typing=True, locale="fr"), Query("vpn", background=query)):
        one, other = changed.search(asked), fresh.search(asked)
        scores = {hit.article_id: hit.score for hit in other}
        assert {hit.article_id for hit in one} == set(scores)
        assert all(math.isclose(hit.score, scores[hit.article_id]) for hit in one)


@given(st.lists(puts, min_size=1, max_size=8), st.text(max_size=80))
def test_any_question_is_answered_in_order_with_finite_scores(changes, text):
    index = ArticleIndex()
    for article_id, *fields in changes:
        index.put(article_id, *fields)
    hits = index.search(Query(text, background=text, typing=True))
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(math.isfinite(hit.score) and hit.score > 0 and hit.strength >= 0 for hit in hits)
