# SPDX-License-Identifier: Apache-2.0
"""A phone that updates a device over BLE, and the air between them: Bumble's virtual controllers.

    phone.py PORT_FILE|pty:LINK STEP...

Serves the device's controller as HCI over TCP, at a free port of the loopback, whose number it
writes to PORT_FILE. A device that connects again has a controller that was just switched on, and
its connections are lost. With pty:LINK, the controller is at the other end of that terminal, as a
module on a device's UART; it waits for the link. Then it does the steps, in their order:

    mtu=N            the MTU that it asks for from now on (498, as Nordic's library for Android)
    connect          finds the device by its service, connects, asks for the MTU, subscribes
    upgrade=FILE     what Nordic's Device Manager does, in its order: params, bootloader, list, upload,
                     test, reset, connect again, list, confirm
    upload=FILE      the upload alone; drop=N before it: loses the connection after N chunks
    old-log          the packets of a log of nRF Connect (doc/reference/smp.md), byte for byte
    erase-refused    the device must refuse to erase a slot
    refused          subscribing must be refused: no bond
    pair[=PASSKEY]   pairs, and subscribes
    wait=VERSION     waits until the device runs this version, confirmed
    disconnect

Ends with 0, or prints what went wrong.
"""
import asyncio
import hashlib
import logging
import os
import sys
import termios
import tty

from bumble import controller, device, gatt, hci, host, keys, link, pairing
from bumble.transport import common

SERVICE = '8D53DC1D-1DB7-4CD3-868B-8A527460AA84'
CHARACTERISTIC = 'DA2E7828-FBCE-4E01-AE9E-261174997C48'
READ, WRITE = 0, 2
ANSWER_S = 180  # a busy machine, and a lost command is sent again after 2 s of the emulated clock


class Failed(Exception):
    pass


# --- CBOR (RFC 8949), as much as requests and answers need ----------------------------------------

def head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    size = 1 if n < 256 else 2 if n < 65536 else 4
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26}[size]]) + n.to_bytes(size, 'big')


def dump(v):
    if isinstance(v, bool):
        return b'\xf5' if v else b'\xf4'
    if isinstance(v, int):
        return head(0, v)
    if isinstance(v, bytes):
        return head(2, len(v)) + v
    if isinstance(v, str):
        return head(3, len(v)) + v.encode()
    return head(5, len(v)) + b''.join(dump(k) + dump(x) for k, x in v.items())


def load(b, at=0):
    """Returns the item at this offset, and the offset behind it."""
    major, info, at = b[at] >> 5, b[at] & 31, at + 1
    if major == 7:
        return {20: False, 21: True, 22: None, 31: StopIteration}[info], at
    n = info
    if 24 <= info < 28:
        size = 1 << (info - 24)
        n, at = int.from_bytes(b[at:at + size], 'big'), at + size
    if major < 2:
        return (n if major == 0 else -1 - n), at
    if major < 4:
        text = bytes(b[at:at + n])
        return (text if major == 2 else text.decode()), at + n
    items = []
    while info == 31 or len(items) < n * (2 if major == 5 else 1):
        item, at = load(b, at)
        if item is StopIteration:
            break
        items.append(item)
    return (items if major == 4 else dict(zip(items[::2], items[1::2]))), at


# --- The air --------------------------------------------------------------------------------------

