# SPDX-License-Identifier: Apache-2.0
"""A whole update by smpclient and the smp package: list, upload, test, reset, confirm, list.

    update_by.py serial:PATH|udp:ADDRESS 1|2 app|recovery FILE HASH

The number is SMP's version. In recovery the update goes into the spare slot, too, and the image that
the test brings runs after the reset. Exit code 1 with one line if anything is not as it should be:
smp's models refuse any key that they do not know.
"""

import asyncio
import hashlib
import sys

from smp.header import Version
from smpclient import SMPClient
from smpclient.generics import error, success
from smpclient.requests.image_management import (
    ImageStatesRead,
    ImageStatesWrite,
    ImageUploadWrite,
)
from smpclient.requests.os_management import EchoWrite, MCUMgrParametersRead, ResetWrite
from smpclient.transport.serial import SMPSerialTransport
from smpclient.transport.udp import SMPUDPTransport

CHUNK = 256  # of version 1, whose uploads smpclient does not do itself


def die(text):
    sys.exit("update_by: " + text)


def transport_of(where):
    kind, _, address = where.partition(":")
    return (SMPSerialTransport() if kind == "serial" else SMPUDPTransport()), address


async def connected(where):
    transport, address = transport_of(where)
    client = SMPClient(transport, address, timeout_s=5)
    await client.connect(5)
    return client


async def ask(client, request):
    answer = await client.request(request, timeout_s=20)
    if error(answer) or not success(answer):
        die(f"{type(request).__name__}: {answer}")
    return answer


async def images(client, version):
    answer = await ask(client, ImageStatesRead(version=version))
    return {i.slot: i for i in answer.images}


async def upload(client, data, version):
    if version == Version.V2:
        async for _ in client.upload(
            data, slot=2, use_sha=True, first_timeout_s=40, subsequent_timeout_s=20
        ):  # a busy machine is slow
            pass
        return
    off = 0
    while off < len(data):
        piece = data[off : off + CHUNK]
        first = dict(len=len(data), sha=hashlib.sha256(data).digest()) if off == 0 else {}
        answer = await ask(
            client, ImageUploadWrite(version=version, off=off, data=piece, image=2, **first)
        )
        if answer.off <= off:
            die(f"upload: {answer.off} is wanted again behind {off}")
        off = answer.off


async def back(where, version):
    """The device after its reset."""
    for _ in range(60):
        try:
            client = await connected(where)
            await client.request(EchoWrite(version=version, d="back"), timeout_s=1)
            return client
        except Exception:  # noqa: BLE001  whatever a transport says of a device that is not there
            await asyncio.sleep(0.25)
    die("the device does not come back")


async def main(where, version, mode, path, want):
    version = Version.V1 if version == "1" else Version.V2
    data = open(path, "rb").read()
    want = bytes.fromhex(want)
    client = await connected(where)
    answer = await ask(client, EchoWrite(version=version, d="hello"))
    if answer.r != "hello":
        die("echo")
    await ask(client, MCUMgrParametersRead(version=version))
    before = await images(client, version)
    if (mode == "app") != any(i.active for i in before.values()):
        die(f"not in this mode: {before}")
    await upload(client, data, version)
    spare = (await images(client, version)).get(1)
    if not spare or spare.hash != want or spare.pending:
        die(f"behind the upload slot 1 is {spare}")
    await ask(client, ImageStatesWrite(version=version, hash=want, confirm=False))
    spare = (await images(client, version))[1]
    if not spare.pending or spare.permanent:
        die(f"behind the test slot 1 is {spare}")
    await ask(client, ResetWrite(version=version))
    await client.disconnect()
    await asyncio.sleep(0.5)
    client = await back(where, version)
    running = (await images(client, version))[0]
    if running.hash != want or not running.active or running.confirmed:
        die(f"behind the reset slot 0 is {running}")
    await ask(client, ImageStatesWrite(version=version, confirm=True))
    running = (await images(client, version))[0]
    if not running.confirmed:
        die(f"behind the confirmation slot 0 is {running}")
    await client.disconnect()
    print("updated")


asyncio.run(main(*sys.argv[1:]))
