import { type Ms, money } from '@ballast/domain';
import { NADO_INSTRUMENTS, nadoEngineConfig } from '../engine/presets.js';
import { RecordedMarket } from '../market-source/recorded-market.js';
import { JumpingClock } from '../paper/jumping-clock.js';
import { PaperVenueAdapter } from '../paper/paper-venue-adapter.js';
import type { VenueAccount } from '../venue-adapter.js';
import { type ConformanceHarness, adapterConformance } from './adapter-conformance.js';
import { CONFORMANCE_START, writeConformanceMarket } from './conformance-market.js';

const source = new RecordedMarket({ path: writeConformanceMarket(), coins: ['ETH'] });

/** The exchange in process, on a clock that jumps. */
class PaperHarness implements ConformanceHarness {
  readonly instrument = 'ETH-PERP';
  readonly account: VenueAccount = { accountId: 'conformance', subaccount: 'conformance' };
  readonly adapter: PaperVenueAdapter;
  private readonly clock = new JumpingClock(CONFORMANCE_START);

  constructor() {
    this.adapter = new PaperVenueAdapter({ clock: this.clock, source, engine: nadoEngineConfig(1, { instruments: NADO_INSTRUMENTS.filter((entry) => entry.base === 'ETH') }), deposits: [{ subaccount: this.account.subaccount, amount: money('100000') }] });
  }

  async open(): Promise<this> {
    await this.adapter.connect();
    await this.pass(2_000);
    return this;
  }

  now(): Ms {
    return this.clock.now();
  }

  async settle<T>(call: Promise<T>): Promise<T> {
    let open = true;
    const end = (): boolean => (open = false);
    call.then(end, end);
    await Promise.resolve();
    while (open) await this.clock.run(this.clock.now() + 1);
    return call;
  }

  pass(ms: Ms): Promise<void> {
    return this.clock.run(this.clock.now() + ms);
  }

  close(): Promise<void> {
    return this.adapter.close();
  }
}

adapterConformance('PaperVenueAdapter', () => new PaperHarness().open(), false);
