import { afterAll, beforeAll } from 'vitest';
import { adapterConformance } from './adapter-conformance.js';
import { writeConformanceMarket } from './conformance-market.js';
import { NadoHarness, type VenueProcess, buildPaperVenue, startVenueProcess } from './venue-process.spec-kit.js';

/** Each case has a venue of its own; the next one starts while the case runs. */
let next: Promise<VenueProcess>;
const start = (): Promise<VenueProcess> => startVenueProcess({ DATA: writeConformanceMarket(), INSTRUMENTS: 'ETH', SPEED: 'max' });

beforeAll(() => {
  buildPaperVenue();
  next = start();
});
afterAll(async () => (await next).end('SIGKILL'));

adapterConformance(
  'NadoAdapter against the paper venue’s process',
  async () => {
    const venue = await next;
    next = start();
    return new NadoHarness(venue, 'conformance').open('100000');
  },
  true,
);
