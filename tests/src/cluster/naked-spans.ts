import { Decimal, type Id, type Ms } from '@ballast/domain';
import type { OrderFilled, PlannedLeg } from '@ballast/events';
import { eventsOf, type LogStory } from '../desk/log.js';

/** The venue's smallest order, quote currency: what is worth less cannot be hedged. */
const MINIMUM = 100;

/** A time in which a trade held so much more of one leg than of the other that an order could have mended it. */
export interface NakedSpan {
  readonly tradeId: Id;
  /** Market time of the fill that began it, ms. */
  readonly from: Ms;
  /** To the fill that ended it, ms; Infinity where none did. */
  readonly lengthMs: Ms;
  /** How long the trade's limits allow. */
  readonly limitMs: Ms;
}

/** Every naked span of every trade, from the fills alone: what each leg holds, at the plan's reference prices. */
export function nakedSpans(story: Pick<LogStory, 'events'>): readonly NakedSpan[] {
  const fills = eventsOf(story, 'OrderFilled');
  return eventsOf(story, 'TradeOpened').flatMap(({ tradeId, legs, limits }) => spansOf(legs, fills.filter((fill) => fill.tradeId === tradeId)).map((span) => ({ ...span, tradeId, limitMs: limits.nakedTimeoutMs })));
}

function spansOf(legs: readonly PlannedLeg[], fills: readonly OrderFilled[]): readonly Pick<NakedSpan, 'from' | 'lengthMs'>[] {
  const spans: Pick<NakedSpan, 'from' | 'lengthMs'>[] = [];
  let unhedged = new Decimal(0);
  let from: Ms | undefined;
  for (const { leg, side, quantity, venueTime } of [...fills].sort((a, b) => a.venueTime - b.venueTime)) {
    const { referencePrice } = legs.find((planned) => planned.leg === leg) ?? { referencePrice: new Decimal(0) };
    unhedged = unhedged.plus(quantity.times(referencePrice).times(side === 'BUY' ? 1 : -1));
    const isNaked = unhedged.abs().gte(MINIMUM);
    if (isNaked) from ??= venueTime;
    if (isNaked || from === undefined) continue;
    spans.push({ from, lengthMs: venueTime - from });
    from = undefined;
  }
  return from === undefined ? spans : [...spans, { from, lengthMs: Infinity }];
}
