import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MarketDataError } from '@ballast/venues';
import { demoConfig } from './config.js';
import { type DemoMarket, demoMarket } from './market.js';

const PAIR = ['ETH-PERP', 'SOL-PERP'];
const T = 1_700_000_000_000;
const HEADER = 'timestamp,exchange_timestamp,bid_price_0,bid_size_0,ask_price_0,ask_size_0';

describe('the market of a demonstration', () => {
  let root: string;
  const book = (coin: string, seconds: number): void => {
    mkdirSync(join(root, 'data'), { recursive: true });
    writeFileSync(join(root, 'data', `x_${coin}_day_book20.csv`), `${HEADER}\n${[0, seconds].map((at) => `1,${T + at * 1_000},1999.9,1.25,2000.1,2`).join('\n')}\n`);
  };
  const open = (env: NodeJS.ProcessEnv = {}): DemoMarket => demoMarket(demoConfig({ DATA: 'data', ...env }, root), PAIR);
  /** The time at its end in which nothing is opened, s. */
  const windDown = (seconds: number, speed: string): number => T / 1_000 + seconds - open({ SPEED: speed }).endAt / 1_000;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ballast-market-'));
    mkdirSync(join(root, 'data'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('refuses data without one of the coins of the pair, naming it and what there is', () => {
    book('ETH', 600);
    expect(open).toThrow(MarketDataError);
    expect(open).toThrow(`${join(root, 'data')}: found order books of ETH, none of SOL; allowed is a folder with *_<COIN>_<period>_book20.csv(.gz) for each of ETH, SOL`);
  });

  it('refuses a market too short to leave a position in', () => {
    PAIR.forEach((name) => book(name.slice(0, 3), 90));
    expect(open).toThrow(MarketDataError);
    expect(open).toThrow('found 90 s of market time, allowed is more than the 90 s');
  });

  it.each([
    ['15', 90],
    ['0.1', 90],
    ['max', 90],
    ['100', 600],
    ['9999', 700],
  ])('stops the bot at %s times the speed %d s before the books end: never less than 90 s, and 6 s by the wall clock as long as that is a third', (speed, seconds) => {
    PAIR.forEach((name) => book(name.slice(0, 3), 2_100));
    expect(windDown(2_100, speed)).toBe(seconds);
  });
});
