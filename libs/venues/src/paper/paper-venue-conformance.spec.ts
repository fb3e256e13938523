import { rmSync } from 'node:fs';
import { money, type Ms } from '@ballast/domain';
import { adapterConformance, type ConformanceHarness } from '../conformance/adapter-conformance.js';
import { writeConformanceMarket } from '../conformance/conformance-market.js';
import { nadoEngineConfig } from '../engine/presets.js';
import { RecordedMarket } from '../market-source/recorded-market.js';
import { JumpingClock } from './jumping-clock.js';
import { PaperVenueAdapter } from './paper-venue-adapter.js';

const STEP_MS: Ms = 10;
const STEPS_MAX = 1000;

async function settleWith<T>(clock: JumpingClock, call: Promise<T>): Promise<T> {
  let isSettled = false;
  const watched = call.finally(() => (isSettled = true));
  watched.catch(() => (isSettled = true));
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (isSettled) return watched;
    await clock.run(clock.now() + STEP_MS);
  }
  throw new Error(`no answer within ${STEP_MS * STEPS_MAX} ms of market time`);
}

async function makeHarness(): Promise<ConformanceHarness> {
  const folder = writeConformanceMarket();
  const source = new RecordedMarket({ path: folder, coins: ['ETH'] });
  rmSync(folder, { recursive: true });
  const clock = new JumpingClock(source.startTime);
  const account = { accountId: 'conformance', subaccount: 'conformance' };
  const wallet = { accountId: 'wallet', subaccount: 'wallet' };
  const adapter = new PaperVenueAdapter({ clock, source, engine: nadoEngineConfig(1), deposits: [{ subaccount: account.subaccount, amount: money('100000') }, { subaccount: wallet.subaccount, amount: money('1000') }] });
  await adapter.connect();
  await clock.run(source.startTime);
  return {
    adapter,
    account,
    wallet,
    instrument: 'ETH-PERP',
    now: () => clock.now(),
    settle: (call) => settleWith(clock, call),
    pass: (ms) => clock.run(clock.now() + ms),
    freezeTransfers: async (frozen) => {
      adapter.collateral.frozen = frozen;
    },
    loseTransferAnswer: async () => {
      adapter.collateral.answersToLose += 1;
    },
    close: () => adapter.close(),
  };
}

adapterConformance('the paper venue', makeHarness, false);
