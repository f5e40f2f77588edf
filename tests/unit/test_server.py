"""Who we are at a server, whom we trust there, and how long we wait: from the site file to requests."""

import os
from pathlib import Path

import pytest

from adapter.fhir.errors import Unauthorised
from adapter.server import ServerError, Servers, base_of, client_for, is_address, limits_of, shown
from adapter.settings import SettingsError, load_site
from tests.unit.fhir.faulty import json_, serving
from tests.unit.searched import hospital

NAMED = '[server."https://fhir.example.org/r4"]\n'


def servers_of(folder: Path, text: str) -> Servers:
    site = folder / "site.toml"
    site.write_text(text, "utf-8")
    return load_site(site).servers


def token_file(folder: Path, text: str = "let-me-in\n", mode: int = 0o600) -> Path:
    path = folder / "token"
    path.write_text(text, "ascii")
    path.chmod(mode)
    return path


def test_a_table_is_for_its_base_address(tmp_path: Path) -> None:
    """However that is spelled; any other server is asked with what holds for all, and nothing that names us."""
    servers = servers_of(tmp_path, f'[server]\nread_seconds = 7.5\npages = 3\n{NAMED}token_file = "t"\npages = 4\n')
    for url in ("https://fhir.example.org/r4", "https://FHIR.example.org:443/r4/"):
        known = servers.at(url)
        assert (known.token_file, known.read_seconds, known.pages) == (str(tmp_path / "t"), 7.5, 4)
    for url in ("https://fhir.example.org/r5", "https://fhir.example.org:8443/r4", "http://fhir.example.org/r4"):
        other = servers.at(url)
        assert (other.token_file, other.read_seconds, other.pages) == (None, 7.5, 3)
    assert limits_of(known).read_seconds == 7.5
    assert limits_of(known).retries == 5


def test_one_spelling_for_an_address() -> None:
    """Ports that are the scheme's own, capitals and a slash at the end make no other server."""
    assert base_of("HTTPS://Host:443/fhir/") == "https://host/fhir"
    assert base_of("http://[::1]:8080/fhir") == "http://[::1]:8080/fhir"
    assert is_address("HTTPS://host")
    assert not is_address("folder/https://host")


MISTAKES = {
    'server = "x"': "server: not a table",
    '[server]\ntoken_file = "t"': 'server.token_file: is for one server; put it under [server."https://..."]',
    "[server]\ninsecure = true": "server.insecure: is for one server",
    "[server]\ncolour = 1": "server.colour: there is no such setting; there are ca_file, page_size, ",
    "[server]\nretries = -1": "server.retries: not a number from 0 to",
    '[server]\nread_seconds = "long"': "server.read_seconds: ",
    f"{NAMED}pages = 0": 'server."https://fhir.example.org/r4".pages: not a number from 1 to',
    f"{NAMED}read_seconds = nan": ".read_seconds: not a number from 1 to",
    f"{NAMED}colour = 1": 'server."https://fhir.example.org/r4".colour: there is no such setting',
    f'{NAMED}token_file = "t"\nclient_id = "c"\nkey_file = "k"': ".token_file: either a token_file, or client_id and",
    f'{NAMED}client_id = "c"': ".client_id: needs a key_file",
    f'{NAMED}key_file = "k"': ".client_id: needs a key_file, and a key_file needs a client_id",
    f'{NAMED}scopes = ["system/*.rs"]': ".scopes: are asked for with client_id and key_file",
    f'{NAMED}scopes = "system/*.rs"': ".scopes: Expected an array",
    f'{NAMED}token = "secret-7"': ".token: there is no such setting",
    '[server."https://me:secret-7@host/fhir"]': 'server."https://host/fhir": the base of a FHIR server is',
    f'{NAMED}\n[server."https://fhir.example.org:443/r4/"]': "there are two tables for this server",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str) -> None:
    """And no secret that somebody wrote there."""
    with pytest.raises(SettingsError) as caught:
        servers_of(tmp_path, text)
    assert MISTAKES[text] in str(caught.value)
    assert "secret-7" not in str(caught.value)


