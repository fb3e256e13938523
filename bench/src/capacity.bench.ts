import type { Bench, BenchContext, BenchRow } from './bench.js';
import { LoadedDesk, type LoadedDeskOptions, type Standing } from './loaded-desk.js';

const MANY = 20;
const MEASURED_MS = 240_000;
const SPEED = 2;
/** Not ours, or not there against a real venue. */
const EMULATED = ['paper-venue'];

/** What a desk used in the time that was measured. */
interface Used {
  readonly bots: number;
  readonly seconds: number;
  readonly books: number;
  readonly rounds: number;
  readonly decisions: number;
  readonly logBytes: number;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly memoryMib: Readonly<Record<string, number>>;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const total = (parts: Readonly<Record<string, number>>): number => sum(Object.entries(parts).flatMap(([name, value]) => (EMULATED.includes(name) ? [] : [value])));
const less = (one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): Readonly<Record<string, number>> => Object.fromEntries(Object.entries(one).map(([name, value]) => [name, value - (other[name] ?? 0)]));
const each = (parts: Readonly<Record<string, number>>, by: number): Readonly<Record<string, number>> => Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, value / by]));
/** The largest parts first, e.g. `execution 12, risk 8`. */
const largest = (parts: Readonly<Record<string, number>>, digits: number): string =>
  Object.entries(parts).filter(([name]) => !EMULATED.includes(name)).sort(([, a], [, b]) => b - a).slice(0, 6).map(([name, value]) => `${name} ${value.toFixed(digits)}`).join(', ');

function between(bots: number, from: Standing, to: Standing): Used {
  const of = (kind: 'cpuMs' | 'memoryMib') => (standing: Standing) => Object.fromEntries(Object.entries(standing.use).map(([name, use]) => [name, use[kind]]));
  return {
    bots, seconds: (to.marketMs - from.marketMs) / 1_000, books: to.books - from.books, rounds: to.rounds - from.rounds, decisions: to.decisions - from.decisions, logBytes: to.logBytes - from.logBytes,
    cpuMs: less(of('cpuMs')(to), of('cpuMs')(from)), memoryMib: of('memoryMib')(to),
  };
}

async function measured(options: Omit<LoadedDeskOptions, 'speed'>, { progress, quick }: BenchContext): Promise<Used> {
  progress(`${options.bots} bots, ${options.trading ? 'trading' : 'watching'}`);
  const desk = await LoadedDesk.start({ ...options, speed: SPEED });
  try {
    await desk.open();
    const from = await desk.standing();
    await desk.pass(quick ? MEASURED_MS / 8 : MEASURED_MS);
    return between(options.bots, from, await desk.standing());
  } finally {
    await desk.stop();
  }
}

/** Watching is what the bots beyond the first cost; a round is what trading costs beyond watching. */
function rowsOf(one: Used, many: Used, trading: Used): readonly BenchRow[] {
  const perSecond = (used: Used) => each(used.cpuMs, used.seconds);
  const bot = each(less(perSecond(many), perSecond(one)), many.bots - one.bots);
  const round = each(less(trading.cpuMs, each(many.cpuMs, many.seconds / trading.seconds)), trading.rounds);
  const books = many.books / many.seconds;
  return [
    { what: 'CPU of a desk with one bot that watches, ms a second', ours: total(perSecond(one)).toFixed(0), peer: '', note: `${books.toFixed(1)} books a second; ${largest(perSecond(one), 1)}` },
    { what: 'CPU of one more bot that watches, µs a book', ours: ((total(bot) * 1_000) / books).toFixed(0), peer: '', note: `in all ${total(bot).toFixed(2)} ms a second; ${largest(bot, 3)}` },
    { what: 'CPU of a completed round, ms', ours: total(round).toFixed(0), peer: '', note: `${trading.rounds} rounds of ${trading.bots} bots; ${largest(round, 1)}` },
    { what: 'CPU of a decision while bots trade, ms', ours: (total(round) / (trading.decisions / trading.rounds)).toFixed(2), peer: '', note: `${(trading.decisions / trading.rounds).toFixed(0)} decisions and ${(trading.logBytes / trading.rounds / 1_000).toFixed(1)} kB of log a round` },
    { what: 'resident memory of a desk, MiB', ours: total(trading.memoryMib).toFixed(0), peer: '', note: `with ${trading.bots} bots that trade; ${largest(trading.memoryMib, 0)}` },
  ];
}

export const capacityBench: Bench = {
  name: 'capacity',
  about: `What bots cost, in CPU time of every process of a desk (services, nats-server and Redis; the paper venue is left out): ${MANY} pair bots that watch against one, and ${MANY} that trade round after round against as many that watch, over ${MEASURED_MS / 60_000} minutes of a generated market of two instruments at ${SPEED} times its pace. CPU time, so that what else the machine does changes little.`,
  async run(context) {
    const one = await measured({ name: 'one', bots: 1, trading: false }, context);
    const many = await measured({ name: 'watching', bots: MANY, trading: false }, context);
    const trading = await measured({ name: 'trading', bots: MANY, trading: true }, context);
    return rowsOf(one, many, trading);
  },
};
