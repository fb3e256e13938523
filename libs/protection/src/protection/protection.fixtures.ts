import { type Decimal, type Money, money, type Ms, price, quantity, ratio } from '@ballast/domain';
import type { ProtectionSettings } from '@ballast/events';
import { equityFor, liquidationPriceOf, type ModelledPosition } from '../liquidation/liquidation.js';
import type { LiquidationModel } from '../liquidation/model.js';
import { protectionDecider } from './protection.decider.js';
import type { Check, Configure, Flat, Protection, ProtectionCommand, ProtectionEvent, SettleTransfer, VenueTransfers } from './protection.types.js';

export const T0 = Date.UTC(2026, 0, 31, 12);
export const MODEL: LiquidationModel = { venue: 'velocity', maintenanceMarginRatio: ratio('0.05') };
/** Moves any amount from 1 on, for nothing. */
export const FREE: VenueTransfers = { minimum: money('1'), fee: money('0'), step: money('0.000001'), open: true };
/** Nado's terms for a cross account (venues.md §1.5). */
export const NADO: VenueTransfers = { minimum: money('5'), fee: money('1'), step: money('0.000001'), open: true };

export const settingsOf = (changes: Partial<ProtectionSettings> = {}): ProtectionSettings => ({
  enabled: true, mode: 'smart', triggerDistance: ratio('0.05'), safeDistance: ratio('0.12'), hysteresis: ratio('0.01'), restoreMargin: ratio('0.02'),
  maxDeposit: money('1000'), increment: money('100'), cooldownMs: 60_000, exhausted: 'hold', ...changes,
});

export const configure = (changes: Partial<ProtectionSettings> = {}, rest: Partial<Configure> = {}): Configure => ({
  type: 'Configure', botId: 'bot', accountId: 'acct', portfolioId: 'main', settings: settingsOf(changes), by: 'someone', initialDistances: { long: ratio('0.19'), short: ratio('0.14') }, terms: FREE, ...rest,
});

/** 100 SOL long, to be liquidated at 100 unless said otherwise; price and account are of the moment. */
export const check = (at: Ms, markPrice: string, changes: Partial<Omit<Check, 'state'>> & { readonly state?: Partial<Check['state']>; readonly position?: Partial<Check['state']['position']> } = {}): Check => {
  const { state, position, ...rest } = changes;
  return {
    type: 'Check', price: price(markPrice), priceTime: at, model: MODEL, lotSize: quantity('0.01'), freeFunds: money('100000'), venue: FREE,
    state: { time: at, ...state, position: { instrument: 'SOL-PERP', side: 'LONG', quantity: quantity('100'), liquidationPrice: price('100'), ...position } }, ...rest,
  };
};
export const flat = (at: Ms, withdrawable: string, venue: VenueTransfers = FREE): Flat => ({ type: 'Flat', state: { time: at, withdrawable: money(withdrawable) }, venue });

/** A bot's protection, told one command after the other. */
export class Bot {
  state: Protection = protectionDecider.initial;
  readonly events: ProtectionEvent[] = [];
  private decisions = 0;

  tell(command: ProtectionCommand, at: Ms = T0): readonly ProtectionEvent[] {
    this.decisions += 1;
    const decided = protectionDecider.decide(this.state, command, { decisionId: `d${this.decisions}`, at });
    for (const event of decided) this.state = protectionDecider.evolve(this.state, event);
    this.events.push(...decided);
    return decided;
  }

  settle(at: Ms, outcome?: SettleTransfer['outcome']): readonly ProtectionEvent[] {
    const { transfer } = this.state;
    if (!transfer) return [];
    return this.tell({ type: 'SettleTransfer', transferId: transfer.transferId, outcome: outcome ?? { state: 'DONE', amount: transfer.amount, fee: transfer.fee, time: at } }, at);
  }
}

export const enabled = (changes: Partial<ProtectionSettings> = {}, rest: Partial<Configure> = {}): Bot => {
  const bot = new Bot();
  bot.tell(configure(changes, rest));
  return bot;
};

/** Deposited 200 when its price was 104, seen again as it now is. */
export const deposited = (changes: Partial<ProtectionSettings> = {}): Bot => {
  const bot = enabled(changes);
  bot.tell(check(T0, '104'), T0);
  bot.settle(T0 + 1_000);
  return bot;
};

/** The types of what was decided. */
export const typesOf = (events: readonly ProtectionEvent[]): readonly string[] => events.map(({ type }) => type.replace('Protection', ''));

/** An isolated position at a venue, which knows nothing of the decider: its own money, and the price that liquidates it. */
export class VenuePosition {
  /** Margin with results realised so far, at the entry price. */
  constructor(readonly position: ModelledPosition, readonly entry: Decimal, public margin: Money) {}

  static at(position: ModelledPosition, entry: string, distancePrice: string): VenuePosition {
    return new VenuePosition(position, price(entry), equityFor(position, price(entry), price(distancePrice)));
  }

  get liquidationPrice() {
    return liquidationPriceOf(this.position, price(this.entry.toString()), this.margin);
  }

  move(change: Decimal): void {
    this.margin = this.margin.plus(change) as Money;
  }
}
