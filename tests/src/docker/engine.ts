import { spawn } from 'node:child_process';
import { WORKSPACE_ROOT } from '@ballast/testing';

/** The image under test, as compose names it. */
export const IMAGE = 'ballast:dev';
/** Build arguments of the image under test: what its labels and metrics have to tell. */
export const VERSION = '0.1.0-test';
export const REVISION = '0123456789abcdef0123456789abcdef01234567';

/** What a command left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `docker …` in the working copy to its end. @throws Error where there is no docker client */
export function docker(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', args, { cwd: WORKSPACE_ROOT, env: { ...process.env, VERSION, REVISION, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** The output of `docker …`. @throws Error with what it said where it failed */
export async function succeeds(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, stdout, stderr } = await docker(args, env);
  if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}:\n${stdout.slice(-4_000)}\n${stderr.slice(-8_000)}`);
  return stdout;
}
