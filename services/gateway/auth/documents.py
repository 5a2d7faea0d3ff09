"""What the gateway stores, and the indexes it is found by. Reads and writes go through ScopedCollection.

Provider-owned: `tenant_id` is the provider's own room. Tokens, codes and cookies are kept as hashes only.
"""

from mongoengine import (
    BooleanField,
    DateTimeField,
    DictField,
    Document,
    DynamicField,
    IntField,
    ListField,
    StringField,
)

_DAY = 24 * 3600


def _meta(collection: str, *indexes: object) -> dict[str, object]:
    return {
        "db_alias": "gateway",
        "collection": collection,
        "indexes": list(indexes),
        "auto_create_index": False,
        "index_cls": False,
        "strict": False,
    }


def _ends(after: int = 0) -> dict[str, object]:
    """Removed by MongoDB once its expire_time is past."""
    return {"fields": ["expire_time"], "expireAfterSeconds": after}


class SessionDocument(Document):
    """A signed-in browser."""

    id = StringField(primary_key=True)  # sha256 of the cookie
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    person_id = StringField(required=True)
    create_time = DateTimeField(required=True)
    update_time = DateTimeField(required=True)
    expire_time = DateTimeField(required=True)
    meta = _meta("sessions", ["provider_id", "tenant_id", "person_id"], _ends())


class CredentialDocument(Document):
    """How a person proves who they are. The directory knows who they are."""

    id = StringField(primary_key=True)  # person id
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    password_hash = StringField(required=True)  # argon2id
    update_time = DateTimeField(required=True)
    meta = _meta("credentials", ["provider_id", "tenant_id"])


class PasswordLinkDocument(Document):
    """A link that lets its holder set a password, once."""

    id = StringField(primary_key=True)  # sha256 of the link's token
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    person_id = StringField(required=True)
    use_time = DateTimeField()
    expire_time = DateTimeField(required=True)
    meta = _meta("password_links", ["provider_id", "tenant_id", "person_id"], _ends())


class AttemptDocument(Document):
    """Sign-in attempts in one window, by account or address; belongs to no tenant, for nobody is known yet."""

    id = StringField(primary_key=True)
    count = IntField()
    expire_time = DateTimeField(required=True)
    meta = _meta("sign_in_attempts", _ends())


class ClientDocument(Document):
    """An OAuth client: a program of a provider or of one of its clients."""

    id = StringField(primary_key=True)  # cli_…
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)  # the provider's own room, or the one tenant it serves
    name = StringField(required=True)
    secret_hash = StringField()  # sha256; the secret is random, so no slow hash is needed
    jwks = DictField()
    auth_method = StringField(required=True)
    grant_types = ListField(StringField())
    redirect_uris = ListField(StringField())
    scopes = ListField(StringField())
    roles = ListField(StringField())
    tenant_ids = DynamicField()  # null: every tenant of the provider
    first_party = DynamicField()
    create_time = DateTimeField(required=True)
    meta = _meta("clients", ["provider_id", "tenant_id", "_id"])


class CodeDocument(Document):
    """An authorization code, redeemable once."""

    id = StringField(primary_key=True)  # sha256
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    client_id = StringField(required=True)
    family_id = StringField(required=True)
    expire_time = DateTimeField(required=True)
    # Kept a day past its end, so that a second redemption is recognized and its tokens are revoked.
    meta = _meta("codes", _ends(_DAY))


class RefreshTokenDocument(Document):
    """One token of a rotating family; using a spent one revokes the family."""

    id = StringField(primary_key=True)  # sha256
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    client_id = StringField(required=True)
    person_id = StringField(required=True)
    family_id = StringField(required=True)
    expire_time = DateTimeField(required=True)
    meta = _meta(
        "refresh_tokens",
        ["family_id"],
        ["provider_id", "tenant_id", "person_id"],
        ["provider_id", "tenant_id", "client_id"],
        _ends(),
    )


class RevocationDocument(Document):
    """An access token (by its jti) or a token family that ended before its time."""

    id = StringField(primary_key=True)
    expire_time = DateTimeField(required=True)
    meta = _meta("revocations", _ends())


class AssertionDocument(Document):
    """A client assertion that was used; none may be used twice (RFC 7523, section 3)."""

    id = StringField(primary_key=True)
    expire_time = DateTimeField(required=True)
    meta = _meta("assertions", _ends())


class RepeatDocument(Document):
    """A request noted by its idempotency key, with its encrypted answer once there is one."""

    id = StringField(primary_key=True)  # sha256 of subject and key
    fingerprint = StringField(required=True)
    answer = DynamicField()
    begin_time = DateTimeField(required=True)
    expire_time = DateTimeField(required=True)
    meta = _meta("repeats", _ends())


class SigningKeyDocument(Document):
    """A key that signs tokens; the private part is encrypted under the gateway's own key."""

    id = StringField(primary_key=True)  # RFC 7638 thumbprint
    sealed = DynamicField(required=True)
    create_time = DateTimeField(required=True)
    expire_time = DateTimeField(required=True)
    meta = _meta("signing_keys", _ends())


class BulkActionDocument(Document):
    """One action on many incidents, its asker's alone."""

    id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    subject = StringField(required=True)
    action = StringField(required=True)
    name = StringField()
    steps = ListField(DictField())
    rows = ListField(DictField())
    scopes = ListField(StringField())
    state = StringField(required=True)
    open = BooleanField(required=True)
    claim = StringField()
    postponed = IntField()
    create_time = DateTimeField(required=True)
    due_time = DateTimeField(required=True)
    claim_time = DateTimeField(required=True)
    finish_time = DateTimeField()
    expire_time = DateTimeField(required=True)
    # The second is of all providers: SystemScope("bulk actions whose time to be undone is over, of all providers").
    meta = _meta(
        "bulk_actions",
        ["provider_id", "tenant_id", "subject", "-create_time"],
        {
            "fields": ["due_time"],
            "partialFilterExpression": {"open": True},
            "name": "bulk_actions_under_way",
        },
        _ends(),
    )


class MacroDocument(Document):
    """Actions under a name: one person's, or (owner "") shared by all staff."""

    id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)  # the provider's own room
    owner = StringField(required=True)
    name = StringField(required=True)
    name_key = StringField(required=True)
    actions = ListField(DictField())
    revision = IntField(required=True)
    update_time = DateTimeField(required=True)
    meta = _meta("macros", {"fields": ["provider_id", "tenant_id", "owner", "name_key"], "unique": True})


DOCUMENTS = (
    SessionDocument,
    CredentialDocument,
    PasswordLinkDocument,
    AttemptDocument,
    ClientDocument,
    CodeDocument,
    RefreshTokenDocument,
    RevocationDocument,
    AssertionDocument,
    RepeatDocument,
    SigningKeyDocument,
    BulkActionDocument,
    MacroDocument,
)
