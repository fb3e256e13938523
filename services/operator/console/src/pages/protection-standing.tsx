import type { ProtectionStatus } from '../api/wire.js';
import { useDesk } from '../desk.js';
import { trimmed } from '../figures.js';
import { Badge } from '../parts/badge.js';
import { doneFacts, placeFacts, settingFacts } from './protection-facts.js';
import { Warnings } from './protection-settings.js';

/** How protection stands now (R74): distance, what is deposited, the last action, and what it all rests on. */
export function Standing({ status }: { readonly status: ProtectionStatus }) {
  const { say, code } = useDesk();
  const { settings, settingsFaults = [], fault, position } = status;
  return (
    <>
      <Badges status={status} />
      {fault && <p class="notice bad" role="alert" lang="en">{fault}</p>}
      {settingsFaults.length > 0 && (
        <div class="notice bad" role="alert" data-fact="settings-faults">
          <p>{say('settingsMisfit')}</p>
          <ul lang="en">{settingsFaults.map(({ field, text }) => <li key={field + text}>{field}: {text}</li>)}</ul>
        </div>
      )}
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
