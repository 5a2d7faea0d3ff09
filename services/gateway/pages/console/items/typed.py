"""A configuration item as a form shows it, and what somebody typed as one."""

from collections.abc import Iterable, Mapping
from typing import Any

from fairlead.incidents.v1 import configuration_item_pb2 as items
from services.gateway.backends.words import number_of, words_of
from services.gateway.pages.console.admin.doing import Refused
from services.gateway.pages.console.admin.forms import lines_of, whole
from services.gateway.pages.language import gettext as _

KINDS: dict[str, Any] = {word: number for number, word in words_of(items.RelationKind.DESCRIPTOR).items()}


def shown(item: items.ConfigurationItem) -> dict[str, str]:
    """The fields of the form."""
    lists = {
        word: "\n".join(one.name for one in item.relations if one.kind == number)
        for word, number in KINDS.items()
    }
    return {
        "name": item.name,
        "type": item.type or "server",
        "description": item.description,
        "criticality": words_of(items.Criticality.DESCRIPTOR).get(item.criticality, "medium"),
        "state": words_of(items.ItemState.DESCRIPTOR).get(item.state, "in_use"),
        "aliases": "\n".join(item.aliases),
        "attributes": "\n".join(f"{name}: {value}" for name, value in sorted(item.attributes.items())),
        **lists,
    }


def item_of(form: Mapping[str, str], known: Iterable[items.ItemRelation] = ()) -> Any:
    """What was typed; known: relations that it has already, which keep their item whatever it is called now."""
    ids = {(one.kind, one.name.casefold()): one.item_id for one in known}
    relations = [
        items.ItemRelation(kind=number, item_id=ids.get((number, name.casefold()), ""), name=name)
        for word, number in KINDS.items()
        for name in lines_of(form.get(word, ""))
    ]
    return items.ConfigurationItem(
        name=form.get("name", "").strip(),
        type=form.get("type", "").strip(),
        description=form.get("description", "").strip(),
        criticality=number_of(items.Criticality.DESCRIPTOR, form.get("criticality")),
        state=number_of(items.ItemState.DESCRIPTOR, form.get("state")),
        aliases=lines_of(form.get("aliases", "")),
        attributes=_attributes(form.get("attributes", "")),
        relations=relations,
        revision=whole(form.get("revision", "")) or 0,
    )


def _attributes(text: str) -> dict[str, str]:
    found = {}
    for line in lines_of(text):
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise Refused(attributes=_("A line each, such as serial: 4711. “%(line)s” is not.", line=line))
        found[name.strip()] = value.strip()
    return found
