import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { LocalNats } from '@ballast/provisioner';

/** What the log proves about the run: every check, and the state folded again from the first event. */
export interface Proofs {
  readonly verify: { readonly ok: boolean; readonly breaches: number; readonly first: string | null; readonly rules: readonly string[]; readonly decisions: number };
  readonly rebuild: { readonly equalsLive: boolean; readonly difference: string | null; readonly hash: string; readonly cut: string; readonly events: number; readonly eventsPerSecond: number };
}

interface VerifyDocument {
  readonly ok: boolean;
  readonly messages: number;
  readonly rules: readonly string[];
  readonly first?: { readonly rule: string; readonly partition: number; readonly sequence: number; readonly detail: string };
  readonly breaches: readonly unknown[];
}

interface RebuildDocument {
  readonly hash: string;
  readonly cut: string;
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly compareLive: { readonly equal: boolean; readonly absent: readonly string[]; readonly difference?: string };
}

const OUTPUT_MAX = 256 * 1_024 * 1_024;
const PATIENCE_MS = 120_000;

/** Runs `ballast verify` and `ballast rebuild --compare-live`, as a person would. @throws Error with what the command said where it gave no answer. */
export async function prove(root: string, nats: LocalNats): Promise<Proofs> {
  const [verified, rebuilt] = (await Promise.all([ballast(root, nats, ['verify']), ballast(root, nats, ['rebuild', '--compare-live'])])) as [VerifyDocument, RebuildDocument];
  const { first } = verified;
  return {
    verify: { ok: verified.ok, breaches: verified.breaches.length, first: first === undefined ? null : `${first.rule} at ${first.partition}:${first.sequence}: ${first.detail}`, rules: verified.rules, decisions: verified.messages },
    rebuild: { equalsLive: rebuilt.compareLive.equal, difference: rebuilt.compareLive.difference ?? rebuilt.compareLive.absent[0] ?? null, hash: rebuilt.hash, cut: rebuilt.cut, events: rebuilt.events, eventsPerSecond: rebuilt.eventsPerSecond },
  };
}

/** A breach is exit code 1 with the same document, so the document decides. */
function ballast(root: string, nats: LocalNats, args: readonly string[]): Promise<unknown> {
  const entry = join(root, 'services', 'operator', 'bin', 'ballast.js');
  const all = [entry, ...args, '--json', '--nats', nats.url, '--seed', nats.seedFiles['cli'] ?? ''];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, all, { maxBuffer: OUTPUT_MAX, timeout: PATIENCE_MS }, (error, out, err) => {
      try {
        resolve(JSON.parse(out));
      } catch (cause) {
        reject(new Error(`ballast ${args.join(' ')} gave no answer: ${err.trim() || String(error ?? cause)}`, { cause }));
      }
    });
  });
}
