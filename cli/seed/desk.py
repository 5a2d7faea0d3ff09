"""Assignment groups, rules and articles: how Northstar works. What is there already, by its name, is left alone."""

from cli.seed import northstar
from cli.seed.articles import ARTICLES
from cli.seed.office import Office
from fairlead.directory.v1 import person_pb2
from fairlead.incidents.v1 import incident_pb2
from fairlead.knowledge.v1 import article_pb2, article_service_pb2
from fairlead.triage.v1 import routing_pb2, routing_service_pb2, rule_pb2, rule_service_pb2


def make_groups(office: Office, people: dict[str, person_pb2.Person]) -> None:
    """The assignment groups."""
    found = office.call(
        office.rules.ListAssignmentGroups, rule_service_pb2.ListAssignmentGroupsRequest()
    ).groups
    for group in northstar.GROUPS:
        if group.name not in {there.name for there in found}:
            message = rule_pb2.AssignmentGroup(
                name=group.name,
                members=[rule_pb2.GroupMember(person_id=people[one].person_id) for one in group.members],
                categories=group.categories,
                is_default=group.is_default,
            )
            request = rule_service_pb2.CreateAssignmentGroupRequest(group=message)
            office.call(office.rules.CreateAssignmentGroup, request)


def make_agreed_routing(
    office: Office, tenants: dict[str, str], people: dict[str, person_pb2.Person]
) -> None:
    """What clients agreed about who works for them."""
    listed = office.call(
        office.rules.ListAssignmentGroups, rule_service_pb2.ListAssignmentGroupsRequest()
    ).groups
    groups = {one.name: one.group_id for one in listed}
    found = office.call(
        office.routing.ListClientRoutings, routing_service_pb2.ListClientRoutingsRequest()
    ).routings
    for agreed in northstar.AGREED:
        tenant_id = tenants[agreed.slug]
        if tenant_id not in {one.tenant_id for one in found}:
            message = routing_pb2.ClientRouting(
                tenant_id=tenant_id,
                groups=[
                    routing_pb2.AgreedGroup(category=category, assignment_group_id=groups[name])
                    for category, name in agreed.groups
                ],
                preferred_ids=[people[email].person_id for email in agreed.preferred],
            )
            office.call(
                office.routing.SaveClientRouting,
                routing_service_pb2.SaveClientRoutingRequest(routing=message),
            )


def make_rules(office: Office) -> None:
    """The rules, tried in the order in which they stand."""
    found = {
        rule.name for rule in office.call(office.rules.ListRules, rule_service_pb2.ListRulesRequest()).rules
    }
    for place, rule in enumerate(northstar.RULES, start=1):
        if rule.name not in found:
            message = rule_pb2.Rule(
                name=rule.name,
                position=place * 10,
                enabled=True,
                conditions=[_words(values) for values in rule.contains],
                actions=_actions(rule),
            )
            office.call(
                office.rules.CreateRule,
                rule_service_pb2.CreateRuleRequest(
                    rule=message, untried_reason="The demonstration begins with it"
                ),
            )


def make_articles(office: Office, tenants: dict[str, str]) -> None:
    """The articles, published."""
    present = _present_titles(office)
    for article in ARTICLES:
        if article.title not in present:
            message = article_pb2.Article(
                audience=article_pb2.Audience.Value(f"AUDIENCE_{article.audience.upper()}"),
                tenant_ids=[tenants[slug] for slug in article.tenants],
                locale=article.locale,
                title=article.title,
                summary=article.summary,
                body=article.body,
                categories=article.categories,
            )
            request = article_service_pb2.CreateArticleRequest(article=message)
            made = office.call(office.articles.CreateArticle, request)
            publish = article_service_pb2.PublishArticleRequest(article_id=made.article_id)
            office.call(office.articles.PublishArticle, publish)


def _present_titles(office: Office) -> set[str]:
    titles: set[str] = set()
    token = ""
    while True:
        request = article_service_pb2.ListArticlesRequest(page_size=100, page_token=token)
        page = office.call(office.articles.ListArticles, request)
        titles |= {article.title for article in page.articles}
        token = page.next_page_token
        if not token:
            return titles


def _words(values: tuple[str, ...]) -> rule_pb2.Condition:
    return rule_pb2.Condition(
        field=rule_pb2.CONDITION_FIELD_WORDS,
        operator=rule_pb2.CONDITION_OPERATOR_CONTAINS_ANY,
        values=values,
    )


def _actions(rule: northstar.Rule) -> rule_pb2.RuleActions:
    def value(enum, prefix: str, word: str) -> int:
        return enum.Value(f"{prefix}_{word.upper() or 'UNSPECIFIED'}")

    return rule_pb2.RuleActions(
        category=rule.category,
        kind=value(incident_pb2.IncidentKind, "INCIDENT_KIND", rule.kind),
        impact=value(incident_pb2.Impact, "IMPACT", rule.impact),
        urgency=value(incident_pb2.Urgency, "URGENCY", rule.urgency),
    )
