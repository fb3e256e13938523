import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: string | undefined;
  /** What is wrong with it, in the desk's words. */
  readonly fault?: string | undefined;
  readonly type?: 'text' | 'password' | 'date' | 'area';
  readonly isRequired?: boolean;
  readonly autoComplete?: 'off' | 'current-password';
}

interface About {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

/** An input's own attributes, and the words below it that it points to. */
function useAbout(hint: string | undefined, fault: string | undefined): readonly [About, ComponentChildren] {
  const id = useId();
  const described = [hint === undefined ? [] : `${id}-hint`, fault === undefined ? [] : `${id}-fault`].flat().join(' ');
  return [
    { id, 'aria-describedby': described === '' ? undefined : described, 'aria-invalid': fault === undefined ? undefined : true },
    <>
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
      {fault !== undefined && <small id={`${id}-fault`} class="fault" role="alert" lang="en">{fault}</small>}
    </>,
  ];
}

/** One labelled input. */
export function Field({ label, value, onValue, hint, fault, type = 'text', isRequired = false, autoComplete = 'off' }: FieldProps) {
  const [about, words] = useAbout(hint, fault);
  const shared = { ...about, value, required: isRequired, autoComplete, spellcheck: false, onInput: (event: Event) => onValue((event.currentTarget as HTMLInputElement | HTMLTextAreaElement).value) };
  return (
    <div class="field">
      <label for={about.id}>{label}</label>
      {inputOf(type, shared)}
      {words}
    </div>
  );
}

interface Shared extends About {
  readonly value: string;
  readonly required: boolean;
  readonly autoComplete: 'off' | 'current-password';
  readonly spellcheck: boolean;
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
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly hint?: string;
  readonly fault?: string | undefined;
  /** The options are names, which no language changes; but for the one without a value. */
  readonly areNames?: boolean;
}

/** One of several. */
export function Choice({ label, value, onValue, options, hint, fault, areNames = false }: ChoiceProps) {
  const [about, words] = useAbout(hint, fault);
  return (
    <div class="field">
      <label for={about.id}>{label}</label>
      <select {...about} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {options.map(([each, text]) => <option key={each} value={each} selected={each === value} translate={!areNames || each === ''}>{text}</option>)}
      </select>
      {words}
    </div>
  );
}
