import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decimal, money, type Ms, price, quantity, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { SCRIPTED_FROM, swingDemoConfig } from './config.js';
import { PriceWatch } from './price-watch.js';
import type { Act } from './story.js';
import { SwingStory } from './story.js';
import { failuresOf, type SwingOutcome, swingTable } from './table.js';

const root = mkdtempSync(join(tmpdir(), 'ballast-swing-'));
const AT = Date.UTC(2025, 9, 10, 21);
const NOTHING_READ = { lastSequence: () => Promise.resolve(0) } as unknown as ConstructorParameters<typeof SwingStory>[0];

/** Prices as market-data would have told them, one a minute. */
function watched(prices: readonly string[]): PriceWatch {
  let tell: (subject: string, message: unknown) => void = () => undefined;
  const watch = new PriceWatch({ subscribe: (listen) => { tell = listen; } }, 'BTC-PERP');
  prices.forEach((oraclePrice, minute) => tell('mkt.price.BTC-PERP', { oraclePrice, time: AT + minute * 60_000 }));
  tell('mkt.price.ETH-PERP', { oraclePrice: '1', time: AT });
  tell('mkt.price.BTC-PERP', { markPrice: '1' });
  return watch;
}

const deposit = (at: Ms): Act => ({ what: 'DEPOSIT', at, amount: money('34.36'), fee: money('1'), deposited: money('34.36'), saw: { instrument: 'BTC-PERP', side: 'LONG', quantity: quantity('0.03'), price: price('105990'), priceTime: at, liquidationPrice: price('103421.3'), stateTime: at, distance: ratio('0.0248'), distanceAfter: ratio('0.035'), trigger: ratio('0.025'), freeFunds: money('1500') } });

function outcomeOf(prices: readonly string[], acts: readonly Act[]): SwingOutcome {
  const story = new SwingStory(NOTHING_READ, 3);
  story.acts.push(...acts);
  return {
    story, prices: watched(prices), marketTime: { from: AT, to: AT + 600_000 }, speed: '20', wallSeconds: 30, data: 'a test', restarts: {},
    proofs: { verify: { ok: true, breaches: 0, first: null, rules: [], decisions: 7 }, rebuild: { equalsLive: true, difference: null, hash: '', cut: '', events: 9, eventsPerSecond: 1 } },
  };
}

describe('what a person asks of make demo-swing', () => {
  it('walks the scripted fall where no candles are recorded, 15 times as fast as it was', () => {
    expect(swingDemoConfig({}, root)).toMatchObject({ prices: { name: 'scripted', from: SCRIPTED_FROM }, speed: 15, keepsRunning: false });
    expect(swingDemoConfig({ DATA: 'scripted', SKIP: '24' }, root).prices.from).toBe(SCRIPTED_FROM + 24 * 60_000);
  });

  it('names every variable at fault at once, with what is allowed', () => {
    const wrong = { DATA: 'nowhere', SPEED: 'max', SKIP: '60', KEEP: 'yes' };
    for (const [name, found] of Object.entries(wrong)) expect(() => swingDemoConfig(wrong, root)).toThrow(`${name}: found "${found}", allowed is`);
  });
});

describe('the table of make demo-swing', () => {
  it('shows each transfer with the distance before and after it, and when the position would have been liquidated without it', () => {
    const table = swingTable(outcomeOf(['106000', '105990', '103500', '102903.92', '104000', '110000'], [deposit(AT + 60_000)]));
    expect(table).toMatch(/21:01:00 +deposits +34\.36 +105990\.00 +103421\.30 +2\.48 % +3\.50 % +34\.36/);
    expect(table).toContain('LIQUIDATED at 21:03:00: at 103421.30 the venue would have, and the price it liquidates on fell to 102903.92');
  });

  it('says so where the position would have lived without it, and where it did nothing', () => {
    expect(swingTable(outcomeOf(['105990', '103500'], [deposit(AT)]))).toContain('not liquidated: at 103421.30 the venue would have, the price it liquidates on fell to 103500.00');
    expect(swingTable(outcomeOf(['116000'], []))).toMatch(/protection did nothing[^]*without it +the same: it was not needed/);
  });

  it('counts only prices of after the first deposit', () => {
    expect(swingTable(outcomeOf(['100000', '105990', '104000'], [deposit(AT + 60_000)]))).toContain('not liquidated');
  });

  it('says what failed: nothing traded, a trade left open, a breach, a process that died', () => {
    const outcome = outcomeOf([], []);
    expect(failuresOf(outcome)).toEqual(['nothing was traded: the bot raised no signal; on a busy machine: SPEED=10']);
    const open = outcomeOf([], []);
    open.story.balanced = {} as NonNullable<SwingStory['balanced']>;
    open.story.position = new Decimal('0.03');
    const bad: SwingOutcome = { ...open, restarts: { risk: 2, sizing: 0 }, proofs: { ...open.proofs, verify: { ...open.proofs.verify, ok: false, breaches: 1, first: 'cash' } } };
    expect(failuresOf(bad)).toEqual([expect.stringContaining('position 0.03') as string, 'verify found 1 breaches, first: cash', 'processes died and were started again: risk 2 x']);
  });
});
