import type { ProtectionSettings, ProtectionStatus } from '../api/wire.js';
import { percent, time, trimmed, usd } from '../figures.js';
import type { Code } from '../words/codes.js';
import type { Say } from '../words/words.js';
import { capOf } from './protection-form.js';

type Facts = readonly (readonly [name: string, label: string, value: string])[];
const NONE = '–';

/** Distance, what is deposited and how much may be, the last action, and what moves or may have moved. */
export function doneFacts({ settings, distancePercent, protectionDeposited, lastAction, walletFree, transfer, inDoubt = [] }: ProtectionStatus, say: Say, code: Code): Facts {
  return [
    ['distance', say('distance'), distancePercent === undefined ? NONE : `${trimmed(distancePercent, 2)} %`],
    ['deposited', say('deposited'), `${usd(protectionDeposited)}${settings ? ` / ${usd(capOf(settings))}` : ''}`],
    ['last-action', say('lastAction'), lastAction ? `${code(lastAction.type)} ${lastAction.amount === undefined ? '' : usd(lastAction.amount)} · ${time(lastAction.at)}` : NONE],
    ['wallet', say('walletFree'), walletFree === undefined ? NONE : usd(walletFree)],
    ['transfer', say('transfer'), transfer ? `${code(transfer.direction)} ${usd(transfer.amount)}` : NONE],
    ['in-doubt', say('transferInDoubt'), inDoubt.length > 0 ? `${inDoubt.map(({ direction, amount }) => `${code(direction)} ${usd(amount)}`).join(', ')} · ${say('transferInDoubtText')}` : NONE],
  ];
}

export const settingFacts = ({ triggerDistance, safeDistance, mode, increment, cooldownMs, exhausted }: ProtectionSettings, say: Say, code: Code): Facts => [
  ['bounds', `${say('triggerDistance')} / ${say('safeDistance')}`, `${percent(triggerDistance)} / ${percent(safeDistance)}`],
  ['steps', say('step'), `${code(mode)}${mode === 'increment' ? ` ${usd(increment)}` : ''} · ${trimmed(`${cooldownMs}`, 0)} ${code('ms')}`],
  ['when-exhausted', say('exhausted'), code(exhausted)],
];

export const placeFacts = ({ position, stateTime }: ProtectionStatus, say: Say): Facts => [
  ['price', say('liquidatingPrice'), position ? `${trimmed(position.price, 6)} · ${time(position.priceTime)}` : NONE],
  ['liquidation', say('liquidationPrice'), position?.liquidationPrice === undefined ? NONE : trimmed(position.liquidationPrice, 6)],
  ['account', say('accountRead'), stateTime === undefined ? NONE : time(stateTime)],
];
