"""Schema and indexes of files, as GridFS lays them out."""

from mongoengine import BinaryField, DateTimeField, Document, IntField, LongField, StringField

from services.incidents.store.translation import EPOCH

EXPIRING_INDEX = "expiring"
HELD_INDEX = "held"


class FileDocument(Document):
    """A file, as GridFS lays it out, with its owners and what it is bound to. Its chunks bear the same owners."""

    attachment_id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    state = StringField(required=True, choices=("uploading", "stored", "kept", "expiring"))
    uploader = StringField(required=True)
    # Makes an upload repeatable; set when it is whole.
    source_key = StringField()
    # The one thing it may be used for: an incident, or a submission.
    claim = StringField(default="")
    # When it goes, unless an incident names it by then.
    expire_time = DateTimeField(null=True)
    content_type = StringField(default="")
    sha256 = StringField(default="")
    # What the virus scanner said, and when it was last asked again.
    scan = StringField(choices=("clean", "waiting", "infected"))
    finding = StringField()
    scan_time = DateTimeField()
    # GridFS's own names.
    filename = StringField(required=True)
    length = LongField(default=0)
    chunk_size = IntField(db_field="chunkSize", required=True)
    upload_time = DateTimeField(db_field="uploadDate", required=True)

    meta = {  # noqa: RUF012 - MongoEngine reads a plain dict
        "db_alias": "incidents",
        "collection": "attachments.files",
        "strict": False,
        "auto_create_index": False,
        "indexes": [
            {
                "fields": ["tenant_id", "uploader", "source_key"],
                "unique": True,
                "name": "sources",
                "partialFilterExpression": {"source_key": {"$gt": ""}},
            },
            {
                "fields": ["tenant_id", "uploader", "state"],
                "name": "waiting",
                "partialFilterExpression": {"expire_time": {"$gt": EPOCH}},
            },
            # Of all tenants: SystemScope("uploads that no message took").
            {
                "fields": ["expire_time"],
                "name": EXPIRING_INDEX,
                "partialFilterExpression": {"expire_time": {"$gt": EPOCH}},
            },
            # Of all tenants: SystemScope("files that wait for the virus scanner").
            {
                "fields": ["scan_time"],
                "name": HELD_INDEX,
                "partialFilterExpression": {"scan": "waiting"},
            },
        ],
    }


class ChunkDocument(Document):
    """A piece of a file. GridFS's own index leads with the file, which was found by its owners before."""

    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    files_id = StringField(required=True)
    n = IntField(required=True)
    data = BinaryField(required=True)

    meta = {  # noqa: RUF012 - MongoEngine reads a plain dict
        "db_alias": "incidents",
        "collection": "attachments.chunks",
        "strict": False,
        "auto_create_index": False,
        "indexes": [{"fields": ["files_id", "n"], "unique": True, "name": "files_id_1_n_1"}],
    }
