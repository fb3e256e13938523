import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EnvReader } from '@ballast/bus';
import { DecimalError, type Notional, notional } from '@ballast/domain';

export const MODES = ['cycle', 'spread'] as const;
export type DemoMode = (typeof MODES)[number];

/** What a person asked of `make demo`. */
export interface DemoConfig {
  /** Folder or file of recorded books; absent = the generated market. */
  readonly data: string | undefined;
  /** Of the generated market and of the venue's chances. */
  readonly seed: number;
  /** Market ms per wall ms, or `max` for lock step. */
  readonly speed: string;
  /** Market time to trade for; absent = to the end of the data. */
  readonly minutes: number | undefined;
  readonly mode: DemoMode;
  /** Wanted size of each leg, quote currency; > 0. */
  readonly legNotional: Notional;
  /** Start another run, whatever is unfinished. */
  readonly isNew: boolean;
  /** After the run everything stays up until Ctrl-C, for `npx ballast …`. */
  readonly keepsRunning: boolean;
  readonly runDir: string;
  readonly outDir: string;
}

/** Length of the generated market where nobody says otherwise: that of the recorded one. */
export const GENERATED_MINUTES = 35;
const MINUTES_MAX = 1_440;
const SEED_MAX = 4_294_967_295;
const SPEED = /^(?:max|\d{1,4}(?:\.\d{1,3})?)$/;
const LEG = 'an amount of quote currency above 0, as 1000';

/** Market ms per wall ms; undefined in lock step. */
export const paceOf = ({ speed }: Pick<DemoConfig, 'speed'>): number | undefined => (speed === 'max' ? undefined : Number(speed));

/**
 * DATA (or `generated`), SPEED, MINUTES (DEMO_MINUTES), MODE, DEMO_LEG, SEED, NEW=1, KEEP=1, DEMO_RUN_DIR, DEMO_OUT_DIR.
 * `root` is the top folder of the working copy. @throws EnvironmentError naming every variable at fault.
 */
export function demoConfig(env: NodeJS.ProcessEnv, root: string): DemoConfig {
  const reader = new EnvReader('demo', env);
  const speed = reader.text('SPEED', 'a factor above 0, or max', '15');
  if (!SPEED.test(speed) || /^[0.]+$/.test(speed)) reader.fault('SPEED', speed, 'a factor above 0 with at most 3 decimals, or max');
  const minutes = reader.optional('DEMO_MINUTES') === undefined ? 'MINUTES' : 'DEMO_MINUTES';
  const config = {
    data: dataOf(reader, root),
    seed: reader.integer('SEED', 0, SEED_MAX, 1),
    speed,
    minutes: reader.optional(minutes) === undefined ? undefined : reader.integer(minutes, 1, MINUTES_MAX),
    mode: reader.oneOf('MODE', MODES, 'cycle'),
    legNotional: legOf(reader),
    isNew: reader.oneOf('NEW', ['0', '1'], '0') === '1',
    keepsRunning: reader.oneOf('KEEP', ['0', '1'], '0') === '1',
    runDir: resolve(root, reader.text('DEMO_RUN_DIR', 'a folder', join('run', 'demo'))),
    outDir: resolve(root, reader.text('DEMO_OUT_DIR', 'a folder', join('out', 'demo', 'latest'))),
  };
  reader.check();
  return config;
}

function dataOf(reader: EnvReader, root: string): string | undefined {
  const asked = reader.optional('DATA');
  const usual = resolve(root, '..', 'shared', 'data');
  if (asked === undefined) return existsSync(usual) ? usual : undefined;
  if (asked === 'generated') return undefined;
  const path = resolve(root, asked);
  if (!existsSync(path)) reader.fault('DATA', asked, 'an existing folder or file of recorded books, or generated');
  return path;
}

function legOf(reader: EnvReader): Notional {
  const found = reader.text('DEMO_LEG', LEG, '1000');
  try {
    const leg = notional(found);
    if (leg.gt(0)) return leg;
  } catch (error) {
    if (!(error instanceof DecimalError)) throw error;
  }
  reader.fault('DEMO_LEG', found, LEG);
  return notional('1000');
}
