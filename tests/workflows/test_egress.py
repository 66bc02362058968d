"""The way out: to checked addresses only, under the right name, with patience that ends."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.receiving import receiving
from workflows.activities.egress import Egress, ForbiddenAddressError, is_global

PUBLIC = "93.184.216.34"


@pytest.fixture
def certificate(tmp_path):
    """A certificate of `hooks.test`, as a file with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name.from_rfc4514_string("CN=hooks.test")
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("hooks.test")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = tmp_path / "hooks.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


class Names:
    """A resolver that answers as it is told, one answer after the other."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    async def __call__(self, host, _port):
        self.asked.append(host)
        return self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)


async def test_the_connection_goes_to_the_address_under_the_name(certificate):
    names = Names(["127.0.0.1"])
    trust = ssl.create_default_context(cafile=certificate)
    async with receiving(ssl_certfile=str(certificate)) as receiver:
        way = Egress(to_private=True, resolve=names, trust=trust)
        url = receiver.url.replace("127.0.0.1", "hooks.test")

        assert await way.post(url, {"webhook-id": "1"}, b"{}") == 204
        assert names.asked == ["hooks.test"]
        assert receiver.all[0].headers["host"] == url.split("/")[2]
        with pytest.raises(ConnectionError):  # the certificate is of another name
            await way.post(url.replace("hooks", "other"), {}, b"{}")
        with pytest.raises(ConnectionError):  # nobody vouches for it
            await Egress(to_private=True, resolve=names).post(url, {}, b"{}")
    assert len(receiver.all) == 1


async def test_a_name_that_turns_inward_gains_nothing():
    async with receiving() as receiver:
        way = Egress(resolve=Names([PUBLIC], ["127.0.0.1"]))
        assert await way.allowed("hooks.test", 443) == [PUBLIC]  # as it is registered
        with pytest.raises(ForbiddenAddressError):  # as it is sent to
            await way.post(receiver.url.replace("127.0.0.1", "hooks.test"), {}, b"{}")
        with pytest.raises(ForbiddenAddressError):
            await Egress(resolve=Names([PUBLIC, "::1"])).allowed("hooks.test", 443)
        with pytest.raises(ForbiddenAddressError):
            await Egress().post(receiver.url, {}, b"{}")
    assert not receiver.all


async def test_of_several_addresses_one_that_answers_is_enough():
    async with receiving() as receiver:
        way = Egress(to_private=True, resolve=Names(["::1", "127.0.0.1"]))
        url = receiver.url.replace("127.0.0.1", "hooks.test")

        assert await way.post(url, {}, b"{}") == 204


async def test_who_answers_slowly_is_not_waited_for():
    async with receiving() as receiver:
        receiver.slow = 2
        with pytest.raises(TimeoutError):
            await Egress(to_private=True, patience=0.3).post(receiver.url, {}, b"{}")


async def test_the_body_of_an_answer_is_not_read():
    sent = 0

    async def answer(reader, writer):
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
                sent += 65536
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    async with server:
        way = Egress(to_private=True, patience=5)
        assert await way.post(f"http://127.0.0.1:{port}/", {}, b"{}") == 200
    assert sent < 64 << 20


async def test_what_is_no_http_is_no_connection():
    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"220 mail ready\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    async with server:
        with pytest.raises(ConnectionError):
            await Egress(to_private=True).post(f"http://127.0.0.1:{port}/", {}, b"{}")
    with pytest.raises(ConnectionError):  # nobody listens there any more
        await Egress(to_private=True).post(f"http://127.0.0.1:{port}/", {}, b"{}")


@pytest.mark.parametrize(
    ("address", "reached"),
    [
        (PUBLIC, True),
        ("2606:4700::1111", True),
        ("64:ff9b::5db8:d822", True),  # NAT64 of a public address
        ("0.0.0.0", False),  # noqa: S104 -- refused, not bound
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("239.255.255.250", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::7f00:1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False),
        ("2002:a00:1::", False),
        ("fe80::1", False),
        ("fe80::1%2", False),
        ("fec0::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("ff0e::1", False),
    ],
)
def test_only_global_addresses_are_reached(address, reached):
    assert is_global(address) is reached