class Air(link.LocalLink):
    """The link of two controllers, and the device's end as a TCP server."""

    def __init__(self):
        super().__init__()
        self.radio = None
        self.starts = 0

    async def listen(self):
        server = await asyncio.get_running_loop().create_server(
            lambda: Wire(self), '127.0.0.1', 0)
        return server.sockets[0].getsockname()[1]

    def switch_off(self):
        """The device's controller goes; its peers lose their connections."""
        if self.radio:
            for connection in list(self.radio.le_connections.values()):
                for other in self.controllers:
                    for theirs in list(other.le_connections.values()):
                        if other is not self.radio and theirs.peer_address == connection.self_address:
                            other.on_le_disconnected(
                                theirs, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
            self.remove_controller(self.radio)
        self.radio = None


class Wire(common.StreamPacketSource):
    """HCI over one TCP connection of the device."""

    def __init__(self, air):
        super().__init__()
        self.air = air

    def connection_made(self, transport):
        self.air.switch_off()
        self.air.radio = Radio(self.air, self, common.StreamPacketSink(transport))
        self.mine = self.air.radio

    def connection_lost(self, error):
        if self.air.radio is self.mine:
            self.air.switch_off()


class Radio(controller.Controller):
    """The device's controller. Each reset of HCI is a start of the device."""

    def __init__(self, air, source, sink):
        super().__init__('device', host_source=source, host_sink=sink, link=air)
        self.air = air

    def on_hci_reset_command(self, command):
        self.air.starts += 1
        return super().on_hci_reset_command(command)


class Terminal(common.StreamPacketSource):
    """HCI over a terminal. Nothing marks where a packet begins: the first that counts is a reset."""

    RESET = bytes.fromhex('01030c00')

    def __init__(self, air, path):
        super().__init__()
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.fd, termios.TCSANOW)
        self.before = b''  # as long as there was no reset: the last bytes
        self.is_reset = False
        air.radio = Radio(air, self, self)
        asyncio.get_running_loop().add_reader(self.fd, lambda: self.take(os.read(self.fd, 4096)))

    def take(self, data):
        if not self.is_reset:
            self.before += data
            at = self.before.find(self.RESET)
            if at < 0:
                self.before = self.before[-len(self.RESET):]
                return
            self.is_reset = True
            data = self.before[at:]
        self.data_received(data)

    def on_packet(self, packet):
        while packet:
            packet = packet[os.write(self.fd, packet):]


class Delegate(pairing.PairingDelegate):
    def __init__(self, passkey):
        capability = (pairing.PairingDelegate.IoCapability.KEYBOARD_INPUT_ONLY if passkey is not None
                      else pairing.PairingDelegate.IoCapability.NO_OUTPUT_NO_INPUT)
        super().__init__(capability)
        self.passkey = passkey

    async def get_number(self):
        return self.passkey


# --- The phone ------------------------------------------------------------------------------------

