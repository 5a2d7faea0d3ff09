"""Two macros that all of Northstar's staff share. What is there already, by its name, is left alone."""

from typing import Any

from cli.seed.office import Office

_MACROS: tuple[dict[str, Any], ...] = (
    {
        "name": "Ask for a screenshot",
        "shared": True,
        "actions": {
            "assign": {"assignee_id": "me"},
            "reply": {
                "text": {
                    "en": "Hello {requester},\n\nthank you for telling us. Could you send a picture of what you see? "
                    "An answer to this mail is enough.\n\n{technician}",
                    "fr": "Bonjour {requester},\n\nmerci de nous avoir prévenus. Pourriez-vous nous envoyer une image de "
                    "ce que vous voyez ? Il suffit de répondre à ce message.\n\n{technician}",
                }
            },
            "hold": {
                "awaiting": "requester",
                "reason": {"en": "We asked for a picture.", "fr": "Nous avons demandé une image."},
            },
        },
    },
    {
        "name": "Password reset done",
        "shared": True,
        "actions": {
            "classify": {"category": "access"},
            "note": {"text": "Identity of {requester} checked by a call back to {client}."},
            "resolve": {
                "code": "request_fulfilled",
                "text": {
                    "en": "Your password is reset. You choose a new one when you sign in next.",
                    "fr": "Votre mot de passe est réinitialisé. Vous en choisirez un à la prochaine connexion.",
                },
            },
        },
    },
)


def make_macros(office: Office, program: dict[str, Any]) -> None:
    """Kept by the provider's own program, for all staff."""
    token = office.token_of(program["client_id"], program["client_secret"])
    kept = {one["name"] for one in office.http("GET", "/api/v1/macros", token).json()["macros"]}
    for macro in _MACROS:
        if macro["name"] not in kept:
            office.http("POST", "/api/v1/macros", token, json=macro)
