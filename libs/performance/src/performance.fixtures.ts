import { type Money, money, type Ms, type Notional, notional, price, quantity, ratio, signedQuantity } from '@ballast/domain';
import type { AccountFunded, BallastEvent, EquityObserved, FundingSettled, OrderFilled, PositionOpened, PositionReduced, TradeClosed } from '@ballast/events';

export const START: Ms = Date.UTC(2025, 8, 4, 12);
export const OWNER = { accountId: 'account1', portfolioId: 'portfolio1', botId: 'bot1' } as const;
export const ETH = 'ETH-PERP';

export const told = (event: BallastEvent, occurredAt: Ms = START): { readonly event: BallastEvent; readonly decision: { readonly occurredAt: Ms } } => ({ event, decision: { occurredAt } });

export const observed = (equity: string, venueTime: Ms = START, over: Partial<EquityObserved> = {}): EquityObserved => ({
  type: 'EquityObserved', ...OWNER, trigger: 'INTERVAL', collateral: money(equity), eligibleCollateral: money(equity), equity: money(equity), initialMarginHealth: money(equity), maintenanceMarginHealth: money(equity),
  grossNotional: notional('0'), accountLeverage: ratio('0'), marks: [], positions: [], venueTime, ...over,
});
export const marked = (equity: string, markPrice: string, venueTime: Ms = START): EquityObserved => observed(equity, venueTime, { marks: [{ instrument: ETH, markPrice: price(markPrice), oraclePrice: price(markPrice) }] });

export const transfer = (amount: string, venueTime: Ms | undefined = START, accountId: string = OWNER.accountId): AccountFunded => ({
  type: 'AccountFunded', accountId, portfolioId: OWNER.portfolioId, transferId: `transfer-${amount}`, amount: money(amount), balance: money('0'), ...(venueTime === undefined ? {} : { venueTime }),
});
/** A realised result, told as funding: negative = lost. */
export const settled = (amount: string, venueTime: Ms = START, instrument = ETH): FundingSettled => ({ type: 'FundingSettled', accountId: OWNER.accountId, instrument, paymentId: `p${amount}`, amount: money(amount), rateHourly: ratio('0'), position: signedQuantity('0'), venueTime });

const positioned = { accountId: OWNER.accountId, instrument: ETH, fillId: 'f', tradeId: 't' } as const;
export const opened = (size: string, at: string, fee = '0', venueTime: Ms = START): PositionOpened => ({ type: 'PositionOpened', ...positioned, side: 'BUY', quantity: quantity(size), price: price(at), fee: money(fee), position: signedQuantity(size), entryPrice: price(at), realisedPnl: money('0'), venueTime });
export const reduced = (taken: string, left: string, at: string, entry: string, venueTime: Ms = START): PositionReduced => ({ type: 'PositionReduced', ...positioned, side: 'SELL', quantity: quantity(taken), price: price(at), fee: money('0'), position: signedQuantity(left), entryPrice: price(entry), realisedPnl: quantity(taken).times(price(at).minus(entry)) as Money, venueTime });

export const filled = (tradeId: string, side: 'BUY' | 'SELL', size: string, venueTime: Ms, instrument = ETH): OrderFilled => ({
  type: 'OrderFilled', clientOrderId: `o-${tradeId}-${side}`, fillId: `f-${tradeId}-${side}`, tradeId, ...OWNER, leg: 0, purpose: side === 'BUY' ? 'ENTRY' : 'EXIT', instrument, side, quantity: quantity(size), price: price('100'), fee: money('0'), liquidity: 'MAKER', venueTime,
});
export const closed = (tradeId: string, realised: string, over: Partial<TradeClosed> = {}): TradeClosed => ({
  type: 'TradeClosed', tradeId, ...OWNER, planId: 'p', signalId: 's', outcome: 'COMPLETED', legs: [], planVolume: notional('100'), turnover: notional('400'), realisedPnl: money(realised), fees: money('0'), nakedNotionalSeconds: notional('0') as Notional, reason: 'done', ...over,
});
