import { type DynamicModule, Module } from '@nestjs/common';
import { BotController } from './bot/bot.controller.js';

@Module({})
export class OperatorModule {}

/** The operator service: a person's decisions about bots. */
export const operatorModule = (): DynamicModule => ({ module: OperatorModule, controllers: [BotController] });
