import { type DynamicModule, Module } from '@nestjs/common';
import { BotStateController } from './bot/bot-state.controller.js';
import { BotController } from './bot/bot.controller.js';

@Module({})
export class OperatorModule {}

/** The operator service: a person's decisions about bots. */
export const operatorModule = (): DynamicModule => ({ module: OperatorModule, controllers: [BotController, BotStateController] });
