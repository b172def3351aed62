// A walk through npm's node-etcd; what it prints must be the same against etcd and kvnode.
const Etcd = require('node-etcd');

const etcd = new Etcd([process.argv[2]]);

function show(value) {
  return JSON.stringify(value, (name, field) => (['expiration', 'ttl'].includes(name) ? name : field));
}

// etcd lists directories in any order unless it is asked to sort.
function sort(node) {
  (node.nodes || []).sort((a, b) => (a.key < b.key ? -1 : 1)).forEach(sort);
}

function step(title, call) {
  return new Promise((resolve) => {
    call((error, body, headers) => {
      if (body && body.node) sort(body.node);
      console.log(`${title}: ${error ? `${error.errorCode} ${error.error && show(error.error)}` : show(body)} ${headers && headers['x-etcd-index']}`);
      resolve(body);
    });
  });
}

function once(watcher, name) {
  return new Promise((resolve) => watcher.once(name, resolve));
}

(async () => {
  await step('set', (done) => etcd.set('js/key', 'value ü', done));
  await step('set again', (done) => etcd.set('js/key', 'other', { ttl: 500 }, done));
  await step('get', (done) => etcd.get('js/key', done));
  await step('compareAndSwap', (done) => etcd.compareAndSwap('js/key', 'third', 'other', done));
  await step('compareAndSwap fails', (done) => etcd.compareAndSwap('js/key', 'fourth', 'other', done));
  await step('mkdir', (done) => etcd.mkdir('js/dir', done));
  await step('mkdir again', (done) => etcd.mkdir('js/dir', done));
  await step('create', (done) => etcd.create('js/queue', 'first', done));
  await step('post', (done) => etcd.post('js/queue', 'second', done));
  await step('list', (done) => etcd.get('js', { recursive: true }, done));
  await step('rmdir', (done) => etcd.rmdir('js/dir', done));
  await step('missing', (done) => etcd.get('js/missing', done));

  const watcher = etcd.watcher('js/watched', null, { recursive: true });
  const seen = once(watcher, 'set');
  setTimeout(() => etcd.set('js/watched/below', 'told', () => {}), 300);
  console.log(`watch: ${show(await seen)}`);
  watcher.stop();

  await step('compareAndDelete fails', (done) => etcd.compareAndDelete('js/key', 'no', done));
  await step('compareAndDelete', (done) => etcd.compareAndDelete('js/key', 'third', done));
  await step('del', (done) => etcd.del('js/', { recursive: true }, done));
  await step('machines', (done) => etcd.machines((error, body, headers) => done(error, body && 'listed', headers)));
  await step('leader', (done) => etcd.leader((error, body) => done(error, body && Object.keys(body).sort())));
  await step('selfStats', (done) => etcd.selfStats((error, body) => done(error, body && Object.keys(body).sort())));
  process.exit(0);
})();
