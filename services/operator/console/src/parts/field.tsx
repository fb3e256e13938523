import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: string;
  readonly type?: 'text' | 'password' | 'date' | 'area';
  readonly isRequired?: boolean;
  readonly autoComplete?: 'off' | 'current-password';
}

/** One labelled input. */
export function Field({ label, value, onValue, hint, type = 'text', isRequired = false, autoComplete = 'off' }: FieldProps) {
  const id = useId();
  const shared = { id, value, required: isRequired, autoComplete, spellcheck: false, 'aria-describedby': hint === undefined ? undefined : `${id}-hint`, onInput: (event: Event) => onValue((event.currentTarget as HTMLInputElement | HTMLTextAreaElement).value) };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {inputOf(type, shared)}
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
    </div>
  );
}

interface Shared {
  readonly id: string;
  readonly value: string;
  readonly required: boolean;
  readonly autoComplete: 'off' | 'current-password';
  readonly spellcheck: boolean;
  readonly 'aria-describedby': string | undefined;
  readonly onInput: (event: Event) => void;
}

function inputOf(type: NonNullable<FieldProps['type']>, shared: Shared) {
  switch (type) {
    case 'text': return <input type="text" {...shared} />;
    case 'password': return <input type="password" {...shared} />;
    case 'date': return <input type="date" {...shared} />;
    case 'area': return <textarea rows={8} {...shared} />;
  }
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly options: readonly (readonly [value: string, text: ComponentChildren])[];
}

/** One of several. */
export function Choice({ label, value, onValue, options }: ChoiceProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {options.map(([each, text]) => <option key={each} value={each} selected={each === value}>{text}</option>)}
      </select>
    </div>
  );
}
