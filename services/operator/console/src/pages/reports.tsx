import { useState } from 'preact/hooks';
import { textOf, useAnswer, useDesk } from '../desk.js';
import { Choice, Field } from '../parts/field.js';
import { Waiting } from '../parts/notice.js';
import { usePortfolio } from '../parts/portfolio.js';

const FORMATS = ['md', 'json', 'csv'] as const;
type Format = (typeof FORMATS)[number];
const TYPES: Readonly<Record<Format, string>> = { md: 'text/markdown', json: 'application/json', csv: 'text/csv' };

/** Hands a text to the browser as a file. */
function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

/** What `ballast report` makes: read here, or taken along as a file. */
export function ReportsPage() {
  const { say, client } = useDesk();
  const kinds = useAnswer<readonly { readonly kind: string }[]>('/api/reports');
  const [portfolio, choice] = usePortfolio();
  const [kind, setKind] = useState<string | undefined>(undefined);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [text, setText] = useState<string | undefined>(undefined);
  const [fault, setFault] = useState<string | undefined>(undefined);
  const chosen = kind ?? kinds.value?.[0]?.kind;
  const make = async (format: Format): Promise<void> => {
    const query = new URLSearchParams({ format, ...(portfolio === undefined ? {} : { portfolio }), ...(from === '' ? {} : { from }), ...(to === '' ? {} : { to }) });
    try {
      const made = await client.text(`/api/reports/${chosen ?? ''}?${query.toString()}`);
      setFault(undefined);
      if (format === 'md') setText(made);
      else save(`${chosen ?? 'report'}.${format}`, TYPES[format], made);
    } catch (error) {
      setFault(textOf(error));
    }
  };
  return (
    <>
      <h1>{say('reports')}</h1>
      <Waiting answer={kinds} />
      {chosen !== undefined && (
        <form
          class="card"
          onSubmit={(event) => {
            event.preventDefault();
            void make('md');
          }}
        >
          <Choice areNames label={say('report')} value={chosen} onValue={setKind} options={(kinds.value ?? []).map((each) => [each.kind, each.kind] as const)} />
          {choice}
          <Field label={say('from')} type="date" value={from} onValue={setFrom} hint={say('dateHint')} />
          <Field label={say('to')} type="date" value={to} onValue={setTo} hint={say('dateHint')} />
          <div class="buttons start">
            <button type="submit" class="primary">{say('show')}</button>
            {FORMATS.slice(1).map((format) => <button key={format} type="button" onClick={() => void make(format)}>{say('download', { format: format.toUpperCase() })}</button>)}
          </div>
        </form>
      )}
      {fault !== undefined && <p class="notice bad" role="alert" lang="en">{fault}</p>}
      {text !== undefined && <pre class="report" tabIndex={0} lang="en">{text}</pre>}
    </>
  );
}
