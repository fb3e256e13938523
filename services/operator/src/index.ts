export { botDecider, type Bot, type BotCommand, type BotEvent, refusalOf } from './bot/bot.decider.js';
export { operatorModule } from './operator.module.js';
export { type CliBus, type CliIo } from './cli/io.js';
export { runCli } from './cli/program.js';
export { type EdgeParts, type HttpEdge, startHttpEdge } from './http/http-edge.js';
export { MemoryRateLimit } from './http/rate-limit.js';
export { hashOf, type Role, ROLES, Tokens } from './http/tokens.js';
export { SealedBooks } from './cli/roll/sealed-books.js';
