"""The throwaway certificate: what Chromium is told to trust is what the server shows."""

import base64
import hashlib
import stat
import subprocess
from pathlib import Path

from trials.replica.certificate import certificate


def test_spki_is_the_hash_of_the_public_key(tmp_path: Path) -> None:
    """The hash is what another program, OpenSSL, makes of the same certificate."""
    made = certificate(tmp_path)
    pem = subprocess.run(
        ["openssl", "x509", "-in", made.path, "-pubkey", "-noout"], check=True, capture_output=True
    ).stdout
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-outform", "DER"], input=pem, check=True, capture_output=True
    ).stdout
    assert base64.b64decode(made.spki) == hashlib.sha256(der).digest()


def test_certificate_outlives_a_restart(tmp_path: Path) -> None:
    """A browser that runs on through a restart of the replica still trusts it."""
    assert certificate(tmp_path) == certificate(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    assert certificate(tmp_path).spki != certificate(other).spki


def test_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    """Even a throwaway key is nobody else's."""
    assert stat.S_IMODE(certificate(tmp_path).path.stat().st_mode) == 0o600
