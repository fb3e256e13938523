import { accountTellers } from './account-tellers.js';
import type { Tellers } from './chapter.js';
import { decisionTellers } from './decision-tellers.js';
import { ladderTellers } from './ladder-tellers.js';
import { maintenanceTellers } from './maintenance-tellers.js';
import { openingTellers } from './opening-tellers.js';
import { policyTellers } from './policy-tellers.js';
import { protectionTellers } from './protection-tellers.js';
import { stopTellers } from './stop-tellers.js';
import { tradeTellers } from './trade-tellers.js';
import { treasuryTellers } from './treasury-tellers.js';

/** The words of every event there is. */
export const TELLERS: Tellers = { ...decisionTellers, ...tradeTellers, ...accountTellers, ...ladderTellers, ...treasuryTellers, ...stopTellers, ...maintenanceTellers, ...openingTellers, ...policyTellers, ...protectionTellers };
