import { constants } from 'node:fs';
import { access } from 'node:fs/promises';

/** By what a process knows its NATS server, and is known there. Read again at each connection, so that they can be replaced while it runs. */
export interface NatsTlsFiles {
  /** The authorities that may have signed the server's certificate. */
  readonly caFile: string;
  /** This process's own certificate with its key. */
  readonly certFile: string;
  readonly keyFile: string;
}

const VARIABLES = ['NATS_CA_FILE', 'NATS_CERT_FILE', 'NATS_KEY_FILE'] as const;

/**
 * NATS_CA_FILE, NATS_CERT_FILE and NATS_KEY_FILE; undefined where there is none of them: plain connections.
 * @throws Error where one of them lacks or cannot be read.
 */
export async function natsTlsOf(env: NodeJS.ProcessEnv): Promise<NatsTlsFiles | undefined> {
  const [caFile = '', certFile = '', keyFile = ''] = VARIABLES.map((name) => env[name] ?? '');
  const given = VARIABLES.find((name) => (env[name] ?? '') !== '');
  if (given === undefined) return undefined;
  for (const [index, file] of [caFile, certFile, keyFile].entries()) {
    if (file === '') throw new Error(`${VARIABLES[index]}: found nothing, allowed is a file, since ${given} is given`);
    await access(file, constants.R_OK).catch((cause: unknown) => {
      throw new Error(`${VARIABLES[index]}: found ${JSON.stringify(file)}, allowed is a file that can be read`, { cause });
    });
  }
  return { caFile, certFile, keyFile };
}
