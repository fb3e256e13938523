import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments, type Tags } from 'yaml';
import type { Manifest } from '../manifest.js';

const run = promisify(execFile);
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

/** Kubernetes reads a hex number that is longer than a number can be, as an address of a contract is, as text. */
const AS_GO_READS = (tags: Tags): Tags => tags.filter((tag) => typeof tag === 'string' || !('format' in tag) || tag.format !== 'HEX');

/** Overlays of `k8s/overlays`. */
export const OVERLAYS = ['dev', 'staging', 'prod'] as const;
export type OverlayName = (typeof OVERLAYS)[number];

/** What kustomize makes of an overlay. */
export interface Overlay {
  readonly name: OverlayName;
  readonly manifests: readonly Manifest[];
  /** What is wrong with the YAML itself: a key twice, say. */
  readonly faults: readonly string[];
}

/** kustomize, or kubectl, which has it inside: KUSTOMIZE_BIN, then PATH, then what set-up fetched. @throws Error where there is none */
export function kustomizeCommand(root: string, env: NodeJS.ProcessEnv): readonly string[] {
  const named = env['KUSTOMIZE_BIN'];
  const folders = (env['PATH'] ?? '').split(delimiter);
  const candidates = named === undefined || named === '' ? ['kustomize', 'kubectl'].flatMap((name) => folders.map((folder) => join(folder, name))).concat(join(root, '.cache/tools/bin/kustomize')) : [named];
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`kustomize: found neither it nor kubectl${named === undefined ? ' on PATH' : ` at ${named}`}; run \`make setup\`, or name one in KUSTOMIZE_BIN`);
  return found.endsWith('kubectl') ? [found, 'kustomize'] : [found, 'build'];
}

/** Reads YAML with several documents; faults of the text are told, not thrown. */
export function readManifests(text: string): Pick<Overlay, 'manifests' | 'faults'> {
  const documents = parseAllDocuments(text, { uniqueKeys: true, customTags: AS_GO_READS });
  if ('empty' in documents) return { manifests: [], faults: ['found no document'] };
  const faults = documents.flatMap(({ errors }) => errors.map(({ message }) => message));
  return { manifests: documents.filter(({ errors }) => errors.length === 0).map((document) => document.toJS() as Manifest), faults };
}

/** Renders an overlay as `kubectl apply -k` would see it. @throws Error with what kustomize said */
export async function renderOverlay(root: string, name: OverlayName, env: NodeJS.ProcessEnv = process.env): Promise<Overlay & { readonly text: string }> {
  const [program = '', ...args] = kustomizeCommand(root, env);
  const { stdout } = await run(program, [...args, join(root, 'k8s/overlays', name)], { maxBuffer: OUTPUT_MAX_BYTES });
  return { name, text: stdout, ...readManifests(stdout) };
}
