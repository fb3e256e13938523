import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EnvReader } from '@ballast/bus';
import type { Ms } from '@ballast/domain';
import type { PricePathChoice } from '@ballast/venues';

/** What a person asked of `make demo-swing`. */
export interface SwingDemoConfig {
  /** Recorded 5-minute candles, or the scripted fall. */
  readonly prices: Pick<PricePathChoice, 'name' | 'path' | 'from' | 'to'>;
  /** Market ms per wall ms where the fall is; before it the market goes faster. */
  readonly speed: number;
  /** Market time from which on protection may be needed, ms: the price is well above the liquidation price until then. */
  readonly nearFrom: Ms;
  readonly seed: number;
  /** After the run everything stays up until Ctrl-C, for `npx ballast …`. */
  readonly keepsRunning: boolean;
  readonly runDir: string;
  readonly outDir: string;
}

const MINUTE_MS: Ms = 60_000;
/** The recorded crash: the bot is started five minutes before the market begins to fall, ms of market time. */
const CRASH_FROM = Date.UTC(2025, 9, 10, 20, 45);
const CRASH_TO = CRASH_FROM + 95 * MINUTE_MS;
/** Of either path, from its beginning: until then the fall is shallow. */
const SHALLOW_MS = 25 * MINUTE_MS;
/** Where the scripted fall begins; it is as long. */
export const SCRIPTED_FROM = Date.UTC(2026, 0, 5, 20, 45);
const SKIP_MAX = 28;
const SEED_MAX = 4_294_967_295;
const SPEED_MAX = 500;

/**
 * DATA (a folder with candles, or `scripted`), SPEED, SKIP, SEED, KEEP=1, DEMO_RUN_DIR, DEMO_OUT_DIR. `root` is the top folder of the
 * working copy. @throws EnvironmentError naming every variable at fault.
 */
export function swingDemoConfig(env: NodeJS.ProcessEnv, root: string): SwingDemoConfig {
  const reader = new EnvReader('demo-swing', env);
  const prices = pricesOf(reader, root, reader.integer('SKIP', 0, SKIP_MAX, 0) * MINUTE_MS);
  const config = {
    prices,
    nearFrom: (prices.name === 'scripted' ? SCRIPTED_FROM : CRASH_FROM) + SHALLOW_MS,
    speed: reader.integer('SPEED', 1, SPEED_MAX, 15),
    seed: reader.integer('SEED', 0, SEED_MAX, 1),
    keepsRunning: reader.oneOf('KEEP', ['0', '1'], '0') === '1',
    runDir: resolve(root, reader.text('DEMO_RUN_DIR', 'a folder', join('run', 'demo-swing'))),
    outDir: resolve(root, reader.text('DEMO_OUT_DIR', 'a folder', join('out', 'demo-swing', 'latest'))),
  };
  reader.check();
  return config;
}

function pricesOf(reader: EnvReader, root: string, skip: Ms): SwingDemoConfig['prices'] {
  const asked = reader.optional('DATA');
  const path = resolve(root, asked === undefined || asked === 'scripted' ? join('..', 'shared', 'data') : asked);
  const isThere = existsSync(join(path, 'candles'));
  if (asked !== undefined && asked !== 'scripted' && !isThere) reader.fault('DATA', asked, 'a folder with candles/*_BTCUSDT_5m_*.csv.gz in it, or scripted');
  if (asked === 'scripted' || !isThere) return { name: 'scripted', path: '', from: SCRIPTED_FROM + skip };
  return { name: '5m', path, from: CRASH_FROM + skip, to: CRASH_TO };
}
