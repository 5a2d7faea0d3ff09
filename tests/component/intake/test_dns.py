"""DKIM, SPF and DMARC through the running service, with a zone on loopback."""

import base64
import socketserver
import threading
from collections.abc import Iterator

import dkim
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.harness.intake import mail, running_intake


class _Answers(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, sock = self.request
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA
        name = query.question[0].name
        text = self.server.zone.get(name.to_text(omit_final_dot=True))
        if text is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            strings = " ".join(f'"{text[at : at + 250]}"' for at in range(0, len(text), 250))
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", strings))
        sock.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def zone() -> Iterator[tuple[dict[str, str], str]]:
    server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Answers)
    server.zone = {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.zone, f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_signed_mail_of_an_aligned_domain_is_verified(mongod, nats, installation, tmp_path, zone):
    records, nameserver = zone
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    records["s._domainkey.acme.example"] = f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
    records["_dmarc.acme.example"] = "v=DMARC1; p=reject"
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    with running_intake(mongod, nats, installation, tmp_path, dns=True, dns_nameservers=nameserver) as bench:
        raw = mail("signed").as_bytes().replace(b"\n", b"\r\n")
        bench.send(dkim.sign(raw, b"s", b"acme.example", pem, include_headers=[b"from", b"subject"]) + raw)
        bench.send(mail("unsigned"))
        # The sender's own server says hello from here.
        records["mail.acme.example"] = "v=spf1 ip4:127.0.0.1 -all"
        bench.send(mail("by address"), sender="jane@mail.acme.example")
        with bench.lmtp() as connection:
            to = ["support@acme.northstar.example"]
            connection.sendmail("jane@mail.acme.example", to, mail("passed on").as_bytes())
        found = {one.subject: one.authenticated for one in bench.taken(4)}
    assert found == {"signed": True, "unsigned": False, "by address": True, "passed on": False}
