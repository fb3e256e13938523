import type { DynamicModule, INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { assemblePlatform, BallastTransport, type JetStreamBus, type Observed, OpenPacer, type Platform, rootModule, UnalteredErrors, type VirtualClock, WireMarket } from '@ballast/bus';
import { type Partition, PARTITIONS } from '@ballast/domain';

export const ALL_PARTITIONS: readonly Partition[] = Array.from({ length: PARTITIONS }, (_, partition) => partition);

/** One service's platform over JetStream as its process has it; only the clock of the rules stands still. */
export function jetPlatform(bus: JetStreamBus, service: string, clock: VirtualClock, partitions: readonly Partition[] = ALL_PARTITIONS, observed: Observed = {}): Platform {
  const market = new WireMarket(bus.marketWire, new OpenPacer());
  bus.marketWire.subscribe((subject, message) => market.receive(subject, message));
  const { store, deadLetters, requests } = bus;
  const fail = (error: Error): void => {
    throw error;
  };
  return assemblePlatform(
    { store, deadLetters, requests, market, serve: (served, respond) => bus.serve(served, respond), close: () => Promise.resolve() },
    { service, build: 'bench', partitions, clock, pacer: new OpenPacer(), onFatal: fail, ...observed },
  );
}

/** Starts a service's module through Nest, as its process does. */
export async function startModule(platform: Platform, module: DynamicModule): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice(rootModule(platform, module), { strategy: new BallastTransport(platform), logger: false, abortOnError: false });
  app.useGlobalFilters(new UnalteredErrors());
  await app.listen();
  return app;
}
