import { DnPair } from './dn-pair.strategy.js';

export { DnPair } from './dn-pair.strategy.js';
export { DnPairSettings } from './dn-pair.settings.js';

/** Called by whoever runs the strategies that it finds by folder. */
export const createStrategy = (): DnPair => new DnPair();
