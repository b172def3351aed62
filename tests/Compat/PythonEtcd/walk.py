"""A walk through Debian's python3-etcd; what it prints must be the same against etcd and kvnode."""
import sys
import threading
from urllib.parse import urlparse

import etcd


def show(result):
    def node(one):
        return (one.action, one.key, one.value, one.dir, one.createdIndex, one.modifiedIndex, getattr(one, "etcd_index", None))

    children = sorted(node(leaf) for leaf in result.leaves) if result.dir else []
    previous = getattr(result, "_prev_node", None)
    return node(result), previous and (previous.key, previous.value), children


def step(title, call):
    try:
        print(title, show(call()))
    except etcd.EtcdException as error:
        print(title, type(error).__name__, error)


url = urlparse(sys.argv[1])
client = etcd.Client(host=url.hostname, port=url.port, allow_reconnect=False)

step("write", lambda: client.write("/py/key", "value ü"))
step("write again", lambda: client.write("/py/key", "other", ttl=500))
step("read", lambda: client.read("/py/key"))
step("read quorum", lambda: client.read("/py/key", quorum=True))
step("prevExist", lambda: client.write("/py/key", "no", prevExist=False))
step("prevValue", lambda: client.write("/py/key", "third", prevValue="other"))
step("prevValue fails", lambda: client.write("/py/key", "fourth", prevValue="other"))
step("prevIndex fails", lambda: client.write("/py/key", "fourth", prevIndex=1))
step("refresh", lambda: client.refresh("/py/key", ttl=600))
step("append", lambda: client.write("/py/queue", "first", append=True))
step("append again", lambda: client.write("/py/queue", "second", append=True))
step("directory", lambda: client.write("/py/dir", None, dir=True))
step("not a file", lambda: client.write("/py/dir", "value"))
step("list", lambda: client.read("/py", recursive=True, sorted=True))
step("missing", lambda: client.read("/py/missing"))
step("delete directory", lambda: client.delete("/py/queue"))
step("delete empty", lambda: client.delete("/py/dir", dir=True))

index = client.read("/py/key").etcd_index
threading.Timer(0.3, lambda: etcd.Client(host=url.hostname, port=url.port).write("/py/watched", "told")).start()
step("watch", lambda: client.watch("/py/watched", timeout=20))
step("watch the past", lambda: client.watch("/py", index=index, recursive=True))

result = client.read("/py/key")
result.value = "updated"
step("update", lambda: client.update(result))
step("delete with value fails", lambda: client.delete("/py/key", prevValue="no"))
step("delete with value", lambda: client.delete("/py/key", prevValue="updated"))

lock = etcd.Lock(client, "py")
print("lock", lock.acquire(blocking=True, lock_ttl=60, timeout=10), lock.is_acquired)
lock.release()
print("unlocked", not lock.is_acquired)

step("delete all", lambda: client.delete("/py", recursive=True))
print("machines", len(client.machines), "members", [m["name"] for m in client.members.values()])
print("leader", client.leader["name"], "stats", sorted(client.stats)[:3], sorted(client.store_stats)[:3])
