export { botDecider, type Bot, type BotCommand, type BotEvent, refusalOf } from './bot/bot.decider.js';
export { announceRun, type CurrentRun, currentRun } from './cli/current-run.js';
export { operatorModule } from './operator.module.js';
