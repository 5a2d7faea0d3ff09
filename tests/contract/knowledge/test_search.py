"""Finding articles over gRPC."""

import grpc
import pytest

from chassis.errors import InvalidArgument, NotFound
from chassis.rpc import call
from chassis.rpc.status import CALLER_METADATA
from fairlead.knowledge.v1 import article_service_pb2 as pb
from fairlead.knowledge.v1.article_service_pb2_grpc import ArticleServiceStub
from services.knowledge.main import start
from tests.harness.servers import free_port
from tests.harness.waiting import wait_until

INTERNAL = "AUDIENCE_INTERNAL"
NAMED = "AUDIENCE_NAMED_CLIENTS"


@pytest.fixture
def stocked(shelf):
    """A help desk's usual shelf, in two languages."""
    shelf.write("How to reset your password", body="Open the portal and choose *Forgotten password*.")
    shelf.write("Connecting to the VPN", body="Install the client, then sign in with your usual account.")
    shelf.write("The printer does not print", body="Check the paper tray. Then restart the print queue.")
    shelf.write("Setting up e-mail on a phone", body="Add an Exchange account in the settings of the phone.")
    shelf.write("Sharing a folder", body="Right-click the folder and choose Share.")
    shelf.write(
        "Réinitialiser votre mot de passe",
        locale="fr",
        body="Ouvrez le portail, puis « Mot de passe oublié ».",
    )
    shelf.write(
        "L'imprimante n'imprime plus", locale="fr", body="Vérifiez le bac à papier, puis redémarrez la file."
    )
    shelf.write(
        "Se connecter au réseau privé (VPN)", locale="fr", body="Installez le client et connectez-vous."
    )
    return shelf


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("forgot my password", "How to reset your password"),
        ("PRINTING", "The printer does not print"),
        ("email phone", "Setting up e-mail on a phone"),
        ("mots de passe oubliés", "Réinitialiser votre mot de passe"),
        ("reinitialise mot de passe", "Réinitialiser votre mot de passe"),
        ("imprimantes", "L'imprimante n'imprime plus"),
        ("RÉSEAU PRIVÉ", "Se connecter au réseau privé (VPN)"),
        ("reseau prive", "Se connecter au réseau privé (VPN)"),
    ],
)
def test_the_best_article_comes_first_whatever_case_accents_and_endings(stocked, query, first):
    assert stocked.search(query, stocked.requester)[0] == first


def test_the_last_word_may_be_unfinished(stocked):
    assert stocked.search("reset passw", stocked.requester)[0] == "How to reset your password"
    assert stocked.search("imprim", stocked.requester)[0] == "L'imprimante n'imprime plus"
    assert stocked.search("passw ", stocked.requester) == []


def test_the_readers_language_is_preferred_not_demanded(stocked):
    assert stocked.search("VPN", stocked.requester, locale="fr")[0].startswith("Se connecter")
    assert stocked.search("VPN", stocked.requester, locale="en")[0].startswith("Connecting")
    assert len(stocked.search("VPN", stocked.requester, locale="fr")) == 2


@pytest.mark.parametrize(
    "query", ["", "   ", "the of and", "zzzz", "$where: {", "'\"); DROP", "\x00", "a" * 10_000]
)
def test_words_that_nobody_wrote_find_nothing(stocked, query):
    assert stocked.search(query, stocked.requester) == []


def test_results_carry_an_excerpt_and_no_body(stocked):
    request = pb.SearchArticlesRequest(query="restart the print queue", page_size=1)
    results = call(stocked.articles.SearchArticles, request, stocked.requester).results
    assert len(results) == 1
    assert results[0].article.body == ""
    assert "restart the print queue" in results[0].excerpt
    assert results[0].score > 0
    found = call(
        stocked.articles.SearchArticles, pb.SearchArticlesRequest(query="password"), stocked.requester
    )
    assert "*" not in found.results[0].excerpt


