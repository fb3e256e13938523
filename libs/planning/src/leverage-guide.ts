import { Decimal, type Ratio, ratio } from '@ballast/domain';
import { demandPositive, demandShare } from './assumptions.js';

export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

/** R7, C-29: above 20x nothing is traded. */
export type LeverageTier = 'CONSERVATIVE' | 'MODERATE' | 'AGGRESSIVE' | 'PROHIBITED';

export interface LeverageGuide {
  readonly leverage: Ratio;
  readonly tier: LeverageTier;
  /** 1 / leverage: the plan's own figure, as if everything could be lost before the venue acts (R30). */
  readonly margin: Ratio;
  /** 1 / leverage - maintenance margin: where the venue acts (C-8, C-26); undefined where it would act at once. */
  readonly distanceToLiquidation: Ratio | undefined;
  readonly text: string;
}

const [CONSERVATIVE_MAX, MODERATE_MAX, HARD_MAX] = [ratio('5'), ratio('10'), ratio('20')];

/** Share of the price that may move against a position before the venue liquidates it: 1 / leverage - maintenance margin (C-8). Undefined where nothing is left. */
export function distanceToLiquidation(leverage: Ratio, maintenanceMarginRatio: Ratio): Ratio | undefined {
  demandPositive('leverage', leverage);
  demandShare('maintenanceMarginRatio', maintenanceMarginRatio);
  const distance = new Decimal(1).div(leverage).minus(maintenanceMarginRatio);
  return distance.gt(0) ? (distance as Ratio) : undefined;
}

export function tierOf(leverage: Ratio): LeverageTier {
  if (leverage.gt(HARD_MAX)) return 'PROHIBITED';
  if (leverage.gt(MODERATE_MAX)) return 'AGGRESSIVE';
  return leverage.gt(CONSERVATIVE_MAX) ? 'MODERATE' : 'CONSERVATIVE';
}

const TEXT: Readonly<Record<Language, Readonly<Record<LeverageTier, string>> & { readonly atOnce: string; readonly moves: (percent: string) => string }>> = {
  en: {
    CONSERVATIVE: 'Conservative: the leverage to begin with.',
    MODERATE: 'Moderate: only after a phase has proven itself; watch the distance continuously.',
    AGGRESSIVE: 'Aggressive: one fast candle can reach it; only at the ladder’s last rungs.',
    PROHIBITED: 'Prohibited: above 20x every plan is refused.',
    atOnce: 'The maintenance margin takes all of it: the position would be liquidated at once.',
    moves: (percent) => `A move of ${percent} against the position liquidates it.`,
  },
  ko: {
    CONSERVATIVE: '보수적: 처음 시작할 때 쓰는 레버리지입니다.',
    MODERATE: '중간: 이전 단계를 통과한 뒤에만 사용하고, 청산까지의 거리를 계속 확인하세요.',
    AGGRESSIVE: '공격적: 급격한 캔들 하나로 청산될 수 있습니다. 마지막 단계에서만 사용하세요.',
    PROHIBITED: '금지: 20배를 넘는 주문 계획은 모두 거부됩니다.',
    atOnce: '유지증거금이 여유를 모두 차지하므로 포지션이 즉시 청산됩니다.',
    moves: (percent) => `가격이 불리한 방향으로 ${percent} 움직이면 포지션이 청산됩니다.`,
  },
};

const percentOf = (share: Decimal): string => `${share.times(100).toDecimalPlaces(2).toString()} %`;

/** How far liquidation is at each leverage, in the operator's language (R30): 20 % at 5x, 10 % at 10x, 5 to 7 % at 15x to 20x, 2 % at 50x before maintenance margin. */
export function leverageGuide(leverages: readonly Ratio[], maintenanceMarginRatio: Ratio, language: Language): readonly LeverageGuide[] {
  return leverages.map((leverage) => {
    const tier = tierOf(leverage);
    const distance = distanceToLiquidation(leverage, maintenanceMarginRatio);
    const words = TEXT[language];
    return { leverage, tier, margin: new Decimal(1).div(leverage) as Ratio, distanceToLiquidation: distance, text: `${distance ? words.moves(percentOf(distance)) : words.atOnce} ${words[tier]}` };
  });
}
