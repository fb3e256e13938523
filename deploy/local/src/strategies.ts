import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AnyStrategy, Strategy } from '@ballast/strategy';
import { WORKING_COPY } from './working-copy.js';

export { WORKING_COPY };

/** Whoever runs from TypeScript gets strategies from TypeScript, else both would hold another copy of the strategy library. */
const RUNS_FROM_SOURCE = import.meta.url.endsWith('.ts');
const NAME = /^[a-z][a-z0-9-]{0,40}$/;

/** One folder of `services/strategies`: the name of the folder is the name of the strategy. */
export interface StrategyFolder {
  readonly name: string;
  /** Full path of the package. */
  readonly folder: string;
  /** Its process, from the top of the working copy: `services/strategies/<name>/dist/main.js`. */
  readonly entry: string;
  /**
   * The strategy itself, for a process that runs it beside others.
   * @throws Error where the package is not compiled, exports no `createStrategy`, or its strategy has another name.
   */
  load(): Promise<AnyStrategy>;
}

/**
 * Every strategy there is, by name: the folders of `services/strategies` that hold a package.json. Nothing else lists them.
 * @throws Error for a folder whose name cannot be part of a subject.
 */
export function discoverStrategies(root: string = WORKING_COPY): readonly StrategyFolder[] {
  const parent = join(root, 'services', 'strategies');
  const names = existsSync(parent) ? readdirSync(parent).filter((name) => existsSync(join(parent, name, 'package.json'))) : [];
  return names.sort().map((name) => {
    if (!NAME.test(name)) throw new Error(`services/strategies: found the folder "${name}", allowed is ${NAME.source}`);
    const folder = join(parent, name);
    return { name, folder, entry: `services/strategies/${name}/dist/main.js`, load: () => loadStrategy(name, folder) };
  });
}

/** Names the strategies there are. */
export class UnknownStrategy extends Error {
  override readonly name = 'UnknownStrategy';
}

/** @throws UnknownStrategy where `name` is no folder of `services/strategies` */
export function strategyFolder(name: string, root: string = WORKING_COPY): StrategyFolder {
  const all = discoverStrategies(root);
  const found = all.find((strategy) => strategy.name === name);
  if (!found) throw new UnknownStrategy(`strategy: found "${name}", allowed is one of the folders of services/strategies: ${all.map((strategy) => strategy.name).join(', ')}`);
  return found;
}

async function loadStrategy(name: string, folder: string): Promise<AnyStrategy> {
  const file = join(folder, RUNS_FROM_SOURCE ? 'src/index.ts' : 'dist/index.js');
  if (!existsSync(file)) throw new Error(`strategy ${name}: ${file} does not exist; run \`make build\``);
  const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { readonly createStrategy?: () => unknown };
  if (typeof module.createStrategy !== 'function') throw new Error(`strategy ${name}: ${file} exports no function createStrategy`);
  const strategy = module.createStrategy();
  if (!(strategy instanceof Strategy)) throw new Error(`strategy ${name}: createStrategy() of ${file} returns no Strategy of @ballast/strategy`);
  if (strategy.name !== name) throw new Error(`strategy ${name}: found the name "${strategy.name}", allowed is the name of its folder`);
  return strategy as AnyStrategy;
}
