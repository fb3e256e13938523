export * from './venue-adapter.js';
export { NadoAdapter, type NadoAdapterOptions } from './nado/nado-adapter.js';
export { OrderCodec, clientIntegerOf, nonceOf, receiveByOf } from './nado/order-codec.js';
export { appendixOf, flagsOf, type OrderFlags } from './nado/appendix.js';
export { kindOfCode } from './nado/error-codes.js';
export { nadoAccount, nadoSubaccountName, ownerOf, senderOf } from './nado/subaccount.js';
export { SimClockClient, type FaultAction, type FaultMatch, type FaultRule, type FaultRuleState, type SimClockState, type SimStep } from './nado/sim-clock.js';
export * from './nado/typed-data.js';
