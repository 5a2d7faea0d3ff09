"""How long the relay waits between rounds, so that what is saved meanwhile shares one."""

from chassis.outbox.relay import FLOOD, MANY, breath


def test_the_more_there_is_to_do_the_longer_is_the_breath():
    assert breath(1) < breath(MANY) < breath(FLOOD) < 1


def test_what_is_urgent_is_not_kept_by_a_deep_breath_but_still_shares_rounds():
    assert breath(1) < breath(FLOOD, urgent=True) < breath(MANY)
    assert breath(1, urgent=True) == breath(1)
    assert breath(MANY, urgent=True) == breath(10 * FLOOD, urgent=True)
