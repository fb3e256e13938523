import { bps, type Id, money, type Ms, notional, price, quantity, ratio, signedQuantity } from '@ballast/domain';
import type { Recorded } from '@ballast/bus';
import type { BallastEvent, ProtectionDeposited, ProtectionSeen, ProtectionTransferIntended, ProtectionWithdrawn } from '@ballast/events';
import { botCreated, DAY, equityObserved, recorded } from '../report/reports.builders.js';

const HOUR_MS: Ms = 3_600_000;
const ETH = 'ETH-PERP';
/** Market time of hours after the day began. */
export const hour = (count: number): Ms => DAY + count * HOUR_MS;

/** The protected life of a bot with ten ETH bought at 2000, told hour by hour; it is liquidated at 1960 without deposits, and at 1910 with 495 of them. */
export class LifeLog {
  readonly log: Recorded[] = [];
  private readonly ids: { readonly botId: Id; readonly accountId: Id; readonly portfolioId: Id };
  private deposited = money('0');

  constructor(private readonly botId: Id, isProtected = true) {
    this.ids = { botId, accountId: `account-${botId}`, portfolioId: 'main' };
    this.tell(0, botCreated(botId, 'main'), this.planned());
    this.tell(0, { type: 'PositionOpened', accountId: this.ids.accountId, instrument: ETH, fillId: 'f1', tradeId: 't1', side: 'BUY', quantity: quantity('10'), price: price('2000'), fee: money('7'), position: signedQuantity('10'), entryPrice: price('2000'), realisedPnl: money('0'), venueTime: hour(0) });
    if (isProtected) this.tell(0, { type: 'ProtectionConfigured', ...this.ids, revision: 1, settings: { enabled: true, mode: 'smart', triggerDistance: ratio('0.05'), safeDistance: ratio('0.12'), hysteresis: ratio('0.01'), restoreMargin: ratio('0.02'), maxDeposit: money('1000'), increment: money('5'), cooldownMs: 60_000, exhausted: 'hold' }, by: 'cli' });
  }

  deposits(at: number, amount: string, seenPrice: string, liquidationPrice: string): this {
    this.tell(at, this.intent(at, 'DEPOSIT', amount, this.seen(at - 0.001, seenPrice, liquidationPrice)));
    this.deposited = this.deposited.plus(amount) as typeof this.deposited;
    return this.tell(at, this.transferred(at, 'ProtectionDeposited', amount) as ProtectionDeposited);
  }

  withdrawsAll(at: number, reason: ProtectionTransferIntended['reason']): this {
    const amount = this.deposited.minus(1).toString();
    this.deposited = money('0');
    this.tell(at, { ...this.intent(at, 'WITHDRAWAL', amount, undefined), reason });
    return this.tell(at, this.transferred(at, 'ProtectionWithdrawn', amount) as ProtectionWithdrawn);
  }

  observed(at: number, oracle: string, liquidationPrice: string): this {
    const event = { ...equityObserved(this.botId, '1000', hour(at), { [ETH]: oracle }), grossNotional: notional('20000'), positions: [{ instrument: ETH, quantity: signedQuantity('10'), liquidationPrice: price(liquidationPrice) }] };
    return this.tell(at, event);
  }

  closed(at: number, by: 'PositionClosed' | 'PositionLiquidated', at2: string, fee: string): this {
    const facts = { accountId: this.ids.accountId, instrument: ETH, side: 'SELL' as const, quantity: quantity('10'), price: price(at2), fee: money(fee), position: signedQuantity('0'), realisedPnl: money('0'), venueTime: hour(at) };
    return this.tell(at, by === 'PositionClosed' ? { type: by, fillId: `f${at}`, tradeId: 't1', ...facts } : { type: by, liquidationId: `l${at}`, ...facts });
  }

  released(at: number, lost: string): this {
    return this.tell(at, { type: 'ProtectionReleased', ...this.ids, reason: 'FLAT', lost: money(lost), at: hour(at) });
  }

  deleted(at: number): this {
    return this.tell(at, { type: 'BotDeleted', ...this.ids, reason: 'over', by: 'cli' });
  }

  private tell(at: number, ...events: readonly BallastEvent[]): this {
    for (const event of events) this.log.push(recorded(event, hour(at)));
    return this;
  }

  private planned(): BallastEvent {
    const terms = { lotSize: quantity('0.001'), tickSize: price('0.1'), notionalMin: notional('100'), makerFeeBps: bps('1'), takerFeeBps: bps('3.5'), initialMarginRatio: ratio('0.02'), maintenanceMarginRatio: ratio('0.01') };
    const leg = { leg: 0, instrument: ETH, side: 'BUY' as const, quantity: quantity('10'), slices: [quantity('10')], referencePrice: price('2000'), notional: notional('20000'), estimatedSlippageBps: bps('1'), depthNotional: notional('50000'), levels: [], seen: { instrument: ETH, bestBid: price('2000'), bestAsk: price('2000'), exchangeTime: hour(0), bookSequence: 1 }, terms };
    return {
      type: 'TradePlanned', ...this.ids, planId: 'p1', signalId: 's1', tradeId: 't1', outcome: 'SINGLE', targetNotional: notional('20000'), legs: [leg], imbalanceRatio: ratio('0'), bindingCap: 'target', caps: [], eligibleCollateral: money('1000'), expectedCostBps: bps('4'),
      slippageBpsMax: bps('10'), validUntil: hour(1),
    };
  }

  private seen(at: number, seenPrice: string, liquidationPrice: string): ProtectionSeen {
    return { instrument: ETH, side: 'LONG', quantity: quantity('10'), price: price(seenPrice), priceTime: hour(at), liquidationPrice: price(liquidationPrice), stateTime: hour(at), trigger: ratio('0.05'), freeFunds: money('5000') };
  }

  private intent(at: number, direction: ProtectionTransferIntended['direction'], amount: string, saw: ProtectionSeen | undefined): ProtectionTransferIntended {
    return { type: 'ProtectionTransferIntended', ...this.ids, transferId: `x${at}`, direction, amount: money(amount), fee: money('1'), reason: 'DANGER', at: hour(at), deposited: this.deposited, ...(saw ? { saw } : {}) };
  }

  private transferred(at: number, type: 'ProtectionDeposited' | 'ProtectionWithdrawn', amount: string): ProtectionDeposited | ProtectionWithdrawn {
    return { type, ...this.ids, transferId: `x${at}`, amount: money(amount), fee: money('1'), venueTime: hour(at), deposited: this.deposited };
  }
}
