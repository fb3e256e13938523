const TONES: Readonly<Record<string, string>> = { RUNNING: 'good', LIVE: 'good', ACTIVE: 'good', RUNS: 'good', COMPLETED: 'good', PAUSED: 'warn', REDUCING: 'warn', CLOSING: 'warn', 'NOT READY': 'warn', STALE: 'warn', HALTED: 'bad', DOWN: 'bad', TRIPPED: 'bad', UNKNOWN: 'bad' };

/** A state in its own word; the colour only repeats it. */
export function Badge({ state, tone }: { readonly state: string; readonly tone?: 'good' | 'warn' | 'bad' | 'plain' }) {
  return <span class={`badge ${tone ?? TONES[state] ?? 'plain'}`}>{state}</span>;
}
