import { type Decimal, Decimal as D, type Instrument, type Money, money, type Price, ratio, type Ratio, ZERO_NOTIONAL } from '@ballast/domain';
import type { LiquidationModel, TransferTerms } from '@ballast/protection';
import type { CollateralTerms } from '@ballast/venues';

const ONE: Decimal = ratio('1');
/** USDT0 and USDC have six decimals. */
const TRANSFER_STEP: Money = money('0.000001');

/** What the instrument's venue demands for a position in it to stay open. */
export function modelOf({ venue, initialMarginRatio, maintenanceMarginRatio }: Instrument): LiquidationModel {
  switch (venue) {
    case 'velocity':
    case 'drift': return { venue: 'velocity', maintenanceMarginRatio };
    case 'hyperliquid': return { venue: 'hyperliquid', tiers: [{ fromNotional: ZERO_NOTIONAL, maxLeverage: new D(1).div(initialMarginRatio) as Ratio }] };
  }
  return { venue: 'nado', longWeight: ONE.minus(maintenanceMarginRatio) as Ratio, shortWeight: ONE.plus(maintenanceMarginRatio) as Ratio };
}

/** The price that the instrument's venue liquidates on (W-7): mark on Hyperliquid, else the oracle's. */
export const liquidatingPriceOf = ({ venue }: Instrument, { markPrice, oraclePrice }: { readonly markPrice: Price; readonly oraclePrice: Price }): Price => (venue === 'hyperliquid' ? markPrice : oraclePrice);

export const transferTermsOf = ({ minimum, fee }: CollateralTerms): TransferTerms => ({ minimum, fee, step: TRANSFER_STEP });
