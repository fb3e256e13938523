import { afterEach, describe, expect, it } from 'vitest';
import { partitionOf } from '@ballast/domain';
import { hashOf, type HttpEdge, MemoryRateLimit, startHttpEdge, Tokens } from '@ballast/operator';
import { eventsOf } from './desk/log.js';
import { ProtectedPair, SMART } from './desk/protected-pair.js';

const MINUTE_MS = 60_000;
const CANARY = 'canary-protection-5d2e';
const PATH = '/api/bots/pair-1';

let pair: ProtectedPair;
let edge: HttpEdge;
const faults: unknown[] = [];
afterEach(async () => {
  await edge.stop();
  await pair.desk.stop();
});

async function open(): Promise<void> {
  pair = await ProtectedPair.start({ ...SMART, mode: 'increment', increment: '50', cooldownMs: 10_000 });
  const { system } = pair.desk;
  const platform = system.platform('operator');
  const tokens = Tokens.read(JSON.stringify([{ name: 'olga', role: 'operator', sha256: hashOf(CANARY) }]));
  if (typeof tokens === 'string') throw new Error(tokens);
  const bus = { store: system.store, deadLetters: system.deadLetters, requests: system.requestsOf('operator'), marketWire: system.wire, close: () => Promise.resolve() };
  edge = await startHttpEdge({ bus, streams: platform.streams, replica: 'edge-1', approver: undefined, market: platform.market, tokens, rateLimit: new MemoryRateLimit(10_000, () => performance.now()), onFault: (error) => faults.push(error), onFeedFailure: (error) => error !== undefined && faults.push(error) }, { host: '127.0.0.1', port: 0 });
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly link: string | null;
}

async function call(method: string, path: string, body?: object, key = `${method} ${path} ${JSON.stringify(body)}`.replaceAll(/[^!-~]/g, '_').slice(0, 128)): Promise<Answer> {
  const headers = { authorization: `Bearer ${CANARY}`, ...(method === 'GET' ? {} : { 'idempotency-key': key }), ...(body ? { 'content-type': 'application/json' } : {}) };
  const answer = await fetch(`http://127.0.0.1:${edge.port}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  return { status: answer.status, body: await answer.json(), link: /^<(.*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1] ?? null };
}

type Row = { readonly id: string; readonly type: string };

describe("a bot's protection over HTTP, on the desk in memory", () => {
  it('tells its history in pages that follow the Link, each row once, while more happens (R88)', async () => {
    await open();
    await pair.moveTo(530);
    await pair.runFor(2 * MINUTE_MS);
    for (const maxDeposit of ['380', '381', '382', '383']) await call('PATCH', `${PATH}/liquidation-protection`, { maxDeposit });
    const whole = (await call('GET', `${PATH}/protection-history`)).body as readonly Row[];
    expect(whole.length).toBeGreaterThan(4);
    const seen: Row[] = [];
    let next: string | null = `${PATH}/protection-history?limit=2`;
    for (let turn = 0; next !== null; turn += 1) {
      const page: Answer = await call('GET', next);
      seen.push(...(page.body as readonly Row[]));
      next = page.link;
      if (turn < 2) expect(await call('PATCH', `${PATH}/liquidation-protection`, { maxDeposit: String(390 + turn) })).toMatchObject({ status: 200 });
    }
    expect(seen).toEqual(whole);
    const after = (await call('GET', `${PATH}/protection-history?limit=200`)).body as readonly Row[];
    expect(after.slice(2)).toEqual(whole);
  }, 60_000);

  it('loses a setting that it may go without by null, and no other (R62)', async () => {
    await open();
    const settingsOf = ({ body }: Answer): unknown => (body as { readonly settings: unknown }).settings;
    const before = settingsOf(await call('GET', `${PATH}/protection-status`)) as object;
    const more = { poolCap: '150', volatilityWidenMax: '0.02', urgent: { distance: '0.02', cooldownMs: 5_000 } };
    expect(settingsOf(await call('PATCH', `${PATH}/liquidation-protection`, more))).toEqual({ ...before, ...more });
    expect(settingsOf(await call('PATCH', `${PATH}/liquidation-protection`, { poolCap: null, urgent: null }))).toEqual({ ...before, volatilityWidenMax: '0.02' });
    expect(settingsOf(await call('PATCH', `${PATH}/liquidation-protection`, { poolCap: null, volatilityWidenMax: null }))).toEqual(before);
    expect(await call('PATCH', `${PATH}/liquidation-protection`, { maxDeposit: null, poolCap: null })).toMatchObject({ status: 400, body: { fields: { maxDeposit: expect.stringMatching(/found .*null/) as string } } });
    const both = await pair.desk.system.requestsOf('cli').command('collateral', partitionOf('main'), 'configure-protection', { botId: 'pair-1', poolCap: '100', unset: ['poolCap'] }, 'both');
    expect(both).toMatchObject({ ok: false, fields: { poolCap: 'found a value, and that it is to be taken away; allowed is one of them' } });
    expect(await pair.desk.system.requestsOf('cli').command('collateral', partitionOf('main'), 'configure-protection', { botId: 'pair-1', unset: ['mode'] }, 'mode')).toMatchObject({ ok: false, fields: { unset: expect.any(String) as string } });
  }, 60_000);

  it('is changed, paused and told: once for a key, every setting at fault named by its owner, and no token in the log', async () => {
    await open();
    const changed = await call('PATCH', `${PATH}/liquidation-protection`, { maxDeposit: '300' }, 'more');
    expect(changed).toMatchObject({ status: 200, body: { configured: true, revision: 2, settings: { maxDeposit: '300' }, warnings: { en: [expect.any(String), expect.any(String), expect.any(String)] as string[] } } });
    expect((await call('PATCH', `${PATH}/liquidation-protection`, { maxDeposit: '300' }, 'more')).body).toEqual(changed.body);
    expect(await call('PATCH', `${PATH}/liquidation-protection`, { triggerDistance: '0.3', safeDistance: '0.1' })).toMatchObject({ status: 400, body: { fields: { triggerDistance: expect.any(String) as string } } });
    expect(await call('POST', `${PATH}/liquidation-protection/pause`, { reason: 'by hand' })).toMatchObject({ status: 200, body: { settings: { enabled: false } } });
    expect(await call('GET', `${PATH}/protection-status`)).toMatchObject({ status: 200, body: { botId: 'pair-1', revision: 3, isProtecting: false, protectionDeposited: '0' } });
    const story = await pair.log();
    expect(eventsOf(story, 'ProtectionConfigured').map(({ revision, by }) => [revision, by])).toEqual([[1, 'cli'], [2, 'operator/olga'], [3, 'operator/olga: by hand']]);
    expect(JSON.stringify(story.events)).not.toContain(CANARY);
    expect([story.verify.breaches, faults]).toEqual([[], []]);
  }, 60_000);
});
