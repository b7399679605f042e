#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# An SMP server on UDP that misbehaves: hostile.py PORTFILE WORD...
#
#   stand, jump, beyond  what the offsets of uploads do from byte 1000 on
#   bare                 a list without hashes and flags, as MCUboot's recovery may answer it
#   frugal               a list without flags that are false, as Zephyr may answer it
#   short                os info and enum know their short forms only, and query "mode" is refused
#   long:N               requests of more than N bytes are lost
#   slow                 the reset is never answered
import socket
import sys

words = sys.argv[2:]
longest = [int(w[5:]) for w in words if w.startswith("long:")]
state = {"off": 0, "len": 0, "files": 0}


def head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    if n < 256:
        return bytes([major << 5 | 24, n])
    return bytes([major << 5 | 26]) + n.to_bytes(4, "big")


def put(v):
    if v is True or v is False:
        return b"\xf5" if v else b"\xf4"
    if isinstance(v, int):
        return head(0, v)
    if isinstance(v, bytes):
        return head(2, len(v)) + v
    if isinstance(v, str):
        return head(3, len(v)) + v.encode()
    if isinstance(v, list):
        return head(4, len(v)) + b"".join(put(x) for x in v)
    return head(5, len(v)) + b"".join(put(k) + put(x) for k, x in v.items())


def get(p, i):
    major, n = p[i] >> 5, p[i] & 31
    i += 1
    if major == 7:
        return n == 21, i
    if n >= 24:
        size = 1 << (n - 24)
        n = int.from_bytes(p[i:i + size], "big")
        i += size
    if major in (2, 3):
        v = p[i:i + n]
        return (v.decode() if major == 3 else v), i + n
    if major == 5:
        m = {}
        for _ in range(n):
            k, i = get(p, i)
            m[k], i = get(p, i)
        return m, i
    return n, i


def upload(q, whole):
    off, n = q["off"], len(q.get("data", b""))
    state["len"] = q.get("len", state["len"])
    if off >= 1000 and "stand" in words:
        return {"off": off}
    if off >= 1000 and "beyond" in words:
        return {"off": state["len"] + 1000}
    if off >= 1000 and "jump" in words:
        return {"off": 500}
    if off == 0:
        state["off"] = 0
    if off == state["off"]:
        state["off"] += n
    return {"off": state["off"] if off or whole else n}


def images():
    one = {"slot": 0, "version": "1.0.0"}
    if "bare" not in words:
        one["hash"] = bytes(range(32))
        one["active"] = one["confirmed"] = one["bootable"] = True
    two = {"slot": 1, "version": "0.9.0"}
    if "frugal" in words:
        two["hash"] = bytes(range(1, 33))
    return {"images": [one, two] if "frugal" in words else [one]}


def answer(group, command, op, q):
    short = "short" in words
    if (group, command) == (0, 6):
        return {"buf_size": 1024, "buf_count": 4}
    if (group, command) == (0, 7):
        if short and "format" in q:
            return {"err": {"group": 0, "rc": 2}}
        return {"output": "Odd"}
    if (group, command) == (0, 8):
        return {"rc": 8} if short and "query" in q else {"bootloader": "MCUboot"}
    if (group, command) == (10, 1):
        return {"groups": [0, 1, 10]}
    if (group, command, op) == (1, 0, 0):
        return images()
    if (group, command) == (1, 1):
        return upload(q, True)
    if (group, command, op) == (8, 0, 2):
        return upload(q, True)
    if (group, command) == (8, 1):
        return {"len": state["off"]}
    return {"rc": 8}


s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
with open(sys.argv[1], "w") as f:
    f.write("%d\n" % s.getsockname()[1])
while True:
    p, peer = s.recvfrom(4096)
    if longest and len(p) > longest[0]:
        print("lost", len(p), flush=True)
        continue
    op, group, seq, command = p[0] & 7, p[4] << 8 | p[5], p[6], p[7]
    body = put(answer(group, command, op, get(p, 8)[0] if len(p) > 8 else {}))
    s.sendto(bytes([p[0] & 0x18 | op + 1, 0]) + len(body).to_bytes(2, "big") + p[4:8] + body, peer)