def test_a_token_comes_from_its_file(tmp_path: Path) -> None:
    """It is sent to this server alone, and read again when the server refuses it."""
    path = token_file(tmp_path)
    with hospital() as server, hospital() as other:
        servers = servers_of(tmp_path, f'[server."{server.base}"]\ntoken_file = "token"\nretries = 0\n')
        client = client_for(server.base, servers, ("Patient",))
        server.token = other.token = "let-me-in"
        assert client.capabilities().release == "R4"
        with pytest.raises(Unauthorised):
            client_for(other.base, servers, ("Patient",)).capabilities()
        server.token = "new"
        path.write_text("new", "ascii")
        assert list(client.search("Patient", {}))
        server.token = "newer"
        path.unlink()
        with pytest.raises(Unauthorised):
            list(client.search("Patient", {}))


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        ("secret-7", 0o640, "others than its owner may read or write it; chmod 600 it"),
        ("secret-7", 0o602, "others than its owner may read or write it; chmod 600 it"),
        ("secret-7 and more", 0o600, "holds no token"),
        ("secret-7\nX: y", 0o600, "holds no token"),
        ("", 0o600, "holds no token"),
        (None, 0, "No such file or directory"),
    ],
)
def test_a_token_file_is_its_owners_alone(tmp_path: Path, text: str | None, mode: int, reason: str) -> None:
    """Else it is not used; the message has the file and the reason, and nothing of what it holds."""
    if text is not None:
        token_file(tmp_path, text, mode)
    servers = servers_of(tmp_path, f'{NAMED}token_file = "token"')
    with pytest.raises(ServerError) as caught:
        client_for("https://fhir.example.org/r4", servers, ())
    assert str(caught.value) == f"https://fhir.example.org/r4: {tmp_path / 'token'}: {reason}" + (
        ": one line of ASCII without blanks" if "no token" in reason else ""
    )


def test_a_pipe_is_no_token_file(tmp_path: Path) -> None:
    """Nor is anything else that is no plain file; nobody is waited for."""
    os.mkfifo(tmp_path / "token", 0o600)
    with pytest.raises(ServerError, match="no file"):
        client_for("https://fhir.example.org/r4", servers_of(tmp_path, f'{NAMED}token_file = "token"'), ())


def test_keys_are_checked_before_anything_is_sent(tmp_path: Path) -> None:
    """A key file that is not there, or that others may read, ends it."""
    servers = servers_of(tmp_path, f'{NAMED}client_id = "c"\nkey_file = "key.pem"')
    with pytest.raises(ServerError, match=r"key\.pem: No such file"):
        client_for("https://fhir.example.org/r4", servers, ("Patient",))
    (tmp_path / "key.pem").write_text("x")
    (tmp_path / "key.pem").chmod(0o644)
    with pytest.raises(ServerError, match="others than its owner"):
        client_for("https://fhir.example.org/r4", servers, ("Patient",))


def test_plain_http_is_for_this_machine(tmp_path: Path) -> None:
    """What others on the way could read is not sent, unless the site says so."""
    nobody = Servers()
    for url in ("http://127.0.0.1:1/fhir", "http://localhost/fhir", "http://[::1]/fhir", "https://host/fhir"):
        client_for(url, nobody, ())
    with pytest.raises(ServerError, match=r"http://10\.0\.0\.1/fhir: plain http; use https, or set insecure = true"):
        client_for("http://10.0.0.1/fhir", nobody, ())
    client_for("http://10.0.0.1/fhir", servers_of(tmp_path, '[server."http://10.0.0.1/fhir"]\ninsecure = true'), ())


@pytest.mark.parametrize("url", ["https://me:secret-7@host/fhir", "https://host/fhir?token=secret-7", "https:///fhir"])
def test_an_address_with_a_secret_is_none(url: str) -> None:
    """It stands in the list of processes and in histories; the message does not repeat it."""
    with pytest.raises(ServerError) as caught:
        client_for(url, Servers(), ())
    assert "secret-7" not in str(caught.value)
    assert "secret-7" not in shown(url)


def test_trusted_certificates_come_from_a_file(tmp_path: Path) -> None:
    """A file that is not there is told, rather than trusting anybody."""
    with pytest.raises(ServerError, match="trusted certificates is not there"):
        client_for("https://host/fhir", servers_of(tmp_path, '[server]\nca_file = "gone.pem"'), ())


def test_limits_are_in_force(tmp_path: Path) -> None:
    """A number of the site file reaches the requests."""
    with serving(json_({}, 503)) as server:
        servers = servers_of(tmp_path, "[server]\nretries = 2\nlongest_wait_seconds = 1\n")
        client = client_for(server.base, servers, ())
        assert (client.transport.limits.retries, client.transport.limits.longest_wait_seconds) == (2, 1)
