import { Query, type Recorded, Subscribe } from '@ballast/bus';
import { BotConfigured, BotCreated } from '@ballast/events';
import { Controller, Inject } from '@nestjs/common';
import { IsObject } from 'class-validator';
import { type BotReport, StrategyRunner } from './runner.js';
import { readSettings } from './settings.js';
import { Strategy } from './strategy.js';

export class ValidateSettings {
  @IsObject() readonly settings!: Readonly<Record<string, unknown>>;
}

export class ListBots {}

/** What others may ask a strategy's service. */
@Controller()
export class StrategyController {
  constructor(
    @Inject(Strategy) private readonly strategy: Strategy<object, unknown>,
    @Inject(StrategyRunner) private readonly runner: StrategyRunner<object, unknown>,
  ) {}

  /** The operator asks before it creates or configures a bot. @throws ContractError naming every field at fault. */
  @Query('validate-settings', ValidateSettings)
  validateSettings({ settings }: ValidateSettings): Promise<{ readonly instruments: readonly string[] }> {
    return Promise.resolve({ instruments: this.strategy.instruments(readSettings(this.strategy, settings)) });
  }

  @Query('bots', ListBots)
  bots(): Promise<{ readonly bots: readonly BotReport[] }> {
    return Promise.resolve({ bots: this.runner.reports() });
  }

  /** Settings that do not hold are a dead letter with the fields named; the bot trades nothing until it is configured again. */
  @Subscribe(BotCreated, BotConfigured)
  onSettings({ event }: Recorded<BotCreated | BotConfigured>): Promise<void> {
    return new Promise((resolve) => {
      if (this.runner.fold.knows(event.botId)) readSettings(this.strategy, event.settings);
      resolve();
    });
  }
}
