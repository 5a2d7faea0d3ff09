"""Ranking."""

from services.knowledge.domain.index import STRONG, ArticleIndex, Query


def stocked(**titles: str) -> ArticleIndex:
    index = ArticleIndex()
    for article_id, title in titles.items():
        index.put(article_id, "en", title, "", f"{title}. Ask the service desk when it does not help.")
    return index


def found(index, text, **fields):
    return [hit.article_id for hit in index.search(Query(text, **fields))]


def test_a_word_in_the_title_counts_more_than_in_the_body():
    index = ArticleIndex()
    index.put("body", "en", "Something else", "", "Somewhere a scanner is mentioned in passing.")
    index.put("title", "en", "Scanner", "", "How to use the device on the second floor.")
    index.put("summary", "en", "Another thing", "About the scanner", "How to use it.")
    assert found(index, "scanner") == ["title", "summary", "body"]


def test_a_rare_word_counts_more_than_one_that_all_have():
    index = stocked(a="Desk lamp", b="Desk chair", c="Desk phone", d="Desk")
    assert found(index, "desk chair")[0] == "b"


def test_words_that_stand_together_count_more():
    index = stocked(a="Remote desktop over password", b="Desktop password remote")
    assert found(index, "remote desktop")[0] == "a"


def test_an_article_that_is_put_again_replaces_what_it_said():
    index = stocked(a="Badges")
    index.put("a", "fr", "Stationnement", "", "À l'entrée")
    assert len(index) == 1
    assert found(index, "badges") == []
    assert found(index, "stationnements") == ["a"]
    index.remove("a")
    index.remove("a")
    assert len(index) == 0
    assert found(index, "stationnements") == []


def test_a_word_being_typed_finds_what_begins_like_it():
    index = stocked(a="Printer setup", b="Primary phone", c="Desk lamp")
    assert set(found(index, "pri", typing=True)) == {"a", "b"}
    assert found(index, "prin", typing=True) == ["a"]
    assert found(index, "prin ", typing=True) == []
    assert found(index, "p", typing=True) == []
    assert found(index, "print", typing=True)[0] == "a"


def test_an_empty_index_and_an_empty_question_find_nothing():
    assert found(ArticleIndex(), "anything") == []
    assert found(stocked(a="Badges"), "") == []
    assert found(stocked(a="Badges"), "the of and") == []


def test_equals_come_in_a_fixed_order():
    index = stocked(b="Badges", a="Badges", c="Badges")
    assert found(index, "badges") == ["a", "b", "c"]


def test_background_helps_but_does_not_drown_the_subject():
    index = stocked(vpn="VPN connection", print="Printer queue", mail="Mailbox full")
    mail = "The printer is fine. The printer works. Mailbox works too."
    assert found(index, "VPN", background=mail)[0] == "vpn"
    assert found(index, "Broken", background="printer")[0] == "print"


def test_what_was_asked_is_strong_and_a_chance_word_is_weak():
    index = stocked(
        a="Reset your password", b="Share a calendar", c="Order a new phone", d="Set up the scanner"
    )
    best = index.search(Query("I want to reset my password"))[0]
    assert best.article_id == "a"
    assert best.strength >= STRONG
    assert index.search(Query("My new neighbor parks badly on the street"))[0].strength < STRONG
