import type { ProtectionSettings } from '../api/wire.js';
import { compared, isDecimal } from '../figures.js';
import type { WordKey } from '../words/en.js';

/** Most that may be deposited: the bot's own cap, or its share of a common fund where that is less. */
export const capOf = ({ maxDeposit, poolCap }: Pick<ProtectionSettings, 'maxDeposit' | 'poolCap'>): string => (poolCap !== undefined && isDecimal(poolCap) && isDecimal(maxDeposit) && compared(poolCap, maxDeposit) < 0 ? poolCap : maxDeposit);

const BLANK = { enabled: 'no', mode: 'increment', triggerDistance: '0.05', safeDistance: '0.15', maxDeposit: '', increment: '5', cooldownMs: '60000', hysteresis: '0.01', restoreMargin: '0.02', volatilityWidenMax: '', poolCap: '', urgentDistance: '', urgentCooldownMs: '', exhausted: 'hold' };
/** Every setting as text, as it is typed. */
export type Form = Readonly<typeof BLANK>;

export interface TextField {
  readonly name: Exclude<keyof Form, 'enabled' | 'mode' | 'exhausted'>;
  /** As the desk names it. */
  readonly path: string;
  readonly label: WordKey;
  readonly unit: 'RATIO' | 'USD' | 'MS';
  readonly range: WordKey;
  readonly help: WordKey;
  readonly isOptional?: boolean;
}

/** What is typed, with its unit, range and help (R62, R63, W-13). */
export const FIELDS: readonly TextField[] = [
  { name: 'triggerDistance', path: 'triggerDistance', label: 'triggerDistance', unit: 'RATIO', range: 'rangeTrigger', help: 'helpTrigger' },
  { name: 'safeDistance', path: 'safeDistance', label: 'safeDistance', unit: 'RATIO', range: 'rangeSafe', help: 'helpSafe' },
  { name: 'maxDeposit', path: 'maxDeposit', label: 'maxDeposit', unit: 'USD', range: 'rangeMoney', help: 'helpMaxDeposit' },
  { name: 'increment', path: 'increment', label: 'increment', unit: 'USD', range: 'rangeIncrement', help: 'helpIncrement' },
  { name: 'cooldownMs', path: 'cooldownMs', label: 'cooldownMs', unit: 'MS', range: 'rangeCooldown', help: 'helpCooldown' },
  { name: 'hysteresis', path: 'hysteresis', label: 'hysteresis', unit: 'RATIO', range: 'rangeFromZero', help: 'helpHysteresis' },
  { name: 'restoreMargin', path: 'restoreMargin', label: 'restoreMargin', unit: 'RATIO', range: 'rangeAboveZero', help: 'helpRestoreMargin' },
  { name: 'volatilityWidenMax', path: 'volatilityWidenMax', label: 'volatilityWidenMax', unit: 'RATIO', range: 'rangeFromZero', help: 'helpVolatility', isOptional: true },
  { name: 'poolCap', path: 'poolCap', label: 'poolCap', unit: 'USD', range: 'rangeMoney', help: 'helpPoolCap', isOptional: true },
  { name: 'urgentDistance', path: 'urgent.distance', label: 'urgentDistance', unit: 'RATIO', range: 'rangeUrgent', help: 'helpUrgent', isOptional: true },
  { name: 'urgentCooldownMs', path: 'urgent.cooldownMs', label: 'urgentCooldownMs', unit: 'MS', range: 'rangeUrgentCooldown', help: 'helpUrgentCooldown', isOptional: true },
];

/** R63's defaults where nothing is set; the cap is for a person to say. */
export function formOf(settings: ProtectionSettings | undefined): Form {
  if (!settings) return BLANK;
  const { enabled, cooldownMs, urgent, volatilityWidenMax = '', poolCap = '', ...texts } = settings;
  return { ...texts, enabled: enabled ? 'yes' : 'no', cooldownMs: `${cooldownMs}`, volatilityWidenMax, poolCap, urgentDistance: urgent?.distance ?? '', urgentCooldownMs: urgent ? `${urgent.cooldownMs}` : '' };
}

const WHOLE = /^\d{1,15}$/;
/** A whole number; else the text itself, so that the desk names the field. */
const whole = (text: string): number | string => (WHOLE.test(text) ? Number.parseInt(text, 10) : text);

/** What is sent: what is empty and may be is taken away. */
export function bodyOf(form: Form): object {
  const { enabled, cooldownMs, urgentDistance, urgentCooldownMs, volatilityWidenMax, poolCap, ...texts } = form;
  return {
    ...texts,
    enabled: enabled === 'yes',
    cooldownMs: whole(cooldownMs.trim()),
    volatilityWidenMax: volatilityWidenMax === '' ? null : volatilityWidenMax,
    poolCap: poolCap === '' ? null : poolCap,
    urgent: urgentDistance === '' && urgentCooldownMs === '' ? null : { distance: urgentDistance, cooldownMs: whole(urgentCooldownMs.trim()) },
  };
}
