import { afterAll, beforeAll } from 'vitest';
import { adapterConformance } from './adapter-conformance.js';
import { writeConformanceMarket } from './conformance-market.js';
import { NadoHarness, type VenueProcess, buildPaperVenue, startVenueProcess } from './venue-process.spec-kit.js';

let venue: VenueProcess;
let accounts = 0;

beforeAll(async () => {
  buildPaperVenue();
  venue = await startVenueProcess({ DATA: writeConformanceMarket(), INSTRUMENTS: 'ETH', SPEED: 'max' });
}, 240_000);
afterAll(() => venue.end('SIGTERM'));

/** Each case has an account of its own. */
adapterConformance('NadoAdapter against the paper venue’s process', () => new NadoHarness(venue, `case-${(accounts += 1)}`).open('100000'), true);
