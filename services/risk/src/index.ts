export { ChangeTradingState, OfPortfolio } from './risk.requests.js';
export { type RiskOptions, riskModule } from './risk.module.js';
export { exposureDecider } from './exposure/exposure.decider.js';
export type { AssessPlan, Exposure, GuardFacts } from './exposure/exposure.types.js';
export { ExposureFold } from './facts/exposure-facts.projection.js';
export { OrderTrafficFold } from './facts/order-traffic.projection.js';
export { StopFacts } from './stops/stop-facts.projection.js';
export { StopsInForce } from './stops/stops-in-force.js';
