export { ChangeTradingState, OfPortfolio } from './risk.requests.js';
export { type RiskOptions, riskModule } from './risk.module.js';