class Phone:
    def __init__(self, air):
        self.air = air
        self.mtu = 498
        self.drop = 0
        self.seq = 0
        self.buf_size = 0
        self.connection = self.peer = self.characteristic = None
        self.received = bytearray()
        self.packets = asyncio.Queue()
        self.longest = 0
        self.is_bonded = False

    async def begin(self):
        mine = controller.Controller('phone', link=self.air)
        self.device = device.Device(
            name='phone', address=hci.Address('F0:F1:F2:F3:F4:F5'),
            host=host.Host(mine, common.AsyncPipeSink(mine)))
        self.device.keystore = keys.MemoryKeyStore()
        await self.device.power_on()

    def on_notification(self, value):
        self.longest = max(self.longest, len(value))
        if len(value) > self.connection.att_mtu - 3:
            raise Failed(f'a notification of {len(value)} bytes')
        self.received += value
        while len(self.received) >= 8:
            n = 8 + int.from_bytes(self.received[2:4], 'big')
            if len(self.received) < n:
                break
            self.packets.put_nowait(bytes(self.received[:n]))
            del self.received[:n]

    async def find(self):
        found = asyncio.get_running_loop().create_future()

        def on_advertisement(advertisement):
            uuids = advertisement.data.get(
                0x07, raw=True) or b''  # complete list of 128-bit UUIDs
            if bytes.fromhex(SERVICE.replace('-', ''))[::-1] in uuids and not found.done():
                found.set_result(advertisement.address)

        self.device.on('advertisement', on_advertisement)
        await self.device.start_scanning(filter_duplicates=False)
        address = await asyncio.wait_for(found, ANSWER_S)
        await self.device.stop_scanning()
        self.device.remove_listener('advertisement', on_advertisement)
        return address

    async def reach(self):
        """Connects, asks for the MTU, finds the characteristic."""
        address = await self.find()
        self.connection = await self.device.connect(address, timeout=ANSWER_S)
        self.peer = device.Peer(self.connection)
        self.received.clear()
        if self.mtu > 23:
            await self.peer.request_mtu(self.mtu)
        await self.peer.discover_services()
        await self.peer.discover_characteristics([CHARACTERISTIC])
        found = self.peer.get_characteristics_by_uuid(CHARACTERISTIC)
        if not found:
            raise Failed('the device has no SMP service')
        self.characteristic = found[0]
        want = gatt.Characteristic.Properties.WRITE_WITHOUT_RESPONSE \
            | gatt.Characteristic.Properties.NOTIFY
        if self.characteristic.properties != want:
            raise Failed(f'the properties are {self.characteristic.properties}')

    async def subscribe(self):
        await self.peer.subscribe(self.characteristic, self.on_notification)

    async def connect(self):
        await self.reach()
        if self.is_bonded:
            await self.connection.encrypt()
        await self.subscribe()

    async def disconnect(self):
        if self.connection:
            try:
                await self.connection.disconnect()
            except Exception:  # it went by itself
                pass
        self.connection = None

    async def send(self, packet):
        size = self.connection.att_mtu - 3
        for at in range(0, len(packet), size):
            await self.characteristic.write_value(packet[at:at + size])

    async def exchange(self, packet):
        await self.send(packet)
        answer = await asyncio.wait_for(self.packets.get(), ANSWER_S)
        if answer[6] != packet[6]:
            raise Failed(f'sequence {answer[6]}, not {packet[6]}')
        return answer

    async def ask(self, op, group, command, body, version=1):
        payload = dump(body)
        self.seq = (self.seq + 1) % 256
        packet = bytes([op | version << 3, 0]) + len(payload).to_bytes(2, 'big') \
            + group.to_bytes(2, 'big') + bytes([self.seq, command]) + payload
        answer = await self.exchange(packet)
        return load(answer, 8)[0]

    # --- Steps ---

    async def params(self):
        answer = await self.exchange(bytes.fromhex('000000010000FF06A0'))
        self.buf_size = load(answer, 8)[0]['buf_size']

    async def images(self):
        return (await self.ask(READ, 1, 0, {}))['images']

    async def upload(self, image):
        sha = hashlib.sha256(image).digest()
        off = chunks = 0
        while off < len(image):
            body = {'off': off, 'data': b''}
            if off == 0:
                body.update({'len': len(image), 'sha': sha, 'image': 0})
            room = self.buf_size - 8 - len(dump(body)) - 3
            body['data'] = image[off:off + room]
            answer = await self.ask(WRITE, 1, 1, body)
            if answer.get('rc') or 'off' not in answer:
                raise Failed(f'upload at {off}: {answer}')
            off = answer['off']
            chunks += 1
            if self.drop and chunks == self.drop:
                self.drop = 0
                await self.disconnect()
                await self.connect()

    async def upgrade(self, path):
        image = open(path, 'rb').read()
        if not self.connection:
            await self.connect()
        await self.params()
        await self.ask(READ, 0, 8, {})
        await self.images()
        await self.upload(image)
        new = [i for i in await self.images() if not i.get('active')][-1]
        listed = (await self.ask(WRITE, 1, 0, {'hash': new['hash'], 'confirm': False}))['images']
        if not [i for i in listed if i['hash'] == new['hash'] and i['pending']]:
            raise Failed(f'not pending: {listed}')
        starts = self.air.starts
        lost = asyncio.get_running_loop().create_future()
        self.connection.on('disconnection', lambda reason: lost.done() or lost.set_result(reason))
        await self.ask(WRITE, 0, 5, {})
        await asyncio.wait_for(lost, ANSWER_S)
        self.connection = None
        while self.air.starts == starts:
            await asyncio.sleep(0.01)
        await self.connect()
        await self.params()
        active = [i for i in await self.images() if i.get('active')]
        if not active or active[0]['hash'] != new['hash']:
            raise Failed(f'the new image does not run: {active}')
        listed = (await self.ask(WRITE, 1, 0, {'confirm': True, 'hash': new['hash']}))['images']
        if not [i for i in listed if i.get('active') and i['confirmed']]:
            raise Failed(f'not confirmed: {listed}')

    async def old_log(self):
        """Params, list, erase of the storage, confirm of the image in the spare slot."""
        await self.exchange(bytes.fromhex('000000010000FF06A0'))
        answer = await self.exchange(bytes.fromhex('0000000200010000BFFF'))
        spare = [i for i in load(answer, 8)[0]['images'] if not i.get('active')][-1]
        answer = await self.exchange(bytes.fromhex('02000002003F0100BFFF'))
        if load(answer, 8)[0].get('rc') != 8:
            raise Failed(f'erase of the storage: {load(answer, 8)[0]}')
        answer = await self.exchange(
            bytes.fromhex('0200003200010200BF67636F6E6669726DF564686173685820')
            + spare['hash'] + b'\xff')
        after = [i for i in load(answer, 8)[0]['images'] if i['hash'] == spare['hash']]
        if not after or not after[0].get('permanent'):
            raise Failed(f'not permanent after the confirm: {after}')

    async def erase_refused(self):
        answer = await self.ask(WRITE, 1, 5, {'slot': 1})
        if not answer.get('rc') and not answer.get('err'):
            raise Failed('a slot was erased')

    async def refused(self):
        await self.reach()
        try:
            await self.subscribe()
        except Exception as error:
            if 'INSUFFICIENT' in str(error):
                await self.disconnect()
                return
            raise
        raise Failed('everybody may subscribe')

    async def pair(self, passkey):
        await self.reach()
        self.device.pairing_config_factory = lambda connection: pairing.PairingConfig(
            sc=True, mitm=passkey is not None, bonding=True, delegate=Delegate(passkey))
        await self.connection.pair()
        self.is_bonded = True
        await self.subscribe()

    async def wait(self, version):
        for _ in range(100):
            active = [i for i in await self.images() if i.get('active')]
            if active and active[0]['version'] == version and active[0]['confirmed']:
                return
            await asyncio.sleep(0.1)
        raise Failed(f'{version} does not run')

    async def step(self, text):
        name, _, value = text.partition('=')
        if name == 'mtu':
            self.mtu = int(value)
        elif name == 'drop':
            self.drop = int(value)
        elif name == 'upgrade':
            await self.upgrade(value)
        elif name == 'upload':
            await self.params()
            await self.upload(open(value, 'rb').read())
        elif name == 'pair':
            await self.pair(int(value) if value else None)
        elif name == 'wait':
            await self.wait(value)
        else:
            await {'connect': self.connect, 'disconnect': self.disconnect, 'old-log': self.old_log,
                   'erase-refused': self.erase_refused, 'refused': self.refused}[name]()


async def main():
    air = Air()
    if sys.argv[1].startswith('pty:'):
        while not os.path.exists(sys.argv[1][4:]):
            await asyncio.sleep(0.01)
        Terminal(air, sys.argv[1][4:])
    else:
        port = await air.listen()
        with open(sys.argv[1] + '.new', 'w') as f:
            print(port, file=f)
        os.rename(sys.argv[1] + '.new', sys.argv[1])
    phone = Phone(air)
    await phone.begin()
    for text in sys.argv[2:]:
        try:
            await asyncio.wait_for(phone.step(text), 5 * ANSWER_S)
        except Exception as error:
            print(f'phone: {text}: {type(error).__name__}: {error}')
            if '-v' in os.environ.get('PHONE', ''):
                raise
            return 1
        print(f'phone: {text}: done')
    return 0


logging.basicConfig(level=logging.CRITICAL)
sys.exit(asyncio.run(main()))
