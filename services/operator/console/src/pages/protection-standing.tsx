import type { ProtectionSettings, ProtectionStatus } from '../api/wire.js';
import { useDesk } from '../desk.js';
import { percent, time, trimmed, usd } from '../figures.js';
import { Badge } from '../parts/badge.js';
import type { Code } from '../words/codes.js';
import type { Say } from '../words/words.js';
import { Warnings } from './protection-settings.js';

type Facts = readonly (readonly [name: string, label: string, value: string])[];
const NONE = '–';

/** How protection stands now (R74): distance, what is deposited, the last action, and what it all rests on. */
export function Standing({ status }: { readonly status: ProtectionStatus }) {
  const { say, code } = useDesk();
  const { settings, fault, position } = status;
  return (
    <>
      <Badges status={status} />
      {fault && <p class="notice bad" role="alert" lang="en">{fault}</p>}
      <dl class="facts" data-fact="protection">
        {[...doneFacts(status, say, code), ...(settings ? settingFacts(settings, say, code) : []), ...placeFacts(status, say)].map(([name, label, value]) => <div key={name}><dt>{label}</dt><dd data-fact={name}>{value}</dd></div>)}
        {position && <div><dt>{say('nearestPosition')}</dt><dd>{code(position.side)} {trimmed(position.quantity, 6)} <span translate={false}>{position.instrument}</span></dd></div>}
      </dl>
      {settings?.enabled === true && <Warnings settings={settings} />}
    </>
  );
}

function Badges({ status: { settings, isProtecting, paused, venueFrozen, stale, exhausted } }: { readonly status: ProtectionStatus }) {
  const { say, code } = useDesk();
  const isOn = settings?.enabled === true;
  return (
    <p class="badges">
      <Badge state={say(isOn ? 'onWord' : 'offWord')} tone={isOn ? 'good' : 'plain'} />
      {isProtecting && <Badge state={say('protectingWord')} tone="good" />}
      {paused && <Badge state={say('pausedWord')} tone="warn" />}
      {exhausted && <Badge state={`${say('exhaustedWord')}: ${code(exhausted.cause)}`} tone="bad" />}
      {venueFrozen && <Badge state={say('frozenWord')} tone="bad" />}
      {stale && <Badge state={say('staleWord')} tone="bad" />}
    </p>
  );
}

function doneFacts({ settings, distancePercent, protectionDeposited, lastAction, walletFree, transfer }: ProtectionStatus, say: Say, code: Code): Facts {
  return [
    ['distance', say('distance'), distancePercent === undefined ? NONE : `${trimmed(distancePercent, 2)} %`],
    ['deposited', say('deposited'), `${usd(protectionDeposited)}${settings ? ` / ${usd(settings.maxDeposit)}` : ''}`],
    ['last-action', say('lastAction'), lastAction ? `${code(lastAction.type)} ${lastAction.amount === undefined ? '' : usd(lastAction.amount)} · ${time(lastAction.at)}` : NONE],
    ['wallet', say('walletFree'), walletFree === undefined ? NONE : usd(walletFree)],
    ['transfer', say('transfer'), transfer ? `${code(transfer.direction)} ${usd(transfer.amount)}` : NONE],
  ];
}

const settingFacts = ({ triggerDistance, safeDistance, mode, increment, cooldownMs, exhausted }: ProtectionSettings, say: Say, code: Code): Facts => [
  ['bounds', `${say('triggerDistance')} / ${say('safeDistance')}`, `${percent(triggerDistance)} / ${percent(safeDistance)}`],
  ['steps', say('step'), `${code(mode)}${mode === 'increment' ? ` ${usd(increment)}` : ''} · ${trimmed(`${cooldownMs}`, 0)} ${code('ms')}`],
  ['when-exhausted', say('exhausted'), code(exhausted)],
];

const placeFacts = ({ position, stateTime }: ProtectionStatus, say: Say): Facts => [
  ['price', say('liquidatingPrice'), position ? `${trimmed(position.price, 6)} · ${time(position.priceTime)}` : NONE],
  ['liquidation', say('liquidationPrice'), position?.liquidationPrice === undefined ? NONE : trimmed(position.liquidationPrice, 6)],
  ['account', say('accountRead'), stateTime === undefined ? NONE : time(stateTime)],
];
