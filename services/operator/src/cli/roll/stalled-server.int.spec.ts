import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LogStreams } from '@ballast/bus';
import { RollDesk, STREAM } from './roll-desk.fixtures.js';

const ROUNDS = 60;
/** Longer than the provisioner waits for its server. */
const STALL_MS = 3_000;

let desk: RollDesk;

beforeAll(async () => {
  desk = await RollDesk.start();
  await desk.trade(0, ROUNDS);
}, 120_000);
afterAll(() => desk.stop());

/** Stalls the server as soon as something is gone of the stream. */
async function stall(whole: number): Promise<void> {
  while ((await desk.log.size(STREAM)).messages >= whole) await delay(1);
  process.kill(desk.server.pid, 'SIGSTOP');
  await delay(STALL_MS);
  process.kill(desk.server.pid, 'SIGCONT');
}

it('given a server that stalls for seconds while what is sealed is removed, when it goes on, then so does the roll-over', async () => {
  let stalled: Promise<void> | undefined;
  const stallingIn = (log: LogStreams): LogStreams['thin'] => async (stream, upTo, subjects, without) => {
    if (subjects.length > 0) stalled ??= stall((await log.size(stream)).messages);
    return log.thin(stream, upTo, subjects, without);
  };
  const thin = stallingIn(desk.log);
  await desk.roll({}, new Proxy(desk.log, { get: (target, name) => (name === 'thin' ? thin : (Reflect.get(target, name) as (...args: unknown[]) => unknown).bind(target)) }));
  expect(stalled).toBeDefined();
  await stalled;
  expect((await desk.log.size(STREAM)).messages).toBe((await desk.log.subjects(STREAM)).size);
  expect(await desk.cli('verify', '--archive', desk.archive)).toMatchObject({ code: 0 });
}, 60_000);
