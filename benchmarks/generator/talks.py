"""HTTP and SMTP, as much of them as the load needs."""

from collections.abc import Callable


class HttpTalk:
    """One request and its answer over a kept connection. on_answer(status, body)."""

    keeps_connection = True

    def __init__(self, request: bytes, on_answer: Callable[[str, bytes], None]) -> None:
        self._request = request
        self._on_answer = on_answer
        self._pieces: list[bytes] = []
        self._missing = -1
        self.status = "cut off"

    def begin(self) -> bytes:
        return self._request

    def hear(self, data: bytes) -> bytes | None:
        self._pieces.append(data)
        if self._missing < 0:
            head, mark, body = b"".join(self._pieces).partition(b"\r\n\r\n")
            if not mark:
                return b""
            self._head = head
            self._missing = _content_length(head) - len(body)
            self._pieces = [body]
        else:
            self._missing -= len(data)
        if self._missing > 0:
            return b""
        self.status = self._head[9:12].decode()
        self._on_answer(self.status, b"".join(self._pieces))
        return None


def _content_length(head: bytes) -> int:
    lowered = head.lower()
    at = lowered.find(b"\r\ncontent-length:")
    if at < 0:
        raise ValueError("an answer without content-length")
    return int(lowered[at + 17 :].split(b"\r\n", 1)[0])


class SmtpTalk:
    """One mail over a connection of its own, as most mail servers send. on_answer(status)."""

    keeps_connection = False
    _STEPS = 5

    def __init__(self, sender: str, recipient: str, message: bytes, on_answer: Callable[[str], None]) -> None:
        self._say = (
            b"EHLO load.example\r\n",
            f"MAIL FROM:<{sender}>\r\n".encode(),
            f"RCPT TO:<{recipient}>\r\n".encode(),
            b"DATA\r\n",
            message + b"\r\n.\r\n",
        )
        self._on_answer = on_answer
        self._step = 0
        self._heard = b""
        self.status = "cut off"

    def begin(self) -> bytes:
        return b""

    def hear(self, data: bytes) -> bytes | None:
        self._heard += data
        if not self._heard.endswith(b"\r\n"):
            return b""
        last = self._heard.rstrip(b"\r\n").rpartition(b"\r\n")[2]
        if last[3:4] == b"-":
            return b""
        self._heard = b""
        if self._step == self._STEPS or last[:1] not in (b"2", b"3"):
            self.status = last[:3].decode("ascii", "replace")
            self._on_answer(self.status)
            return None
        said = self._say[self._step]
        self._step += 1
        return said
