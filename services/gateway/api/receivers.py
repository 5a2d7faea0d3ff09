"""Where monitoring systems send their alerts: each by its own protocol, with a key where its protocol can carry one.

The key stands in the path, as ?key=, as a bearer token, as the password of basic authentication, in X-Fairlead-Key, or
as PagerDuty's routing_key. It is a source's key and no OAuth token, so these are no routes of the API's document.
"""

import hashlib
from typing import Any

from flask import Blueprint, Response, json, request

from chassis.errors import FairleadError, InvalidArgument, NotFound, PermissionDenied, ResourceExhausted
from services.gateway.api import problems
from services.gateway.auth.context import gateway

receivers = Blueprint("receivers", __name__)
_SPOKEN_BY = ("ce-", "sentry-hook-", "x-amz-sns-")
_ALSO = ("idempotency-key",)
_LONGEST_HEADER = 4_000
_LONGEST_KEY = 200


@receivers.post("/api/v1/alerts/<sender>", provide_automatic_options=False)
def receive_alert(sender: str) -> Response:
    """An alert whose key comes in a header or parameter."""
    return _receive(sender, _key_of_request(), 401)


@receivers.post("/api/v1/alerts/<sender>/<key>", provide_automatic_options=False)
def receive_alert_at(sender: str, key: str) -> Response:
    """An alert whose key is part of the address, for senders that can say nothing else."""
    return _receive(sender, key, 404)


@receivers.route("/api/v1/alerts/cloudevents", methods=["OPTIONS"], provide_automatic_options=False)
@receivers.route("/api/v1/alerts/cloudevents/<key>", methods=["OPTIONS"], provide_automatic_options=False)
def consent(key: str = "") -> Response:
    """CloudEvents asks beforehand whether events are wanted here (HTTP 1.1 Web Hooks, section 4)."""
    origin = request.headers.get("WebHook-Request-Origin", "")
    allowed = {"Allow": "POST"}
    if origin.isascii() and 0 < len(origin) <= 253 and origin.isprintable():
        allowed |= {"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*"}
    return Response(b"", 200, allowed)


@receivers.post("/v2/enqueue", provide_automatic_options=False)
def enqueue() -> Response:
    """PagerDuty's Events API, version 2: for whatever sends there today, with another host name."""
    found = request.get_json(silent=True, force=True)
    key = found.get("routing_key") if isinstance(found, dict) else None
    if not isinstance(found, dict):
        return _pagerduty(400, "invalid event", "Event object is invalid", errors=["JSON is invalid"])
    if not isinstance(key, str) or not key:
        return _pagerduty(
            400, "invalid event", "Event object is invalid", errors=["'routing_key' is missing or blank"]
        )
    try:
        received = _hand_over("pagerduty", key)
    except ResourceExhausted as error:
        headers = {"Retry-After": error.values.get("retry_after", "1")}
        return _pagerduty(429, "throttle exceeded", "Too many events: send again later", headers=headers)
    except NotFound:
        return _pagerduty(
            400, "invalid event", "Event object is invalid", errors=["'routing_key' is invalid"]
        )
    except InvalidArgument as error:
        status = 413 if error.reason == "alert_too_large" else 400
        return _pagerduty(
            status, "invalid event", "Event object is invalid", errors=error.message.split("; ")
        )
    return _pagerduty(202, "success", "Event processed", dedup_key=received.dedup_keys[0])


def _receive(sender: str, key: str, wrong_key_status: int) -> Response:
    try:
        received = _hand_over(sender, key)
    except NotFound as error:
        if wrong_key_status == 404:
            return problems.problem(404, error.reason, error.message)
        challenge = {"WWW-Authenticate": 'Basic realm="fairlead alerts", Bearer realm="fairlead alerts"'}
        return problems.problem(401, error.reason, error.message, headers=challenge)
    answer: dict[str, Any] = {"status": "accepted", "delivery_id": received.delivery_id}
    if received.refused_events:
        answer["refused"] = [
            {"index": one.index, "reason": one.reason, "field": one.field, "detail": one.message}
            for one in received.refused_events
        ]
    return Response(json.dumps(answer), 202, content_type="application/json")


def _hand_over(sender: str, key: str) -> Any:
    limits, parts = gateway().auth, gateway()
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
    limits.alert_limits.take(digest)
    caller = parts.callers.as_gateway()
    try:
        if not 0 < len(key) <= _LONGEST_KEY:
            raise NotFound("alert_source_not_found", "No alert source has this key.")
        return parts.backends.alerts.receive(
            caller,
            sender=sender[:50],
            key=key,
            body=request.get_data(),
            content_type=request.headers.get("Content-Type", "")[:_LONGEST_HEADER],
            headers=_spoken(),
        )
    except (NotFound, PermissionDenied) as error:
        _count_wrong(error)
        raise


def _count_wrong(error: FairleadError) -> None:
    """A wrong key counts for whoever sends it. Raises ResourceExhausted after too many."""
    if error.reason in ("alert_source_not_found", "signature_invalid"):
        gateway().auth.wrong_key_limits.take(request.remote_addr or "")


def _spoken() -> dict[str, str]:
    """The headers that senders speak by."""
    return {
        name.lower(): value[:_LONGEST_HEADER]
        for name, value in request.headers
        if name.lower().startswith(_SPOKEN_BY) or name.lower() in _ALSO
    }


def _key_of_request() -> str:
    authorization = request.authorization
    if authorization is not None and authorization.type == "basic":
        return authorization.password or ""
    if authorization is not None and authorization.type == "bearer":
        return authorization.token or ""
    return request.headers.get("X-Fairlead-Key", "") or request.args.get("key", "")


def _pagerduty(
    status: int, word: str, message: str, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    body = {"status": word, "message": message, **more}
    return Response(json.dumps(body), status, headers, content_type="application/json")
