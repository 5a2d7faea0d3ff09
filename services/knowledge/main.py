"""Wires the knowledge service."""

from pymongo.database import Database

from chassis import clock, mongo, rpc, telemetry
from chassis.ids import new_id
from chassis.outbox import Relay
from chassis.process import Closing, Running, run_process
from chassis.tokens import CallerSigner, CallerVerifier
from fairlead.knowledge.v1 import article_service_pb2_grpc
from services.knowledge import store
from services.knowledge.clients import DirectoryClients, IncidentOpenings
from services.knowledge.config import KnowledgeSettings
from services.knowledge.rpc import ArticleServicer
from services.knowledge.use_cases import AuthoringUseCases, DeflectionUseCases, ReadingUseCases


def start(settings: KnowledgeSettings) -> Running:
    """Starts serving and relaying; returns at once, even while MongoDB or NATS is down."""
    telemetry.configure(settings)
    running = Closing()
    verifier = CallerVerifier(settings.key_dir / "public")
    signer = CallerSigner.load(settings.key_dir, settings.service)
    database = mongo.connect(settings)

    search = store.SearchStore(database)
    articles = store.ArticleStore(database, signer, on_saved=search.forget)
    feedback = store.FeedbackStore(database)

    relay = running.add(Relay(settings, [articles.records]))
    relay.start()

    servicer = ArticleServicer(
        AuthoringUseCases(articles, DirectoryClients(rpc.channel(settings, "directory")), clock.now, new_id),
        ReadingUseCases(articles, search, feedback, clock.now),
        DeflectionUseCases(feedback, IncidentOpenings(rpc.channel(settings, "incidents")), clock.now),
    )
    server = running.add(
        rpc.Server(
            settings,
            verifier,
            [
                (
                    article_service_pb2_grpc.add_ArticleServiceServicer_to_server,
                    servicer,
                    "fairlead.knowledge.v1.ArticleService",
                )
            ],
            _readiness(settings, database),
        )
    )
    server.start()
    return running


def _readiness(settings: KnowledgeSettings, database: Database) -> rpc.Readiness:
    prepared = False

    def check() -> None:
        nonlocal prepared
        database.client.admin.command("ping")
        if not prepared:
            store.prepare()
            prepared = True

    readiness = rpc.Readiness(settings.service)
    readiness.require("mongodb", check)
    return readiness


if __name__ == "__main__":
    run_process(start, KnowledgeSettings)
