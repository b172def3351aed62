# A name server for tests: answers A and SRV questions from its arguments and knows nothing else.
#   dns.py ADDRESS NAME=IPV4... NAME=TARGET:PORT...
import socket
import struct
import sys

A, SRV = 1, 33


def labels(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.rstrip(".").split(".")) + b"\0"


def record(kind, data):
    return b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


records = {}
for argument in sys.argv[2:]:
    name, _, value = argument.partition("=")
    if ":" in value:
        target, _, port = value.partition(":")
        data = struct.pack(">HHH", 0, 0, int(port)) + labels(target)
        records.setdefault((name, SRV), []).append(record(SRV, data))
    else:
        records.setdefault((name, A), []).append(record(A, socket.inet_aton(value)))

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((sys.argv[1], 53))
print("ready to serve client requests", flush=True)
while True:
    question, client = server.recvfrom(512)
    end = question.index(b"\0", 12) + 1
    name, at = [], 12
    while question[at]:
        name.append(question[at + 1:at + 1 + question[at]].decode().lower())
        at += 1 + question[at]
    kind = struct.unpack(">H", question[end:end + 2])[0]
    known = any(key[0] == ".".join(name) for key in records)
    answers = records.get((".".join(name), kind), [])
    flags = 0x8580 if known else 0x8583
    header = question[:2] + struct.pack(">HHHHH", flags, 1, len(answers), 0, 0)
    server.sendto(header + question[12:end + 4] + b"".join(answers), client)
