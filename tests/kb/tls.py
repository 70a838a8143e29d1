"""A door with TLS before a plain port, as a reverse proxy is, with certificates of an authority made for the test."""

import datetime
import selectors
import socket
import ssl
import threading
from contextlib import suppress
from ipaddress import ip_address
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Files(NamedTuple):
    """PEM files: the authority's certificate, the server's, and the server's key."""

    authority: object
    server: object
    key: object


def authority(folder):
    """An authority and a certificate for localhost by it."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("The plant's authority", None, root_key, root_key, True)
    server = _certificate("localhost", root.subject, key, root_key, False)
    files = Files(folder / "authority.pem", folder / "server.pem", folder / "server.key")
    files.authority.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    files.server.write_bytes(server.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))  # fmt: skip
    return files


def _certificate(name, issuer, key, signer, is_root):
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(signer, hashes.SHA256())
    )


class TlsDoor:
    """Listens with TLS on `port` of localhost and hands bytes on to a plain port; HTTP/2 too."""

    def __init__(self, target, files):
        self._target, self.opened = target, 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(files.server, files.key)
        self._context.set_alpn_protocols(["h2", "http/1.1"])
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._listening.close()

    def _serve(self):
        with suppress(OSError):  # closed
            while True:
                raw, _ = self._listening.accept()
                threading.Thread(target=self._carry, args=(raw,), daemon=True).start()

    def _carry(self, raw):
        with suppress(OSError), self._context.wrap_socket(raw, server_side=True) as outside:
            self.opened += 1
            with socket.create_connection(("127.0.0.1", self._target)) as inside:
                self._both_ways(outside, inside)

    def _both_ways(self, outside, inside):
        with selectors.DefaultSelector() as ready:
            ready.register(outside, selectors.EVENT_READ, inside)
            ready.register(inside, selectors.EVENT_READ, outside)
            while True:
                for key, _ in ready.select():
                    data = key.fileobj.recv(65536)
                    while isinstance(key.fileobj, ssl.SSLSocket) and key.fileobj.pending():
                        data += key.fileobj.recv(65536)
                    if not data:
                        return
                    key.data.sendall(data)
