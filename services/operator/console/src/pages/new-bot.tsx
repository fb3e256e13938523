import { useState } from 'preact/hooks';
import { useDesk, useWrite } from '../desk.js';
import { Field } from '../parts/field.js';
import { faultOf, OutcomeNotice } from '../parts/notice.js';

/** The object that a text is; undefined where it is none. */
export function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Readonly<Record<string, unknown>>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const BLANK = { botId: '', portfolioId: '', accountId: '', strategy: '', profiles: '', settings: '{}' };

/** Creates a bot; the desk judges what is entered, field by field. */
export function NewBotPage() {
  const { say } = useDesk();
  const write = useWrite();
  const [form, setForm] = useState(BLANK);
  const settings = objectIn(form.settings);
  const set = (field: keyof typeof BLANK) => (value: string): void => setForm((before) => ({ ...before, [field]: value }));
  const create = async (): Promise<void> => {
    if (!settings) return;
    const profiles = form.profiles.split(',').map((each) => each.trim()).filter((each) => each !== '');
    const answer = await write.send('POST', '/api/bots', { botId: form.botId, portfolioId: form.portfolioId, accountId: form.accountId, strategy: form.strategy, profiles, settings });
    if (answer) location.hash = `#/bots/${encodeURIComponent(form.botId)}`;
  };
  return (
    <>
      <h1>{say('newBot')}</h1>
      <form
        class="card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field label={say('botId')} value={form.botId} onValue={set('botId')} fault={faultOf(write.outcome, 'botId')} isRequired />
        <Field label={say('portfolioId')} value={form.portfolioId} onValue={set('portfolioId')} fault={faultOf(write.outcome, 'portfolioId')} isRequired />
        <Field label={say('accountId')} value={form.accountId} onValue={set('accountId')} fault={faultOf(write.outcome, 'accountId')} isRequired />
        <Field label={say('strategy')} value={form.strategy} onValue={set('strategy')} fault={faultOf(write.outcome, 'strategy')} isRequired />
        <Field label={say('profiles')} value={form.profiles} onValue={set('profiles')} fault={faultOf(write.outcome, 'profiles')} hint={say('profilesHint')} isRequired />
        <Field label={say('settings')} value={form.settings} onValue={set('settings')} fault={faultOf(write.outcome, 'settings')} hint={settings ? say('settingsHint') : say('noJson')} type="area" />
        <OutcomeNotice outcome={write.outcome} fields={Object.keys(BLANK)} />
        <div class="buttons"><button type="submit" class="primary" disabled={!settings || write.outcome.state === 'busy'}>{say('create')}</button></div>
      </form>
    </>
  );
}
