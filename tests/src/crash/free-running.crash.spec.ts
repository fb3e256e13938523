import { afterAll, describe, expect, it } from 'vitest';
import { Decimal } from '@ballast/domain';
import { SERVICES } from '@ballast/local';
import { eventsOf } from '../desk/log.js';
import { crashRun, diedByThemselves, type Ending, type Kill } from './crash-desk.js';

const FULL = process.env['CRASH_FULL'] === '1';
const VICTIMS = [...SERVICES, 'strategy-dn-pair', 'provisioner', 'paper-venue', 'nats-server'];
const SEEDS = FULL ? [1, 2, 3, 4, 5, 6] : [1, 2];
const SECONDS = 600;
const STOP_BEFORE_END_MS = 150_000;
const LAST_KILL_MS = (SECONDS * 1_000 - STOP_BEFORE_END_MS) * 0.95;
const MULTIPLIER = 48_271;
const MODULUS = 2_147_483_647;

/** Moments and victims by a seed: the same on every machine. */
function killsOf(seed: number): readonly Kill[] {
  let state = seed;
  const draw = (): number => {
    state = (state * MULTIPLIER) % MODULUS;
    return state / MODULUS;
  };
  draw();
  return VICTIMS.map((victim) => ({ victim, atMs: Math.round((0.05 + 0.95 * draw()) * LAST_KILL_MS) }));
}

const rows: string[] = [];

/** The venue's smallest order, quote currency: only what is worth less may stay open. */
const MINIMUM = 100;

function nakedLegs({ story }: Ending): readonly string[] {
  const residuals = new Map(eventsOf(story, 'PairResidual').map((event) => [`${event.accountId}/${event.instrument}`, event]));
  return Object.entries(story.books.positions).filter(([key, { quantity }]) => {
    const residual = residuals.get(key);
    const isResidual = residual?.notional.lt(MINIMUM) === true && residual.quantity.abs().gte(new Decimal(quantity).abs());
    return quantity !== '0' && !isResidual;
  }).map(([key, { quantity }]) => `${key} ${quantity}`);
}

describe('a desk that runs freely while its processes are killed at random', () => {
  afterAll(() => {
    process.stdout.write(`${['seed  killed @ market s', ...rows].join('\n')}\n`);
  });

  it.each(SEEDS)('keeps every invariant with seed %i', async (seed) => {
    const row = rows.push(`${seed}     did not end`) - 1;
    const ending = await crashRun({ name: `free-${seed}`, speed: '8', seed, marketSeconds: SECONDS, stopBeforeEndMs: STOP_BEFORE_END_MS, settings: { holdMs: 5_000, sleepMs: 3_000 }, kills: killsOf(seed) });
    const { story, proofs } = ending;
    const closed = eventsOf(story, 'TradeClosed');
    rows[row] = `${seed}     ${ending.kills.map(({ victim, hitAtMs }) => `${victim} @ ${Math.round(hitAtMs / 1_000)}`).join(', ')}: ${closed.length} trades, ${proofs.verify.breaches} breaches, live state ${proofs.rebuild.equalsLive ? 'equal' : 'ANOTHER'}`;
    expect(diedByThemselves(ending), 'nobody else died').toEqual({});
    expect(ending.kills.length, 'every kill hit').toBe(VICTIMS.length);
    expect(closed.length, 'it traded').toBeGreaterThan(0);
    expect(proofs.verify.breaches, proofs.verify.first ?? '').toBe(0);
    expect(proofs.rebuild.equalsLive, proofs.rebuild.difference ?? '').toBe(true);
    expect(nakedLegs(ending), 'no leg left naked').toEqual([]);

    const known = eventsOf(story, 'OrderAccepted').map(({ venueOrderId }) => venueOrderId);
    expect(new Set(ending.venueOrders).size, 'no order is at the venue twice').toBe(ending.venueOrders.length);
    expect([...ending.venueOrders].sort(), 'each client order id is at the venue once, and no other').toEqual([...new Set(known)].sort());
    expect(new Set(eventsOf(story, 'OrderAccepted').map(({ clientOrderId }) => clientOrderId)).size).toBe(known.length);
  }, 600_000);
});
