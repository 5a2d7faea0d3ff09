"""Runs the mail catcher until SIGTERM: `python -m cli.mail_catcher --folder F --smtp-port P --http-port Q`."""

import argparse
import asyncio
import signal
import threading
from pathlib import Path

from cli.installation import HOST
from cli.mail_catcher import smtp, web
from cli.mail_catcher.store import MailStore


async def run(folder: Path, host: str, smtp_port: int, http_port: int) -> None:
    """Serves both ports on that address. Raises OSError when one of them is busy."""
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    store = MailStore(folder)
    pages = web.make_server(host, http_port, store)
    threading.Thread(target=pages.serve_forever, name="web", daemon=True).start()
    listener = await smtp.serve(host, smtp_port, store)
    await ending.wait()
    listener.close()
    pages.shutdown()


def main() -> None:
    """Reads the command line and serves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    options = parser.parse_args()
    asyncio.run(run(options.folder, options.host, options.smtp_port, options.http_port))


if __name__ == "__main__":
    main()
