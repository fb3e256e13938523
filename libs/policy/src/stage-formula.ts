import { Decimal, type Money, type Notional } from '@ballast/domain';

const GROWTH = new Decimal('1.5');
const FIRST_POSITION = new Decimal(500);
const FIRST_LOSS_CENTS = new Decimal(10_000);

const grown = (first: Decimal, stage: number): Decimal => first.times(GROWTH.pow(stage - 1)).toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN);

/** 500 x 1.5^(stage - 1), whole dollars, half-even: the size of a stage that the table has no row for (R54, C-53, W-6). `stage` is 1 or more. */
export const stagePosition = (stage: number): Notional => grown(FIRST_POSITION, stage) as Notional;

/** $100 x 1.5^(stage - 1), whole cents, half-even (R54, W-6). `stage` is 1 or more. */
export const stageDailyLoss = (stage: number): Money => grown(FIRST_LOSS_CENTS, stage).div(100) as Money;
