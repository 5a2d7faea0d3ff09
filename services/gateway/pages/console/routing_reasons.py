"""Why somebody was given an incident, in the reader's language (the forms: services/triage/domain, choosing and routing)."""

import re
from collections.abc import Callable

from services.gateway.pages.language import gettext as _

_LEAST = re.compile(r"(.+); (.+) has the fewest open incidents \((\d+)\)", re.DOTALL)
_ON_SHIFT = re.compile(r"(.+); (.+) is on shift and has the fewest open incidents \((\d+)\)", re.DOTALL)
_OFF_SHIFT = re.compile(r"(.+); nobody is on shift; (.+) has the fewest open incidents \((\d+)\)", re.DOTALL)
_ON_CALL = re.compile(r"(.+); nobody is on shift; (.+) is on call", re.DOTALL)
_NOBODY_FREE = re.compile(r"(.+); nobody in it is free", re.DOTALL)
_SKILLED = r"has the skills? (“.+?”(?: and “.+?”)*)"
_NOBODY_ABLE = re.compile(rf"(.+); nobody in it {_SKILLED}", re.DOTALL)
_NOBODY_ABLE_FREE = re.compile(rf"(.+); nobody in it who {_SKILLED} is free", re.DOTALL)
# What holds for whoever was chosen, in the order in which it is told.
_FACTS = (
    r"(?:on shift|on call)",
    r"speaks \w+",
    r"has the skills? “.+?”(?: and “.+?”)*",
    r"preferred by this client",
    r"resolved \d+ for this client lately",
    r"fewest open (?:incidents|P1 and P2) \(\d+\)",
)
_LISTED = re.compile(
    r"(?P<why>.+?)(?P<missing>; nobody at hand speaks \w+)?(?P<off>; nobody is on shift)?; (?P<name>[^;]+): "
    + "(?:, )?".join(f"(?P<f{number}>{form})?" for number, form in enumerate(_FACTS)),
    re.DOTALL,
)


_HINDERED = re.compile(r"(.+); not (.+), whom the rule names: (without the skill|away|at a limit)", re.DOTALL)


def routing_in_words(reason: str) -> str:
    """ "" for a reason that says nothing of whom."""
    if found := _HINDERED.fullmatch(reason):
        return "; ".join([routing_in_words(found[1]) or found[1], _hindrance(found[2], found[3])])
    return _by_load(reason) or _listed(reason) or _nobody(reason)


def _hindrance(name: str, what: str) -> str:
    return {
        "without the skill": _("not %(name)s, whom the rule names, who lacks the skill", name=name),
        "away": _("not %(name)s, whom the rule names, who is away", name=name),
        "at a limit": _("not %(name)s, whom the rule names, who is at a limit", name=name),
    }[what]


def _by_load(reason: str) -> str:
    if found := _ON_SHIFT.fullmatch(reason):
        return _("%(why)s; %(name)s is on shift and has the fewest open incidents (%(count)s)",
                 why=_group(found[1]), name=found[2], count=found[3])  # fmt: skip
    if found := _OFF_SHIFT.fullmatch(reason):
        return _("%(why)s; nobody is on shift; %(name)s has the fewest open incidents (%(count)s)",
                 why=_group(found[1]), name=found[2], count=found[3])  # fmt: skip
    if found := _ON_CALL.fullmatch(reason):
        return _("%(why)s; nobody is on shift; %(name)s is on call", why=_group(found[1]), name=found[2])
    if found := _LEAST.fullmatch(reason):
        return _("%(why)s; %(name)s has the fewest open incidents (%(count)s)",
                 why=_group(found[1]), name=found[2], count=found[3])  # fmt: skip
    return ""


def _nobody(reason: str) -> str:
    if found := _NOBODY_FREE.fullmatch(reason):
        return _("%(why)s; nobody in it is free", why=_group(found[1]))
    if found := _NOBODY_ABLE_FREE.fullmatch(reason):
        return _("%(why)s; nobody in it who can do this is free: %(skills)s",
                 why=_group(found[1]), skills=_skills(found[2]))  # fmt: skip
    if found := _NOBODY_ABLE.fullmatch(reason):
        return _("%(why)s; nobody in it can do this: %(skills)s",
                 why=_group(found[1]), skills=_skills(found[2]))  # fmt: skip
    return ""


def _listed(reason: str) -> str:
    found = _LISTED.fullmatch(reason)
    if not found:
        return ""
    parts = [_group(found["why"])]
    if found["missing"]:
        parts.append(_("nobody at hand speaks %(language)s", language=_language(found["missing"])))
    if found["off"]:
        parts.append(_("nobody is on shift"))
    told = [_fact(text) for number in range(len(_FACTS)) if (text := found[f"f{number}"])]
    return "; ".join([*parts, _("%(name)s: %(facts)s", name=found["name"], facts=", ".join(told))])


def _fact(text: str) -> str:
    if text.startswith("speaks "):
        return _("speaks %(language)s", language=_language(text))
    if text.startswith("has the skill"):
        return _("can do this: %(skills)s", skills=_skills(text))
    number = (re.findall(r"\d+", text) or [""])[-1]
    if text.startswith("resolved"):
        return _("resolved %(count)s for this client lately", count=number)
    if text.startswith("fewest open P1"):
        return _("fewest open P1 and P2 (%(count)s)", count=number)
    if text.startswith("fewest"):
        return _("fewest open incidents (%(count)s)", count=number)
    return {
        "on shift": _("on shift"),
        "on call": _("on call"),
        "preferred by this client": _("preferred by this client"),
    }[text]


def _language(text: str) -> str:
    name = text.rpartition(" ")[2]
    return {"English": _("English"), "French": _("French")}.get(name, name)


def _skills(text: str) -> str:
    return ", ".join(f"“{one}”" for one in re.findall("“(.+?)”", text))


def _group(why: str) -> str:
    forms: list[tuple[str, Callable[[re.Match[str]], str]]] = [
        (
            r"Learned that (.+) works it, (\d+) % sure by: (.+)",
            lambda found: _(
                "Learned that %(group)s works it, %(sure)s %% sure by: %(words)s",
                group=found[1],
                sure=found[2],
                words=_("none in particular") if found[3] == "none in particular" else found[3],
            ),
        ),
        (r"The rule names (.+)", lambda found: _("The rule names %(group)s", group=found[1])),
        (
            r"The contract names (.+) for (.+)",
            lambda found: _(
                "The contract names %(group)s for %(category)s", group=found[1], category=found[2]
            ),
        ),
        (r"The contract names (.+)", lambda found: _("The contract names %(group)s", group=found[1])),
        (
            r"(.+) takes (.+) for this client",
            lambda found: _(
                "%(group)s takes %(category)s for this client", group=found[1], category=found[2]
            ),
        ),
        (r"(.+) works for this client", lambda found: _("%(group)s works for this client", group=found[1])),
        (
            r"(.+) takes what nobody else does",
            lambda found: _("%(group)s takes what nobody else does", group=found[1]),
        ),
        (
            r"(.+) takes (.+)",
            lambda found: _("%(group)s takes %(category)s", group=found[1], category=found[2]),
        ),
    ]
    for form, tell in forms:
        if found := re.fullmatch(form, why, re.DOTALL):
            return tell(found)
    return why
