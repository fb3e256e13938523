import { contentId, type Id, type Price, type Quantity, type Side, type SignedQuantity } from '@ballast/domain';

interface HashedLeg {
  readonly leg: number;
  readonly instrument: string;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly slices: readonly Quantity[];
  readonly referencePrice: Price;
  readonly residualAbsorbed?: SignedQuantity;
  readonly stopPrice?: Price;
  readonly targetPrice?: Price;
}

/** Identity of what an approval is for: exactly these legs, quantities, slices, reference prices, residuals taken over, stops and targets of this plan. */
export const planHashOf = (planId: Id, legs: readonly HashedLeg[]): Id =>
  contentId('plan-legs', planId, ...legs.flatMap((leg) => [leg.leg, leg.instrument, leg.side, leg.quantity.toString(), leg.slices.map(String).join('+'), leg.referencePrice.toString(), ...(leg.residualAbsorbed ? [`takes over ${leg.residualAbsorbed.toString()}`] : []), ...(leg.stopPrice ? [`stop ${leg.stopPrice.toString()}`] : []), ...(leg.targetPrice ? [`target ${leg.targetPrice.toString()}`] : [])]));
