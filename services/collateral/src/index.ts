export { collateralModule } from './collateral.module.js';
export type { CollateralOptions } from './collateral.options.js';
