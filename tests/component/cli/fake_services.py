"""A `services` package of fakes for tests of the supervisor: each serves what it is asked for readiness, no more."""

from pathlib import Path

GRPC_MAIN = """
import os, signal, socketserver, threading
from concurrent.futures import ThreadPoolExecutor
import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

NAME = "{name}"
server = grpc.server(ThreadPoolExecutor(2))
servicer = health.HealthServicer()
health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
servicer.set("", health_pb2.HealthCheckResponse.SERVING)
server.add_insecure_port(os.environ["FAIRLEAD_" + NAME.upper() + "_ADDRESS"])
server.start()
if NAME == "intake":
    socketserver.TCPServer.allow_reuse_address = True
    for variable in ("FAIRLEAD_SMTP_PORT", "FAIRLEAD_LMTP_PORT"):
        port = socketserver.TCPServer(("127.0.0.1", int(os.environ[variable])), socketserver.BaseRequestHandler)
        threading.Thread(target=port.serve_forever, daemon=True).start()
print("serving", flush=True)
signal.sigwait({signal.SIGTERM})
"""
GRPC_MAIN = GRPC_MAIN.replace("{signal.SIGTERM}", "[signal.SIGTERM]")

GATEWAY_MAIN = """
import os, signal, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
    def log_message(self, *args): pass

for variable in ("FAIRLEAD_HTTP_PORT", "FAIRLEAD_LIVE_PORT"):
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ[variable])), Health)
    threading.Thread(target=server.serve_forever, daemon=True).start()
signal.sigwait([signal.SIGTERM])
"""

SEVEN = ("directory", "intake", "incidents", "triage", "sla", "knowledge", "notify")


def write_fake_services(root: Path) -> None:
    """Writes services/<name>/main.py for all eight under root, to be put on PYTHONPATH."""
    for name in (*SEVEN, "gateway"):
        folder = root / "services" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        text = GATEWAY_MAIN if name == "gateway" else GRPC_MAIN.replace("{name}", name)
        (folder / "main.py").write_text(
            "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n" + text
        )
    (root / "services" / "__init__.py").touch()
