import { type DynamicModule, Module } from '@nestjs/common';
import { PROFILES } from '@ballast/policy';
import { SignalController } from './plan/signal.controller.js';
import { SizingSettings } from './sizing.settings.js';

@Module({})
export class SizingModule {}

export type SizingOptions = Partial<SizingSettings>;

/** The sizing service: quantities are decided here, once. Without options: every known profile, and no trace. */
export const sizingModule = (options: SizingOptions = {}): DynamicModule => ({
  module: SizingModule,
  controllers: [SignalController],
  providers: [{ provide: SizingSettings, useValue: { profiles: options.profiles ?? PROFILES, trace: options.trace ?? (() => undefined), concern: options.concern ?? (() => undefined), metrics: options.metrics } satisfies SizingSettings }],
});
