"""Articles."""

from tests.matrix.houses import House, Ids, World
from tests.matrix.registry_records import private


def article(world: World, house: House) -> Ids:
    """Published, for this client alone."""
    made = draft_article(world, house)
    world.as_admin(house, "knowledge ArticleService.PublishArticle", {"article_id": made["article_id"]})
    return made


def helped(world: World, house: House) -> Ids:
    """A client one of whose people was helped by an article."""
    given = {"article_id": world.record(article, house)["article_id"], "helpful": True}
    world.ask("knowledge ArticleService.SendFeedback", given, world.caller(house, "requester"))
    return {"tenant_id": house.tenant_id}


def draft_article(world: World, house: House) -> Ids:
    wording = {
        "audience": "AUDIENCE_NAMED_CLIENTS",
        "tenant_ids": [house.tenant_id],
        "locale": "en",
        "title": f"Printer {house.mark}",
        "summary": f"For {house.mark}",
        "body": f"Ask {house.mark} about the printer.",
    }
    made = world.as_admin(house, "knowledge ArticleService.CreateArticle", {"article": wording})
    return private(house, article_id=made["article_id"])
