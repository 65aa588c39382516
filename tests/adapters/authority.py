"""An invented time-stamp authority: certificates made here, replies by the program `openssl ts`."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = sha256
ess_cert_id_alg = sha256
"""


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """A root and one certificate for time stamps below it, valid from `start` to `end`."""

    def __init__(
        self,
        folder: Path,
        name: str = "Invented TSA",
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING,
    ) -> None:
        folder.mkdir()
        self.folder = folder
        now = datetime.now(UTC)
        start, end = start or now - timedelta(days=1), end or now + timedelta(days=1)
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root = (
            x509.CertificateBuilder()
            .subject_name(_name(f"{name} root"))
            .issuer_name(_name(f"{name} root"))
            .public_key(root_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=3650))
            .not_valid_after(now + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(root_key, hashes.SHA256())
        )
        leaf = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(root.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
            .sign(root_key, hashes.SHA256())
        )
        self.root = root.public_bytes(serialization.Encoding.PEM)
        (folder / "root.pem").write_bytes(self.root)
        (folder / "tsa.pem").write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
        (folder / "tsa.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")

    def reply(self, query: bytes) -> bytes:
        """The DER reply to a request, made by another program than ours."""
        (self.folder / "query.tsq").write_bytes(query)
        subprocess.run(
            [
                *("openssl", "ts", "-reply", "-queryfile", "query.tsq", "-out", "reply.tsr"),
                *("-config", "tsa.cnf", "-section", "tsa", "-signer", "tsa.pem"),
                *("-inkey", "tsa.key"),
            ],
            cwd=self.folder,
            check=True,
            capture_output=True,
            timeout=30,
        )
        return (self.folder / "reply.tsr").read_bytes()

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """What serves this authority over HTTP (RFC 3161 section 3.4)."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                asked = self.headers["Content-Type"] == "application/timestamp-query"
                reply = authority.reply(query) if asked else b""
                self.send_response(200 if asked else 415)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
