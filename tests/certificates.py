"""A certificate authority for tests, made with openssl."""

import ssl
import subprocess
from pathlib import Path

KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes".split()


class Authority:
    """Issues certificates that are valid for one day; `pem` is its own certificate."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self.pem = folder / f"{name}.pem"
        ca = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"]
        out = ["-keyout", str(self._key), "-out", str(self.pem)]
        _openssl("req", "-x509", *KEY, *out, "-subj", f"/CN={name}", "-days", "1", *ca)

    @property
    def _key(self) -> Path:
        return self._folder / f"{self._name}.key"

    def issue(self, name: str) -> tuple[Path, Path]:
        """Return a certificate and its key, for 127.0.0.1 and models.example."""
        key, request, pem = (self._folder / f"{self._name}-{name}.{end}" for end in ("key", "csr", "pem"))
        extensions = self._folder / "extensions.cnf"
        extensions.write_text("subjectAltName = IP:127.0.0.1, DNS:models.example\n", encoding="utf-8")
        _openssl("req", "-new", *KEY, "-keyout", str(key), "-out", str(request), "-subj", f"/CN={name}")
        by = ["-CA", str(self.pem), "-CAkey", str(self._key), "-CAcreateserial", "-extfile", str(extensions)]
        _openssl("x509", "-req", "-in", str(request), *by, "-days", "1", "-out", str(pem))
        return pem, key

    def server(self, *, asks: bool = False) -> ssl.SSLContext:
        """Return a server context; with `asks`, it requires a client certificate of this authority."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.issue("server"))
        if asks:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.pem)
            # In TLS 1.3 a client sends its request before it learns of the refusal, and may only see a reset.
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        return context


def encrypted(key: Path, password: str) -> Path:
    path = key.with_suffix(".locked")
    _openssl("ec", "-in", str(key), "-out", str(path), "-aes256", "-passout", f"pass:{password}")
    return path


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=30)
