import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { ContractError } from '@ballast/events';
import { canonicalJson } from '../core/canonical-json.js';
import { EVENT_STREAMS, DEAD_STREAM } from '../jetstream/names.js';
import { sha256 } from './archived-record.js';
import type { Place } from './log-streams.js';

/** One file of an archive. */
export interface Segment {
  /** Path below the archive's folder. */
  readonly file: string;
  readonly first: number;
  readonly last: number;
  /** Size of the file. */
  readonly packedBytes: number;
  /** SHA-256 (hex) of the file. */
  readonly sha256: string;
  /** Chained digest of the stream after the segment's last message. */
  readonly digest: string;
}

/** One stream of the log, from its first message to its last archived one. */
export interface StreamArchive {
  readonly stream: string;
  /** Last archived sequence, which is also how many messages there are; 0 = none. */
  readonly last: number;
  /** Bytes of all messages, without their subjects. */
  readonly bytes: number;
  /** SHA-256 (hex) over the exact bytes of the last message; '' for none. */
  readonly lastHash: string;
  /** Chained digest over every record; '' for none. */
  readonly digest: string;
  readonly segments: readonly Segment[];
}

/** How many decisions were written with one version of the event contracts. */
export interface ContractCount {
  readonly contract: number;
  readonly messages: number;
}

/** What an archive holds. Every figure of it is signed. */
export interface Manifest {
  readonly format: 1;
  readonly streams: readonly StreamArchive[];
  readonly places: readonly Place[];
  readonly contracts: readonly ContractCount[];
  /** Market time of the newest decision, ms; 0 for none. */
  readonly newestAt: number;
}

/** Streams that are archived: the log, and what could not be handled of it. */
export const ARCHIVED_STREAMS: readonly string[] = [...EVENT_STREAMS, DEAD_STREAM];

export const emptyManifest = (): Manifest => ({
  format: 1,
  streams: ARCHIVED_STREAMS.map((stream) => ({ stream, last: 0, bytes: 0, lastHash: '', digest: '', segments: [] })),
  places: [],
  contracts: [],
  newestAt: 0,
});

/** What is wrong with an archive: each fault names its file. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  constructor(
    readonly faults: readonly string[],
    /** What a person does now. */
    readonly advice: string,
  ) {
    super(faults.join('; '));
  }
}

interface Signed {
  readonly manifest: Manifest;
  /** SHA-256 (hex) over the manifest's canonical JSON. */
  readonly sha256: string;
  readonly signature?: { readonly keyId: string; readonly ed25519: string };
}

/** A manifest as it was read, and who signed it. */
export interface ReadManifest {
  readonly manifest: Manifest;
  /** Of the key that signed; absent = not signed. */
  readonly keyId: string | undefined;
}

/** First 16 hex digits of the SHA-256 of the public key: how people tell keys apart. */
export const keyIdOf = (key: KeyObject): string => createHash('sha256').update(key.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16);

/** Reads the PEM of an ed25519 key: of a private one where a manifest is to be signed. @throws ArchiveError */
export function readKey(kind: 'private' | 'public', pem: string): KeyObject {
  try {
    const key = kind === 'private' ? createPrivateKey(pem) : createPublicKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
    throw new ArchiveError([`key: found ${key.asymmetricKeyType ?? 'none'}, allowed is ed25519`], 'make one: openssl genpkey -algorithm ed25519 -out archive.key');
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError([`key: found no ${kind} key (${error instanceof Error ? error.message : String(error)}), allowed is the PEM of an ed25519 key`], 'make one: openssl genpkey -algorithm ed25519 -out archive.key; its public part: openssl pkey -in archive.key -pubout');
  }
}

/** The text of `manifest.json`. */
export function encodeManifest(manifest: Manifest, key: KeyObject | undefined): string {
  const body = Buffer.from(canonicalJson(manifest));
  const signed: Signed = { manifest, sha256: sha256(body), ...(key ? { signature: { keyId: keyIdOf(createPublicKey(key)), ed25519: sign(null, body, key).toString('base64') } } : {}) };
  return `${JSON.stringify(signed, null, 1)}\n`;
}

/**
 * Reads `manifest.json`, its own hash and, where a key is trusted, its signature by that key.
 * @throws ArchiveError naming what is wrong.
 */
export function decodeManifest(file: string, text: string, trusted: KeyObject | undefined): ReadManifest {
  const advice = 'take this archive from another copy';
  const signed = parse(file, text, advice);
  const body = Buffer.from(bodyOf(file, signed, advice));
  if (sha256(body) !== signed.sha256) throw new ArchiveError([`${file}: found SHA-256 ${sha256(body)} over the manifest, written is ${signed.sha256}`], advice);
  const { signature } = signed;
  if (!trusted) return { manifest: signed.manifest, keyId: signature?.keyId };
  if (!signature) throw new ArchiveError([`${file}: found no signature, allowed is one by key ${keyIdOf(trusted)}`], advice);
  if (!verify(null, body, trusted, Buffer.from(signature.ed25519, 'base64'))) throw new ArchiveError([`${file}: the signature (key ${signature.keyId}) is not one of this manifest by key ${keyIdOf(trusted)}`], `${advice}, or name the key that signed it`);
  return { manifest: signed.manifest, keyId: signature.keyId };
}

function parse(file: string, text: string, advice: string): Signed {
  try {
    const found = JSON.parse(text) as Partial<Signed> | null;
    if (found?.manifest?.format === 1 && typeof found.sha256 === 'string' && isWhole(found.manifest)) return found as Signed;
    throw new ArchiveError([`${file}: found format ${String(found?.manifest?.format)}, allowed is 1 with ${ARCHIVED_STREAMS.length} streams`], 'read it with the build that wrote it');
  } catch (error) {
    if (error instanceof SyntaxError) throw new ArchiveError([`${file}: found no JSON (${error.message})`], advice);
    throw error;
  }
}

const isWhole = ({ streams, places, contracts }: Manifest): boolean => Array.isArray(places) && Array.isArray(contracts) && Array.isArray(streams) && streams.map(({ stream }) => stream).join() === ARCHIVED_STREAMS.join();

function bodyOf(file: string, { manifest }: Signed, advice: string): string {
  try {
    return canonicalJson(manifest);
  } catch (error) {
    if (error instanceof ContractError) throw new ArchiveError([`${file}: ${error.message}`], advice);
    throw error;
  }
}
