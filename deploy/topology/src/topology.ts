import type { ProcessSpec } from './process.js';
import { SERVICES, strategyProcess } from './services.js';
import type { StrategyManifest } from './strategy-manifest.js';

/** Every process of a deployment by its name: the services, then the strategies. */
export const topology = (strategies: readonly StrategyManifest[]): readonly ProcessSpec[] => [...SERVICES, ...strategies.map(strategyProcess)];

/** @throws Error naming the processes there are */
export function processNamed(name: string, processes: readonly ProcessSpec[]): ProcessSpec {
  const found = processes.find((process) => process.name === name);
  if (!found) throw new Error(`process: found "${name}", allowed are ${processes.map((process) => process.name).join(', ')}`);
  return found;
}
