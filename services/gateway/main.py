"""Wires the gateway: the web face (Flask under granian) and the live face (ASGI under uvicorn)."""

from collections.abc import Callable

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from chassis import bus, mongo, rpc, telemetry
from chassis import clock as system_clock
from chassis.process import Closing, Running, run_process
from chassis.tokens import CallerVerifier
from services.gateway import pages
from services.gateway.api import problems
from services.gateway.api.catalog import add_api
from services.gateway.api.edge import pass_every_request
from services.gateway.api.late import LateFlask
from services.gateway.api.receivers import receivers
from services.gateway.api.refusals import answer_refusals
from services.gateway.api.server import WebServer
from services.gateway.auth.context import Gateway
from services.gateway.auth.csrf import check_csrf, csrf_token, keep_visitor
from services.gateway.auth.documents import DOCUMENTS
from services.gateway.auth.endings import PERSON_FACTS, TENANT_FACTS, Endings, Forgetting
from services.gateway.auth.files import allow_files
from services.gateway.auth.login import login
from services.gateway.auth.oauth import oauth
from services.gateway.auth.wiring import make_gateway
from services.gateway.backends import Backends
from services.gateway.config import GatewaySettings
from services.gateway.live.server import LiveServer


def create_app(parts: Gateway, ready: Callable[[], bool] = lambda: True) -> Flask:
    """The Flask app of a gateway. `ready` says whether the stores and services it needs answer."""
    app = LateFlask(__name__, static_folder="static", template_folder="templates")
    app.extensions["fairlead"] = parts
    app.config["MAX_CONTENT_LENGTH"] = parts.settings.max_body_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = parts.settings.max_body_bytes
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["csrf_token"] = csrf_token

    app.after_request(keep_visitor)
    pass_every_request(app)
    app.before_request(allow_files)
    app.before_request(check_csrf)
    answer_refusals(app)

    _register_health(app, ready)
    app.register_blueprint(login)
    app.register_blueprint(oauth)
    add_api(app)
    app.register_blueprint(receivers)
    pages.register(app)

    if parts.settings.trusted_proxies:
        hops = parts.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # as Flask documents it
    return app


def _register_health(app: Flask, ready: Callable[[], bool]) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        """The process lives."""
        return Response("ok\n", content_type="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        """The process can serve: 503 while something it needs is away."""
        if ready():
            return Response("ready\n", content_type="text/plain")
        message = "A store or service is away."
        return problems.problem(503, "not_ready", message, headers={"Retry-After": "1"})


def start(settings: GatewaySettings) -> Running:
    """Starts the faces that have a port, and what both need. Tolerates stores and services that are away."""
    telemetry.configure(settings)
    running = Closing()
    database = mongo.connect(settings)
    backends = Backends(lambda service: rpc.channel(settings, service))
    gateway = make_gateway(settings, database, backends)

    readiness = rpc.Readiness(settings.service)
    readiness.require("mongodb", lambda: database.client.admin.command("ping"))
    readiness.require("indexes", _once(lambda: mongo.ensure_indexes(DOCUMENTS)))
    readiness.start()
    running.add(readiness)

    live: list[LiveServer] = []
    if settings.live_port:
        server = LiveServer(settings, gateway.sessions, gateway.callers, backends, system_clock.now)
        live.append(server)
    consumers = running.add(
        bus.Consumers(
            settings,
            database,
            CallerVerifier(settings.key_dir / "public"),
            [
                bus.Consumer("gateway-people", "directory", PERSON_FACTS, Endings(gateway).handle),
                bus.Consumer(
                    "gateway-directory",
                    "directory",
                    PERSON_FACTS + TENANT_FACTS,
                    Forgetting(gateway, *(server.recheck for server in live)).handle,
                    live=True,
                ),
            ],
        )
    )
    consumers.start()
    backends.dead_letters.serve_own(consumers.office)
    if settings.http_port:
        app = create_app(gateway, lambda: readiness.ready)
        running.add(WebServer(app, settings.host, settings.http_port, settings.blocking_threads)).start()
        running.add(gateway.bulk_runner).start()
    for server in live:
        running.add(server).start()
    return running


def _once(check: Callable[[], None]) -> Callable[[], None]:
    """A check that need not be repeated once it has passed."""
    done: list[bool] = []

    def run() -> None:
        if not done:
            check()
            done.append(True)

    return run


if __name__ == "__main__":
    run_process(start, GatewaySettings)
