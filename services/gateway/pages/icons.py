"""Icons of the sprite, as templates put them into a page (templates/components/icons.html)."""

from functools import lru_cache

from markupsafe import Markup

from services.gateway.pages.assets import vendor

_DECORATION = Markup('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>')
_IMAGE = Markup('<svg class="{}" role="img" aria-label="{}" focusable="false"><use href="{}#{}"></use></svg>')


# A page has a hundred of them, a dozen different ones: a macro of Jinja would draw each anew.
@lru_cache(maxsize=4_096, typed=True)
def icon(name: str, label: str = "", size: str = "") -> Markup:
    """Without a label it is decoration and hidden from screen readers; with one an image of that name.

    size: "", "lg" or "sm".
    """
    look, sprite = f"fl-icon fl-icon-{size}" if size else "fl-icon", vendor("icons.svg")
    if label:
        return _IMAGE.format(look, label, sprite, name)
    return _DECORATION.format(look, sprite, name)
