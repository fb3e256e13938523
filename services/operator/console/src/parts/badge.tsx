import { useDesk } from '../desk.js';

const TONES: Readonly<Record<string, string>> = { RUNNING: 'good', LIVE: 'good', ACTIVE: 'good', RUNS: 'good', COMPLETED: 'good', PAUSED: 'warn', REDUCING: 'warn', CLOSING: 'warn', 'NOT READY': 'warn', STALE: 'warn', HALTED: 'bad', DOWN: 'bad', TRIPPED: 'bad', UNKNOWN: 'bad' };

interface BadgeProps {
  /** As the desk calls it, or a word of the console. */
  readonly state: string;
  readonly tone?: 'good' | 'warn' | 'bad' | 'plain';
}

/** A state in its own word; the colour only repeats it. */
export function Badge({ state, tone }: BadgeProps) {
  const { code } = useDesk();
  return <span class={`badge ${tone ?? TONES[state] ?? 'plain'}`} data-state={state}>{code(state)}</span>;
}
