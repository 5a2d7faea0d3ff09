"""Traces that go on without an exporter, and logs that give nothing away."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr

import pytest
import structlog

from chassis import telemetry
from chassis.config import Settings

HEADER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the configured logger writes."""
    written = io.StringIO()
    with redirect_stderr(written):
        telemetry._configure_logs("info")
        yield written
    structlog.reset_defaults()


def last(lines: io.StringIO) -> dict:
    return json.loads(lines.getvalue().splitlines()[-1])


def test_a_span_continues_the_trace_of_its_peer_as_a_new_step() -> None:
    with telemetry.span("call", parent=HEADER) as here:
        assert here.trace_id == "0af7651916cd43dd8448eb211c80319c"
        assert here.span_id != "b7ad6b7169203331"
        assert telemetry.traceparent() == here.header
        with telemetry.span("inner") as inner:
            assert inner.trace_id == here.trace_id
        assert telemetry.traceparent() == here.header
    assert telemetry.traceparent() == ""


@pytest.mark.parametrize(
    "header", ["", "nonsense", "00-" + "0" * 32 + "-" + "1" * 16 + "-01", HEADER.upper()]
)
def test_a_malformed_header_begins_a_new_trace(header: str) -> None:
    with telemetry.span("call", parent=header) as here:
        assert len(here.trace_id) == 32
        assert here.trace_id not in header.lower()


def test_log_lines_carry_the_trace_and_constant_names(lines: io.StringIO) -> None:
    with telemetry.span("call", parent=HEADER):
        telemetry.logger("incidents").info("incident_opened", tenant_id="ten_1")
    line = last(lines)
    assert (line["event"], line["service"], line["tenant_id"]) == ("incident_opened", "incidents", "ten_1")
    assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"


early = telemetry.logger("early")


def test_a_logger_made_before_the_configuration_follows_it(lines: io.StringIO) -> None:
    early.info("incident_opened")
    assert last(lines)["service"] == "early"


@pytest.mark.parametrize("name", ["token", "password", "body", "authorization", "client_secret", "text"])
def test_a_secret_never_reaches_the_log(lines: io.StringIO, name: str) -> None:
    telemetry.logger("gateway").warning("odd_request", **{name: "hush"})
    assert "hush" not in lines.getvalue()
    assert last(lines)[name] == "[redacted]"


def test_a_stack_shows_places_and_no_local_variables(lines: io.StringIO) -> None:
    def fail() -> None:
        hidden = "hush"
        raise ValueError(f"of length {len(hidden)}")

    try:
        fail()
    except ValueError:
        telemetry.logger("gateway").exception("request_failed")
    line = last(lines)
    assert (line["error"], line["error_message"]) == ("ValueError", "of length 4")
    assert "fail" in line["stack"][-1]
    assert "hush" not in lines.getvalue()


def test_warnings_of_libraries_are_json_lines_too(lines: io.StringIO) -> None:
    import logging

    logging.getLogger("some.library").warning("disk %s", "full")
    assert (last(lines)["event"], last(lines)["message"]) == ("library_warning", "disk full")


def test_open_telemetry_is_not_imported_while_nothing_is_exported() -> None:
    code = "import sys, chassis.telemetry, chassis.rpc, chassis.bus; print('opentelemetry' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": ".:gen"}
    )
    assert done.stdout.strip() == "False", done.stderr


def test_spans_reach_an_otlp_endpoint_when_one_is_configured(tmp_path) -> None:
    # In a process of its own: a tracer provider cannot be taken back.
    code = f"""
import http.server, os, threading
got = []
class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        got.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Collector)
threading.Thread(target=server.serve_forever, daemon=True).start()
from chassis import telemetry
from chassis.config import Settings
telemetry.configure(Settings(service="intake", otlp_endpoint=f"http://127.0.0.1:{{server.server_port}}"))
with telemetry.span("outer", parent="{HEADER}"):
    with telemetry.span("inner") as inner:
        assert inner.trace_id == "0af7651916cd43dd8448eb211c80319c"
telemetry.flush()
(path, body), = got
assert path == "/v1/traces" and b"inner" in body and b"outer" in body and b"fairlead-intake" in body
print("exported")
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ".:gen", "OTEL_TRACES_SAMPLER_ARG": "1"},
    )
    assert done.stdout.strip() == "exported", done.stderr


def test_metrics_are_served_where_a_port_is_given() -> None:
    import urllib.request

    from tests.harness.servers import free_port

    port = free_port()
    telemetry.serve_metrics(port)
    telemetry.serve_metrics(port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        assert b"python_info" in answer.read()


def test_settings_without_endpoint_or_port_open_nothing() -> None:
    settings = Settings(service="intake")
    assert (settings.otlp_endpoint, settings.metrics_port) == ("", 0)
