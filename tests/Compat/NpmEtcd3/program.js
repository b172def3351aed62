// What a Node.js program does with npm's etcd3 client, against the server at the given address: keys,
// transactions, watches, leases, locks and elections. Each part asserts what it gets and prints its name.
// usage: node program.js HOST:PORT
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Etcd3, EtcdLockFailedError } from 'etcd3';

const connect = () => new Etcd3({ hosts: `http://${process.argv[2]}` });
const client = connect();

/** Resolves with the first value the predicate takes. */
const heard = (emitter, event, predicate = () => true) =>
  new Promise((resolve) => {
    const listener = (value) => {
      if (predicate(value)) {
        emitter.removeListener(event, listener);
        resolve(value);
      }
    };
    emitter.on(event, listener);
  });

async function keys() {
  await client.put('kv/a').value('1');
  await client.put('kv/b').value('2');
  assert.equal(await client.get('kv/a').string(), '1');
  assert.equal(await client.get('kv/none').string(), null);
  assert.deepEqual(await client.getAll().prefix('kv/').strings(), { 'kv/a': '1', 'kv/b': '2' });
  assert.deepEqual(await client.getAll().prefix('kv/').sort('Key', 'Descend').limit(1).keys(), ['kv/b']);
  assert.equal(await client.getAll().prefix('kv/').count(), 2);
  const previous = await client.put('kv/a').value('3').getPrevious();
  assert.equal(previous.value.toString(), '1');
  const { deleted } = await client.delete().prefix('kv/');
  assert.equal(deleted, '2');
  const space = client.namespace('space/');
  await space.put('inner').value('x');
  assert.equal(await client.get('space/inner').string(), 'x');
}

async function transactions() {
  const create = () =>
    client.if('txn/key', 'Create', '==', 0)
      .then(client.put('txn/key').value('first'))
      .else(client.get('txn/key'))
      .commit();
  assert.equal((await create()).succeeded, true);
  const second = await create();
  assert.equal(second.succeeded, false);
  assert.equal(second.responses[0].response_range.kvs[0].value.toString(), 'first');

  await client.put('txn/counter').value('0');
  const add = () =>
    client.stm({ retries: 50 }).transact(async (tx) => {
      const value = await tx.get('txn/counter').number();
      await tx.put('txn/counter').value(value + 1);
    });
  await Promise.all([add(), add(), add(), add()]);
  assert.equal(await client.get('txn/counter').number(), 4);
}

async function watches() {
  const watcher = await client.watch().prefix('watch/').withPreviousKV().create();
  const put = heard(watcher, 'put');
  await client.put('watch/a').value('1');
  assert.equal((await put).value.toString(), '1');
  const gone = once(watcher, 'delete');
  await client.delete().key('watch/a');
  const [event, previous] = await gone;
  assert.equal(event.key.toString(), 'watch/a');
  assert.equal(previous.value.toString(), '1');
  await watcher.cancel();

  const { header } = await client.put('watch/b').value('old');
  await client.put('watch/b').value('new');
  const past = client.watch().key('watch/b').startRevision(header.revision).watcher();
  assert.equal((await heard(past, 'put')).value.toString(), 'old');
  await past.cancel();
}

async function leases() {
  const lease = client.lease(30);
  await lease.put('lease/a').value('x');
  const kept = await lease.keepaliveOnce();
  assert.equal(kept.TTL, '30');
  await lease.revoke();
  assert.equal(await client.get('lease/a').string(), null);

  const lost = client.lease(30);
  const id = await lost.grant();
  const told = heard(lost, 'lost');
  await client.leaseClient.leaseRevoke({ ID: id });
  await assert.rejects(lost.keepaliveOnce());
  await told;
}

async function locks() {
  const other = connect();
  await client.lock('lock').ttl(30).do(async () => {
    await assert.rejects(other.lock('lock').ttl(30).acquire(), EtcdLockFailedError);
  });
  const lock = await other.lock('lock').ttl(30).acquire();
  await lock.release();
  other.close();
}

async function elections() {
  const other = connect();
  const [first, second] = [client.election('seat', 30), other.election('seat', 30)];
  const leader = await first.campaign('a').wait();
  // Observing starts with a leader: the client itself may lose a change while it waits for a first one.
  const observer = await second.observe();
  assert.equal(await second.leader(), 'a');
  const candidate = second.campaign('b');
  const elected = heard(candidate, 'elected');
  const changed = heard(observer, 'change', (value) => value === 'a2');
  await leader.proclaim('a2');
  await changed;
  const followed = heard(observer, 'change', (value) => value === 'b');
  await leader.resign();
  await elected;
  await followed;
  assert.equal(await first.leader(), 'b');
  await observer.cancel();
  await candidate.resign();
  other.close();
}

async function server() {
  const status = await client.maintenance.status();
  assert.match(status.version, /^3\.\d+\.\d+$/);
  const { members } = await client.cluster.memberList({});
  assert.equal(members.length, 1);
}

await client.delete().all();
for (const part of [keys, transactions, watches, leases, locks, elections, server]) {
  await part();
  console.log(part.name);
}
client.close();
