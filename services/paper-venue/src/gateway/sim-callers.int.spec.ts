import { mkdtempSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { GeneratedMarket, nadoEngineConfig } from '@ballast/venues';
import { describe, expect, it } from 'vitest';
import type { SimCallers } from '../config.js';
import { PAPER_DOMAIN, startPaperVenue } from '../paper-venue.js';

/** An address of this machine that is not the loopback's: whoever calls it is seen as coming from it. */
const OUTER = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []).find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

async function statuses(simCallers: SimCallers | undefined): Promise<readonly number[]> {
  const venue = await startPaperVenue({
    port: 0,
    host: '0.0.0.0',
    market: new GeneratedMarket({ seed: 3, durationMs: 60_000, coins: ['ETH'] }),
    marketName: 'callers',
    engine: nadoEngineConfig(3),
    speed: 'max',
    journalPath: join(mkdtempSync(join(tmpdir(), 'ballast-venue-')), 'j'),
    domain: PAPER_DOMAIN,
    ...(simCallers === undefined ? {} : { simCallers }),
  });
  try {
    const answers = ['127.0.0.1', String(OUTER)].map((host) => fetch(`http://${host}:${venue.port}/sim/clock`));
    return (await Promise.all(answers)).map(({ status }) => status);
  } finally {
    await venue.stop();
  }
}

describe.runIf(OUTER !== undefined)("the simulation's own controls (a machine without a network has no outer caller)", () => {
  it('are for this machine alone unless somebody opens them', async () => {
    expect(await statuses(undefined)).toEqual([200, 403]);
    expect(await statuses('loopback')).toEqual([200, 403]);
  });

  it('are for whoever reaches the port where that is a network of their own', async () => {
    expect(await statuses('anyone')).toEqual([200, 200]);
  });
});
