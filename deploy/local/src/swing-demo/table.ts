import { Decimal, type Ms } from '@ballast/domain';
import type { Proofs } from '../demo/proofs.js';
import { timeText } from '../demo/progress.js';
import type { PriceWatch } from './price-watch.js';
import { type Act, cents, percent, type SwingStory } from './story.js';
import { DEPOSIT, INSTRUMENT } from './swing-bot.js';

export interface SwingOutcome {
  readonly story: SwingStory;
  readonly prices: PriceWatch;
  readonly proofs: Proofs;
  readonly marketTime: { readonly from: Ms; readonly to: Ms };
  readonly speed: string;
  readonly wallSeconds: number;
  readonly data: string;
  /** Restarts of processes that died by themselves. */
  readonly restarts: Readonly<Record<string, number>>;
}

const sum = (values: readonly Decimal[]): Decimal => values.reduce((total, value) => total.plus(value), new Decimal(0));
const clockText = (at: Ms): string => timeText(at).slice('2025-10-10 '.length);

/** Every rule that did not hold, in words; none: the demonstration shows what it is meant to. */
export function failuresOf({ story, proofs, restarts }: SwingOutcome): readonly string[] {
  const failures: string[] = [];
  if (!story.balanced) failures.push(`nothing was traded: ${story.refusal ?? 'the bot raised no signal'}; on a busy machine: SPEED=10`);
  else if (!story.isOver) failures.push(`the trade did not come to its end: position ${story.position.toString()}, protection ${story.deposited.toString()}`);
  if (!proofs.verify.ok) failures.push(`verify found ${proofs.verify.breaches} breaches, first: ${proofs.verify.first ?? ''}`);
  if (!proofs.rebuild.equalsLive) failures.push(`the rebuilt state is not what the services hold: ${proofs.rebuild.difference ?? ''}`);
  const died = Object.entries(restarts).filter(([, count]) => count > 0);
  if (died.length > 0) failures.push(`processes died and were started again: ${died.map(([name, count]) => `${name} ${count} x`).join(', ')}`);
  return failures;
}

/** What the position was, what protection did, and what the position would have met without it. */
export function swingTable(outcome: SwingOutcome): string {
  const { story, proofs, marketTime, speed, wallSeconds, data } = outcome;
  const rows: readonly (readonly [string, string])[] = [
    ['market', data],
    ['market time', `${timeText(marketTime.from)} to ${timeText(marketTime.to)} UTC, at ${speed} x, ${wallSeconds} s`],
    ['position', positionText(story)],
    ['its end', endText(story)],
    ['protection', protectionText(story)],
    ['without it', withoutText(outcome)],
    ['verify', proofs.verify.ok ? `${proofs.verify.decisions} decisions, everything holds` : `${proofs.verify.breaches} BREACHES`],
    ['rebuild', `${proofs.rebuild.equalsLive ? 'equals live' : 'DIFFERS from live'}, ${proofs.rebuild.events} events`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return [...actsTable(story.acts), '', ...rows.map(([name, text]) => `${name.padEnd(width)}${text}`)].join('\n');
}

const HEAD = ['time', 'protection', 'amount', 'price', 'liquidation', 'distance before', 'after', 'deposited'] as const;

function actsTable(acts: readonly Act[]): readonly string[] {
  if (acts.length === 0) return ['protection did nothing: the price did not come near to the liquidation price'];
  const lines = [HEAD, ...acts.map(({ what, at, amount, deposited, saw }) => [clockText(at), what === 'DEPOSIT' ? 'deposits' : 'takes back', cents(amount), saw ? cents(saw.price) : '-', saw?.liquidationPrice ? cents(saw.liquidationPrice) : '-', percent(saw?.distance), percent(saw?.distanceAfter), cents(deposited)])];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => line.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '));
}

function positionText({ balanced, plan }: SwingStory): string {
  const [leg] = balanced?.legs ?? [];
  const [asked] = plan?.legs ?? [];
  if (!leg?.averagePrice) return 'none';
  const size = leg.filled.times(leg.averagePrice);
  const held = (level: { toFixed(places: number): string } | undefined): string => level?.toFixed(1) ?? 'none';
  return `${leg.side === 'BUY' ? 'long' : 'short'} ${leg.filled.toString()} ${INSTRUMENT} at ${cents(leg.averagePrice)}: ${cents(size)} on ${DEPOSIT.toString()}, ${size.div(DEPOSIT).toFixed(1)} x; stop ${held(asked?.stopPrice)}, target ${held(asked?.targetPrice)}, both held by execution`;
}

function endText({ closed, liquidated, exit, funding }: SwingStory): string {
  if (!closed) return 'still open';
  const how = liquidated ? 'LIQUIDATED by the venue' : exit?.reached ? `left at its ${exit.reached.level === 'STOP' ? 'stop' : 'target'}` : `left by the market: ${exit?.reason ?? closed.reason}`;
  return `${how}; realised ${cents(closed.realisedPnl)}, fees ${cents(closed.fees)}, funding ${cents(funding)}`;
}

function protectionText(story: SwingStory): string {
  const of = (what: Act['what']): readonly Act[] => story.acts.filter((act) => act.what === what);
  const [deposits, withdrawals] = [of('DEPOSIT'), of('WITHDRAWAL')];
  const most = story.acts.reduce((top, { deposited }) => Decimal.max(top, deposited), new Decimal(0));
  const back = story.deposited.isZero() ? 'all of it is back' : `${cents(story.deposited)} is still deposited`;
  return `${deposits.length} deposits, ${cents(sum(deposits.map(({ amount }) => amount)))} in all, ${cents(most)} at one time; ${withdrawals.length} withdrawals; ${cents(sum(story.acts.map(({ fee }) => fee)))} of fees; ${back}`;
}

function withoutText({ story, prices }: SwingOutcome): string {
  if (story.liquidated) return 'no better: it was liquidated with it';
  const [first] = story.acts;
  const limit = first?.saw?.liquidationPrice;
  if (!first || !limit) return 'the same: it was not needed';
  const lowest = prices.lowest(first.at);
  const met = prices.firstAtOrBelow(limit, first.at);
  const low = lowest ? `the price it liquidates on fell to ${cents(lowest.price)}` : 'no price was seen';
  if (!met) return `not liquidated: at ${cents(limit)} the venue would have, ${low}`;
  return `LIQUIDATED at ${clockText(met.time)}: at ${cents(limit)} the venue would have, and ${low}`;
}
