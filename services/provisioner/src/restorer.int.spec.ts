import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectLogStreams, type LogStreams } from '@ballast/bus';
import { writeLocalNatsConfig } from './local-config.js';
import { NatsBed } from './nats-bed.fixtures.js';

let bed: NatsBed;
const opened: LogStreams[] = [];
const portOf = (url: string | undefined): number => Number(new URL(url?.replace('nats:', 'http:') ?? '').port);

/** Writes the configuration anew and has the running server read it. */
function configure(restorer: boolean): Readonly<Record<string, string>> {
  const { seedFiles } = writeLocalNatsConfig({ dir: bed.folder, port: portOf(bed.nats.url), monitorPort: portOf(bed.nats.monitorUrl), storeDir: join(bed.folder, 'store'), strategies: ['dn-pair'], restorer });
  process.kill(bed.server.pid, 'SIGHUP');
  return seedFiles;
}

beforeAll(async () => {
  bed = await NatsBed.start({ strategies: ['dn-pair'] });
});
afterAll(async () => {
  for (const log of opened) await log.close();
  await bed.stop();
});

it('the restorer is let in by one reload of a running server, and reads and asks at once; the next one ends it', async () => {
  const credentialSeedFile = configure(true)['restorer'];
  const log = await connectLogStreams({ url: bed.nats.url, user: 'restorer', ...(credentialSeedFile === undefined ? {} : { credentialSeedFile }) });
  opened.push(log);
  expect(await log.size('EVENTS_3')).toMatchObject({ messages: 0 });
  expect(await log.places()).toEqual([]);
  expect(await log.snapshotReaches(3)).toEqual([]);
  await log.thin('EVENTS_3', 1, []);
  configure(false);
  await expect.poll(async () => ((await (await fetch(`${bed.nats.monitorUrl ?? ''}/connz`)).json()) as { readonly connections: readonly { readonly name?: string }[] }).connections.filter(({ name }) => name?.startsWith('restorer/')).length).toBe(0);
});
