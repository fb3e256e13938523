import type { Partition } from '@ballast/domain';
import { NestFactory } from '@nestjs/core';
import type { Logger } from '@ballast/observability';
import { connectJetStream } from '../jetstream/connect.js';
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
 * Folds the log for each set of partitions that a replica of this service may come to own, and saves that: whoever then takes them over folds
 * what is new since, and not everything. It reads and saves; it decides, appends, serves and sends nothing, whatever the service's module does.
 */
export async function keepSnapshots(keeping: Keeping): Promise<void> {
  const { log } = keeping;
  for (const partitions of await setsOf(keeping)) {
    const began = performance.now();
    const messages = await keepOne(keeping, partitions);
    if (messages > 0) log.info({ partitions, messages, elapsedMs: Math.round(performance.now() - began) }, 'folded the log for whoever comes to own these partitions');
  }
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

async function keepOne({ options, env, log, die }: Keeping, partitions: readonly Partition[]): Promise<number> {
  const metrics = metricsOf(options);
  const [clock, pacer, silent] = [new WallClock(), new OpenPacer(), new Lifeline()];
  silent.cut();
  const bus = await connectJetStream({ url: env.natsUrl, service: options.name, onFault: die, archiveDir: env.archiveDir, ...(env.natsSeedFile === undefined ? {} : { credentialSeedFile: env.natsSeedFile }) });
  const platform = assemblePlatform(
    {
      store: new LifeStore(bus.store, new Lifeline(), () => false, NOBODY),
      deadLetters: bus.deadLetters,
      snapshots: bus.snapshots,
      requests: new LifeRequests(bus.requests, silent),
      market: new WireMarket(bus.marketWire, pacer, { read: readMarketMessage, defer: setImmediate, onSkipped: NOBODY }),
      serve: () => NOBODY,
      close: () => bus.close(),
    },
    { service: options.name, build: options.build, partitions, clock, pacer, limits: { snapshotEvery: env.snapshotEvery }, onFatal: die },
  );
  const context: ServiceContext = { platform, metrics, log, bus, shared: true, ready: NOBODY, concern: NOBODY, venueTime: NOBODY };
  const transport = new KeepingTransport(platform, Math.max(1, Math.floor(env.snapshotEvery / DUE_PART)));
  const app = await NestFactory.createMicroservice(rootModule(platform, await options.module(context)), { strategy: transport, logger: false, abortOnError: false });
  try {
    await app.listen();
    return transport.kept;
  } finally {
    await bus.close();
  }
}
