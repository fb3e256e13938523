import type { BallastEvent } from './ballast-event.js';

/** Every event that opens, changes or ends a position. */
export const POSITION_CHANGES = ['PositionOpened', 'PositionIncreased', 'PositionReduced', 'PositionClosed', 'PositionFlipped', 'PositionLiquidated'] as const satisfies readonly BallastEvent['type'][];
export type PositionChange = Extract<BallastEvent, { type: (typeof POSITION_CHANGES)[number] }>;
export const isPositionChange = (event: BallastEvent): event is PositionChange => (POSITION_CHANGES as readonly string[]).includes(event.type);
