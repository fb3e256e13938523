import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, configOf } from './config.js';

const message = (environment: Readonly<Record<string, string>>): string => {
  try {
    configOf(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('the paper venue’s configuration', () => {
  it('needs nothing but a journal', () => {
    expect(configOf({ JOURNAL: 'out/venue.jsonl' })).toEqual({ port: 4020, healthPort: 0, host: '127.0.0.1', market: { kind: 'generated', durationMs: 1_800_000 }, seed: 1, speed: 15, journalPath: 'out/venue.jsonl', coins: ['BTC', 'ETH', 'SOL'], faults: [], rateLimits: true, holdFile: undefined, simCallers: 'loopback' });
  });

  it('reads lock step, durations and coins', () => {
    expect(configOf({ JOURNAL: 'j', SPEED: 'max', DURATION: '2h', INSTRUMENTS: 'ETH-PERP,SOL' })).toMatchObject({ speed: 'max', market: { durationMs: 7_200_000 }, coins: ['ETH', 'SOL'] });
  });

  it('reads a part of recorded candles, and the scripted fall', () => {
    const data = tmpdir();
    expect(configOf({ JOURNAL: 'j', DATA: data, CANDLES: '5m', FROM: '2025-10-10T20:45:00Z' }).market).toEqual({ kind: 'modelled', name: '5m', path: data, from: Date.UTC(2025, 9, 10, 20, 45), to: undefined });
    expect(configOf({ JOURNAL: 'j', CANDLES: 'scripted' }).market).toEqual({ kind: 'modelled', name: 'scripted', path: '', from: undefined, to: undefined });
  });

  it.each([
    ['CANDLES', '2m', 'CANDLES: found "2m", allowed is 1m, 5m, 1h, 4h, scripted or none'],
    ['CANDLES', '5m', 'DATA: found nothing, allowed is the folder of the CANDLES'],
    ['TO', 'noon', 'TO: found "noon", allowed is a moment as 2025-10-10T20:45:00Z'],
    ['SIM_CALLERS', 'all', 'SIM_CALLERS: found "all", allowed is loopback or anyone'],
    ['VENUE_PORT', '70000', 'VENUE_PORT: found "70000", allowed is a port from 0 to 65535'],
    ['SPEED', 'fast', 'SPEED: found "fast", allowed is a number > 0, or max'],
    ['SPEED', '0', 'SPEED: found "0"'],
    ['DURATION', '30', 'DURATION: found "30", allowed is a whole number of s, m or h'],
    ['INSTRUMENTS', 'ETH,DOGE', 'INSTRUMENTS: found "ETH,DOGE", allowed is a list of BTC, ETH, SOL'],
    ['DATA', '/nowhere', 'DATA: found "/nowhere", which does not exist'],
    ['RATE_LIMITS', 'maybe', 'RATE_LIMITS: found "maybe", allowed is on or off'],
    ['FAULTS', '/nowhere.json', 'FAULTS: /nowhere.json'],
  ])('refuses %s=%s and names what is allowed', (name, value, text) => {
    expect(message({ JOURNAL: 'j', [name]: value })).toContain(text);
  });

  it('names everything that is wrong at once, and a missing journal', () => {
    expect(message({ SPEED: '-1', SEED: 'x' })).toMatch(/SEED: found "x"[\s\S]*SPEED: found "-1"[\s\S]*JOURNAL: found nothing/);
  });

  it('reads the faults that it starts with, and names the field of a wrong one', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'ballast-faults-')), 'faults.json');
    writeFileSync(path, JSON.stringify([{ match: { kind: 'place', side: 'BUY' }, fault: { type: 'reject', code: 2006 }, times: 1 }]));
    expect(configOf({ JOURNAL: 'j', FAULTS: path }).faults).toEqual([{ match: { kind: 'place', side: 'BUY' }, fault: { type: 'reject', code: 2006 }, times: 1 }]);
    writeFileSync(path, JSON.stringify([{ match: {}, fault: { type: 'explode' } }]));
    expect(message({ JOURNAL: 'j', FAULTS: path })).toContain('fault.type: found "explode", allowed is reject, delay');
  });
});
