export { botDecider, type Bot, type BotCommand, type BotEvent, refusalOf } from './bot/bot.decider.js';
export { operatorModule } from './operator.module.js';
export { type CliBus, type CliIo } from './cli/io.js';
export { runCli } from './cli/program.js';
