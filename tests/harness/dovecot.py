"""A real Dovecot for tests: IMAP with one user, whose mail lies in a folder of the test run.

dovecot = Dovecot(folder).start()
with dovecot.client() as there:
    there.append("INBOX", b"Subject: x\r\n\r\nx\r\n")
"""

import grp
import ipaddress
import os
import pwd
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imapclient import IMAPClient

from tests.harness.servers import Server, free_port

_CONFIGURATION = """
base_dir = {short}
state_dir = {short}
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{mail}
mailbox_list_index = no
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={mail}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service auth {{
  user = {me}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
protocol imap {{
  mail_max_userip_connections = 50
}}
"""


class Dovecot(Server):
    """user "desk", password as set; TLS on a port of its own and by STARTTLS, with a certificate for 127.0.0.1."""

    user = "desk"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.password = "s3cret pass\\word"
        self.tls_port = free_port()
        # Where it asks what an access token is worth (tests.harness.tokens).
        self.tokens_port = free_port()
        self.certificate = self.folder / "server.pem"
        # The paths of sockets must be short.
        self._short = Path(tempfile.mkdtemp(prefix="dovecot"))

    def command(self) -> list[str]:
        self.set_password(self.password)
        if not self.certificate.exists():
            self._make_certificate()
        mail = self._short / "mail"
        mail.mkdir(exist_ok=True)
        root, me = os.geteuid() == 0, pwd.getpwuid(os.geteuid())
        # Dovecot gives no mail to root.
        owner = pwd.getpwnam("nobody") if root else me
        os.chmod(self._short, 0o755)
        os.chown(mail, owner.pw_uid, owner.pw_gid)
        text = _CONFIGURATION.format(
            short=self._short,
            folder=self.folder,
            mail=mail,
            port=self.port,
            tls_port=self.tls_port,
            internal="dovecot" if root else me.pw_name,
            login="dovenull" if root else me.pw_name,
            group=grp.getgrgid(pwd.getpwnam("dovecot").pw_gid if root else me.pw_gid).gr_name,
            me=me.pw_name,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
        )
        (self.folder / "dovecot.conf").write_text(text)
        asked = f"http://127.0.0.1:{self.tokens_port}/info?access_token="
        (self.folder / "oauth2").write_text(f"tokeninfo_url = {asked}\nusername_attribute = user\n")
        return [shutil.which("dovecot") or "/usr/sbin/dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]

    def _make_certificate(self) -> None:
        """Its own authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dovecot of a test")])
        now = datetime.now(UTC)
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([address]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (self.folder / "server.key").write_bytes(private)

    def set_password(self, password: str) -> None:
        """From the next login on."""
        self.password = password
        (self.folder / "users").write_text(f"{self.user}:{{PLAIN}}{password}::::::\n")

    def client(self) -> IMAPClient:
        """Somebody else who is signed in to the mailbox."""
        there = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20)
        there.login(self.user, self.password)
        return there

    def remove(self) -> None:
        """What lies outside its folder."""
        shutil.rmtree(self._short, ignore_errors=True)
