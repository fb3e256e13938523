import { type Answer, type Outcome, useDesk } from '../desk.js';

/** That an answer is not there yet, or why it could not be loaded. */
export function Waiting({ answer }: { readonly answer: Answer<unknown> }) {
  const { say } = useDesk();
  if (answer.fault !== undefined) return <p class="notice bad" role="alert">{answer.fault}</p>;
  return answer.value === undefined ? <p class="empty" role="status">{say('loading')}</p> : null;
}

/** How a write went, in the words of who decided. */
export function OutcomeNotice({ outcome, told }: { readonly outcome: Outcome; readonly told?: string | undefined }) {
  const { say } = useDesk();
  if (outcome.state === 'idle' || outcome.state === 'busy') return null;
  if (outcome.state === 'done') return <p class="notice good" role="status">{told ?? ((outcome.answer as { readonly outcome?: string }).outcome === 'nothing' ? say('nothing') : say('done'))}</p>;
  const { error, isInDoubt } = outcome;
  return (
    <div class="notice bad" role="alert">
      <p>{error.message}</p>
      {isInDoubt && <p>{say('inDoubt')}</p>}
      {Object.keys(error.fields).length > 0 && <ul>{Object.entries(error.fields).map(([field, fault]) => <li key={field}><code>{field}</code>: {fault}</li>)}</ul>}
    </div>
  );
}
