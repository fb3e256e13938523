import { Swing } from './swing.strategy.js';

export { Swing } from './swing.strategy.js';
export { SwingSettings } from './swing.settings.js';

/** Called by whoever runs the strategies that it finds by folder. */
export const createStrategy = (): Swing => new Swing();
