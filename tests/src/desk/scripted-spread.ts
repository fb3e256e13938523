import type { Ms } from '@ballast/domain';
import { type Engine, type MarketInput, type MarketSource, type OrderRecord, type PriceLevel, type Provenance, x18 } from '@ballast/venues';
import { PRODUCTS, STILL_START } from './still-market.js';

const DAY_MS: Ms = 86_400_000;
const STEP_MS: Ms = 4_000;
const LEVELS = 5;
/** Hours into a day at which its sessions begin: together with an observation of the account, which is then young enough for all of it. */
const SESSIONS = [6, 9, 12, 15];
const HOUR_MS: Ms = 3_600_000;
/** Quiet before the first swing of a session, so that the pair's mean is known. */
const QUIET_MS: Ms = 20_000;
/** A swing away and back, one side after the other. */
const AWAY_MS: Ms = 16_000;
const BACK_MS: Ms = 12_000;
const AWAY_BPS = 40n;
const ETH = { productId: PRODUCTS['ETH-PERP'], mid: x18('2756.9'), tick: x18('0.1'), size: x18('40') };
const SOL = { productId: PRODUCTS['SOL-PERP'], mid: x18('115.86'), tick: x18('0.01'), size: x18('1000') };
const BREATH = x18('0.0001');
const HUGE = x18('1000000');

export interface Script {
  readonly days: number;
  /** Swings of each of a day's four sessions, at most 6. */
  readonly swings: (day: number) => number;
}

/**
 * A scripted spread path, made up and named as such: SOL swings 40 bps away from ETH and back, a given number of times a day,
 * and the market trades with whatever rests. Nothing about it is a market that ever was.
 */
export class ScriptedSpread implements MarketSource {
  readonly productIds = [ETH.productId, SOL.productId];
  readonly startTime = STILL_START;
  readonly endTime: Ms;
  private engine: Engine | undefined;
  private prints = 0;

  constructor(
    private readonly script: Script,
    private readonly account: string,
  ) {
    this.endTime = STILL_START + script.days * DAY_MS;
  }

  /** From now on the market sees who rests in this exchange. */
  watch(engine: Engine): void {
    this.engine = engine;
  }

  *events(from: Ms = this.startTime): IterableIterator<MarketInput> {
    for (let day = 0; day < this.script.days; day += 1) {
      const swings = this.script.swings(day);
      for (const hour of SESSIONS) {
        const begin = STILL_START + day * DAY_MS + hour * HOUR_MS;
        for (let into = 0; into <= QUIET_MS + swings * (AWAY_MS + BACK_MS); into += STEP_MS) if (begin + into >= from) yield* this.step(begin + into, into, swings);
      }
    }
  }

  provenance(): Provenance {
    return { kind: 'generated', files: [], statements: [`A scripted spread path of ${this.script.days} days: SOL swings ${AWAY_BPS} bps away from ETH and back.`] };
  }

  private *step(time: Ms, into: Ms, swings: number): IterableIterator<MarketInput> {
    const swing = Math.floor((into - QUIET_MS) / (AWAY_MS + BACK_MS));
    const away = into >= QUIET_MS && swing < swings && (into - QUIET_MS) % (AWAY_MS + BACK_MS) < AWAY_MS;
    const shift = away ? (swing % 2 === 0 ? AWAY_BPS : -AWAY_BPS) : 0n;
    const step = Math.floor(into / STEP_MS);
    for (const market of [ETH, { ...SOL, mid: (SOL.mid * (10_000n + shift)) / 10_000n }]) {
      const { productId } = market;
      yield { type: 'snapshot', time, productId, bids: levels(market, -1n, step), asks: levels(market, 1n, step) };
      for (const order of this.resting(productId)) yield* this.print(order, time, market.size);
    }
  }

  private resting(productId: number): readonly OrderRecord[] {
    return this.engine ? this.engine.openOrders(this.account, productId) : [];
  }

  private *print({ productId, price, side: rests }: OrderRecord, time: Ms, displayed: bigint): IterableIterator<MarketInput> {
    const side = rests === 'BUY' ? 'SELL' : 'BUY';
    for (const size of [displayed + BREATH, HUGE]) {
      this.prints += 1;
      yield { type: 'trade', time, productId, tradeId: `script-${this.prints}`, side, price, size };
    }
  }
}

function levels({ mid, tick, size }: typeof ETH, direction: bigint, step: number): readonly PriceLevel[] {
  const shown = step % 2 === 0 ? size : size + BREATH;
  const from = (mid / tick) * tick;
  return Array.from({ length: LEVELS }, (_, depth) => [from + direction * tick * BigInt(depth + 1), shown] as const);
}
