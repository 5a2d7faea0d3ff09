"""The stream that a service announces its facts on."""

from nats.js import JetStreamContext


async def ensure_stream(jetstream: JetStreamContext, installation: str, source: str) -> str:
    """The name of the source's stream. Raises nats.js.errors.NotFoundError until its owner made it."""
    name = f"{installation}_{source}".upper()
    await jetstream.stream_info(name)
    return name
