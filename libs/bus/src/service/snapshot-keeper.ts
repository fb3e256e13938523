import type { Partition } from '@ballast/domain';
import { NestFactory } from '@nestjs/core';
import type { Logger } from '@ballast/observability';
import { reachFor } from '../core/snapshots.js';
import { connectJetStream, type JetStreamBus } from '../jetstream/connect.js';
import { JetStreamLeases } from '../lease/jetstream-leases.js';
import { emptyTable } from '../lease/lease-table.js';
import { Lifeline, LifeRequests, LifeStore } from '../lease/lifeline.js';
import { setsAhead } from '../lease/sets-ahead.js';
import { KeepingTransport } from '../nest/transport.js';
import { WallClock } from '../pace/market-clock.js';
import { readMarketMessage } from '../pace/market-codec.js';
import { OpenPacer } from '../pace/pacers.js';
import { WireMarket } from '../pace/wire-market.js';
import { assemblePlatform } from './assemble.js';
import { rootModule } from './memory-system.js';
import type { ServiceEnv } from './service-env.js';
import { metricsOf, type ServiceContext, type ServiceOptions } from './service-life.js';
import { partitionsOf, unitsOf } from './shared-units.js';

/** A fold in advance is due where a start would fold more than this part of what lies between two snapshots. */
const DUE_PART = 2;
const NOBODY = (): void => undefined;

/** Who keeps snapshots, and how it ends where it can't go on. */
export interface Keeping {
  readonly options: ServiceOptions;
  readonly env: ServiceEnv;
  readonly log: Logger;
  readonly die: (error: unknown) => void;
}

/**
 * Folds the log for the next set of partitions that a replica of this service may come to own and that is due, and saves that: whoever then takes
 * them over folds what is new since, and not everything. The module reads, and what it would append, send or serve by the ports it is given goes
 * nowhere. `done`: sets that this round has been through. @returns the name of the set; undefined where none is due any more
 */
export async function keepNext(keeping: Keeping, done: readonly string[]): Promise<string | undefined> {
  const { options, env, log, die } = keeping;
  const bus = await connectJetStream({ url: env.natsUrl, service: options.name, onFault: die, archiveDir: env.archiveDir, ...(env.natsSeedFile === undefined ? {} : { credentialSeedFile: env.natsSeedFile }) });
  try {
    for (const partitions of await setsOf(keeping)) {
      if (done.includes(partitions.join()) || !(await isDue(bus, { service: options.name, build: options.build, partitions }, dueFrom(env)))) continue;
      const began = performance.now();
      const messages = await keepOne(keeping, bus, partitions);
      log.info({ partitions, messages, elapsedMs: Math.round(performance.now() - began) }, 'folded the log for whoever comes to own these partitions');
      return partitions.join();
    }
    return undefined;
  } finally {
    await bus.close();
  }
}

/** Messages that are worth a fold in advance. */
const dueFrom = ({ snapshotEvery }: ServiceEnv): number => Math.max(1, Math.floor(snapshotEvery / DUE_PART));

/** Asked of the heads of what is stored, before anything of the service is built. */
async function isDue({ store, snapshots }: JetStreamBus, facts: { readonly service: string; readonly build: string; readonly partitions: readonly Partition[] }, from: number): Promise<boolean> {
  const reached = await reachFor(snapshots, facts);
  let behind = 0;
  for (const partition of facts.partitions) behind += Math.max(0, (await store.lastSequence(partition)) - (reached.get(partition) ?? 0));
  return behind >= from;
}

async function setsOf({ options, env }: Keeping): Promise<readonly (readonly Partition[])[]> {
  const units = unitsOf(options);
  const leases = await JetStreamLeases.open({ url: env.natsUrl, service: options.name, units, ...(env.natsSeedFile === undefined ? {} : { credentialSeedFile: env.natsSeedFile }) });
  try {
    return setsAhead((await leases.read())?.table ?? emptyTable(units)).map((set) => partitionsOf(set, options));
  } finally {
    await leases.close();
  }
}

async function keepOne({ options, env, log, die }: Keeping, bus: JetStreamBus, partitions: readonly Partition[]): Promise<number> {
  const [clock, pacer, silent] = [new WallClock(), new OpenPacer(), new Lifeline()];
  silent.cut();
  const ports = {
    store: new LifeStore(bus.store, new Lifeline(), () => false, NOBODY),
    requests: new LifeRequests(bus.requests, silent),
    serve: () => NOBODY,
  };
  const platform = assemblePlatform(
    { ...ports, deadLetters: bus.deadLetters, snapshots: bus.snapshots, market: new WireMarket(bus.marketWire, pacer, { read: readMarketMessage, defer: setImmediate, onSkipped: NOBODY }), close: () => bus.close() },
    { service: options.name, build: options.build, partitions, clock, pacer, limits: { snapshotEvery: env.snapshotEvery }, onFatal: die },
  );
  const context: ServiceContext = { platform, metrics: metricsOf(options), log, bus: { ...bus, ...ports }, shared: true, ready: NOBODY, concern: NOBODY, venueTime: NOBODY };
  const transport = new KeepingTransport(platform);
  const app = await NestFactory.createMicroservice(rootModule(platform, await options.module(context)), { strategy: transport, logger: false, abortOnError: false });
  await app.listen();
  return transport.kept;
}
