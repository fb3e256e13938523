/** What is wrong with a profile, or odd about it: where, which requirement says so, and the numbers. */
export interface Finding {
  /** A fault is refused at load; a warning is told of. */
  readonly severity: 'FAULT' | 'WARNING';
  /** `stops.weeklyLossRatio`, `ladder.rungs[2].gate.dailyVolumeMin`. */
  readonly field: string;
  /** The requirement: `C-44`. */
  readonly id: string;
  /** What was found, with its numbers, and what is allowed. */
  readonly text: string;
}

export const findingText = ({ field, text, id }: Finding): string => `${field}: ${text} (${id})`;

export interface FaultyFile {
  readonly file: string;
  readonly faults: readonly Finding[];
}

/** Profiles that can't be used: every fault of every file at once. */
export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError';
  constructor(readonly files: readonly FaultyFile[]) {
    super(files.flatMap(({ file, faults }) => [`policy profile ${file} can't be used:`, ...faults.map((fault) => `  ${findingText(fault)}`)]).join('\n'));
  }
}

export const describe = (found: unknown): string => (found === undefined ? 'nothing' : `${typeof found === 'string' ? '' : `${Array.isArray(found) ? 'list' : typeof found} `}${(JSON.stringify(found) ?? String(found)).slice(0, 80)}`);
