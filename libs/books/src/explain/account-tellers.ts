import type { EquityObserved, PositionOpened, PositionLiquidated } from '@ballast/events';
import type { Tellers, Words } from './chapter.js';
import { moneyText, percentText, positionText, timeText } from './text.js';

type PositionMove = Omit<PositionOpened, 'type'>;

const move = (what: string) => ({ accountId, instrument, position, entryPrice, side, quantity, price, realisedPnl, fee }: PositionMove): Words => ({
  title: `position in ${instrument} ${what}: ${positionText(position)}${entryPrice ? ` @ ${entryPrice.toDecimalPlaces(6).toString()}` : ''}`,
  facts: [`by ${side} ${quantity} @ ${price} in account ${accountId}`, `realised ${moneyText(realisedPnl)}, fee ${moneyText(fee)}`],
});

/** What accounts and positions came to, and whether the venue agrees. */
export const accountTellers: Tellers<'PositionOpened' | 'PositionIncreased' | 'PositionReduced' | 'PositionClosed' | 'PositionFlipped' | 'PositionLiquidated' | 'FundingSettled' | 'AccountFunded' | 'DebtForgiven' | 'EquityObserved' | 'ReconciliationDifferenceFound' | 'ReconciliationAgreed'> = {
  PositionOpened: move('opened'),
  PositionIncreased: move('increased'),
  PositionReduced: move('reduced'),
  PositionClosed: move('closed'),
  PositionFlipped: move('turned to the other side'),
  PositionLiquidated: (event) => liquidated(event),
  FundingSettled: ({ instrument, amount, rateHourly, position, paymentId, venueTime }) => ({
    title: `funding of ${instrument} ${amount.isNegative() ? 'paid' : 'received'}: ${moneyText(amount.abs())}`,
    facts: [`on ${positionText(position)} at ${percentText(rateHourly, 8)} an hour, settled ${timeText(venueTime)}`, `payment ${paymentId}`],
  }),
  AccountFunded: ({ accountId, amount, balance, transferId }) => ({ title: `${moneyText(amount.abs())} ${amount.isNegative() ? 'left' : 'came to'} account ${accountId}, which has ${moneyText(balance)}`, facts: [`transfer ${transferId}`] }),
  DebtForgiven: ({ accountId, amount, balance, forgivenId, venueTime }) => ({ title: `the venue forgave the ${moneyText(amount)} that account ${accountId} owed it after a forced sale: it has ${moneyText(balance)}`, facts: [`forgiven ${timeText(venueTime)}`, `record ${forgivenId}`] }),
  EquityObserved: (event) => equity(event),
  ReconciliationDifferenceFound: ({ what, subject, expected, found, accountId }) => ({ title: `the venue differs from the log in ${what.toLowerCase()} ${subject}: the log has ${expected}, the venue ${found}`, facts: [`account ${accountId}`] }),
  ReconciliationAgreed: ({ what, subject, accountId }) => ({ title: `the venue and the log agree again in ${what.toLowerCase()} ${subject}`, facts: [`account ${accountId}`] }),
};

const liquidated = ({ accountId, instrument, side, quantity, price, fee, position, realisedPnl, liquidationId }: PositionLiquidated): Words => ({
  title: `the venue liquidated ${quantity} ${instrument} of account ${accountId} @ ${price}: ${positionText(position)}`,
  facts: [`by ${side}, realised ${moneyText(realisedPnl)}, charged ${moneyText(fee)}`, `liquidation ${liquidationId}`],
});

const equity = ({ accountId, equity: worth, collateral, eligibleCollateral, grossNotional, accountLeverage, initialMarginHealth, maintenanceMarginHealth, marks, positions, trigger, venueTime }: EquityObserved): Words => ({
  title: `account ${accountId} is worth ${moneyText(worth)}, ${moneyText(grossNotional)} open, leverage ${accountLeverage.toDecimalPlaces(3).toString()} x`,
  facts: [
    `collateral ${moneyText(collateral)}, eligible ${moneyText(eligibleCollateral)}; margin health ${moneyText(initialMarginHealth)} initial, ${moneyText(maintenanceMarginHealth)} maintenance`,
    ...positions.map(({ instrument, quantity, liquidationPrice, distanceToLiquidation }) => `${instrument} ${positionText(quantity)}${liquidationPrice ? `, liquidated at ${liquidationPrice.toDecimalPlaces(6).toString()}` : ''}${distanceToLiquidation ? `, ${percentText(distanceToLiquidation)} away` : ''}`),
    ...marks.map(({ instrument, markPrice, oraclePrice }) => `${instrument} mark ${markPrice}, oracle ${oraclePrice.toDecimalPlaces(6).toString()}`),
    `observed ${timeText(venueTime)} (${trigger})`,
  ],
});
