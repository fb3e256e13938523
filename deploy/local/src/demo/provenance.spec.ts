import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WORKSPACE_ROOT } from '@ballast/testing';
import { GeneratedMarket, RecordedMarket } from '@ballast/venues';
import { provenanceTexts } from './provenance.js';

const data = process.env['BALLAST_DATA'] ?? join(WORKSPACE_ROOT, '..', 'shared', 'data');

describe('what a report says of its market', () => {
  it('tells by subject that it is generated, of which seed and period, and what oracle and funding are', () => {
    const texts = provenanceTexts(new GeneratedMarket({ seed: 5, durationMs: 60_000, coins: ['ETH', 'SOL'] }));
    expect(texts).toMatchObject({ market: 'generated', 'oracle price': expect.stringContaining('60 s exponential average of the mid price') as string, funding: expect.stringContaining('% an hour') as string });
    expect(texts['period']).toContain('seed 5');
  });

  it.runIf(existsSync(data))('names the files of recorded books, and for each instrument the rates that its funding comes from', () => {
    const texts = provenanceTexts(new RecordedMarket({ path: data, coins: ['ETH', 'SOL'] }));
    expect(Object.keys(texts)).toEqual(expect.arrayContaining(['market', 'files', 'period', 'oracle price', 'funding ETH-PERP', 'funding SOL-PERP']));
    expect(texts['funding ETH-PERP']).toMatch(/^recorded rates of the (same|nearest) period/);
  }, 60_000);

  it('keeps every statement, also one without a subject', () => {
    expect(provenanceTexts({ provenance: () => ({ kind: 'recorded', files: ['a', 'b'], statements: ['From 10:00 to 11:00.', 'Cut short.', 'Trades x: none found.'] }) })).toEqual({ market: 'recorded', files: 'a, b', period: 'From 10:00 to 11:00. Cut short.', 'trades x': 'none found.' });
  });
});
