import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `services/strategies/<name>/strategy.json`: what a deployment has to know of a strategy. */
export interface StrategyManifest {
  /** The name of its folder. */
  readonly name: string;
  /** One line for people, 1 to 200 characters. */
  readonly description: string;
  /** More memory ends its process, MiB; 128 to 8192. */
  readonly memoryMb: number;
}

/** A manifest that cannot be used: every field at fault, what was found, what is allowed. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  constructor(file: string, faults: readonly string[]) {
    super(`${file}: ${faults.join('; ')}`);
  }
}

const FILE = 'strategy.json';
const NAME = /^[a-z][a-z0-9-]{0,38}$/;
const FIELDS = ['name', 'description', 'memoryMb'] as const;
const MEMORY_MIN_MB = 128;
const MEMORY_MAX_MB = 8_192;
const DESCRIPTION_MAX = 200;
const shown = (found: unknown): string => (found === undefined ? 'nothing' : JSON.stringify(found));

/** Reads the text of a manifest. @throws ManifestError naming every field at fault */
export function strategyManifestOf(text: string, folder: string): StrategyManifest {
  const file = `services/strategies/${folder}/${FILE}`;
  const read = objectIn(text, file);
  const { name, description, memoryMb } = read;
  const faults = Object.keys(read).filter((field) => !FIELDS.some((known) => known === field)).map((field) => `${field}: found ${shown(read[field])}, allowed are the fields ${FIELDS.join(', ')}`);
  if (name !== folder || !NAME.test(folder)) faults.push(`name: found ${shown(name)}, allowed is the name of its folder, which fits ${NAME.source}`);
  if (typeof description !== 'string' || description.trim() === '' || description.length > DESCRIPTION_MAX || /[\r\n]/.test(description)) faults.push(`description: found ${shown(description)}, allowed is one line of 1 to ${DESCRIPTION_MAX} characters`);
  if (typeof memoryMb !== 'number' || !Number.isInteger(memoryMb) || memoryMb < MEMORY_MIN_MB || memoryMb > MEMORY_MAX_MB) faults.push(`memoryMb: found ${shown(memoryMb)}, allowed is a whole number from ${MEMORY_MIN_MB} to ${MEMORY_MAX_MB}`);
  if (faults.length > 0) throw new ManifestError(file, faults);
  return { name: folder, description: String(description), memoryMb: Number(memoryMb) };
}

function objectIn(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new ManifestError(file, [`found ${error instanceof Error ? error.message : String(error)}, allowed is a JSON object`]);
  }
  throw new ManifestError(file, [`found ${text.trim().slice(0, 40)}, allowed is a JSON object`]);
}

/**
 * The manifests of every folder of `services/strategies` that is a package, by name. Nothing else lists strategies.
 * `root` is the top folder of the working copy or of the image. @throws ManifestError also where a package has none
 */
export function readStrategies(root: string): readonly StrategyManifest[] {
  const parent = join(root, 'services', 'strategies');
  const folders = existsSync(parent) ? readdirSync(parent).filter((name) => existsSync(join(parent, name, 'package.json'))) : [];
  return folders.sort().map((folder) => {
    const file = join(parent, folder, FILE);
    if (!existsSync(file)) throw new ManifestError(`services/strategies/${folder}/${FILE}`, [`found nothing, allowed is { "name": "${folder}", "description": "…", "memoryMb": 256 }`]);
    return strategyManifestOf(readFileSync(file, 'utf8'), folder);
  });
}
