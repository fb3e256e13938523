import type { Money } from '@ballast/domain';

export const WARNING_LANGUAGES = ['en', 'ko'] as const;
export type WarningLanguage = (typeof WARNING_LANGUAGES)[number];

const TEXTS: Readonly<Record<WarningLanguage, (cap: string) => readonly [string, string, string]>> = {
  en: (cap) => [
    `Liquidation Protection can deposit up to $${cap} from your agent wallet during adverse price moves`,
    'This feature uses agent wallet funds - ensure adequate USDC balance',
    'Protection deposits are NOT guaranteed to prevent liquidation',
  ],
  ko: (cap) => [
    `청산 방지 기능은 가격이 불리하게 움직일 때 에이전트 지갑에서 최대 $${cap}까지 입금할 수 있습니다`,
    '이 기능은 에이전트 지갑의 자금을 사용합니다. USDC 잔액이 충분한지 확인하세요',
    '보호 입금을 해도 청산을 막지 못할 수 있습니다',
  ],
};

/** The three warnings on enabling, word for word as operators know them (R77, W-19). */
export const warningsOf = (maxDeposit: Money, language: WarningLanguage): readonly [string, string, string] => TEXTS[language](maxDeposit.toString());
