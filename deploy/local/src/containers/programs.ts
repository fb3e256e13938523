import { join } from 'node:path';
import { JOBS, type ProcessSpec, readStrategies, topology } from '@ballast/topology';

/** Names no program of the image. */
export class UnknownProgram extends Error {
  override readonly name = 'UnknownProgram';
}

/** Everything that the image runs: services, strategies, jobs and the command line `ballast`. `root` is its top folder. */
export const programs = (root: string): readonly ProcessSpec[] => [...topology(readStrategies(root)), ...JOBS];

/** The file of a program, full path. @throws UnknownProgram naming the programs there are */
export function programFile(name: string | undefined, root: string): string {
  const all = programs(root);
  const found = all.find((program) => program.name === name);
  if (!found) throw new UnknownProgram(`program: found ${name === undefined ? 'nothing' : `"${name}"`}, allowed are ${all.map((program) => program.name).join(', ')}`);
  return join(root, found.entry);
}
