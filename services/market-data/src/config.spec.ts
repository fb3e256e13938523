import { describe, expect, it } from 'vitest';
import { configOf } from './config.js';

const GOOD = { NADO_GATEWAY_URL: 'http://127.0.0.1:1/v1', NADO_ARCHIVE_URL: 'http://127.0.0.1:1/archive', NADO_STREAM_URL: 'ws://127.0.0.1:1', NADO_CHAIN_ID: '1', NADO_ENDPOINT_ADDRESS: `0x${'1'.repeat(40)}`, INSTRUMENTS: 'ETH-PERP, SOL-PERP,ETH-PERP' };

describe('the environment of market-data', () => {
  it('lists each instrument once and has documented defaults', () => expect(configOf(GOOD)).toMatchObject({ instruments: ['ETH-PERP', 'SOL-PERP'], staleAfterMs: 5_000, redisUrl: undefined, live: false }));
  it('knows the hours of a path from before its replay where it is told to', () => {
    expect(configOf(GOOD).past).toBeUndefined();
    expect(configOf({ ...GOOD, CANDLES: '5m', DATA: 'data' }).past).toEqual({ name: '5m', path: 'data' });
    expect(configOf({ ...GOOD, CANDLES: 'scripted' }).past).toEqual({ name: 'scripted', path: '' });
    expect(() => configOf({ ...GOOD, CANDLES: '5m' })).toThrow(/DATA: found nothing/);
    expect(() => configOf({ ...GOOD, CANDLES: '2m' })).toThrow(/CANDLES: found "2m"/);
  });
  it('names every variable at fault with what is allowed', () => {
    const faults = () => configOf({ ...GOOD, INSTRUMENTS: 'ETH PERP', STALE_AFTER_MS: '5s', NADO_CHAIN_ID: undefined });
    expect(faults).toThrow(/INSTRUMENTS: found "ETH PERP".*commas/);
    expect(faults).toThrow(/STALE_AFTER_MS: found "5s", allowed is a whole number from 100 to 600000/);
    expect(faults).toThrow(/NADO_CHAIN_ID: found nothing/);
  });
});
