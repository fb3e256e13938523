import { ContractError, decodeAs } from '@ballast/events';
import type { Strategy } from './strategy.js';

/**
 * Reads a bot's settings by the strategy's contract.
 * @throws ContractError naming every missing, unknown or wrong field, what was found and what is allowed.
 */
export function readSettings<Settings extends object, State>(strategy: Strategy<Settings, State>, json: unknown): Settings {
  const settings = decodeAs(strategy.settings, json);
  const faults = strategy.faults(settings);
  if (Object.keys(faults).length > 0) throw new ContractError(strategy.settings.name, faults);
  return settings;
}

/** The same where a fault is an answer: a bot with settings that do not hold trades nothing. */
export function settingsOrUndefined<Settings extends object, State>(strategy: Strategy<Settings, State>, json: unknown): Settings | undefined {
  try {
    return readSettings(strategy, json);
  } catch (error) {
    if (error instanceof ContractError) return undefined;
    throw error;
  }
}
