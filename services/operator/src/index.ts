export { botDecider, type Bot, type BotCommand, type BotEvent, refusalOf } from './bot/bot.decider.js';
export { operatorModule } from './operator.module.js';
