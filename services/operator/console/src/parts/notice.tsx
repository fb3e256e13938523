import { type Answer, type Outcome, useDesk } from '../desk.js';

/** That an answer is not there yet, or why it could not be loaded. */
export function Waiting({ answer }: { readonly answer: Answer<unknown> }) {
  const { say } = useDesk();
  if (answer.fault !== undefined) return <p class="notice bad" role="alert" lang="en">{answer.fault}</p>;
  return answer.value === undefined ? <p class="empty waiting" role="status">{say('loading')}</p> : null;
}

/** What is wrong with a field and what is in it, by the name that the desk has for it; undefined where nothing is. */
export function faultOf(outcome: Outcome, field: string): string | undefined {
  if (outcome.state !== 'refused') return undefined;
  const found = Object.entries(outcome.error.fields).filter(([name]) => isWithin(name, field));
  return found.length === 0 ? undefined : found.map(([name, fault]) => (name === field ? fault : `${name.slice(field.length).replace(/^\./, '')}: ${fault}`)).join('; ');
}

const isWithin = (name: string, field: string): boolean => name === field || name.startsWith(`${field}.`) || name.startsWith(`${field}[`);

interface OutcomeProps {
  readonly outcome: Outcome;
  readonly told?: string | undefined;
  /** Fields that tell their own faults: here only the others are listed. */
  readonly fields?: readonly string[];
}

/** How a write went, in the words of who decided. */
export function OutcomeNotice({ outcome, told, fields = [] }: OutcomeProps) {
  const { say } = useDesk();
  if (outcome.state === 'idle') return null;
  if (outcome.state === 'busy') return <p class="empty waiting" role="status">{say('sending')}</p>;
  if (outcome.state === 'done') return <p class={`notice ${told === undefined ? 'good' : 'warn'}`} role="status">{told ?? ((outcome.answer as { readonly outcome?: string }).outcome === 'nothing' ? say('nothing') : say('done'))}</p>;
  const { error, isInDoubt } = outcome;
  const faults = Object.entries(error.fields);
  const others = faults.filter(([name]) => !fields.some((field) => isWithin(name, field)));
  return (
    <div class="notice bad" role="alert">
      {faults.length > 0 && others.length < faults.length ? <p>{say('refusedFields')}</p> : <p lang="en">{error.message}</p>}
      {isInDoubt && <p>{say('inDoubt')}</p>}
      {others.length > 0 && <ul lang="en">{others.map(([field, fault]) => <li key={field}><code>{field}</code>: {fault}</li>)}</ul>}
    </div>
  );
}
