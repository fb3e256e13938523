import { expect, it } from 'vitest';
import { ArgumentsError, readKeyArguments } from './key-arguments.js';

it('reads a server of its own by a folder alone', () => {
  expect(readKeyArguments(['--out', '/keys'])).toEqual({
    seedsDir: '/keys/seeds',
    configFile: '/keys/nats.conf',
    server: { serverName: 'ballast', listen: '127.0.0.1:4222', monitor: '127.0.0.1:8222', storeDir: '/data/jetstream', strategies: [], restorer: false },
  });
});

it('reads a cluster with certificates, and the configuration in a place of its own', () => {
  const asked = '--out /keys --config /nats/nats.conf --strategies dn-pair,swing --server-name $POD_NAME --cluster ballast --cluster-listen 0.0.0.0:6222 --routes nats://a:6222,nats://b:6222 --tls-cert /c --tls-key /k --tls-ca /a';
  expect(readKeyArguments(asked.split(' '))).toMatchObject({
    configFile: '/nats/nats.conf',
    server: { serverName: '$POD_NAME', strategies: ['dn-pair', 'swing'], cluster: { name: 'ballast', listen: '0.0.0.0:6222', routes: ['nats://a:6222', 'nats://b:6222'] }, tls: { certFile: '/c', keyFile: '/k', caFile: '/a' } },
  });
});

it('names every argument at fault, what was found and what is allowed', () => {
  const read = (): unknown => readKeyArguments(['--listen', 'nowhere', '--strategies', 'Big', '--cluster', 'c', '--tls-cert', 'x']);
  for (const fault of ['--out: found nothing, allowed is a folder', '--listen: found "nowhere", allowed is host:port', '--strategies: found "Big"', '--routes: found nothing, allowed is a value, since --cluster is given', '--tls-key: found nothing']) expect(read).toThrow(fault);
  expect(() => readKeyArguments(['--out', 'x', '--surprise'])).toThrow(ArgumentsError);
});
