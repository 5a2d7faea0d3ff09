"""What an administrator does about somebody's signing in: for the API and the pages alike."""

from chassis.tenancy import Caller, Role
from fairlead.directory.v1.person_pb2 import Person
from services.gateway.auth.context import Gateway


def disable(gateway: Gateway, caller: Caller, person_id: str) -> Person:
    """They are signed out everywhere and may not sign in. Raises NotFound, PermissionDenied, InvalidArgument."""
    person = gateway.backends.people.disable(caller, person_id)
    gateway.directory.forget_person(person.person_id)
    gateway.sessions.end_all(person.provider_id, person.person_id)
    gateway.auth.grants.revoke_person(person.provider_id, person.person_id)
    return person


def password_link(gateway: Gateway, caller: Caller, person_id: str) -> str:
    """The address under which somebody chooses a password, once; former ones end. Administrators alone."""
    caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
    person = gateway.backends.people.get(caller, person_id)
    token = gateway.auth.credentials.make_link(person.provider_id, person.person_id)
    return f"{gateway.settings.origin}/password/{token}"
