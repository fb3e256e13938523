import { setTimeout as delay } from 'node:timers/promises';
import { Link, type Refusal } from './link.js';
import { PROVISIONER } from './names.js';
import { ProvisioningServer, TopologyError, type ProvisioningOptions, type StreamStatus } from './provisioning-server.js';
import type { NatsTlsFiles } from './tls.js';

export interface ProvisionerOptions extends ProvisioningOptions {
  readonly url: string;
  readonly credentialSeedFile?: string;
  /** Certificates; default as the environment says. */
  readonly tls?: NatsTlsFiles;
  /** `http://host:port` of the server's monitoring: there it is checked that each message is flushed before its ack. */
  readonly monitorUrl?: string;
  /** Streams are not as they must be, after a reconnect: whoever runs the provisioner stops it. */
  readonly onFault: (error: Error) => void;
  /** The server refused it a publish or a subscription. */
  readonly onRefused?: (refusal: Refusal) => void;
  /** Hears every request that was answered. */
  readonly onServed?: (verb: string, ok: boolean) => void;
  /** Whose turn it is among several provisioners; absent = there is one. */
  readonly turns?: Turns;
}

/** Turns of several equal processes. */
export interface Turns {
  /** Whether this process may act at this moment. */
  readonly holds: () => boolean;
  /** `begin` each time that its turn comes; what that gives back ends it. */
  start(begin: () => () => void): void;
  /** Gives its turn away. */
  leave(): Promise<void>;
}

export interface RunningProvisioner {
  readonly connected: () => boolean;
  status(): Promise<readonly StreamStatus[]>;
  close(): Promise<void>;
}

const PATIENCE_MS = 60_000;
const RETRY_MS = 200;

/** @throws TopologyError where the server does not flush every message (requirement: no acknowledged event is ever lost). */
export async function checkSync(monitorUrl: string): Promise<void> {
  const response = await fetch(`${monitorUrl}/varz`);
  const varz = (await response.json()) as { readonly jetstream?: { readonly config?: { readonly sync_always?: boolean } } };
  if (varz.jetstream?.config?.sync_always !== true) throw new TopologyError(`jetstream.config.sync_always: found ${String(varz.jetstream?.config?.sync_always)}, allowed is true; set sync_interval: always`);
}

/** Creates and checks the streams, then answers requests for consumers, where there are several in its turn; looks at the streams again whenever the server comes back. */
export async function startProvisioner(options: ProvisionerOptions): Promise<RunningProvisioner> {
  const link = await Link.open({ url: options.url, user: PROVISIONER, credentialSeedFile: options.credentialSeedFile, tls: options.tls, purpose: 'provisioning' });
  if (options.onRefused) link.onRefusal(options.onRefused);
  const server = await ProvisioningServer.open(link, options);
  const ensure = async (): Promise<void> => {
    if (options.monitorUrl !== undefined) await checkSync(options.monitorUrl);
    await server.ensureStreams();
  };
  try {
    await untilDone(link, ensure);
  } catch (error) {
    await link.close();
    throw error;
  }
  // The market's stream is in memory: a server that was restarted has lost it.
  link.onUp(() => void untilDone(link, ensure).catch((error: unknown) => options.onFault(error instanceof Error ? error : new Error(String(error)))));
  const serve = (): (() => void) => server.serve(options.onServed);
  const leave = options.turns ? byTurns(options.turns, serve) : always(serve);
  return {
    connected: () => link.up,
    status: () => server.status(),
    close: async () => {
      await leave();
      await link.close();
    },
  };
}

function always(serve: () => () => void): () => Promise<void> {
  const stop = serve();
  return () => Promise.resolve(stop());
}

function byTurns(turns: Turns, serve: () => () => void): () => Promise<void> {
  turns.start(serve);
  return () => turns.leave();
}

/** A server that has just come back may not have its streams loaded yet; a difference does not pass by waiting. */
async function untilDone(link: Link, ensure: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ensure();
    } catch (error) {
      if (link.closed) return;
      if (error instanceof TopologyError || performance.now() > deadline) throw error;
      await delay(RETRY_MS);
    }
  }
}
