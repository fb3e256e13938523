import { afterEach, beforeEach, describe } from 'vitest';
import { BusBench, type BusHarness } from './bus-bench.js';
import { decisionCases } from './decisions.js';
import { deliveryCases } from './deliveries.js';
import { invalidCases } from './invalid.js';
import { keptCases, recoveredCases, unansweredCases, underWayCases } from './snapshots.js';

/** What every adapter of the bus keeps: the in-memory one and the durable one run this same suite. */
export function busConformance(name: string, makeHarness: () => Promise<BusHarness>): void {
  describe(`bus on ${name}`, () => {
    let bench: BusBench;
    beforeEach(async () => {
      bench = new BusBench(await makeHarness());
    });
    afterEach(() => bench.close());
    decisionCases(() => bench);
    deliveryCases(() => bench);
    invalidCases(() => bench);
    keptCases(() => bench);
    underWayCases(() => bench);
    unansweredCases(() => bench);
    recoveredCases(() => bench);
  });
}
