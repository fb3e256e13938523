export { DnPair } from './dn-pair.strategy.js';
export { DnPairSettings } from './dn-pair.settings.js';
