"""A throwaway certificate for the site's name, and the key hash that lets Chromium accept it."""

import base64
import datetime as dt
import hashlib
import ipaddress
import os
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "chatgpt.com"
"""The host name the replica stands in for."""

_LIFETIME = dt.timedelta(days=365)


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate with its key in one PEM file, readable by its owner only."""

    path: Path
    spki: str
    """Base64 of the SHA-256 of the public key, for ``--ignore-certificate-errors-spki-list``."""

    def server_context(self) -> ssl.SSLContext:
        """Return what a TLS server needs to answer with this certificate."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.path)
        return context

    def client_context(self) -> ssl.SSLContext:
        """Return what a TLS client needs to trust this certificate and no other."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.path)
        return context


def certificate(folder: Path) -> Certificate:
    """Return the folder's certificate, made if there is none that still holds.

    It is kept, because a browser that runs through a restart of the replica trusts only the key
    it was started with.
    """
    path = folder / "certificate.pem"
    if not path.exists() or _expired(path.read_bytes()):
        _write(path)
    return Certificate(path, _spki(path.read_bytes()))


def _expired(pem: bytes) -> bool:
    end = x509.load_pem_x509_certificate(pem).not_valid_after_utc
    return end - dt.datetime.now(dt.UTC) < dt.timedelta(days=7)


def _spki(pem: bytes) -> str:
    public = x509.load_pem_x509_certificate(pem).public_key()
    info = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(hashlib.sha256(info).digest()).decode()


def _write(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Pressrun replica")])
    now = dt.datetime.now(dt.UTC)
    hosts: list[x509.GeneralName] = [
        x509.DNSName(HOST),
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    unfinished.replace(path)
