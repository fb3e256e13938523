import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useDesk, useMay, useWrite } from '../desk.js';
import type { Method } from '../api/client.js';
import type { Role } from '../api/wire.js';
import type { WordKey } from '../words/en.js';
import { Dialog } from './dialog.js';
import { OutcomeNotice } from './notice.js';

interface DeedProps<T> {
  readonly label: WordKey;
  readonly path: string;
  readonly method?: Method;
  readonly role?: Exclude<Role, 'viewer'>;
  /** What is asked first; without it the button acts at once. */
  readonly text?: WordKey;
  readonly word?: string;
  readonly asksReason?: boolean;
  readonly tone?: 'bad' | 'plain';
  readonly children?: ComponentChildren;
  readonly bodyOf?: (reason: string) => object;
  /** What to say where it is not just done. */
  readonly tell?: (answer: T) => string | undefined;
  readonly onDone?: () => void;
}

/** A button that does one thing; absent for who may not. */
export function Deed<T>({ label, path, method = 'POST', role = 'operator', text, word, asksReason = false, tone = 'plain', children, bodyOf = () => ({}), tell, onDone }: DeedProps<T>) {
  const { say } = useDesk();
  const may = useMay(role);
  const write = useWrite();
  const [isOpen, setOpen] = useState(false);
  if (!may) return null;
  const act = async (reason: string): Promise<boolean> => {
    const isDone = (await write.send<T>(method, path, bodyOf(reason))) !== undefined;
    if (isDone) onDone?.();
    return isDone;
  };
  const told = write.outcome.state === 'done' ? tell?.(write.outcome.answer as T) : undefined;
  const press = (): void => {
    write.reset();
    if (text === undefined) void act('');
    else setOpen(true);
  };
  return (
    <span class="deed">
      <button type="button" class={tone === 'bad' ? 'danger' : ''} disabled={write.outcome.state === 'busy'} onClick={press}>{say(label)}</button>
      {isOpen && text !== undefined && <Dialog title={say(label)} text={say(text)} {...(word === undefined ? {} : { word })} asksReason={asksReason} tone={tone} write={write} onConfirm={act} onClose={() => setOpen(false)}>{children}</Dialog>}
      {!isOpen && <OutcomeNotice outcome={write.outcome} told={told} />}
    </span>
  );
}
