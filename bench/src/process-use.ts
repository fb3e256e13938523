import { readFileSync } from 'node:fs';

/** Linux counts a process's time in hundredths of a second (`getconf CLK_TCK`). */
const TICK_MS = 10;
const KIB_PER_MIB = 1024;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** What one process has used. */
export interface ProcessUse {
  /** User and system time since it began, ms. */
  readonly cpuMs: number;
  /** Resident memory now, MiB. */
  readonly memoryMib: number;
}

/** Of `/proc/<pid>/stat` and `/proc/<pid>/status`. @throws Error where the process is gone */
export function useOf(pid: number): ProcessUse {
  // The name of the program is in parentheses and may hold anything; what follows is numbers.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuMs: (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * TICK_MS, memoryMib: Number(resident ?? 0) / KIB_PER_MIB };
}
