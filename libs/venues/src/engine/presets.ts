import type { EngineConfig, EngineInstrument } from './engine.api.js';
import { x18 } from './fixed.js';

const nadoPerp = (productId: number, base: string, lot: string, tick: string): EngineInstrument => ({
  productId,
  symbol: `${base}-PERP`,
  base,
  sizeIncrement: x18(lot),
  priceIncrement: x18(tick),
  minNotional: x18('100'),
  minNotionalBinds: 'allButClosing',
  makerFeeRate: x18('0.0001'),
  takerFeeRate: x18('0.00035'),
  longWeightInitial: x18('0.98'),
  shortWeightInitial: x18('1.02'),
  longWeightMaintenance: x18('0.99'),
  shortWeightMaintenance: x18('1.01'),
});

/** Contract terms of the Nado perpetuals as captured (venues.md §1.2); SOL's increments and weights are unconfirmed there. */
export const NADO_INSTRUMENTS: readonly EngineInstrument[] = [nadoPerp(2, 'BTC', '0.00005', '1'), nadoPerp(4, 'ETH', '0.001', '0.1'), nadoPerp(8, 'SOL', '0.1', '0.01')];

/** Nado's rules and latencies with the given seed; any part may be replaced (venues.md §1.8, §1.9). */
export const nadoEngineConfig = (seed: number, changes: Partial<EngineConfig> = {}): EngineConfig => ({
  instruments: NADO_INSTRUMENTS,
  latency: { postOnlyMs: 10, otherMs: 40, cancelMs: 10, responseMs: 5, jitterMedianMs: 2, jitterSigma: 0.5 },
  seed,
  queueModel: 'powerProb3',
  bandLow: x18('0.8'),
  bandHigh: x18('1.2'),
  oracleEmaMs: 60_000,
  oraclePublishMs: 500,
  openOrdersMax: 500,
  receiveWindowMs: 100_000,
  transferMin: x18('5'),
  transferFee: x18('1'),
  liquidationFee: 0n,
  ...changes,
});
