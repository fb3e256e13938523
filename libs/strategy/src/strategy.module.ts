import { EventStreams, Market, Pacer, Requests, Runtime } from '@ballast/bus';
import { Clock } from '@ballast/domain';
import { type DynamicModule, Module } from '@nestjs/common';
import { StrategyRunner } from './runner.js';
import { StrategyController } from './strategy.controller.js';
import { Strategy } from './strategy.js';

const NAME = /^[a-z][a-z0-9-]{0,40}$/;

@Module({})
class StrategyModule {}

/**
 * The service of one strategy as a Nest module, for `runStrategy` and for the back-test alike.
 * @throws Error where the strategy's name cannot be part of a subject.
 */
export function strategyModule<Settings extends object, State>(strategy: Strategy<Settings, State>): DynamicModule {
  if (!NAME.test(strategy.name)) throw new Error(`strategy name: found "${strategy.name}", allowed is ${NAME.source}`);
  const runner = {
    provide: StrategyRunner,
    inject: [EventStreams, Market, Clock, Pacer, Requests, Runtime],
    useFactory: (...ports: [EventStreams, Market, Clock, Pacer, Requests, Runtime]) => {
      const [streams, market, clock, pacer, requests, runtime] = ports;
      return new StrategyRunner(strategy, { streams, market, clock, pacer, requests, runtime });
    },
  };
  return { module: StrategyModule, controllers: [StrategyController], providers: [{ provide: Strategy, useValue: strategy }, runner] };
}
