import type { BoardOf } from './board.js';
import { A_BOT } from './bot.js';
import { LADDER } from './ladder.js';
import { NATS } from './nats.js';
import { PROTECTION } from './protection.js';
import { SERVICES_AND_SLOS } from './services.js';
import { TRADING } from './trading.js';

/** Every dashboard, in the order in which a desk needs them. */
export const BOARDS: readonly BoardOf[] = [TRADING, A_BOT, PROTECTION, LADDER, SERVICES_AND_SLOS, NATS];
