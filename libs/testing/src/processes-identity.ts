import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const STATE = 0;
const START_TICKS = 19;

function fieldsOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function startTextOf(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch (error) {
    if ((error as { status?: number }).status === 1) return undefined;
    throw error;
  }
}

/**
 * When a process began, in words of the operating system that no later process with the same pid can share: on Linux
 * the boot and the clock ticks since then. Absent where the process has ended, a zombie included.
 */
export function startOfProcess(pid: number): string | undefined {
  if (!existsSync('/proc/self/stat')) return startTextOf(pid);
  const fields = fieldsOf(pid);
  if (fields === undefined || fields[STATE] === 'Z' || fields[STATE] === 'X') return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[START_TICKS]}`;
}

/** True while the process runs; a zombie does not. */
export const isAlive = (pid: number): boolean => startOfProcess(pid) !== undefined;
