"""Requests that leave this system: short, without redirects or proxies, only to where they may go.

Two kinds of address: the operator's own setting (:func:`trusted`), and what an administrator typed on a page
(:func:`checked`): the latter may not be turned against the machine itself or the network behind it (server-side
requests). The name is resolved once and the connection goes to that very address, so a name cannot come to point
elsewhere between the check and the use.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from tongban.ground.errors import Refusal

TIMEOUT_SECONDS: Final = 10
LONGEST_SECONDS: Final = 20
"""A neighbour that answers byte by byte is cut off then."""
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NoAnswer(OSError):
    """Nobody answers, not in time, or what comes is not HTTP."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be asked. ``ip`` is where its name pointed when it was checked; empty: resolve it now."""

    parts: SplitResult
    ip: str = ""

    @property
    def port(self) -> int:
        """The port of the address, or that of its scheme."""
        return self.parts.port or (443 if self.parts.scheme == "https" else 80)

    @property
    def path(self) -> str:
        """Path and query as they are sent."""
        return (self.parts.path or "/") + (f"?{self.parts.query}" if self.parts.query else "")


def trusted(url: str) -> Target:
    """An address of the operator's settings. Raises ``ValueError`` when it is not HTTP(S) with a host."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("the address must begin with http:// or https:// and name a host")
    return Target(parts)


def checked(url: str, field: str = "url") -> Target:
    """An address that somebody typed.

    :raises Refusal: not HTTP(S), with a password, an unknown host, a private address outside
        ``settings.RECEIVER_NETWORKS``, or plain HTTP to anywhere else; in a rehearsal anything but this machine.
    """
    try:
        target = trusted(url)
        _ = target.port
    except ValueError:
        raise Refusal("outgoing.address", "地址要写成 https://主机/路径", field, "请写完整的网址") from None
    if target.parts.username or target.parts.password:
        raise Refusal("outgoing.password", "地址里不能写用户名和密码", field, "请去掉 @ 前面的部分")
    found = _addresses(str(target.parts.hostname), target.port, field)
    inside = [address for address in found if _in_named_networks(address)]
    if settings.REHEARSAL and len(inside) < len(found):
        words = "演练环境不向外推送，只能推给本机的沙箱"
        raise Refusal("outgoing.rehearsal", words, field, "地址写成演练网站自己的 /demo/receiver/调用方名称/")
    if len(inside) < len(found):
        if any(not _plain(address).is_global for address in found if address not in inside):
            words = "这个地址在内网或指向本机，没有列入允许推送的网段"
            raise Refusal("outgoing.private", words, field, "请运维在 TONGBAN_RECEIVER_NETWORKS 里加上对方的网段")
        if target.parts.scheme == "http":
            raise Refusal("outgoing.plain", "外网地址要用 https", field, "请写 https:// 开头的地址")
    return Target(target.parts, str(found[0]))


def _addresses(host: str, port: int, field: str) -> list[Address]:
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refusal("outgoing.unknown_host", f"找不到主机 {host}", field, "请核对主机名，或检查域名解析") from error
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in entries]


def _plain(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one (mapped, NAT64), else the address itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _in_named_networks(address: Address) -> bool:
    plain = _plain(address)
    return any(plain in network for network in settings.RECEIVER_NETWORKS if network.version == plain.version)


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """POST and return the status, whatever it is; a redirect is not followed.

    :raises NoAnswer: nobody answers, not in time, or what comes is not HTTP; in a rehearsal whenever the target is
        another machine.
    """
    if settings.REHEARSAL and not _on_this_machine(target):
        raise NoAnswer("演练环境不向外发送")
    connection = _connection(target)
    watch = threading.Timer(LONGEST_SECONDS, _cut, [connection])
    watch.start()
    try:
        connection.request("POST", target.path, body, dict(headers))
        return connection.getresponse().status
    except TimeoutError as error:
        raise NoAnswer("对方没有按时响应") from error
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer("连不上对方，或对方的回答看不懂") from error
    finally:
        watch.cancel()
        connection.close()


def _on_this_machine(target: Target) -> bool:
    try:
        return ipaddress.ip_address(target.ip or str(target.parts.hostname)).is_loopback
    except ValueError:
        return target.parts.hostname == "localhost"


def _connection(target: Target) -> http.client.HTTPConnection:
    host = str(target.parts.hostname)
    kind = _Secure if target.parts.scheme == "https" else _Plain
    connection = kind(host, target.port, timeout=TIMEOUT_SECONDS)
    connection.ip = target.ip or host
    return connection


def _cut(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        connection.sock.shutdown(socket.SHUT_RDWR)


class _Plain(http.client.HTTPConnection):
    """HTTP to the address that was checked, under the host's name."""

    ip = ""

    def connect(self) -> None:
        self.sock = socket.create_connection((self.ip, self.port), self.timeout)


class _Secure(_Plain):
    """The same over TLS; the certificate must be the host's."""

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
