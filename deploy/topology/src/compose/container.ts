/** A service of a compose file, as far as ours use it. */
export interface Container {
  readonly image: string;
  readonly [key: string]: unknown;
}

/** What no container has: a root file system to write on, privileges, a way to more of them. */
export const HARDENED = {
  read_only: true,
  tmpfs: ['/tmp:size=64m,mode=1777'],
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
} as const;

const CPUS = '1.0';

/** A limit of memory, MiB, and of one core, which every machine has. */
export const limitedTo = (memoryMb: number): object => ({ resources: { limits: { memory: `${memoryMb}M`, cpus: CPUS } } });

/** Looked at every ten seconds, which costs little; on a busy machine a look may take many seconds, and a start minutes. */
export const checkedBy = (...test: readonly string[]): object => ({ test: ['CMD', ...test], interval: '10s', timeout: '20s', retries: 6, start_period: '300s' });

/** A port of this machine alone. */
export const onLoopback = (variable: string, port: number): string => `127.0.0.1:\${${variable}:-${port}}:${port}`;

export const STAYS_UP = { restart: 'unless-stopped' } as const;
export const HEALTHY = { condition: 'service_healthy' } as const;
export const DONE = { condition: 'service_completed_successfully' } as const;
