"""On call: who is now, who will be, how that is arranged, and who is called when."""

from services.gateway.pages.console.on_call.answering import page_answers
from services.gateway.pages.console.on_call.feeds import feed_pages
from services.gateway.pages.console.on_call.policies import policy_pages
from services.gateway.pages.console.on_call.schedules import on_call_pages

ON_CALL = (feed_pages, policy_pages, on_call_pages, page_answers)

__all__ = ["ON_CALL"]
