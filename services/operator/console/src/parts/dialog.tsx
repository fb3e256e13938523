import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useDesk, type Write } from '../desk.js';
import { Field } from './field.js';
import { OutcomeNotice } from './notice.js';

interface DialogProps {
  readonly title: string;
  readonly text: string;
  /** Must be typed before anything is sent. */
  readonly word?: string;
  readonly asksReason?: boolean;
  readonly write: Write;
  readonly tone?: 'bad' | 'plain';
  readonly children?: ComponentChildren;
  /** @returns whether it was done: then the dialog closes. */
  readonly onConfirm: (reason: string) => Promise<boolean>;
  readonly onClose: () => void;
}

/** Asks before something is done: with a reason, and a word to type where it matters. The browser keeps the focus inside. */
export function Dialog({ title, text, word, asksReason = false, write, tone = 'plain', children, onConfirm, onClose }: DialogProps) {
  const { say } = useDesk();
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const isReady = (word === undefined || typed === word) && (!asksReason || reason.trim() !== '') && write.outcome.state !== 'busy';
  const confirm = async (): Promise<void> => {
    if (isReady && (await onConfirm(reason.trim()))) onClose();
  };
  return (
    <dialog ref={dialog} aria-labelledby={`${id}-title`} aria-describedby={`${id}-text`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <h2 id={`${id}-title`}>{title}</h2>
        <p id={`${id}-text`}>{text}</p>
        {children}
        {asksReason && <Field label={say('reason')} value={reason} onValue={setReason} isRequired />}
        {word !== undefined && <Field label={say('typeToConfirm', { word })} value={typed} onValue={setTyped} isRequired />}
        <OutcomeNotice outcome={write.outcome} />
        <div class="buttons">
          <button type="button" onClick={onClose}>{say('cancel')}</button>
          <button type="submit" class={tone === 'bad' ? 'danger' : 'primary'} disabled={!isReady}>{say('confirm')}</button>
        </div>
      </form>
    </dialog>
  );
}
