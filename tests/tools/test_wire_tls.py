"""TLS 1.3 or nothing (S225), unless a waiver with a name and an end date says otherwise."""

import ssl
from datetime import date
from pathlib import Path

import pytest

from domain.errors import ConfigurationError, TlsTooOld
from tests.tools.wire_server import Asked, Reply, serve
from tools.wire import RetryPolicy, StaticBearer, TlsPolicy, TlsWaiver, WireClient

OLD = ssl.TLSVersion.TLSv1_2
ONCE = RetryPolicy(attempts=1)


def answer(_: Asked) -> Reply:
    return Reply(body=b"{}")


def waiver(until: date) -> TlsWaiver:
    return TlsWaiver(host="127.0.0.1", reason="vendor upgrade in spring", approved_by="CISO", expires_on=until)


def test_s225_tls_1_2_is_refused_with_a_next_step() -> None:
    with serve(answer, newest=OLD) as server:
        policy = TlsPolicy(ca_file=server.ca_file)
        client = WireClient(server.url, StaticBearer("t"), system="x", tls=policy, retry=ONCE)
        with client, pytest.raises(TlsTooOld) as caught:
            client.get("/x")
    assert caught.value.field == "tls.waiver"


def test_a_recorded_waiver_admits_tls_1_2_and_the_answer_says_so() -> None:
    with serve(answer, newest=OLD) as server:
        policy = TlsPolicy(ca_file=server.ca_file, waiver=waiver(date(9999, 1, 1)))
        with WireClient(server.url, StaticBearer("t"), system="x", tls=policy) as client:
            assert client.get("/x").tls == "TLSv1.2"


def test_an_expired_waiver_is_no_waiver() -> None:
    with pytest.raises(TlsTooOld, match="expired on 2020-01-01"):
        TlsPolicy(waiver=waiver(date(2020, 1, 1))).floor("127.0.0.1")


def test_a_waiver_holds_for_its_own_host_only() -> None:
    assert TlsPolicy(waiver=waiver(date(9999, 1, 1))).floor("canvas.example.edu") is ssl.TLSVersion.TLSv1_3


def test_an_unknown_authority_is_named_as_such() -> None:
    with serve(answer) as server:
        client = WireClient(server.url, StaticBearer("t"), system="x", retry=ONCE)
        with client, pytest.raises(ConfigurationError) as caught:
            client.get("/x")
    assert caught.value.field == "tls.ca_file"


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "127.0.0.1:1", "https://"])
def test_an_address_without_encryption_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        WireClient(address, StaticBearer("t"), system="x")
    assert caught.value.field == "base_url"


def test_a_missing_authority_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        WireClient("https://127.0.0.1:1", StaticBearer("t"), system="x", tls=TlsPolicy(ca_file=tmp_path / "none.pem"))
    assert caught.value.field == "tls.ca_file"
