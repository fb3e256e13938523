import { describe, expect, it } from 'vitest';
import type { ProtectionSettings, ProtectionStatus } from '../api/wire.js';
import { codeIn } from '../words/codes.js';
import { sayIn } from '../words/words.js';
import { doneFacts } from './protection-facts.js';

const SETTINGS: ProtectionSettings = { enabled: true, mode: 'smart', triggerDistance: '0.05', safeDistance: '0.15', hysteresis: '0.01', restoreMargin: '0.02', maxDeposit: '400', increment: '5', cooldownMs: 60_000, exhausted: 'hold' };
const STATUS: ProtectionStatus = { botId: 'pair1', configured: true, settings: SETTINGS, protectionDeposited: '12.5', isProtecting: true, paused: false, venueFrozen: false, stale: false };
const factOf = (name: string, status: Partial<ProtectionStatus>, language: 'en' | 'ko' = 'en'): readonly string[] | undefined => doneFacts({ ...STATUS, ...status }, sayIn(language), codeIn(language)).find(([each]) => each === name);

describe('what the console shows of a protection', () => {
  it('is deposited of the cap that holds: its share of a common fund where that is less', () => {
    const shown = (changes: Partial<ProtectionSettings>): string | undefined => factOf('deposited', { settings: { ...SETTINGS, ...changes } })?.[2];
    expect([shown({}), shown({ poolCap: '90' }), shown({ poolCap: '900' })]).toEqual(['$12.50 / $400.00', '$12.50 / $90.00', '$12.50 / $400.00']);
  });

  it('tells every transfer whose outcome is not known, in the language of whoever reads it', () => {
    const inDoubt = [{ transferId: 'a', direction: 'DEPOSIT', amount: '25' }, { transferId: 'b', direction: 'WITHDRAWAL', amount: '7.5' }];
    expect(factOf('in-doubt', {})).toEqual(['in-doubt', 'Transfer in doubt', '–']);
    expect(factOf('in-doubt', { inDoubt })).toEqual(['in-doubt', 'Transfer in doubt', 'deposit $25.00, withdrawal $7.50 · the next transfer decides it']);
    expect(factOf('in-doubt', { inDoubt }, 'ko')).toEqual(['in-doubt', '결과를 알 수 없는 이체', '입금 $25.00, 출금 $7.50 · 다음 이체에서 확정됩니다']);
  });
});
