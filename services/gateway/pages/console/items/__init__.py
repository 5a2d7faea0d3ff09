"""Configuration items: found, looked at with what is affected, written by staff."""

from services.gateway.pages.console.items.listing import item_list
from services.gateway.pages.console.items.naming import item_naming
from services.gateway.pages.console.items.one import item_pages

ITEMS = (item_list, item_pages, item_naming)