def test_search_and_suggestions_hold_what_the_reader_may_read(stocked, stranger):
    stocked.write("Password of the firewall", audience=INTERNAL)
    stocked.write("Password rules at Acme", audience=NAMED, tenant_ids=[stocked.acme])
    stocked.write("Password rules at Lumen", audience=NAMED, tenant_ids=[stocked.lumen])
    stocked.write("Password draft", publish=False)
    old = stocked.write("Password on paper")
    call(stocked.articles.RetireArticle, pb.RetireArticleRequest(article_id=old.article_id), stocked.admin)

    base = {"How to reset your password"}
    acme, lumen, staff = "Password rules at Acme", "Password rules at Lumen", "Password of the firewall"

    def found(caller, **fields):
        return set(stocked.search("password", caller, **fields))

    assert found(stocked.requester) == base | {acme}
    assert found(stocked.other_requester) == base | {lumen}
    assert found(stocked.technician) == base | {acme, staff, "Password draft"}
    assert found(stocked.admin) == base | {acme, lumen, staff, "Password draft"}
    assert found(stocked.admin, tenant_id=stocked.lumen) == base | {lumen}
    assert found(stranger.admin) == set()
    with pytest.raises(NotFound):
        found(stocked.technician, tenant_id=stocked.lumen)

    def suggested(caller, **fields):
        asked = ("password rules", "password of the firewall", "password draft")
        return {title for words in asked for title in stocked.suggest(words, caller, page_size=20, **fields)}

    assert suggested(stocked.requester) & {acme, lumen, staff} == {acme}
    assert suggested(stocked.other_requester) & {acme, lumen, staff} == {lumen}
    assert suggested(stocked.admin) & {acme, lumen, staff} == {acme, lumen, staff}
    assert suggested(stocked.admin, tenant_id=stocked.acme) & {acme, lumen, staff} == {acme, staff}
    assert "Password draft" not in suggested(stocked.admin)
    assert suggested(stranger.admin) == set()
    with pytest.raises(NotFound):
        suggested(stocked.requester, tenant_id=stocked.lumen)


def test_an_incident_is_met_with_what_is_likely_to_help(stocked):
    assert stocked.suggest("I cannot reset my password", stocked.requester)[0] == "How to reset your password"
    mail = "Hello, since this morning the printer in our office does not print any more. Regards, Jane"
    assert stocked.suggest("Help!", stocked.requester, text=mail)[0] == "The printer does not print"
    french = stocked.suggest("Mon imprimante n'imprime plus rien", stocked.requester, locale="fr")
    assert french[0] == "L'imprimante n'imprime plus"


@pytest.mark.parametrize(
    "title",
    ["Invoice 4711 is wrong", "Order new chairs", "Coffee machine leaks water", "Please call me back", ""],
)
def test_an_incident_that_no_article_is_about_is_met_with_silence(stocked, title):
    assert stocked.suggest(title, stocked.requester, text="Thank you and kind regards, Jane") == []


def test_a_change_is_found_at_once_and_what_it_replaced_no_longer(shelf):
    article = shelf.write("Badges for visitors")
    assert shelf.search("badges", shelf.requester) == ["Badges for visitors"]
    article.title, article.body, article.revision = "Parking for guests", "Ask at the gate.", 0
    call(shelf.articles.UpdateArticle, pb.UpdateArticleRequest(article=article), shelf.admin)
    assert shelf.search("badges", shelf.requester) == []
    assert shelf.search("parking", shelf.requester) == ["Parking for guests"]


def test_another_replica_finds_what_this_one_saved(shelf, served):
    addresses = served.settings.addresses | {"knowledge": f"127.0.0.1:{free_port()}"}
    twin_settings = served.settings.model_copy(update={"addresses": addresses})
    twin = start(twin_settings)
    try:
        with grpc.insecure_channel(addresses["knowledge"]) as channel:
            stub = ArticleServiceStub(channel)

            def titles():
                metadata = ((CALLER_METADATA, shelf.requester.token),)
                request = pb.SearchArticlesRequest(query="badges")
                return [hit.article.title for hit in stub.SearchArticles(request, metadata=metadata).results]

            assert titles() == []
            article = shelf.write("Badges for visitors")
            wait_until(lambda: titles() == ["Badges for visitors"], timeout=5, what="the twin to find it")
            retire = pb.RetireArticleRequest(article_id=article.article_id)
            call(shelf.articles.RetireArticle, retire, shelf.admin)
            wait_until(lambda: titles() == [], timeout=5, what="the twin to forget it")
    finally:
        twin.stop()


def test_only_within_a_provider_can_one_search(shelf):
    with pytest.raises(InvalidArgument):
        shelf.search("password", shelf.served.operator())
