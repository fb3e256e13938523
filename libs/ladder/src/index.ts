export * from './audit.js';
export * from './checklist.js';
export { APPROVER } from './course.js';
export * from './evidence.js';
export * from './gate.js';
export { type RungRecord } from './record.js';
export { RecordedProfiles } from './recorded-profiles.js';
export { isFailure, refuserOf, RungRecordFold, type RungRecords } from './rung-record.projection.js';
